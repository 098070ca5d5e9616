"""Recipient-time tags become sentinels, before Markdown and MJML see them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mops_cli.channels.templating.balance import Balance
from mops_cli.channels.templating.linemap import MappedBuilder, MappedText
from mops_cli.channels.templating.tag_check import RECIPIENT_STATEMENTS, check_expression, check_statement
from mops_cli.channels.templating.tags import RECIPIENT, Piece, scan
from mops_cli.channels.templating.words import SENTINEL
from mops_cli.model.diagnostic import Span, error

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.channels.templating.faults import Fault
    from mops_cli.channels.templating.slots import SlotTable

    Translate = Callable[[str, Span], str | None]

_DELIMITERS = ("{{", "}}", "{%", "%}", "{#", "#}")


def protect(source: MappedText, table: SlotTable, translate: Translate | None = None) -> MappedText:
    """The text with a sentinel for every tag; faults of the tags are reported at their place.

    ``translate`` is asked first for every ``{{ t(...) }}`` and gives the text (with sentinels) in its place.
    """
    if "{" not in source.text:
        return source
    pieces = scan(source.text, RECIPIENT)
    if len(pieces) == 1 and pieces[0].kind == "data" and not pieces[0].raw:
        return source
    return _Protector(source, table, translate, pieces).run()


class _Protector:
    def __init__(self, source: MappedText, table: SlotTable, translate: Translate | None, pieces: list[Piece]) -> None:
        self._source = source
        self._table = table
        self._translate = translate
        self._pieces = pieces
        self._balance = Balance(("{%", "%}"), frozenset({"if", "for"}), table.report)
        self._out = MappedBuilder()

    def run(self) -> MappedText:
        for index, piece in enumerate(self._pieces):
            if piece.kind == "data":
                self._data(index, piece)
            else:
                self._tag(piece)
        self._balance.finish()
        return self._out.done()

    def _data(self, index: int, piece: Piece) -> None:
        start, end = piece.start, piece.end
        text = self._source.text
        if piece.raw:
            self._raw(start, end)
            return
        before = self._pieces[index - 1] if index else None
        after = self._pieces[index + 1] if index + 1 < len(self._pieces) else None
        if before and before.trim_right:
            start = min(end, start + len(text[start:end]) - len(text[start:end].lstrip()))
        if after and after.trim_left:
            end = start + len(text[start:end].rstrip())
        if before and before.kind == "comment" and not before.trim_right and self._alone(index - 1):
            start = min(end, text.find("\n", start) + 1) if "\n" in text[start:end] else end
        self._out.copy(self._source, start, end)

    def _alone(self, index: int) -> bool:
        """Whether a comment has its lines to itself."""
        text, piece = self._source.text, self._pieces[index]
        before = text[text.rfind("\n", 0, piece.start) + 1 : piece.start]
        stop = text.find("\n", piece.end)
        after = text[piece.end : stop if stop >= 0 else len(text)]
        return not before.strip() and not after.strip()

    def _raw(self, start: int, end: int) -> None:
        """The inside of a raw block: its delimiters become inert values."""
        text = self._source.text
        at = start
        while at < end:
            hits = [hit for hit in (text.find(mark, at, end) for mark in _DELIMITERS) if hit >= 0]
            stop = min(hits, default=end)
            self._out.copy(self._source, at, stop)
            if stop < end:
                span = self._source.span(stop, stop + 2)
                self._out.replace(self._table.value(text[stop : stop + 2], span), self._source, stop, stop + 2)
            at = stop + 2 if stop < end else end

    def _tag(self, piece: Piece) -> None:
        span = self._source.span(piece.start, piece.end)
        if not piece.closed:
            self._unclosed(piece)
            return
        if piece.kind == "comment":
            return
        inner = piece.inner.strip()
        if SENTINEL.search(inner):
            # Only a value printed in an unexpected way gets here (a macro, a block of set).
            self._table.report(
                error(
                    "MT108",
                    "a build-time tag inside this one prints text, not a value",
                    span,
                    "print a plain value inside `{{ }}`",
                )
            )
            return
        word = self._print(inner, piece, span) if piece.kind == "print" else self._statement(inner, piece, span)
        self._out.replace(word, self._source, piece.start, piece.end)

    def _print(self, inner: str, piece: Piece, span: Span) -> str:
        if self._translate is not None and inner.startswith("t(") and inner.endswith(")"):
            text = self._translate(inner, span)
            if text is not None:
                return text
        fault = check_expression(inner)
        if fault is not None:
            self._fault(fault, piece, span)
            return ""
        return self._table.expression(inner, span, _lead(piece, span))

    def _statement(self, inner: str, piece: Piece, span: Span) -> str:
        word = inner.split(None, 1)[0] if inner else ""
        word = word.split("(", 1)[0]
        fault = check_statement(word, inner)
        if fault is not None and fault.code == "MT104":
            word = self._balance.meant(inner)
        self._balance.take(word, span)
        if fault is not None:
            self._fault(fault, piece, span)
            return self._table.statement(_stand_in(word, inner), span) if word in RECIPIENT_STATEMENTS else ""
        return self._table.statement(inner, span, _lead(piece, span))

    def _fault(self, fault: Fault, piece: Piece, span: Span) -> None:
        where = span
        if fault.word:
            at = piece.inner.find(fault.word)
            if at >= 0:
                start = piece.inner_start + at
                where = self._source.span(start, start + len(fault.word))
        self._table.report(error(fault.code, fault.message, where, fault.help))

    def _unclosed(self, piece: Piece) -> None:
        opener = self._source.text[piece.start : piece.start + 2]
        closer = {"{{": "}}", "{%": "%}", "{#": "#}"}[opener]
        message = f"`{opener}` is never closed"
        advice = f"write `{closer}` where the tag ends; for the two characters themselves write `{{{{ '{opener}' }}}}`"
        if piece.inner == "raw":
            message, advice = "`{% raw %}` is never closed", "write `{% endraw %}` after it"
        self._table.report(error("MT102", message, self._source.span(piece.start, piece.start + 2), advice))


def _stand_in(word: str, inner: str) -> str:
    """A sound statement for one with a fault, so that what surrounds it is still read as it was meant."""
    if word == "for":
        named = re.match(r"for\s+([A-Za-z_]\w*)", inner)
        return f"for {named[1] if named else 'item'} in []"
    return {"if": "if true", "elif": "elif true", "set": "set nothing = none"}.get(word, word)


def _lead(piece: Piece, span: Span) -> int:
    """How far the source of a tag is from its start, when the tag stands in one line as the author wrote it."""
    if span.line != span.end_line or span.end_column - span.column != piece.end - piece.start:
        return -1
    return piece.inner_start - piece.start + len(piece.inner) - len(piece.inner.lstrip())
