"""Nodes to HTML, for mails (inside text blocks), web and print."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from mops_cli.channels.markup.nodes import (
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
    Region,
    Rule,
    Statement,
    Styled,
    Table,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_STYLE_TAGS = {"strong": "strong", "em": "em", "strike": "s", "code": "code"}


@dataclass(frozen=True, slots=True)
class HtmlHooks:
    """What the medium decides: a block's form, and where a picture comes from."""

    block: Callable[[BlockUse], str]
    image: Callable[[Image], str]


def html(nodes: tuple[Node, ...], hooks: HtmlHooks) -> str:
    """The nodes as HTML, one top-level element a line."""
    return "\n".join(_node(node, hooks) for node in nodes)


def inline_html(children: tuple[Inline, ...], hooks: HtmlHooks) -> str:
    """Inline nodes as HTML."""
    return "".join(_inline(child, hooks) for child in children)


def _node(node: Node, hooks: HtmlHooks) -> str:
    match node:
        case Heading(level, children):
            return f"<h{level}>{inline_html(children, hooks)}</h{level}>"
        case Paragraph(children):
            return f"<p>{inline_html(children, hooks)}</p>"
        case ListNode():
            return _list(node, hooks)
        case Quote(children):
            return f"<blockquote>\n{html(children, hooks)}\n</blockquote>"
        case Code(text):
            return f"<pre><code>{escape(text, quote=False)}</code></pre>"
        case Rule():
            return "<hr>"
        case Table():
            return _table(node, hooks)
        case BlockUse():
            return hooks.block(node)
        case _:
            return _flow(node, hooks)


def _flow(node: Node, hooks: HtmlHooks) -> str:
    if isinstance(node, Statement):
        return node.word
    assert isinstance(node, Region)
    parts = [part for opening, children in node.parts for part in (opening.word, html(children, hooks))]
    return "\n".join([*parts, node.close.word])


def _list(node: ListNode, hooks: HtmlHooks) -> str:
    tag = "ul" if node.start is None else "ol"
    first = f' start="{node.start}"' if node.start not in (None, 1) else ""
    items = []
    for item in node.items:
        if node.tight:
            body = "\n".join(
                inline_html(child.children, hooks) if isinstance(child, Paragraph) else _node(child, hooks)
                for child in item
            )
        else:
            body = html(item, hooks)
        items.append(f"<li>{body}</li>")
    return f"<{tag}{first}>\n" + "\n".join(items) + f"\n</{tag}>"


def _table(node: Table, hooks: HtmlHooks) -> str:
    def row(cells: tuple[tuple[Inline, ...], ...], tag: str) -> str:
        out = []
        for number, cell in enumerate(cells):
            align = node.aligns[number] if number < len(node.aligns) else ""
            style = f' style="text-align:{align}"' if align else ""
            out.append(f"<{tag}{style}>{inline_html(cell, hooks)}</{tag}>")
        return "<tr>" + "".join(out) + "</tr>"

    body = "\n".join(row(cells, "td") for cells in node.rows)
    return f'<table class="data">\n<thead>{row(node.head, "th")}</thead>\n<tbody>\n{body}\n</tbody>\n</table>'


def _inline(child: Inline, hooks: HtmlHooks) -> str:
    match child:
        case Text(text):
            return escape(text, quote=False)
        case Styled(kind, inner):
            tag = _STYLE_TAGS[kind]
            return f"<{tag}>{inline_html(inner, hooks)}</{tag}>"
        case Link(href, inner, title):
            extra = f' title="{escape(title)}"' if title else ""
            return f'<a href="{escape(href)}"{extra}>{inline_html(inner, hooks)}</a>'
        case Image():
            return hooks.image(child)
        case Break(hard):
            return "<br>\n" if hard else "\n"
