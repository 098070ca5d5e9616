"""Nodes to plain text: the text part of a mail, and what an SMS is cut from.

Made from the source, not from the HTML, so that headings, lists and links read as a person would write them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
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
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTH = 72


@dataclass(frozen=True, slots=True)
class TextHooks:
    """``block`` gives a block's text; ``link`` the address to print for a target ('' to leave it out)."""

    block: Callable[[BlockUse], str]
    link: Callable[[str], str]
    width: int = WIDTH


def text(nodes: tuple[Node, ...], hooks: TextHooks) -> str:
    """The nodes as text, wrapped, paragraphs apart by an empty line."""
    parts: list[str] = []
    for node in nodes:
        part = _node(node, hooks)
        if part:
            parts.append(part)
    return "\n\n".join(parts)


def _node(node: Node, hooks: TextHooks) -> str:
    match node:
        case Heading(level, children):
            words = wrap(inline_text(children, hooks), hooks.width)
            longest = max((len(line) for line in words.split("\n")), default=0)
            mark = "=" if level == 1 else "-"
            return f"{words}\n{mark * min(longest, hooks.width)}" if level <= 2 else words
        case Paragraph(children):
            return wrap(inline_text(children, hooks), hooks.width)
        case ListNode():
            return _list(node, hooks)
        case Quote(children):
            inner = text(children, TextHooks(hooks.block, hooks.link, hooks.width - 2))
            return "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))
        case Code(code):
            return "\n".join(f"    {line}".rstrip() for line in code.split("\n"))
        case Rule():
            return "-" * 24
        case Table(head, rows):
            return _table((head, *rows), hooks)
        case BlockUse():
            return hooks.block(node).strip("\n")
        case _:
            return _flow(node, hooks)


def _flow(node: Node, hooks: TextHooks) -> str:
    if isinstance(node, Statement):
        return node.word
    assert isinstance(node, Region)
    # The statement hugs its content, so that a branch not taken leaves no hole of empty lines.
    inner = [part for opening, children in node.parts for part in (opening.word, text(children, hooks))]
    return "".join([*inner, node.close.word])


def _list(node: ListNode, hooks: TextHooks) -> str:
    lines: list[str] = []
    for number, item in enumerate(node.items):
        mark = "- " if node.start is None else f"{node.start + number}. "
        inner = text(item, TextHooks(hooks.block, hooks.link, hooks.width - len(mark)))
        first, *rest = inner.split("\n")
        lines.append(mark + first)
        lines.extend((" " * len(mark) + line).rstrip() for line in rest)
        if not node.tight:
            lines.append("")
    return "\n".join(lines).rstrip("\n")


def _table(rows: tuple[tuple[tuple[Inline, ...], ...], ...], hooks: TextHooks) -> str:
    cells = [[inline_text(cell, hooks) for cell in row] for row in rows]
    widths = [max(len(row[n]) for row in cells if n < len(row)) for n in range(max(len(row) for row in cells))]
    lines = ["  ".join(cell.ljust(widths[n]) for n, cell in enumerate(row)).rstrip() for row in cells]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def inline_text(children: tuple[Inline, ...], hooks: TextHooks) -> str:
    """Inline nodes as words; a link prints its address behind its words."""
    out: list[str] = []
    for child in children:
        match child:
            case Text(words):
                out.append(words)
            case Styled("strong", inner):
                out.append(f"*{inline_text(inner, hooks)}*")
            case Styled("em", inner):
                out.append(f"_{inline_text(inner, hooks)}_")
            case Styled(_, inner):
                out.append(inline_text(inner, hooks))
            case Link(href, inner):
                out.append(_link(href, plain(inner), hooks))
            case Image(_, alt):
                out.append(f"[{alt}]" if alt else "")
            case Break(hard):
                out.append("\n" if hard else " ")
    return "".join(out)


def _link(href: str, label: str, hooks: TextHooks) -> str:
    address = hooks.link(href)
    if not address or label.strip() == href:
        return address or label
    return f"{label} ({address})"


_SPACES = re.compile(r"[ \t\n\r\f\v]+")


def wrap(words: str, width: int) -> str:
    """Break lines at blanks (never at a no-break space); hard line ends stay."""
    return "\n".join(_wrap_line(line, width) for line in words.split("\n"))


def _wrap_line(line: str, width: int) -> str:
    lines: list[str] = []
    current = ""
    for word in _SPACES.split(line.strip(" \t")):
        if not word:
            continue
        if current and len(current) + 1 + len(word) > width:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    lines.append(current)
    return "\n".join(lines)
