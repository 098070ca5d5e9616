"""Outlook's table cells around the columns of a group: the engine makes them too narrow.

mrml takes a column's own padding and border off the width of the cell that holds the column, down to negative widths;
npm mjml leaves the cell as wide as the column. What was taken off is added again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mops_cli.channels.mjml.complete import Defaults
    from mops_cli.channels.mjml.tree import Node

_BOX = '<div class="mj-outlook-group-fix'
_CELL = re.compile(r'<!--\[if mso \| IE\]><td style="[^"]*?width:(-?[\d.]+)px;"><!\[endif\]-->$')
_PIXELS = re.compile(r"\s*(\d+(?:\.\d+)?)")


def widen_group_cells(html: str, nodes: Iterable[Node], defaults: Defaults) -> str:
    """Correct the cells.

    Args:
        html: the engine's output.
        nodes: what was written for the engine, in order.
        defaults: what ``mj-attributes`` says.
    """
    boxes: list[Node] = []
    inside: set[int] = set()
    for node in nodes:
        if node.tag == "mj-column":
            boxes.append(node)
        elif node.tag == "mj-group":
            inside.update(id(child) for child in node.children)
    if not inside or html.count(_BOX) != len(boxes):
        return html
    out: list[str] = []
    last = at = 0
    for node in boxes:
        at = html.index(_BOX, at)
        off = _taken_off(defaults.of(node) | node.values()) if id(node) in inside else 0
        found = _CELL.search(html, max(at - 200, last), at) if off else None
        if found:
            out.append(f"{html[last : found.start(1)]}{float(found[1]) + off:g}")
            last = found.end(1)
        at += len(_BOX)
    return "".join([*out, html[last:]])


def _taken_off(values: Mapping[str, str]) -> float:
    """The horizontal padding and border of a column in pixels."""
    total = 0.0
    for side, place in (("left", 3), ("right", 1)):
        total += _number(values.get(f"padding-{side}") or _side(values.get("padding", ""), place))
        total += _number(values.get(f"border-{side}") or values.get("border", ""))
    return total


def _side(padding: str, place: int) -> str:
    parts = padding.split()
    if len(parts) in {2, 3}:
        return parts[1]
    return parts[place if len(parts) == 4 else 0] if parts else ""


def _number(text: str) -> float:
    found = _PIXELS.match(text)
    return float(found[1]) if found else 0.0
