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
_LETTER = 0.58
"""About the width of a letter, in text sizes: what is measured comes after the language."""


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
    row, used = easel.run.legends.get(box, (0, 0.0))
    ratio = settings.cw / settings.ch if settings.ch else 1.0
    side = size * _SWATCH
    if settings.legendpos == "r":
        x, y = settings.right + 2 * size, settings.top - row * size * _LEADING * ratio
        easel.run.legends[box] = (row + 1, 0.0)
    else:
        left, wide = settings.left_or(10.0), side + (2.5 + len(name) * _LETTER) * size
        if used and left + used + wide > settings.right:
            row, used = row + 1, 0.0
        x, y = left + used, settings.top + (2.5 + row * _LEADING) * size * ratio
        easel.run.legends[box] = (row, used + wide)
    easel.rect((x + side / 2, y + size * ratio * 0.35), (side, side * ratio), color, opacity)
    easel.text((x + side + size * 0.6, y), name, SANS, size, settings.lcolor, align=START)
