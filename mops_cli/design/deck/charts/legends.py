"""Legends of charts: ``-legend NAME`` for a series, ``-legend rows`` for the coloured rows of one chart.

The old tools have none. Legends of several charts with the same plot box stand below each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.design.deck.charts.easel import SANS, START
from mops_cli.design.deck.charts.proportional import tint
from mops_cli.design.deck.charts.settings import BadFlag

if TYPE_CHECKING:
    from mops_cli.design.deck.charts.easel import Easel

#: The flags that only this implementation has.
OWN = frozenset({"legend", "legendpos"})
ROWS = "rows"
_LEADING, _SWATCH = 2.0, 1.2
_ACROSS = 4
"""Entries beside each other above a plot."""


def draw(easel: Easel) -> None:
    """The legend of a chart beside or above its plot box."""
    settings = easel.settings
    if settings.legendpos not in ("r", "t"):
        raise BadFlag("legendpos", f'-legendpos is r (right of the plot) or t (above it), not "{settings.legendpos}"')
    for name, color, opacity in _entries(easel):
        _entry(easel, name, color, opacity)


def _entries(easel: Easel) -> list[tuple[str, str, float]]:
    """Names with their colours."""
    settings, table = easel.settings, easel.table
    if settings.legend != ROWS:
        return [(settings.legend, settings.color, 100.0)]
    shares = table.shares
    colors = [tint(easel, number, shares[number]) for number in range(len(table.rows))]
    return [(row.label, *color) for row, color in zip(table.rows, colors, strict=True)]


def _entry(easel: Easel, name: str, color: str, opacity: float) -> None:
    """One swatch with its name, after those that this plot box has already."""
    settings, size = easel.settings, easel.settings.textsize
    box = (settings.left, settings.right, settings.top, settings.bottom, settings.legendpos)
    taken = easel.run.legends.get(box, 0)
    easel.run.legends[box] = taken + 1
    ratio = settings.cw / settings.ch if settings.ch else 1.0
    if settings.legendpos == "r":
        x, y = settings.right + 2 * size, settings.top - taken * size * _LEADING * ratio
    else:
        left = settings.left_or(10.0)
        row, place = divmod(taken, _ACROSS)
        x = left + place * (settings.right - left) / _ACROSS
        y = settings.top + (2.5 + row * _LEADING) * size * ratio
    side = size * _SWATCH
    easel.rect((x + side / 2, y + size * ratio * 0.35), (side, side * ratio), color, opacity)
    easel.text((x + side + size * 0.6, y), name, SANS, size, settings.lcolor, align=START)
