"""From the characters of a text value back to the characters of its file.

A value in quotes, folded or literal differs from what is written: escapes, joined lines, stripped
indentation. :func:`offsets` replays the reading of one scalar and says where each character came from.

Styles: ``""`` plain, ``"'"`` and ``'"'`` quoted, ``"|"`` literal, ``">"`` folded (YAML);
``"t'"``, ``'t"'`` and ``"t'''"``, ``'t\"\"\"'`` (TOML).
"""

from __future__ import annotations

_SIMPLE = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r",
    "e": "\x1b", " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_HEX = {"x": 2, "u": 4, "U": 8}
_MAX_INDENT = 40


class _Out:
    """The text so far, and for each of its characters the offset it came from."""

    __slots__ = ("chars", "where")

    def __init__(self) -> None:
        self.chars: list[str] = []
        self.where: list[int] = []

    def add(self, char: str, offset: int) -> None:
        self.chars.append(char)
        self.where.append(offset)

    def extend(self, other: list[tuple[str, int]]) -> None:
        for char, offset in other:
            self.add(char, offset)


def offsets(raw: str, style: str, value: str) -> list[int] | None:
    """For each character of ``value`` its offset in ``raw``, and one more for the end.

    None when the replay does not give ``value`` (then the whole scalar is the best place there is).
    """
    if style in ("|", ">"):
        return _block(raw, style, value)
    out = _Out()
    if style.startswith("t"):
        _toml(raw, style[1:], out)
    else:
        _flow(raw, style, out)
    return _checked(out, raw, value)


def _checked(out: _Out, raw: str, value: str) -> list[int] | None:
    """The offsets, when they belong to this value."""
    if "".join(out.chars) != value:
        return None
    quote = raw[-1:] if raw[-1:] in ('"', "'") else ""
    return [*out.where, max(len(raw) - len(quote), 0)]


def _flow(raw: str, quote: str, out: _Out) -> None:
    """Plain and quoted scalars: escapes, and lines joined by one blank."""
    at, end = len(quote), len(raw) - len(quote)
    while at < end:
        char = raw[at]
        if char in " \t\n":
            at = _gap(raw, at, end, out)
        elif quote == "'" and raw.startswith("''", at):
            out.add("'", at)
            at += 2
        elif quote == '"' and char == "\\":
            at = _escape(raw, at, end, out)
        else:
            out.add(char, at)
            at += 1


def _gap(raw: str, at: int, end: int, out: _Out, *, escaped: bool = False) -> int:
    """Blanks and line ends between words: kept within a line, one blank for a line end, newlines for empty lines."""
    blanks: list[tuple[str, int]] = []
    breaks: list[tuple[str, int]] = []
    while at < end and raw[at] in " \t\n":
        if raw[at] == "\n":
            breaks.append(("\n", at))
        elif not breaks and not escaped:
            blanks.append((raw[at], at))
        at += 1
    if escaped:
        out.extend(breaks)
    elif not breaks:
        out.extend(blanks)
    elif len(breaks) == 1:
        out.add(" ", breaks[0][1])
    else:
        out.extend(breaks[1:])
    return at


def _escape(raw: str, at: int, end: int, out: _Out) -> int:
    """A backslash of a double-quoted scalar."""
    mark = raw[at + 1 : at + 2]
    if mark == "\n":
        return _gap(raw, at + 2, end, out, escaped=True)
    if mark in _HEX:
        width = _HEX[mark]
        out.add(_hex(raw[at + 2 : at + 2 + width]), at)
        return at + 2 + width
    out.add(_SIMPLE.get(mark, mark), at)
    return at + 2


def _hex(digits: str) -> str:
    """The character with this number."""
    try:
        return chr(int(digits, 16))
    except (ValueError, OverflowError):
        return "\ufffd"


def _block(raw: str, style: str, value: str) -> list[int] | None:
    """Literal and folded scalars."""
    body = raw.find("\n") + 1
    if body == 0:
        return [len(raw)] if not value else None
    header = raw[: body - 1]
    explicit = any(char.isdigit() for char in header.split("#", maxsplit=1)[0])
    for indent in range(1, _MAX_INDENT) if explicit else (_indent(raw, body),):
        out = _Out()
        _block_lines(raw, body, indent, style == ">", out)
        if "".join(out.chars).startswith(value):
            where = out.where[: len(value)]
            following = out.where[len(value) : len(value) + 1] or [len(raw)]
            return [*where, *following]
    return None


def _indent(raw: str, body: int) -> int:
    """The indentation of the first line that is not blank."""
    for line in raw[body:].split("\n"):
        if line.strip(" "):
            return len(line) - len(line.lstrip(" "))
    return 0


def _block_lines(raw: str, body: int, indent: int, folded: bool, out: _Out) -> None:
    """All lines, every line end kept at the end (the value itself says how many of them count)."""
    at = body
    breaks: list[tuple[str, int]] = []
    ending: tuple[str, int] | None = None
    indented_before = False
    for line in raw[body:].split("\n"):
        stop = at + len(line)
        content = line[indent:]
        if not content and not line[:indent].strip(" "):
            breaks.append(("\n", stop))
        else:
            indented = content[:1] in (" ", "\t")
            if ending is not None:
                _line_end(out, ending, breaks, folded and not indented_before and not indented)
            else:
                out.extend(breaks)
            for number, char in enumerate(content):
                out.add(char, at + indent + number)
            breaks, ending, indented_before = [], ("\n", stop), indented
        at = stop + 1
    if ending is not None:
        out.extend([ending])
    out.extend(breaks)


def _line_end(out: _Out, ending: tuple[str, int], breaks: list[tuple[str, int]], fold: bool) -> None:
    """What stands between two lines of a block scalar."""
    if not fold:
        out.extend([ending])
    elif not breaks:
        out.add(" ", ending[1])
    out.extend(breaks)


def _toml(raw: str, quote: str, out: _Out) -> None:
    """TOML strings."""
    at, end = len(quote), len(raw) - len(quote)
    long = len(quote) == 3
    if long and raw.startswith("\n", at):
        at += 1
    while at < end:
        char = raw[at]
        if char != "\\" or quote[0] == "'":
            out.add(char, at)
            at += 1
        elif long and raw[at + 1 : end].lstrip(" \t")[:1] in ("\n", ""):
            at += 1
            while at < end and raw[at] in " \t\n":
                at += 1
        else:
            at = _escape(raw, at, end, out)
