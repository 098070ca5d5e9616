"""Writes out what npm mjml takes for granted and mrml forgets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.channels.mjml.tree import Node

_PICTURES = frozenset(("mj-image", "mj-social-element", "mj-carousel-image"))
_DEAF = frozenset(("mj-accordion-element",))  # mrml does not hand these the defaults of mj-attributes
_NUMBER = re.compile(r"\s*(\d+)")


class Defaults:
    """What ``mj-attributes`` says: for all elements, for a tag, for a class."""

    def __init__(self, root: Node) -> None:
        self.tags: dict[str, dict[str, str]] = {}
        self.classes: dict[str, dict[str, str]] = {}
        head = root.find("mj-head")
        for group in head.children if head else ():
            for node in group.children if group.tag == "mj-attributes" else ():
                values = node.values()
                if node.tag == "mj-class":
                    self.classes.setdefault(values.pop("name", ""), {}).update(values)
                else:
                    self.tags.setdefault(node.tag, {}).update(values)

    def of(self, node: Node) -> dict[str, str]:
        """The values an element gets that it does not write itself, the nearest last."""
        values = {**self.tags.get("mj-all", {}), **self.tags.get(node.tag, {})}
        for name in node.get("mj-class").split():
            values |= self.classes.get(name, {})
        return values


def complete(root: Node) -> Defaults:
    """Add the empty ``alt`` of pictures and the defaults of elements that would miss them."""
    defaults = Defaults(root)
    for node in _elements(root.find("mj-body")):
        if node.tag in _DEAF:
            _add(node, defaults.of(node))
        elif node.tag in _PICTURES and "alt" not in defaults.of(node):
            _add(node, {"alt": ""})
    return defaults


def hero_ratio(node: Node, defaults: Defaults) -> int | None:
    """The height of a fluid hero in percent of its width; None for a hero of fixed height."""
    values = defaults.of(node) | node.values()
    if values.get("mode") != "fluid-height":
        return None
    height, width = (_NUMBER.match(values.get(name, "")) for name in ("background-height", "background-width"))
    if height is None or width is None or int(width[1]) == 0:
        return None
    return (int(height[1]) * 200 + int(width[1])) // (2 * int(width[1]))  # rounded half up, as in npm mjml


def _add(node: Node, values: dict[str, str]) -> None:
    present = node.values()
    for name, value in values.items():
        if name not in present:
            node.add(name, value)


def _elements(node: Node | None) -> Iterator[Node]:
    stack = [node] if node else []
    while stack:
        here = stack.pop()
        yield here
        stack.extend(here.children)
