"""Where each value of a structured file stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.content.scalars import offsets
from mops_cli.content.text import LineIndex

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.model.diagnostic import Span
    from mops_cli.model.source import Key

_BLANKS = re.compile(r"[ \n]*")


@dataclass(slots=True)
class Place:
    """A value's stretch of the text: characters ``start`` to ``end``, and those of its key when it has one.

    ``style`` says how a text is written (see :mod:`mops_cli.content.scalars`); ``text`` is what it means.
    """

    start: int
    end: int
    key_start: int = -1
    key_end: int = -1
    style: str = ""
    text: str | None = None
    keys: dict[str, Place] | None = None
    items: list[Place] | None = None
    size: int = 1

    def child(self, key: Key) -> Place | None:
        """The place of a member."""
        if isinstance(key, str):
            return self.keys.get(key) if self.keys is not None else None
        if self.items is not None and 0 <= key < len(self.items):
            return self.items[key]
        return None


@dataclass(slots=True)
class TreeSource:
    """A :class:`mops_cli.model.source.Source` over a tree of places.

    ``base`` is the offset of the tree's text in the whole file (front matter begins after its fence).
    """

    path: str
    text: str
    tree: Place | Callable[[], Place]
    base: int = 0
    _lines: LineIndex | None = field(default=None, repr=False)

    @property
    def root(self) -> Place:
        """The place of the whole value; a tree that is read only when needed is read now."""
        if not isinstance(self.tree, Place):
            self.tree = self.tree()
        return self.tree

    @property
    def lines(self) -> LineIndex:
        """Offsets of the whole file to lines and columns."""
        if self._lines is None:
            self._lines = LineIndex(self.path, self.text)
        return self._lines

    def at(self, *keys: Key) -> Span:
        """The place of the value at this key path, or of its nearest known ancestor."""
        place, _ = self.find(keys)
        return self._span(place.start, place.end)

    def key(self, *keys: Key) -> Span:
        """The place of the last key itself, or of the nearest known ancestor."""
        place, depth = self.find(keys)
        if depth == len(keys) and place.key_start >= 0:
            return self._span(place.key_start, place.key_end)
        return self._span(place.start, place.end)

    def within(self, keys: tuple[Key, ...], start: int, end: int) -> Span:
        """The place of characters ``start`` to ``end`` of the decoded text at this key path."""
        place, depth = self.find(keys)
        if depth < len(keys) or place.text is None:
            return self._span(place.start, place.end)
        size = len(place.text)
        start = max(0, min(start, size))
        end = max(start, min(end, size))
        raw = self.written(place)
        where = offsets(raw, place.style, place.text)
        if where is None:
            return self._span(place.start, place.end)
        first = where[start]
        last = _after(raw, place.style, where, end - 1) if end > start else first
        return self._span(place.start + first, place.start + last)

    def written(self, place: Place) -> str:
        """How a text value is written, with the empty lines that belong to a literal or folded one."""
        end = self.base + place.end
        if place.style in ("|", ">"):
            following = _BLANKS.match(self.text, end)
            end = following.end() if following else end
        return self.text[self.base + place.start : end]

    def raw(self, *keys: Key) -> str:
        """What stands in the file at this key path."""
        place, _ = self.find(keys)
        return self.text[self.base + place.start : self.base + place.end]

    def has(self, *keys: Key) -> bool:
        """Whether this key path is known."""
        return self.find(keys)[1] == len(keys)

    def find(self, keys: tuple[Key, ...]) -> tuple[Place, int]:
        """The place at a key path and how many keys were found."""
        place = self.root
        for depth, key in enumerate(keys):
            below = place.child(key)
            if below is None:
                return place, depth
            place = below
        return place, len(keys)

    def _span(self, start: int, end: int) -> Span:
        return self.lines.span(self.base + start, self.base + end)


def _after(raw: str, style: str, where: list[int], number: int) -> int:
    """The offset after a character; an escape is longer than the character it stands for."""
    at = where[number]
    if style in ('"', 't"', 't"""') and raw[at] == "\\":
        return max(where[number + 1], at + 2)
    return at + 2 if style == "'" and raw.startswith("''", at) else at + 1
