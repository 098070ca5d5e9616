"""Texts that remember where each value stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from mops_cli.model.diagnostic import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

Key = str | int
T = TypeVar("T")


class Source(Protocol):
    """A structured file (YAML, TOML, JSON): its text, and the place of each value by key path.

    Example: ``campaign.source.at("channels", "sms", "max_segments")``.
    """

    @property
    def path(self) -> str:
        """Relative to the project's root."""
        ...

    @property
    def text(self) -> str:
        """The whole file."""
        ...

    def at(self, *keys: Key) -> Span:
        """The place of the value at this key path, or of its nearest known ancestor."""
        ...

    def key(self, *keys: Key) -> Span:
        """The place of the last key itself (not of its value), or of the nearest known ancestor."""
        ...

    def has(self, *keys: Key) -> bool:
        """Whether something is written at this key path."""
        ...

    def within(self, keys: tuple[Key, ...], start: int, end: int) -> Span:
        """The place of characters ``start`` to ``end`` of the (decoded) string at this key path.

        Right also inside quoted, folded and literal scalars.
        """
        ...


@dataclass(frozen=True, slots=True)
class PlainSource:
    """A source without structure (a template, a picture, a value made in a test)."""

    path: str
    text: str = ""

    def at(self, *keys: Key) -> Span:
        """The start of the file."""
        return Span(self.path)

    def has(self, *keys: Key) -> bool:
        """Nothing is known of a file without structure."""
        return False

    def key(self, *keys: Key) -> Span:
        """The start of the file."""
        return Span(self.path)

    def within(self, keys: tuple[Key, ...], start: int, end: int) -> Span:
        """The place of the characters in the file's text."""
        return span_of(self.path, self.text, start, end)


@dataclass(frozen=True, slots=True)
class Loaded(Generic[T]):
    """A value with its id and the file it came from."""

    id: str
    value: T
    source: Source
    origin: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The file it came from."""
        return self.source.path


def span_of(path: str, text: str, start: int, end: int, *, first_line: int = 1) -> Span:
    """The place of characters ``start`` to ``end`` of ``text``, a piece of ``path``.

    ``first_line`` is the line of the file on which ``text`` begins.
    """
    start = max(0, min(start, len(text)))
    end = max(start, min(end, len(text)))
    line = text.count("\n", 0, start)
    column = start - (text.rfind("\n", 0, start) + 1)
    end_line = text.count("\n", 0, end)
    end_column = end - (text.rfind("\n", 0, end) + 1)
    return Span(path, first_line + line, column + 1, first_line + end_line, end_column + 1)
