"""Text that remembers where each of its characters was written."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_NEWLINE = re.compile("\n")


@dataclass(slots=True)
class Origin:
    """A text an author wrote: offsets become places. Either a (piece of a) file, or a value with its own map."""

    path: str
    text: str
    first_line: int = 1
    locate: Callable[[int, int], Span] | None = None
    _lines: list[int] = field(default_factory=list)

    def span(self, start: int, end: int) -> Span:
        """The place of characters ``start`` to ``end``."""
        if self.locate is not None:
            return self.locate(start, end)
        if not self._lines:
            self._lines = [0, *(found.end() for found in _NEWLINE.finditer(self.text))]
        line, column = self._place(start)
        end_line, end_column = self._place(max(start, end))
        return Span(self.path, line, column, end_line, end_column)

    def _place(self, offset: int) -> tuple[int, int]:
        offset = max(0, min(offset, len(self.text)))
        row = bisect_right(self._lines, offset) - 1
        return self.first_line + row, offset - self._lines[row] + 1


@dataclass(frozen=True, slots=True)
class Segment:
    """From ``at`` on, the text comes from ``origin`` at ``offset``.

    ``exact`` segments run on character by character; others all stand for the one place
    ``offset``..``end`` (a tag that printed something).
    """

    at: int
    origin: Origin
    offset: int
    exact: bool = True
    end: int = 0


class MappedText:
    """A text and the author's place of every character of it."""

    __slots__ = ("_lines", "_segments", "_starts", "text")

    def __init__(self, text: str, segments: Sequence[Segment]) -> None:
        self.text = text
        self._segments = tuple(segments)
        self._starts = [segment.at for segment in self._segments]
        self._lines: list[int] = []

    def __str__(self) -> str:
        return self.text

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The map itself, in order."""
        return self._segments

    @classmethod
    def whole(cls, text: str, path: str, first_line: int = 1) -> MappedText:
        """A text that is just what the author wrote."""
        return cls(text, [Segment(0, Origin(path, text, first_line), 0)])

    def span(self, start: int, end: int) -> Span:
        """The author's place of characters ``start`` to ``end``."""
        if not self._segments:
            return Span("")
        first = self._segment(start)
        if first is None:
            first = self._segments[0]
        if not first.exact:
            return first.origin.span(first.offset, first.end or first.offset + 1)
        begin = first.offset + max(0, start - first.at)
        last = self._segment(max(start, end - 1)) or first
        if last.origin is first.origin and last.offset >= first.offset:
            stop = last.offset + max(0, end - last.at) if last.exact else (last.end or last.offset + 1)
        else:
            stop = begin + 1
        return first.origin.span(begin, max(stop, begin))

    def line_span(self, line_no: int) -> Span:
        """The author's place of a whole line; lines count from 1."""
        if not self._lines:  # found once: every paragraph of a long message asks
            self._lines = [0, *(found.end() for found in _NEWLINE.finditer(self.text))]
        start = self._lines[max(0, min(line_no, len(self._lines)) - 1)]
        end = self.text.find("\n", start)
        stop = len(self.text) if end < 0 else end
        stripped = self.text[start:stop]
        begin = start + len(stripped) - len(stripped.lstrip())
        return self.span(begin, max(begin, start + len(stripped.rstrip())))

    def slice(self, start: int, end: int) -> MappedText:
        """A stretch of the text with its map."""
        builder = MappedBuilder()
        builder.copy(self, start, end)
        return builder.done()

    def _segment(self, offset: int) -> Segment | None:
        index = bisect_right(self._starts, offset) - 1
        return self._segments[index] if index >= 0 else None

    def between(self, start: int, end: int) -> Iterable[Segment]:
        """The segments that cover a stretch, the first cut to begin at ``start``."""
        index = max(0, bisect_right(self._starts, start) - 1)
        stop = bisect_left(self._starts, end)
        for segment in self._segments[index : max(stop, index + 1)]:
            if segment.at >= start:
                yield segment
            else:
                moved = segment.offset + (start - segment.at) if segment.exact else segment.offset
                yield Segment(start, segment.origin, moved, segment.exact, segment.end)


class MappedBuilder:
    """Puts a mapped text together."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._segments: list[Segment] = []
        self._length = 0

    def add(self, text: str, origin: Origin, offset: int, *, exact: bool = True, end: int = 0) -> None:
        """Append text that comes from ``origin`` at ``offset``."""
        if text:
            self._segments.append(Segment(self._length, origin, offset, exact, end))
            self._parts.append(text)
            self._length += len(text)

    def plain(self, text: str) -> None:
        """Append text that continues where the text before stands."""
        self._parts.append(text)
        self._length += len(text)

    def copy(self, source: MappedText, start: int, end: int) -> None:
        """Append a stretch of another mapped text."""
        if start >= end:
            return
        for segment in source.between(start, end):
            at = self._length + segment.at - start
            self._segments.append(Segment(at, segment.origin, segment.offset, segment.exact, segment.end))
        self._parts.append(source.text[start:end])
        self._length += end - start

    def replace(self, text: str, source: MappedText, start: int, end: int) -> None:
        """Append ``text`` in the place of a stretch of another mapped text."""
        first = next(iter(source.between(start, end)), None)
        if text and first is not None:
            last = source._segment(max(start, end - 1)) or first  # noqa: SLF001
            stop = first.offset + 1
            if last.origin is first.origin:
                stop = last.offset + max(0, end - last.at) if last.exact else (last.end or stop)
            self._segments.append(
                Segment(self._length, first.origin, first.offset, exact=False, end=max(stop, first.offset))
            )
        self._parts.append(text)
        self._length += len(text)

    def done(self) -> MappedText:
        """The text so far."""
        return MappedText("".join(self._parts), self._segments)
