"""From an author's text to a Jinja source whose output says where each stretch came from.

Every tag gets a line of its own in the source (so that Jinja's line numbers name tags), white space control is
done here, a line with statements only leaves nothing behind, and markers with offsets stand between the pieces.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from mops_cli.channels.templating.tags import BUILD, Piece, scan

BEGIN, END = "\x02", "\x03"
MARKER = re.compile("\x02(\\d+),(\\d+),(\\d+)\x03")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_OPENING = re.compile(r"\{\{|\{%|\{#")


@dataclass(slots=True)
class Woven:
    """A Jinja source. ``lines`` maps its lines to pieces of the author's text."""

    source: str
    pieces: list[Piece]
    starts: list[int] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)

    def piece_at(self, line: int) -> tuple[Piece | None, int]:
        """The tag on this line of the source, and which line of the tag it is (from 0)."""
        index = bisect_right(self.starts, line) - 1
        if index < 0:
            return None, 0
        return self.pieces[self.owners[index]], line - self.starts[index]


class Tracker:
    """Follows a text through data pieces and knows whether it is inside a ``{{ }}`` or ``{% %}``."""

    def __init__(self) -> None:
        self.closer = ""
        self.quote = ""
        self._depth = 0

    @property
    def inside(self) -> bool:
        """Whether the text so far ends inside a recipient-time tag."""
        return self.closer in ("}}", "%}")

    def feed(self, text: str, start: int, end: int) -> list[tuple[int, int, bool]]:
        """Stretches of ``text[start:end]`` with whether each is inside a tag."""
        out: list[tuple[int, int, bool]] = []
        at = begin = start
        while at < end:
            if not self.closer:
                opening = _OPENING.search(text, at, end)
                if opening is None:
                    break
                if opening.start() > begin:
                    out.append((begin, opening.start(), False))
                begin, at = opening.start(), opening.end()
                self.closer = {"{{": "}}", "{%": "%}", "{#": "#}"}[opening[0]]
                self.quote, self._depth = "", 0
                continue
            at = self._close(text, at, end)
            if not self.closer:
                out.append((begin, at, True))
                begin = at
        if begin < end:
            out.append((begin, end, bool(self.closer)))
        return out

    def _close(self, text: str, at: int, end: int) -> int:
        """Read on to where the tag ends, or to the end of the piece."""
        if self.closer == "#}":
            found = text.find("#}", at, end)
            if found < 0:
                return end
            self.closer = ""
            return found + 2
        while at < end:
            if not self.quote and self._depth == 0 and text.startswith(self.closer, at, end):
                self.closer = ""
                return at + 2
            if self.quote and text[at] == "\\":
                at += 2
                continue
            self._character(text[at])
            at += 1
        return end

    def _character(self, char: str) -> None:
        if self.quote:
            if char == self.quote:
                self.quote = ""
        elif char in "\"'":
            self.quote = char
        elif char in "([{":
            self._depth += 1
        elif char in ")]}":
            self._depth = max(0, self._depth - 1)


def weave(text: str, number: int, skip: frozenset[int] = frozenset()) -> Woven:
    """The Jinja source of a text; ``number`` stands for the text in markers, ``skip`` are pieces to leave out."""
    pieces = scan(text, BUILD)
    return _Weaver(text, number, pieces, skip).run()


class _Weaver:
    def __init__(self, text: str, number: int, pieces: list[Piece], skip: frozenset[int]) -> None:
        self._text = text
        self._number = number
        self._pieces = pieces
        self._skip = skip
        self._alone = _alone(text, pieces)
        self._tracker = Tracker()
        self._out: list[str] = []
        self._line = 1
        self._woven = Woven("", pieces)

    def run(self) -> Woven:
        for index, piece in enumerate(self._pieces):
            if piece.kind == "data":
                self._data(index, piece)
            elif piece.closed and index not in self._skip:
                self._tag(index, piece)
        self._woven.source = "".join(self._out)
        return self._woven

    def _emit(self, text: str) -> None:
        self._out.append(text)
        self._line += text.count("\n")

    def _mark(self, offset: int, end: int = 0) -> str:
        return f"{BEGIN}{self._number},{offset},{end}{END}"

    def _data(self, index: int, piece: Piece) -> None:
        text = self._text
        start, end = _trimmed(text, index, self._pieces, self._alone)
        if piece.raw:
            self._emit("[% raw %]")
        for begin, stop, inside in self._tracker.feed(text, start, end):
            stretch = CONTROL.sub("", text[begin:stop])
            if inside:
                self._emit(self._mark(begin) * (text[begin : begin + 1] == "{") + _NEWLINE.sub("\n", stretch))
            else:
                self._emit(self._marked(begin, stop))
        if piece.raw:
            self._emit("[% endraw %]")

    def _marked(self, start: int, stop: int) -> str:
        """Data with a marker at its start and at the start of each of its lines."""
        parts = [self._mark(start)]
        at = start
        for newline in _NEWLINE.finditer(self._text, start, stop):
            parts += (CONTROL.sub("", self._text[at : newline.start()]), "\n")
            at = newline.end()
            if at < stop:
                parts.append(self._mark(at))
        parts.append(CONTROL.sub("", self._text[at:stop]))
        return "".join(parts)

    def _tag(self, index: int, piece: Piece) -> None:
        inner = piece.inner
        inside = self._tracker.inside
        if piece.kind == "print":
            if not inside:
                self._emit(self._mark(piece.start, piece.end))
            elif self._tracker.quote:
                quote = "'\"'" if self._tracker.quote == '"' else '"\'"'
                inner = f"({inner}\n)|mops_string({quote})"
            else:
                inner = f"({inner}\n)|mops_source"
        opener, closer = ("[[", "]]") if piece.kind == "print" else ("[%", "%]")
        self._emit(opener + "\n")
        self._woven.starts.append(self._line)
        self._woven.owners.append(index)
        self._emit(f"{inner}\n{closer}")


def _alone(text: str, pieces: list[Piece]) -> set[int]:
    """Indexes of statements on lines that hold statements and nothing else."""
    blank_before: set[int] = set()
    clear = True
    for index, piece in enumerate(pieces):
        if piece.kind == "data":
            body = text[piece.start : piece.end]
            head, newline, _ = body.rpartition("\n")
            tail = body[len(head) + 1 :] if newline else body
            clear = not tail.strip() and (clear or bool(newline)) and not piece.raw
        elif piece.kind == "statement" and piece.closed:
            if clear:
                blank_before.add(index)
        else:
            clear = False
    alone: set[int] = set()
    clear = True
    for index in range(len(pieces) - 1, -1, -1):
        piece = pieces[index]
        if piece.kind == "data":
            head, newline, _ = text[piece.start : piece.end].partition("\n")
            clear = not head.strip() and (clear or bool(newline)) and not piece.raw
        elif piece.kind == "statement" and piece.closed:
            if clear and index in blank_before:
                alone.add(index)
        else:
            clear = False
    return alone


def _trimmed(text: str, index: int, pieces: list[Piece], alone: set[int]) -> tuple[int, int]:
    """The stretch of a data piece that is left after white space control."""
    piece = pieces[index]
    start, end = piece.start, piece.end
    if index:
        if pieces[index - 1].trim_right:
            body = text[start:end]
            start += len(body) - len(body.lstrip())
        elif index - 1 in alone:
            newline = _NEWLINE.search(text, start, end)
            start = newline.end() if newline else end
    if index + 1 < len(pieces):
        if pieces[index + 1].trim_left:
            end = start + len(text[start:end].rstrip())
        elif index + 1 in alone:
            last = text.rfind("\n", start, end)
            end = last + 1 if last >= 0 else start
    return start, max(start, end)
