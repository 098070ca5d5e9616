"""Values that stand for something the recipient brings along, and finished text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\Z")


@dataclass(frozen=True, slots=True)
class Expression:
    """A value that is known only when a person is: exactly one ``{{ }}``.

    ``items`` are the declared fields of one item when it is a list. Inside a recipient tag
    ``[[ props.products ]]`` prints the source; anywhere else it becomes a slot.
    """

    source: str
    span: Span = field(default_factory=lambda: Span(""))
    items: Mapping[str, str] | None = field(default=None, compare=False)

    @property
    def grouped(self) -> str:
        """The source, in brackets where it needs them to stand inside another expression."""
        return self.source if _PATH.match(self.source) else f"({self.source})"


@dataclass(frozen=True, slots=True)
class Later:
    """A value that is made only when a tag prints it."""

    make: Callable[[], object]


class Markup(str):
    """Finished text of the output's own language: printed as it is, slots in place."""

    __slots__ = ()

    def __html__(self) -> str:
        """Already what it should be (the protocol of markupsafe)."""
        return self


def literal(value: object) -> str | None:
    """The Jinja literal of a build-time value, or None when there is none."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return quoted(str(value))
    if isinstance(value, Expression):
        return value.grouped
    if isinstance(value, list | tuple):
        parts = [literal(one) for one in value]
        return None if None in parts else "[" + ", ".join(part or "" for part in parts) + "]"
    if isinstance(value, dict):
        return _mapping(value)
    return quoted(str(value))


def _mapping(value: Mapping[object, object]) -> str | None:
    pairs = [(literal(str(key)), literal(one)) for key, one in value.items()]
    if any(one is None for _, one in pairs):
        return None
    return "{" + ", ".join(f"{key}: {one}" for key, one in pairs) + "}"


def quoted(text: str, quote: str = '"') -> str:
    """A Jinja string literal."""
    return f"{quote}{escaped(text, quote)}{quote}"


def escaped(text: str, quote: str) -> str:
    """The inside of a Jinja string literal."""
    text = text.replace("\\", "\\\\").replace(quote, "\\" + quote)
    return text.replace("\r", "").replace("\n", "\\n")
