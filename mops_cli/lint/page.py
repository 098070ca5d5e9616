"""A mail or a page as a small tree: enough for rules about pictures, links, headings and colours.

Recipient-time tags are masked before parsing: an expression becomes a word, a tracked link its real address, a
statement vanishes, so that every branch of the mail is looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905
SILENT = frozenset({"style", "script", "title", "head", "template"})
EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
STATEMENT = re.compile(r"\{%.*?%\}", re.DOTALL)
CLICK = re.compile(r"links\.click\(\s*(\d+)")
LINK = re.compile(r"links\.(\w+)")
RECIPIENT = "mops-recipient"


@dataclass(slots=True)
class Node:
    """An element. ``children`` holds nodes and texts in order."""

    tag: str
    attrs: Mapping[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)
    parent: Node | None = None

    def walk(self) -> Iterator[Node]:
        """This element and all below, in document order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(child for child in reversed(node.children) if isinstance(child, Node))

    def all(self, *tags: str) -> Iterator[Node]:
        """Elements with one of these names."""
        return (node for node in self.walk() if node.tag in tags)

    def text(self) -> str:
        """What a reader sees, white space squeezed; pictures count by their alternative text."""
        parts: list[str] = []
        waiting: list[Node | str] = [self]
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                parts.append(item)
            elif item.tag == "img":
                parts.append(f" {item.attrs.get('alt', '')} ")
            elif item.tag not in SILENT or item is self:
                waiting.extend(reversed(item.children))
        return " ".join("".join(parts).split())

    def style(self) -> dict[str, str]:
        """The inline declarations, names in lower case."""
        return declarations(self.attrs.get("style", ""))


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("#root")
        self.at = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, parent=self.at)
        self.at.children.append(node)
        if tag not in VOID:
            self.at = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.at.children.append(Node(tag, {name: value or "" for name, value in attrs}, parent=self.at))

    def handle_endtag(self, tag: str) -> None:
        node: Node | None = self.at
        while node is not None and node.tag != tag:
            node = node.parent
        if node is not None and node.parent is not None:
            self.at = node.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


def parse(html: str) -> Node:
    """The tree of a document; whatever the input is, some tree comes out."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


def mask(template: str, links: Mapping[int, str]) -> str:
    """A template as a document: expressions become words, tracked links their addresses, statements nothing."""

    def word(match: re.Match[str]) -> str:
        click = CLICK.search(match[0])
        if click:
            return links.get(int(click[1]), "").replace('"', "%22").replace("<", "%3C")
        link = LINK.search(match[0])
        return f"mops:{link[1]}" if link else RECIPIENT

    return EXPRESSION.sub(word, STATEMENT.sub("", template))


def declarations(style: str) -> dict[str, str]:
    """``color: red; padding: 0`` as a mapping; the last of a name wins."""
    found: dict[str, str] = {}
    for part in style.split(";"):
        name, colon, value = part.partition(":")
        if colon:
            found[name.strip().lower()] = value.replace("!important", "").strip()
    return found
