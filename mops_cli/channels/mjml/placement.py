"""Where recipient-time tags may stand in MJML: what they reach the compiler computes with, or it cannot take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.channels.mjml.sentinels import SLOT, STATEMENT, kind, only_statements
from mops_cli.channels.mjml.table import table
from mops_cli.channels.mjml.tree import TEXT, Node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mops_cli.channels.mjml.places import Places
    from mops_cli.channels.mjml.tree import Attribute

CLOSED = frozenset(("mj-navbar", "mj-social", "mj-accordion", "mj-accordion-element", "mj-carousel"))
_STRUCTURAL = frozenset(
    ("mode", "full-width", "hamburger", "icon-position", "thumbnails", "position", "direction", "fluid-on-mobile")
)
_HEAD_TEXT = frozenset(("mj-title", "mj-preview", "mj-style", "mj-raw", "mj-html-attribute"))
_COUNTED = frozenset(("unit", "integer", "boolean"))


def check(root: Node, statements: Mapping[str, str], places: Places) -> None:
    """Report every recipient-time tag below ``root`` that stands where it cannot work."""
    if not places.mention("jx"):
        return
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        node, in_head = stack.pop()
        in_head = in_head or node.tag == "mj-head"
        _attributes(node, places, in_head=in_head)
        if in_head:
            _head_text(node, places)
        elif node.tag in CLOSED:
            for child in node.children:
                if child.tag == TEXT and only_statements(child.text):
                    closed(child, node, places)
        elif node.tag in {"mj-section", "mj-group"}:
            _columns(node, statements, places)
        stack.extend((child, in_head) for child in node.children)


def _attributes(node: Node, places: Places, *, in_head: bool) -> None:
    component = table().components.get(node.tag)
    for attribute in node.attributes:
        found = SLOT.search(attribute.value) if "jx" in attribute.value else None
        if found is None:
            continue
        rule = component.attributes.get(attribute.name) if component else None
        if (rule and rule.type in _COUNTED) or attribute.name in _STRUCTURAL or _border(attribute.name, found.start()):
            _dimension(node, attribute, places)
        elif in_head and found[1] in "es":
            places.error(
                "ME222",
                f"a recipient-time tag cannot stand in an attribute of the head (`{node.tag}`)",
                attribute.start,
                attribute.end,
                "Attributes in the head are copied to many elements. Write it on the element itself, or use a value "
                "known at build time: `[[ ... ]]`.",
            )


def _border(name: str, at: int) -> bool:
    """Whether a tag decides the width of a border."""
    return at == 0 and name.startswith("border") and not name.endswith(("radius", "color"))


def _dimension(node: Node, attribute: Attribute, places: Places) -> None:
    places.error(
        "ME221",
        f"`{attribute.name}` of `{node.tag}` must be a build-time constant",
        attribute.start,
        attribute.end,
        "The layout is computed once for everybody. Write a value such as `120px`, or one known at build time: "
        "`[[ ... ]]`; to choose between two layouts put `{% if %}` around two elements.",
    )


def _head_text(node: Node, places: Places) -> None:
    if node.tag in _HEAD_TEXT:
        if node.tag == "mj-style" and node.get("inline") == "inline":
            _inline_style(node, places)
        return
    if node.tag == TEXT and only_statements(node.text):
        places.error(
            "ME222",
            "a recipient-time tag cannot stand in the head",
            node.start,
            node.end,
            "It may stand inside `mj-title`, `mj-preview`, `mj-style` and `mj-raw`. Elsewhere in the head use "
            "`[% if %]`, which is decided at build time.",
        )


def _inline_style(node: Node, places: Places) -> None:
    found = STATEMENT.search(node.text)
    if found:
        start = node.text_start + found.start()
        places.error(
            "ME223",
            "a recipient-time statement cannot stand in `mj-style inline`: its rules are spread over the elements",
            start,
            start + len(found.group()),
            "Remove `inline`, or decide at build time with `[% if %]`.",
        )


def closed(node: Node, parent: Node, places: Places) -> None:
    """Report something between the elements of one that takes nothing but its own elements."""
    places.error(
        "ME224",
        f"`{parent.tag}` takes neither recipient-time statements nor `mj-raw` between its elements",
        node.start,
        node.open_end or node.end,
        f"Put the statement around the whole `{parent.tag}`, loop at build time with `[% for %]`, or write the HTML "
        "of the whole thing in one `mj-raw`.",
    )


def _columns(node: Node, statements: Mapping[str, str], places: Places) -> None:
    """A column in a loop or a condition gets its width from the number of columns that are written, not shown."""
    open_: list[str] = []
    for child in node.children:
        if child.tag in {TEXT, "mj-raw"}:
            for sentinel in STATEMENT.findall(child.text):
                _follow(kind(statements.get(sentinel, "")), open_)
        elif child.tag in {"mj-column", "mj-group"} and open_ and not child.get("width"):
            _no_width(child, places, looped="for" in open_)


def _follow(word: str, open_: list[str]) -> None:
    if word in {"for", "if"}:
        open_.append(word)
    elif word in {"endfor", "endif"} and open_:
        open_.pop()


def _no_width(node: Node, places: Places, *, looped: bool) -> None:
    report = places.error if looped else places.warning
    what = "a recipient-time loop" if looped else "a recipient-time condition"
    report(
        "ME225",
        f"`{node.tag}` stands in {what} and has no `width`",
        node.start,
        node.open_end,
        'MJML divides the section by the columns it can count. Write the width, e.g. `width="33%"` or `width="200px"`.',
    )
