"""Nodes to the small markups of chat services: one table row a dialect."""

from __future__ import annotations

import re
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


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a service writes things. ``styles`` maps strong, em, strike, code to opening and closing marks."""

    escape: Callable[[str], str]
    styles: dict[str, tuple[str, str]]
    link: Callable[[str, str], str]
    heading: tuple[str, str]
    quote: tuple[str, str, str]  # before the whole, before each line, after the whole
    bullet: str = "•"


def _slack_escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_DISCORD_SPECIAL = re.compile(r"([\\*_~`|>\[\]#-])")


def _discord_escape(text: str) -> str:
    return _DISCORD_SPECIAL.sub(r"\\\1", text)


def _telegram_escape(text: str) -> str:
    return escape(text, quote=False)


DIALECTS: dict[str, Dialect] = {
    "slack": Dialect(
        _slack_escape,
        {"strong": ("*", "*"), "em": ("_", "_"), "strike": ("~", "~"), "code": ("`", "`")},
        lambda href, label: f"<{_slack_escape(href)}|{label}>",
        ("*", "*"),
        ("", "> ", ""),
    ),
    "telegram": Dialect(
        _telegram_escape,
        {"strong": ("<b>", "</b>"), "em": ("<i>", "</i>"), "strike": ("<s>", "</s>"), "code": ("<code>", "</code>")},
        lambda href, label: f'<a href="{escape(href)}">{label}</a>',
        ("<b>", "</b>"),
        ("<blockquote>", "", "</blockquote>"),
    ),
    "discord": Dialect(
        _discord_escape,
        {"strong": ("**", "**"), "em": ("*", "*"), "strike": ("~~", "~~"), "code": ("`", "`")},
        lambda href, label: f"[{label}]({href})",
        ("**", "**"),
        ("", "> ", ""),
        "-",
    ),
}


@dataclass(frozen=True, slots=True)
class ChatHooks:
    """``block`` gives the text of a block in this dialect."""

    block: Callable[[BlockUse], str]


def chat(nodes: tuple[Node, ...], dialect: Dialect, hooks: ChatHooks) -> str:
    """The nodes in a dialect, paragraphs apart by an empty line."""
    parts = [_node(node, dialect, hooks) for node in nodes]
    return "\n\n".join(part for part in parts if part)


def _node(node: Node, d: Dialect, hooks: ChatHooks) -> str:
    match node:
        case Heading(_, children):
            return d.heading[0] + inline_chat(children, d, inside="strong") + d.heading[1]
        case Paragraph(children):
            return inline_chat(children, d)
        case ListNode(items, start):
            return "\n".join(
                (f"{start + number}." if start is not None else d.bullet)
                + " "
                + "\n".join(_node(child, d, hooks) for child in item)
                for number, item in enumerate(items)
            )
        case Quote(children):
            lines = chat(children, d, hooks).split("\n")
            return d.quote[0] + "\n".join(d.quote[1] + line for line in lines) + d.quote[2]
        case Code(text):
            return d.styles["code"][0] + d.escape(text) + d.styles["code"][1]
        case BlockUse():
            return hooks.block(node)
        case Table(head, rows):
            return "\n".join(" | ".join(inline_chat(cell, d) for cell in row) for row in (head, *rows))
        case _:
            return _flow(node, d, hooks)


def _flow(node: Node, d: Dialect, hooks: ChatHooks) -> str:
    if isinstance(node, Rule):
        return ""
    if isinstance(node, Statement):
        return node.word
    assert isinstance(node, Region)
    inner = [part for opening, children in node.parts for part in (opening.word, chat(children, d, hooks))]
    return "".join([*inner, node.close.word])


def inline_chat(children: tuple[Inline, ...], d: Dialect, *, inside: str = "") -> str:
    """Inline nodes in a dialect; ``inside`` is the style already on (not opened twice)."""
    out: list[str] = []
    for child in children:
        match child:
            case Text(text):
                out.append(d.escape(text))
            case Styled(kind, inner):
                opening, closing = ("", "") if kind == inside else d.styles[kind]
                out.append(opening + inline_chat(inner, d, inside=inside or kind) + closing)
            case Link(href, inner):
                out.append(d.link(href, inline_chat(inner, d, inside=inside)))
            case Image(_, alt):
                out.append(d.escape(alt))
            case Break(hard):
                out.append("\n" if hard else " ")
    return "".join(out)
