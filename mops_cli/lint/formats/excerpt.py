"""The lines around a finding with a caret under the right characters, whatever their width."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mops_cli.model.diagnostic import Span

TAB = 4
WIDEST = 160
CONTEXT = 2
BINARY = 64


def width_of(char: str) -> int:
    """Terminal columns of a character: 2 for wide ones, 0 for marks and invisible ones."""
    if char < "\x7f":
        return 1
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def show(line: str) -> tuple[str, list[int]]:
    """A line as printed (tabs as spaces, control characters visible), and the printed column before each character."""
    shown: list[str] = []
    columns: list[int] = []
    at = 0
    if line.isascii() and line.isprintable():
        return line, list(range(len(line) + 1))
    for char in line:
        columns.append(at)
        if char == "\t":
            text = " " * (TAB - at % TAB)
        elif (
            unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn"}
            or char in "\u2028\u2029\u202a\u202b\u202d\u202e\u2066\u2067\u2069"
        ):
            text = "\ufffd"
        else:
            text = char
        shown.append(text)
        at += len(text) if char == "\t" else width_of(text)
    columns.append(at)
    return "".join(shown), columns


@lru_cache(maxsize=2)
def _lines(text: str) -> list[str]:
    """The lines of a text; its many findings come one after the other."""
    return text.split("\n")


def excerpt(text: str, span: Span, *, context: int = 1) -> list[str]:
    """Numbered lines with a caret line; empty when the span lies outside the text, or the file is no text."""
    if not text or "\0" in text or "\ufffd" in text[:BINARY]:
        return []  # a picture or another file that is no text
    lines = _lines(text)
    if not 1 <= span.line <= len(lines):
        return []
    first = max(1, span.line - min(context, CONTEXT))
    gutter = len(str(span.line))
    printed = [f"{'':{gutter}} |"]
    for number in range(first, span.line + 1):
        shown, columns = show(lines[number - 1].removesuffix("\r"))
        start, end = _caret(span, columns)
        shown, start, end = _window(shown, start, end) if number == span.line else (_cut(shown), start, end)
        printed.append(f"{number:{gutter}} | {shown}".rstrip())
        if number == span.line:
            printed.append(f"{'':{gutter}} | {' ' * start}{'^' * max(1, end - start)}")
    return printed


def _caret(span: Span, columns: list[int]) -> tuple[int, int]:
    """Printed start and end of the caret on the span's first line."""
    last = len(columns) - 1
    start = min(max(span.column - 1, 0), last)
    stop = last if span.end_line > span.line else min(max(span.end_column - 1, start), last)
    return columns[start], columns[stop]


def _cut(shown: str) -> str:
    return shown if len(shown) <= WIDEST else shown[: WIDEST - 1] + "…"


def _window(shown: str, start: int, end: int) -> tuple[str, int, int]:
    """The part of a very long line that holds the caret (columns are approximate there only for wide characters)."""
    if len(shown) <= WIDEST:
        return shown, start, end
    left = max(0, min(start - WIDEST // 3, len(shown) - WIDEST))
    piece = shown[left : left + WIDEST]
    if left:
        piece = "…" + piece[1:]
    if left + WIDEST < len(shown):
        piece = piece[:-1] + "…"
    return piece, start - left, min(end - left, WIDEST)
