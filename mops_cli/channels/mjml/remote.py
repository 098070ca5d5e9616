"""What a mail would ask other hosts for although nobody wrote it down: pictures by default, style sheets of strangers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mops_cli.channels.mjml.table import table

if TYPE_CHECKING:
    from mops_cli.channels.mjml.complete import Defaults
    from mops_cli.channels.mjml.places import Places
    from mops_cli.channels.mjml.tree import Node

_STYLE_SHEET = re.compile(
    r"@import\s+(?:url\(\s*)?[\"']?(?:https?:)?//[^\s\"')]+|<link\b[^>]*\bhref\s*=\s*[\"']?(?:https?:)?//[^\s\"'>]+",
    re.IGNORECASE,
)
_DRAWN = ("mj-social", "mj-accordion", "mj-carousel")


def check(root: Node, defaults: Defaults, places: Places) -> None:
    """Report them below ``root``."""
    if any(places.mention(tag) for tag in _DRAWN):
        _pictures(root, defaults, places)
    if places.mention("//"):
        head = root.find("mj-head")
        for node in head.children if head else ():
            if node.tag in {"mj-style", "mj-raw"}:
                _style_sheets(node, places)


def _pictures(root: Node, defaults: Defaults, places: Places) -> None:
    stack = [root]
    while stack:
        node = stack.pop()
        stack.extend(node.children)
        if node.tag == "mj-social-element":
            values = defaults.of(node) | node.values()
            missing = ["src"] if values.get("name") and "src" not in values else []
        elif node.tag in _DRAWN:
            missing = _missing(node, defaults)
        else:
            continue
        if missing:
            _report(node, missing, places)


def _missing(node: Node, defaults: Defaults) -> list[str]:
    """The pictures that the component would take from where its makers keep them."""
    rules = table().components[node.tag].attributes
    values = defaults.of(node) | node.values()
    wanted = [name for name, rule in rules.items() if (rule.default or "").startswith("http") and name not in values]
    inner = [defaults.of(child) | child.values() for child in node.children if child.tag == "mj-accordion-element"]
    return [name for name in wanted if not inner or any(name not in own for own in inner)]


def _report(node: Node, missing: list[str], places: Places) -> None:
    shown = ", ".join(f"`{name}`" for name in missing)
    places.warning(
        "ME407",
        f"`{node.tag}` says no {shown}: the mail would load a picture from a host of MJML's makers",
        node.start,
        node.open_end,
        f'Write `{missing[0]}="[[ asset("icons/name.png") ]]"` with a picture of your own.',
    )


def _style_sheets(node: Node, places: Places) -> None:
    for found in _STYLE_SHEET.finditer(node.text):
        start = node.text_start + found.start()
        places.warning(
            "ME408",
            "each opened mail would ask another host for a style sheet",
            start,
            start + len(found.group()),
            "Write the rules into `<mj-style>`; name fonts by family with fallbacks.",
        )
