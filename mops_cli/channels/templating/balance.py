"""Opening and closing statements, matched."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import Diagnostic, Span, error
from mops_cli.model.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

INNER = {"elif": ("if",), "else": ("if", "for")}


@dataclass(slots=True)
class Balance:
    """Takes statements in order and reports what does not pair up, at the opening tag.

    ``marks`` are the delimiters for the messages; ``openers`` the statements that need an end.
    """

    marks: tuple[str, str]
    openers: frozenset[str]
    report: Callable[[Diagnostic], None]
    ok: bool = True
    _open: list[tuple[str, Span]] = field(default_factory=list)

    def take(self, word: str, span: Span) -> None:
        """The next statement."""
        if word in self.openers:
            self._open.append((word, span))
        elif word.startswith("end") and word[3:] in self.openers:
            self._close(word[3:], span)
        elif word in INNER and not (self._open and self._open[-1][0] in INNER[word]):
            opener = " or ".join(f"`{self._tag(name + ' …')}`" for name in INNER[word])
            self._fail(
                f"`{self._tag(word)}` belongs inside {opener}", span, "put it between the opening and the closing tag"
            )

    def meant(self, inner: str) -> str:
        """The statement that a misspelt one probably is, so that its partner is not reported too; "" if unclear."""
        joined = "".join(inner.split())
        if joined == "end" and self._open:
            return "end" + self._open[-1][0]
        known = [*self.openers, *("end" + word for word in self.openers), *INNER]
        return joined if joined in known else nearest(inner.split(None, 1)[0] if inner else "", known) or ""

    def finish(self) -> bool:
        """Report what is still open; tells whether everything was in balance."""
        for word, span in self._open:
            self._fail(f"`{self._tag(word)}` is never closed", span, f"write `{self._tag('end' + word)}` where it ends")
        self._open.clear()
        return self.ok

    def _close(self, word: str, span: Span) -> None:
        if self._open and self._open[-1][0] == word:
            self._open.pop()
            return
        end = self._tag("end" + word)
        if not any(name == word for name, _ in self._open):
            if self._open:  # what it was meant to close is closed by it, or that would be told as well
                opened, where = self._open.pop()
                message = f"`{end}` cannot close the `{self._tag(opened + ' …')}` of line {where.line}"
                self._fail(message, span, f"write `{self._tag('end' + opened)}`")
                return
            self._fail(f"`{end}` closes nothing", span, f"remove it, or write `{self._tag(word + ' …')}` before it")
            return
        while self._open[-1][0] != word:
            inner, where = self._open.pop()
            self._fail(
                f"`{self._tag(inner)}` is not closed before `{end}` in line {span.line}",
                where,
                f"write `{self._tag('end' + inner)}` first",
            )
        self._open.pop()

    def _fail(self, message: str, span: Span, advice: str) -> None:
        self.ok = False
        self.report(error("MT103", message, span, advice))

    def _tag(self, inside: str) -> str:
        return f"{self.marks[0]} {inside} {self.marks[1]}"
