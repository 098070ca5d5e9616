"""Offsets over several documents, and their way back to the author's lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import Diagnostic, Severity, Span

if TYPE_CHECKING:
    from collections.abc import Callable


MAX_FINDINGS = 500  # of one mail; more says nothing new and costs time


class Places:
    """Every document of a mail gets a stretch of one number line; findings are collected by their numbers."""

    def __init__(self) -> None:
        self._bases: list[int] = []
        self._documents: list[tuple[str, Callable[[int], Span]]] = []
        self._next = 0
        self.found: list[Diagnostic] = []
        self.failed = False

    def add(self, text: str, locate: Callable[[int], Span]) -> int:
        """Take in a document and return the number of its first character."""
        base = self._next
        self._bases.append(base)
        self._documents.append((text, locate))
        self._next += len(text) + 1
        return base

    def span(self, start: int, end: int = -1) -> Span:
        """The author's place of a stretch; the end is exclusive."""
        index = max(bisect_right(self._bases, start) - 1, 0)
        base = self._bases[index]
        text, locate = self._documents[index]
        first = min(max(start - base, 0), len(text))
        here = locate(first)
        last = min(end - base - 1, len(text) - 1)
        if last <= first:
            return here
        there = locate(last)
        backwards = (there.line, there.column) < (here.line, here.column)
        if there.path != here.path or backwards:
            return here
        return Span(here.path, here.line, here.column, there.end_line, there.end_column)

    def find(self, word: str) -> int:
        """The number of the first place of a word in any document, or -1."""
        for base, (text, _) in zip(self._bases, self._documents, strict=True):
            at = text.find(word)
            if at >= 0:
                return base + at
        return -1

    def mention(self, word: str) -> bool:
        """Whether any document holds a word."""
        return any(word in text for text, _ in self._documents)

    def error(self, code: str, message: str, start: int, end: int, help: str = "") -> None:  # noqa: A002
        """Collect an error."""
        self._collect(Severity.ERROR, code, message, (start, end), help)

    def warning(self, code: str, message: str, start: int, end: int, help: str = "") -> None:  # noqa: A002
        """Collect a warning."""
        self._collect(Severity.WARNING, code, message, (start, end), help)

    def _collect(self, severity: Severity, code: str, message: str, place: tuple[int, int], help_: str) -> None:
        self.failed = self.failed or severity is Severity.ERROR
        if len(self.found) < MAX_FINDINGS:
            self.found.append(Diagnostic(code, severity, message, self.span(*place), help_))


def plain_locate(path: str, text: str) -> Callable[[int], Span]:
    """A locator for text that is exactly the file ``path``."""
    starts: list[int] = []

    def locate(offset: int) -> Span:
        if not starts:
            starts.append(0)
            starts.extend(found.end() for found in re.finditer("\n", text))
        line = bisect_right(starts, offset)
        return Span(path, line, offset - starts[line - 1] + 1)

    return locate
