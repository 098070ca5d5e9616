"""Finding template tags in a text: the tokenizer of both stages.

A tag ends where Jinja would end it: not inside a string, not while a bracket is open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["data", "print", "statement", "comment"]

_STRING = re.compile(r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""")
_RAW = re.compile(r"\s*raw\s*$")


@dataclass(frozen=True, slots=True)
class Syntax:
    """The delimiters of a stage, with the expressions that find them."""

    name: str
    print_open: str
    print_close: str
    statement_open: str
    statement_close: str
    opening: re.Pattern[str]
    inside: re.Pattern[str]
    endraw: re.Pattern[str]
    inner_open: re.Pattern[str]
    comments: bool = False


def _syntax(name: str, opening: tuple[str, str], closing: tuple[str, str], *, comments: bool) -> Syntax:
    openers = [re.escape(one) for one in opening] + ([r"\{#"] if comments else [])
    closers = [re.escape(one) for one in closing]
    strings = r'"(?:\\.|[^"\\])*"|' + r"'(?:\\.|[^'\\])*'"
    return Syntax(
        name,
        opening[0],
        closing[0],
        opening[1],
        closing[1],
        re.compile("|".join(openers)),
        re.compile(f"(?P<end>-?(?:{'|'.join(closers)}))|{strings}|[()\\[\\]{{}}]", re.DOTALL),
        re.compile(re.escape(opening[1]) + r"([-+]?)\s*endraw\s*(-?)" + closers[1]),
        # What begins another tag: this one was never closed. (``[[`` may also begin a list of lists.)
        re.compile("|".join(openers[:2]) if comments else openers[1]),
        comments,
    )


BUILD = _syntax("build", ("[[", "[%"), ("]]", "%]"), comments=False)
RECIPIENT = _syntax("recipient", ("{{", "{%"), ("}}", "%}"), comments=True)


@dataclass(frozen=True, slots=True)
class Piece:
    """Data or a tag: ``text[start:end]``.

    ``inner`` (at ``inner_start``) is what stands between the delimiters. ``trim_left`` and ``trim_right`` say
    that white space before or after goes (``[%-``, ``-%]``). A tag that is never closed has ``closed`` false.
    A ``data`` piece with ``raw`` true is the inside of a raw block.
    """

    kind: Kind
    start: int
    end: int
    inner: str = ""
    inner_start: int = 0
    trim_left: bool = False
    trim_right: bool = False
    closed: bool = True
    raw: bool = False


def scan(text: str, syntax: Syntax) -> list[Piece]:
    """The pieces of a text, in order and without gaps (raw tags themselves are left out)."""
    pieces: list[Piece] = []
    at = 0
    while True:
        found = syntax.opening.search(text, at)
        if found is None:
            break
        if found.start() > at:
            pieces.append(Piece("data", at, found.start()))
        piece = _tag(text, found.start(), found[0], syntax)
        if not piece.closed:
            pieces.append(piece)
            at = piece.end
            continue
        if piece.kind == "statement" and _RAW.match(piece.inner):
            at = _raw(text, piece, syntax, pieces)
            continue
        pieces.append(piece)
        at = piece.end
    if at < len(text):
        pieces.append(Piece("data", at, len(text)))
    return pieces


def _tag(text: str, start: int, opener: str, syntax: Syntax) -> Piece:
    if opener == "{#":
        return _comment(text, start)
    kind: Kind = "print" if opener == syntax.print_open else "statement"
    closer = syntax.print_close if kind == "print" else syntax.statement_close
    begin = start + 2
    trim_left = text[begin : begin + 1] == "-"
    if trim_left or text[begin : begin + 1] == "+":
        begin += 1
    end = _end(text, begin, closer, syntax)
    if end < 0 or syntax.inner_open.search(_STRING.sub("", text[begin:end])):
        return Piece(kind, start, start + 2, closed=False)
    trim_right = text[end - 1 : end] == "-" and end - 1 >= begin
    return Piece(kind, start, end + 2, text[begin : end - trim_right], begin, trim_left, trim_right)


def _comment(text: str, start: int) -> Piece:
    end = text.find("#}", start + 2)
    if end < 0:
        return Piece("comment", start, start + 2, closed=False)
    return Piece(
        "comment",
        start,
        end + 2,
        trim_left=text[start + 2 : start + 3] == "-",
        trim_right=text[end - 1 : end] == "-" and end - 1 > start + 2,
    )


def _end(text: str, begin: int, closer: str, syntax: Syntax) -> int:
    """Where the closing delimiter stands, or -1."""
    depth = 0
    at = begin
    while True:
        found = syntax.inside.search(text, at)
        if found is None:
            # Brackets or quotes do not pair up: take the first closer, Jinja will name the fault.
            return text.find(closer, begin)
        mark = found[0]
        if found["end"] and depth == 0 and mark.endswith(closer):
            return found.end() - 2
        if found["end"]:
            # ``]]`` while a bracket is open closes brackets one by one; so does ``}}``.
            mark = mark.lstrip("-")[:1]
            depth -= mark in "]}"
            at = found.end() - 1 if mark in "]}" else found.end()
            depth = max(depth, 0)
            continue
        if mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth = max(depth - 1, 0)
        at = found.end()


def _raw(text: str, opening: Piece, syntax: Syntax, pieces: list[Piece]) -> int:
    """Take a raw block in; returns where it ends."""
    closing = syntax.endraw.search(text, opening.end)
    if closing is None:
        pieces.append(Piece("statement", opening.start, opening.end, "raw", opening.inner_start, closed=False))
        return opening.end
    start, end = opening.end, closing.start()
    body = text[start:end]
    if opening.trim_right:
        start += len(body) - len(body.lstrip())
    if closing[1] == "-":
        end = max(start, start + len(text[start:end].rstrip()))
    if start < end:
        pieces.append(Piece("data", start, end, raw=True))
    return closing.end()
