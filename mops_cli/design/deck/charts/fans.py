"""Fan and bow tie: two groups of shares as wedges, with a balanced legend."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mops_cli.design.deck.charts.easel import END, MIDDLE, SANS, START, TITLE
from mops_cli.design.deck.charts.proportional import at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mops_cli.design.deck.charts.data import Row
    from mops_cli.design.deck.charts.easel import Easel

FAN_SPAN, WING_SPAN, PAD = 110.0, 90.0, 10.0


def _place(easel: Easel) -> tuple[float, float]:
    settings = easel.settings
    return settings.left_or(50.0), settings.top - settings.psize / 2


def wedge(easel: Easel, row: Row, start: float, end: float) -> None:
    """One share: an arc whose stroke is its size, and its percentage."""
    size = easel.settings.psize
    centre = _place(easel)
    easel.arc(centre, size, size, (min(start, end), max(start, end)), row.note)
    x, y = at(easel, centre, size * 0.9, math.radians((start + end) / 2))
    easel.text((x, y), f"{row.value:.1f}%", SANS, easel.settings.textsize, "", align=MIDDLE)


def wedges(easel: Easel, rows: Sequence[Row], start: float, span: float) -> None:
    """Shares one after the other; a negative span goes clockwise."""
    for row in rows:
        end = start + row.value / 100 * span
        wedge(easel, row, start, end)
        start = end


def fan(easel: Easel) -> None:
    """The first half of the data above, the second half below."""
    settings, rows = easel.settings, easel.table.rows
    half = len(rows) // 2
    x, y = _place(easel)
    if easel.title:
        easel.text((x, y + settings.psize * 1.5), easel.title, SANS, settings.textsize * 1.5, TITLE, align=MIDDLE)
    wedges(easel, rows[:half], 145.0, -FAN_SPAN)
    wedges(easel, rows[half : 2 * half][::-1], 215.0, FAN_SPAN)
    if settings.val:
        side = settings.psize + PAD
        legend(easel, rows[:half], ((x - side, y + PAD, 3.0, START), (x + side, y + PAD, -3.0, END)))


def bow_tie(easel: Easel) -> None:
    """The first half of the data to the left, the second half to the right."""
    settings, rows = easel.settings, easel.table.rows
    half = len(rows) // 2
    x, y = _place(easel)
    wedges(easel, rows[:half], 135.0, WING_SPAN)
    wedges(easel, rows[half : 2 * half], 315.0, WING_SPAN)
    height = y + settings.psize * 1.2
    if settings.val:
        left = x - settings.textsize - 1
        above, below = y + settings.psize + PAD, y - settings.psize * 0.6
        legend(easel, rows[:half], ((left, above, 3.0, START), (left, below, 3.0, START)))
        height = 92.0
    if easel.title:
        easel.text((x, height), easel.title, SANS, settings.textsize * 1.5, TITLE, align=MIDDLE)


def legend(easel: Easel, rows: Sequence[Row], columns: Sequence[tuple[float, float, float, str]]) -> None:
    """Two columns of dots and labels; the second takes what is left over of groups of three."""
    first = len(rows) - len(rows) % 3
    size = easel.settings.textsize
    for part, (x, y, offset, align) in zip((rows[:first], rows[first:]), columns, strict=True):
        for row in part:
            easel.circle(x, y, size + 1, row.note)
            legend_label(easel, row.label, x + offset, y, align)
            y -= size * 5.5


def legend_label(easel: Easel, label: str, x: float, y: float, align: str) -> None:
    """A label, in lines when it holds a literal backslash-n."""
    size = easel.settings.textsize
    parts = label.split("\\n")
    if len(parts) == 1:
        easel.text((x, y - size / 3), label, SANS, size, "", align=align)
        return
    y += size * (len(parts) // 3)
    for part in parts:
        easel.text((x, y), part, SANS, size, "", align=align)
        y -= size * 1.8
