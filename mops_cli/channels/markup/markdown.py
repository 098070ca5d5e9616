"""Markdown to nodes: the only door to markdown-it.

CommonMark with tables and strikethrough; raw HTML is text, so that nothing an author or a value says can
become markup that the brand's blocks did not make.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mops_cli.channels.markup import attributes, fences
from mops_cli.channels.markup.nodes import (
    Attribute,
    BlockUse,
    Break,
    Code,
    Heading,
    Image,
    Inline,
    Link,
    ListNode,
    Node,
    Paragraph,
    Quote,
    Rule,
    Statement,
    Styled,
    Table,
    Text,
)
from mops_cli.channels.templating.words import SENTINEL
from mops_cli.model.diagnostic import Diagnostic, Span, error

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.token import Token

_STYLES = {"strong_open": "strong", "em_open": "em", "s_open": "strike"}
MAX_NESTING = 30


class Reader:
    """Reads one body.

    ``line_span(n)`` gives the author's place of line ``n`` (from 0); ``statement(text)`` gives the source of a
    statement when the text is exactly its sentinel, else None.
    """

    def __init__(
        self,
        line_span: Callable[[int], Span],
        statement: Callable[[str], str | None],
        report: Callable[[Diagnostic], None],
    ) -> None:
        self._line_span = line_span
        self._statement = statement
        self._report = report

    def read(self, text: str) -> tuple[Node, ...]:
        """The nodes of a Markdown text."""
        from markdown_it import MarkdownIt

        parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])
        parser.disable("html_block").disable("html_inline")

        def complain(line: int, code: str, message: str, help: str) -> None:  # noqa: A002
            self._report(error(code, _shown(message), self._line_span(line), _shown(help)))

        fences.install(parser, lambda t: self._statement(t) is not None, complain)
        tokens = parser.parse(text)
        nodes, _ = self._nodes(tokens, 0, None)
        return tuple(nodes)

    def _span(self, token: Token) -> Span:
        if not token.map:
            return self._line_span(0)
        first, last = token.map[0], max(token.map[1] - 1, token.map[0])
        start, end = self._line_span(first), self._line_span(last)
        if start.path != end.path or end.line < start.line:
            return start
        return Span(start.path, start.line, start.column, end.end_line, end.end_column)

    def _nodes(self, tokens: list[Token], at: int, until: str | None) -> tuple[list[Node], int]:
        nodes: list[Node] = []
        while at < len(tokens):
            token = tokens[at]
            if token.type == until:
                return nodes, at + 1
            reader = getattr(self, f"_read_{token.type}", None)
            if reader is None:
                at += 1
                continue
            node, at = reader(tokens, at)
            nodes.append(node)
        return nodes, at

    def _inlines(self, token: Token) -> tuple[Inline, ...]:
        first = token.map[0] if token.map else 0
        return inlines(token.children or [], lambda line: self._line_span(first + line))

    # One reader a token type; each returns its node and the place after it.

    def _read_heading_open(self, tokens: list[Token], at: int) -> tuple[Node, int]:
        token = tokens[at]
        return Heading(int(token.tag[1]), self._inlines(tokens[at + 1]), self._span(token)), at + 3

    def _read_paragraph_open(self, tokens: list[Token], at: int) -> tuple[Node, int]:
        return Paragraph(self._inlines(tokens[at + 1]), self._span(tokens[at])), at + 3

    def _read_blockquote_open(self, tokens: list[Token], at: int) -> tuple[Node, int]:
        children, after = self._nodes(tokens, at + 1, "blockquote_close")
        return Quote(tuple(children), self._span(tokens[at])), after

    def _read_hr(self, tokens: list[Token], at: int) -> tuple[Node, int]:
        return Rule(self._span(tokens[at])), at + 1

    def _read_fence(self, tokens: list[Token], at: int) -> tuple[Node, int]:
        return Code(tokens[at].content.rstrip("\n"), self._span(tokens[at])), at + 1

    _read_code_block = _read_fence

    def _read_mops_statement(self, tokens: list[Token], at: int) -> tuple[Node, int]:
        token = tokens[at]
        return Statement(token.content, self._statement(token.content) or "", self._span(token)), at + 1

    def _read_bullet_list_open(self, tokens: list[Token], at: int) -> tuple[Node, int]:
        return self._list(tokens, at, "bullet_list_close", None)

    def _read_ordered_list_open(self, tokens: list[Token], at: int) -> tuple[Node, int]:
        return self._list(tokens, at, "ordered_list_close", int(tokens[at].attrs.get("start", 1)))

    def _list(self, tokens: list[Token], at: int, until: str, start: int | None) -> tuple[Node, int]:
        span = self._span(tokens[at])
        items: list[tuple[Node, ...]] = []
        tight = True
        at += 1
        while at < len(tokens) and tokens[at].type != until:
            children, after = self._nodes(tokens, at + 1, "list_item_close")
            tight = tight and all(
                t.hidden
                for t in tokens[at + 1 : after]
                if t.type == "paragraph_open" and t.level == tokens[at].level + 1
            )
            items.append(tuple(children))
            at = after
        return ListNode(tuple(items), start, tight, span), at + 1

    def _read_table_open(self, tokens: list[Token], at: int) -> tuple[Node, int]:
        span = self._span(tokens[at])
        rows: list[list[tuple[Inline, ...]]] = []
        aligns: list[str] = []
        while tokens[at].type != "table_close":
            token = tokens[at]
            if token.type == "tr_open":
                rows.append([])
            elif token.type in ("th_open", "td_open"):
                if token.type == "th_open":
                    aligns.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))
                rows[-1].append(self._inlines(tokens[at + 1]))
            at += 1
        head, *body = rows
        return Table(tuple(head), tuple(tuple(row) for row in body), tuple(aligns), span), at + 1

    def _read_mops_block_open(self, tokens: list[Token], at: int) -> tuple[Node, int]:
        token = tokens[at]
        children, after = self._nodes(tokens, at + 1, "mops_block_close")
        line = self._line_span((token.map or [0])[0])
        lexed, wrong = attributes.lex(token.content)
        column = line.column + token.meta.get("column", 0)

        def place(start: int, end: int) -> Span:
            return Span(line.path, line.line, column + start, line.line, column + end)

        for mistake in wrong:
            self._report(
                error("MT504", _shown(mistake.message), place(mistake.start, mistake.end), _shown(mistake.help))
            )
        found = tuple(Attribute(a.name, a.value, place(a.start, a.end)) for a in lexed)
        head = Span(line.path, line.line, line.column, line.line, line.column + len(token.info) + 4)
        return BlockUse(token.info, found, tuple(children), head), after


def _shown(text: str) -> str:
    """A message without sentinels."""
    return SENTINEL.sub("…", text)


def inlines(tokens: list[Token], locate: Callable[[int], Span]) -> tuple[Inline, ...]:
    """The inline nodes of a run of inline tokens; ``locate`` gives the place of its lines, counted from 0."""
    line = 0
    stack: list[tuple[Any, list[Inline]]] = [(None, [])]
    for token in tokens:
        out = stack[-1][1]
        if token.nesting == 1:
            stack.append((token, []))
        elif token.nesting == -1:
            opened, children = stack.pop()
            stack[-1][1].append(_closed(opened, tuple(children)))
        elif token.type == "text":
            if token.content:
                out.append(Text(token.content))
        elif token.type == "code_inline":
            out.append(Styled("code", (Text(token.content),)))
        elif token.type == "image":
            alt = "".join(t.content for t in token.children or [])
            out.append(Image(str(token.attrs.get("src", "")), alt, str(token.attrs.get("title", "")), locate(line)))
        elif token.type in ("softbreak", "hardbreak"):
            out.append(Break(token.type == "hardbreak"))
            line += 1
    return tuple(stack[0][1])


def _closed(token: Token, children: tuple[Inline, ...]) -> Inline:
    if token.type == "link_open":
        return Link(str(token.attrs.get("href", "")), children, str(token.attrs.get("title", "")))
    return Styled(_STYLES.get(token.type, "em"), children)
