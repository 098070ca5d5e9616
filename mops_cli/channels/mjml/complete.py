"""Writes out what npm mjml takes for granted and mrml forgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.channels.mjml.tree import Attribute, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

_PICTURES = frozenset(("mj-image", "mj-social-element", "mj-carousel-image"))
_DEAF = frozenset(("mj-accordion-element",))  # mrml does not hand these the defaults of mj-attributes


def complete(root: Node) -> None:
    """Add the empty ``alt`` of pictures and the defaults of elements that would miss them."""
    defaults, classes = _defaults(root)
    for node in _elements(root.find("mj-body")):
        if node.tag in _DEAF:
            _add(node, {**defaults.get("mj-all", {}), **defaults.get(node.tag, {})})
        elif node.tag in _PICTURES:
            named = [classes.get(name, {}) for name in node.get("mj-class").split()]
            if not any("alt" in source for source in (*named, defaults.get(node.tag, {}), defaults.get("mj-all", {}))):
                _add(node, {"alt": ""})


def _add(node: Node, values: dict[str, str]) -> None:
    present = {attribute.name for attribute in node.attributes}
    node.attributes.extend(
        Attribute(name, value, node.start, node.start, node.open_end)
        for name, value in values.items()
        if name not in present
    )


def _defaults(root: Node) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    defaults: dict[str, dict[str, str]] = {}
    classes: dict[str, dict[str, str]] = {}
    head = root.find("mj-head")
    for group in head.children if head else ():
        for node in group.children if group.tag == "mj-attributes" else ():
            values = {attribute.name: attribute.value for attribute in reversed(node.attributes)}
            if node.tag == "mj-class":
                classes.setdefault(values.pop("name", ""), {}).update(values)
            else:
                defaults.setdefault(node.tag, {}).update(values)
    return defaults, classes


def _elements(node: Node | None) -> Iterator[Node]:
    stack = [node] if node else []
    while stack:
        here = stack.pop()
        yield here
        stack.extend(here.children)
