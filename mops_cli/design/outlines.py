"""Shaped text as outlines: SVG path data with stable numbers."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mops_cli.design import harfbuzz

if TYPE_CHECKING:
    from mops_cli.design.fonts import FontData
    from mops_cli.design.shaping import Line


def path(line: Line, x: float = 0.0, y: float = 0.0, *, digits: int = 2) -> str:
    """The outlines of a line as SVG path data, its left end at ``x`` and its baseline at ``y``.

    Every copy of a glyph has the same numbers but for its place.
    """
    parts: list[str] = []
    for run in line.runs:
        for glyph in run.glyphs:
            outline = _outline(run.font.data, glyph.id, run.size, digits)
            if outline is not None:
                right, down, rest = outline
                parts.append(f"M{number(x + glyph.x + right, digits)} {number(y + glyph.y + down, digits)}{rest}")
    return "".join(parts)


def glyph_path(font: FontData, glyph: int, size: float = 0.0, *, digits: int = 2) -> str:
    """One glyph's outline about its origin, for a ``<symbol>`` that many ``<use>`` share; in font units without a size."""
    outline = _outline(font.data, glyph, size or harfbuzz.open_face(font.data).upem, digits)
    if outline is None:
        return ""
    return f"M{number(outline[0], digits)} {number(outline[1], digits)}{outline[2]}"


@lru_cache(maxsize=8192)
def _outline(data: bytes, glyph: int, size: float, digits: int) -> tuple[float, float, str] | None:
    """Where a glyph's outline begins, and the rest of it in steps from point to point; None for a blank.

    Points are rounded first and steps taken between rounded points, so that no error adds up.
    """
    face = harfbuzz.open_face(data)
    grid = 10**digits
    scale = size / face.upem * grid
    steps = face.outline(glyph)
    if not steps:
        return None
    first = pen = start = (round(steps[0][1][0] * scale), round(-steps[0][1][1] * scale))
    made: list[str] = []
    for at, (letter, numbers) in enumerate(steps):
        if letter == "Z":
            if pen == start and steps[at - 1][0] == "L":
                made.pop()  # closing draws this side anyway
            made.append("z")
            pen = start
            continue
        points = [(round(a * scale), round(-b * scale)) for a, b in zip(numbers[::2], numbers[1::2], strict=True)]
        if at:
            moves = [f"{number((a - pen[0]) / grid, digits)} {number((b - pen[1]) / grid, digits)}" for a, b in points]
            made.append(letter.lower() + " ".join(moves))
        pen = points[-1]
        if letter == "M":
            start = pen
    return first[0] / grid, first[1] / grid, "".join(made)


def number(value: float, digits: int = 2) -> str:
    """A number as SVG takes it: rounded, without trailing zeros, never ``-0``."""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
