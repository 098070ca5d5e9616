"""Nodes to MJML: running text becomes text blocks in a column, brand blocks keep the level they are written for.

A block's form that begins with a section, a wrapper or a hero stands beside sections; any other stands in a
column. Loops and conditions wrap whole elements of whatever level their content has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from html import escape
from typing import TYPE_CHECKING

from mops_cli.channels.markup.html import HtmlHooks, html
from mops_cli.channels.markup.nodes import BlockUse, Image, Link, Node, Paragraph, Region, Rule, Statement
from mops_cli.channels.templating.linemap import MappedBuilder, MappedText, Origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.model.diagnostic import Span

_SECTIONS = re.compile(
    r"\s*(?:<!--.*?-->\s*|\[%.*?%\]\s*|\{%.*?%\}\s*|\{#.*?#\}\s*)*<mj-(section|wrapper|hero)\b", re.DOTALL
)


class Level(IntEnum):
    """Where a node may stand: inside a text block, in a column, or beside sections."""

    TEXT = 0
    COLUMN = 1
    SECTION = 2


def form_level(form: str) -> Level:
    """The level that a block's MJML form is written for, by its first element."""
    return Level.SECTION if _SECTIONS.match(form) else Level.COLUMN


@dataclass(frozen=True, slots=True)
class MjmlHooks:
    """``level`` and ``block`` tell about and render a block; ``image`` gives the source of a picture."""

    level: Callable[[BlockUse], Level]
    block: Callable[[BlockUse], MappedText]
    image: Callable[[Image, Span], str]
    html: HtmlHooks


class Flow:
    """Turns nodes into MJML; one use, one flow."""

    def __init__(self, hooks: MjmlHooks) -> None:
        self._hooks = hooks
        self._out = MappedBuilder()
        self._text: list[Node] = []
        self._open = False
        self._here: Span | None = None

    def sections(self, nodes: tuple[Node, ...]) -> MappedText:
        """The nodes as sections, for a layout's body."""
        self._emit(nodes, in_sections=True)
        self._close_section()
        return self._out.done()

    def column(self, nodes: tuple[Node, ...]) -> MappedText:
        """The nodes as elements of a column, for a block's body."""
        self._emit(nodes, in_sections=False)
        self._flush_text()
        return self._out.done()

    def level(self, node: Node) -> Level:
        """The highest level among a node and what a region holds."""
        match node:
            case BlockUse():
                return self._hooks.level(node)
            case Region(parts):
                inner = [self.level(child) for _, children in parts for child in children]
                return max(inner, default=Level.TEXT)
            case Rule():
                return Level.COLUMN
            case Paragraph():
                return Level.COLUMN if _picture(node) else Level.TEXT
            case _:
                return Level.TEXT

    def _emit(self, nodes: tuple[Node, ...], *, in_sections: bool) -> None:
        for node in nodes:
            self._here = node.span
            level = self.level(node)
            if level is Level.TEXT:
                self._text.append(node)
            elif isinstance(node, Region):
                self._region(node, level, in_sections=in_sections)
            elif level is Level.SECTION:
                self._close_section()
                self._add(self._element(node))
            else:
                self._ready_column(in_sections=in_sections)
                self._add(self._element(node))

    def _region(self, region: Region, level: Level, *, in_sections: bool) -> None:
        for opening, children in region.parts:
            self._boundary(opening, level, in_sections=in_sections)
            self._emit(children, in_sections=in_sections)
        self._boundary(region.close, level, in_sections=in_sections)

    def _boundary(self, statement: Statement, level: Level, *, in_sections: bool) -> None:
        if level is Level.SECTION and in_sections:
            self._close_section()
        else:
            self._ready_column(in_sections=in_sections)
        self._line(statement.word, statement.span)

    def _ready_column(self, *, in_sections: bool) -> None:
        if in_sections and not self._open and self._here is not None:
            self._line("<mj-section><mj-column>", self._text[0].span if self._text else self._here)
            self._open = True
        self._flush_text()

    def _close_section(self) -> None:
        if self._text and not self._open:
            self._ready_column(in_sections=True)
        self._flush_text()
        if self._open:
            self._out.plain("</mj-column></mj-section>\n")
            self._open = False

    def _flush_text(self) -> None:
        if not self._text:
            return
        first = self._text[0]
        self._line("<mj-text>", first.span)
        for node in self._text:
            self._line(html((node,), self._hooks.html), node.span)
        self._out.plain("</mj-text>\n")
        self._text = []

    def _element(self, node: Node) -> MappedText:
        if isinstance(node, BlockUse):
            return self._hooks.block(node)
        builder = MappedBuilder()
        if isinstance(node, Paragraph):
            builder.add(self._image(node), _at(node.span), 0, exact=False, end=1)
        else:
            builder.add("<mj-divider />", _at(node.span), 0, exact=False, end=1)
        return builder.done()

    def _image(self, node: Paragraph) -> str:
        image, href = _picture(node) or (Image("", ""), "")
        source = self._hooks.image(image, image.span or node.span)
        link = f' href="{escape(href)}"' if href else ""
        title = f' title="{escape(image.title)}"' if image.title else ""
        return f'<mj-image src="{escape(source)}" alt="{escape(image.alt)}"{title}{link} />'

    def _line(self, text: str, span: Span) -> None:
        self._out.add(text, _at(span), 0, exact=False, end=1)
        self._out.plain("\n")

    def _add(self, part: MappedText) -> None:
        self._out.copy(part, 0, len(part.text))
        self._out.plain("\n")


def _at(span: Span) -> Origin:
    return Origin(span.path, "", span.line, lambda _start, _end: span)


def _picture(node: Paragraph) -> tuple[Image, str] | None:
    """The picture and its link when a paragraph holds nothing else."""
    match node.children:
        case (Image() as image,):
            return image, ""
        case (Link(href, (Image() as image,)),):
            return image, href
        case _:
            return None
