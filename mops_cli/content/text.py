"""From bytes to text: UTF-8, one kind of line ending, no control characters."""

from __future__ import annotations

import re
from bisect import bisect_right

from mops_cli.model.diagnostic import Diagnostic, Span, error, warning
from mops_cli.model.source import span_of

MAX_TEXT_BYTES = 2 * 1024 * 1024
TOO_LARGE = "MC103"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_SEPARATOR = re.compile("[\x85\u2028\u2029]")
_REPORTED = 5


def decode(path: str, raw: bytes | str) -> tuple[str, list[Diagnostic]]:
    r"""A file's text with ``\n`` line ends and without a byte order mark, and what is wrong with its characters.

    Characters that no text holds are replaced one for one, so that places stay right.
    """
    if isinstance(raw, str):
        text, found = raw, list[Diagnostic]()
    elif len(raw) > MAX_TEXT_BYTES:
        return "", [
            error(
                TOO_LARGE,
                f"the file has {len(raw):,} bytes; a text file may have {MAX_TEXT_BYTES:,}",
                Span(path),
                "split the file, or put pictures and data into content/assets/",
            )
        ]
    else:
        text, found = _utf8(path, raw)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _clean(path, text, found), found


def _utf8(path: str, raw: bytes) -> tuple[str, list[Diagnostic]]:
    """Decoded; the first byte that is not UTF-8 becomes a finding."""
    try:
        return raw.decode("utf-8"), []
    except UnicodeDecodeError as problem:
        start = problem.start
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        note = error("MC101", "the file is UTF-16, not UTF-8", Span(path), 'save it again with the encoding "UTF-8"')
        return "", [note]
    before = raw[:start].decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    span = span_of(path, before, len(before), len(before))
    span = Span(path, span.line, span.column)
    guess = raw[start : start + 1].decode("cp1252", errors="replace")
    hint = f'byte 0x{raw[start]:02x} would be "{guess}" in Windows-1252; ' if guess.isprintable() else ""
    note = error("MC101", "the file is not UTF-8", span, f'{hint}save the file with the encoding "UTF-8"')
    return raw.decode("utf-8", errors="replace"), [note]


def _clean(path: str, text: str, found: list[Diagnostic]) -> str:
    """Without control characters and invisible line separators, each of the first few reported."""
    if text.isascii() and text.isprintable():
        return text
    before = len(found)
    for number, match in enumerate(_CONTROL.finditer(text)):
        if number < _REPORTED:
            name = f"U+{ord(match[0]):04X}"
            span = span_of(path, text, match.start(), match.end())
            found.append(
                error("MC102", f"a control character ({name}) stands here", span, "delete it; it is invisible")
            )
    for number, match in enumerate(_SEPARATOR.finditer(text)):
        if number < _REPORTED:
            name = f"U+{ord(match[0]):04X}"
            span = span_of(path, text, match.start(), match.end())
            found.append(
                warning(
                    "MC132", f"an invisible line separator ({name}) stands here", span, "type an ordinary line break"
                )
            )
    return _SEPARATOR.sub(" ", _CONTROL.sub("\ufffd", text)) if len(found) > before else text


class LineIndex:
    """Offsets of a text to lines and columns."""

    __slots__ = ("_starts", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._starts: list[int] | None = None

    @property
    def starts(self) -> list[int]:
        """The offset of the start of each line; found when first asked for."""
        if self._starts is None:
            starts = [0]
            at = self.text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = self.text.find("\n", at + 1)
            self._starts = starts
        return self._starts

    def span(self, start: int, end: int) -> Span:
        """The place of characters ``start`` to ``end``; an empty stretch covers one character."""
        size = len(self.text)
        start = max(0, min(start, size))
        end = max(start, min(end, size))
        line, column = self.line_column(start)
        if end == start:
            return Span(self.path, line, column)
        end_line, end_column = self.line_column(end)
        return Span(self.path, line, column, end_line, end_column)

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        """The text of a line (from 1), without its end."""
        start = self.starts[line - 1]
        end = self.text.find("\n", start)
        return self.text[start:] if end < 0 else self.text[start:end]
