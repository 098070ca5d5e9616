"""The contact sheet: one picture that shows a deck at every size, with the platforms' names and safe zones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.design.deck_render.display import Box, Item, Letters, Page, Paint, Picture, Stroke
from mops_cli.design.deck_render.images import recognise
from mops_cli.design.deck_render.png import to_png
from mops_cli.design.deck_render.typesetting import Typesetter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mops_cli.design.fonts import FontSet

CELL, GAP, HEAD, WORDS = 300.0, 28.0, 78.0, 62.0
GROUND, INK, QUIET = Paint("#f2f1ee"), Paint("#1c1c1c"), Paint("#5c5c5c")
TITLE, NAME, SMALL = ("bold", 26.0, INK), ("bold", 14.0, INK), ("sans", 12.0, QUIET)
ZONE, COVERED, EDGE = Paint("#d6006e"), Paint("#d6006e", 0.28), Paint("#c9c6bf")


@dataclass(frozen=True, slots=True)
class Cell:
    """A page at one size: what the size is called, its pixels, and its safe zone (x, y, width, height) if it has one."""

    page: Page
    name: str
    pixels: tuple[int, int]
    safe: tuple[float, float, float, float] | None = None
    reason: str = ""


def sheet(title: str, cells: Sequence[Cell], fonts: FontSet) -> tuple[bytes, int, int]:
    """The sheet as PNG, and its width and height.

    Raises:
        DrawingError: a picture cannot be drawn.
        MissingNativeLibrary: the cairo library is not installed.
    """
    columns = max(1, min(len(cells), 5 if len(cells) > 8 else 4))
    setter = Typesetter(fonts)
    width = columns * (CELL + GAP) + GAP
    items: list[Item] = [Box(0, 0, width, 10_000, GROUND), *_words(setter, title, (GAP, 48), TITLE)]
    y = HEAD
    for start in range(0, len(cells), columns):
        row = cells[start : start + columns]
        tallest = max(_scaled(cell)[1] for cell in row)
        for at, cell in enumerate(row):
            items += _cell(setter, cell, GAP + at * (CELL + GAP), y, tallest)
        y += tallest + WORDS
    height = math.ceil(y + GAP / 2)
    items[0] = Box(0, 0, width, height, GROUND)
    page = Page(width, height, tuple(items), alt=title)
    return to_png(page, math.ceil(width), height), math.ceil(width), height


def _scaled(cell: Cell) -> tuple[float, float]:
    """A page's size on the sheet."""
    scale = min(CELL / cell.page.width, CELL * 1.25 / cell.page.height)
    return cell.page.width * scale, cell.page.height * scale


def _cell(setter: Typesetter, cell: Cell, x: float, y: float, tallest: float) -> list[Item]:
    width, height = _scaled(cell)
    top = y + tallest - height
    # Twice as many pixels as it is wide, so that the sheet may be enlarged.
    data = to_png(cell.page, max(1, round(width * 2)), max(1, round(height * 2)))
    file = recognise(cell.name, data)
    items: list[Item] = []
    if file is not None:
        items.append(Picture(x, top, width, height, file, alt=cell.name))
    items.append(_frame((x, top, width, height), EDGE, 1.0))
    if cell.safe is not None:
        items += _zone(cell.safe, (x, top, width, height))
    items += _words(setter, cell.name, (x, y + tallest + 20), NAME)
    pixels = f"{cell.pixels[0]} × {cell.pixels[1]}" + (f" · {cell.reason}" if cell.reason else "")
    items += _words(setter, pixels, (x, y + tallest + 37), SMALL)
    return items


def _zone(safe: tuple[float, float, float, float], box: tuple[float, float, float, float]) -> list[Item]:
    """A veil over what may be covered, and a line around what stays visible."""
    x, y, width, height = box
    left, top, wide, high = safe[0] * width, safe[1] * height, safe[2] * width, safe[3] * height
    right, bottom = left + wide, top + high
    veils = [
        Box(x, y, width, top, COVERED),
        Box(x, y + bottom, width, height - bottom, COVERED),
        Box(x, y + top, left, high, COVERED),
        Box(x + right, y + top, width - right, high, COVERED),
    ]
    shown: list[Item] = [veil for veil in veils if veil.width > 0 and veil.height > 0]
    return [*shown, _frame((x + left, y + top, wide, high), ZONE, 1.5)]


def _frame(box: tuple[float, float, float, float], paint: Paint, stroke: float) -> Stroke:
    x, y, width, height = box
    steps = (("M", (x, y)), ("L", (x + width, y)), ("L", (x + width, y + height)), ("L", (x, y + height)), ("Z", ()))
    return Stroke(steps, stroke, paint)


def _words(setter: Typesetter, text: str, at: tuple[float, float], look: tuple[str, float, Paint]) -> list[Item]:
    font, size, paint = look
    line = setter.shortened(text, font, CELL * (4 if size > 20 else 1) / size)
    return [Letters(*at, size, line, paint)] if line.runs else []
