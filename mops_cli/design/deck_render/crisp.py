"""The display list on a grid of pixels: lines of text stand on whole pixels, and thin upright or level lines fill them.

Only pictures of a fixed size are treated like this. Nothing moves by more than a pixel.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from mops_cli.design.deck_render.display import Group, Letters, Stroke

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.design.deck_render.display import Item

#: Lines of more pixels are left as they are.
_THIN = 3.0
_TINY = 1e-6


def on_pixels(items: tuple[Item, ...], scale: float, *, compat: bool = False) -> tuple[Item, ...]:
    """The items, adjusted to a picture with ``scale`` pixels per unit. What is turned stays as it is.

    Lines of one width stay equally wide, in the pixels that they cover most; with ``compat`` each edge of a line goes to the
    nearest pixel, as in the pictures of the old tools.
    """
    return tuple(_adjusted(item, scale, compat=compat) for item in items)


def _adjusted(item: Item, scale: float, *, compat: bool) -> Item:
    if isinstance(item, Letters):
        return replace(item, y=math.floor(item.y * scale + _TINY) / scale)
    if isinstance(item, Stroke):
        return _line(item, scale, _by_edges if compat else _evenly)
    if isinstance(item, Group) and not item.angle:
        return replace(item, items=on_pixels(item.items, scale, compat=compat))
    return item


def _line(item: Stroke, scale: float, place: Callable[[float, float], tuple[int, int]]) -> Stroke:
    wide = item.width * scale
    if len(item.steps) != 2 or item.steps[1][0] != "L" or wide >= _THIN:
        return item
    (x1, y1), (x2, y2) = item.steps[0][1], item.steps[1][1]
    if abs(x1 - x2) < _TINY:
        low, high = place(x1 * scale, wide)
        x1 = x2 = (low + high) / 2 / scale
    elif abs(y1 - y2) < _TINY:
        low, high = place(y1 * scale, wide)
        y1 = y2 = (low + high) / 2 / scale
    else:
        return item
    return replace(item, steps=(("M", (x1, y1)), ("L", (x2, y2))), width=(high - low) / scale)


def _evenly(middle: float, wide: float) -> tuple[int, int]:
    """The pixels of a line: as many as it is wide, where it covers most of them."""
    pixels = max(1, round(wide))
    low = math.floor(middle - pixels / 2 + 0.5)
    return low, low + pixels


def _by_edges(middle: float, wide: float) -> tuple[int, int]:
    """The pixels between the nearest edges, at least one."""
    low, high = (math.floor(middle + side * wide / 2 + 0.5) for side in (-1, 1))
    return low, max(high, low + 1)
