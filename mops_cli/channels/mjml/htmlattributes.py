"""``mj-html-attributes``: CSS selectors give attributes to elements of the finished HTML. The door to selectolax here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.channels.mjml import marks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mops_cli.channels.mjml.places import Places
    from mops_cli.channels.mjml.tree import Node


def apply(html: str, holders: Iterable[Node], places: Places) -> str:
    """Set what the ``mj-selector`` elements below ``holders`` ask for."""
    from selectolax.lexbor import LexborHTMLParser

    marked = marks.mark(html)
    tree = LexborHTMLParser(marked.copy)
    changes: dict[int, dict[str, str]] = {}
    for selector in (child for holder in holders for child in holder.children if child.tag == "mj-selector"):
        wanted = {
            child.get("name"): marks.escape(child.text.strip())
            for child in selector.children
            if child.tag == "mj-html-attribute" and child.get("name")
        }
        for number in _matches(tree, selector, places):
            changes.setdefault(number, {}).update(wanted)
    return marked.write(changes)


def _matches(tree: object, selector: Node, places: Places) -> list[int]:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    assert isinstance(tree, LexborHTMLParser)
    path = selector.get("path")
    try:
        nodes = tree.css(path) if path.strip() else []
    except (SelectolaxError, ValueError):
        places.error(
            "ME405",
            f"{path!r} is not a CSS selector",
            selector.start,
            selector.open_end,
            'Write a selector such as `path=".hero a"`.',
        )
        return []
    numbers = [int(value) for node in nodes if (value := node.attributes.get(marks.NAME))]
    if not numbers:
        places.warning(
            "ME406",
            f"{path!r} matches nothing in the mail",
            selector.start,
            selector.open_end,
            "Give the element a `css-class` and select that; the selector sees the HTML, not the MJML.",
        )
    return numbers
