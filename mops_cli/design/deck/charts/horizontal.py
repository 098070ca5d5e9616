"""Charts in rows: horizontal bars, word bars, and slopes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.design.deck.charts.easel import END, FAINT, MIDDLE, MONO, SANS, START, TITLE, between
from mops_cli.design.deck.charts.settings import BadFlag

if TYPE_CHECKING:
    from mops_cli.design.deck.charts.easel import Easel

WORD_OPACITY = 30.0


def bars(easel: Easel) -> None:
    """Horizontal bars."""
    settings, size = easel.settings, easel.settings.textsize
    left, half, fall = settings.left_or(30.0), size / 2, size * settings.ls
    if easel.title:
        easel.text((50.0, settings.top + fall * 1.5), easel.title, SANS, size * 1.5, TITLE, align=MIDDLE)
    low = easel.table.low if settings.dmin else 0.0
    y = settings.top
    for row in easel.table.rows:
        label = row.label.replace("\\n", " ").replace("\\t", " ")
        easel.text((left - half, y + half / 2), label, SANS, size, settings.lcolor, align=END)
        end = between(row.value, low, easel.table.high, left, settings.right)
        if settings.dot:
            leader(easel, left, y + half, end, size / 5)
            easel.circle(end, y + half, size * 0.75, settings.color)
        else:
            thickness = settings.barwidth if settings.barwidth > 0 else size
            easel.line((left, y + half), (end, y + half), thickness, settings.color)
        if settings.val:
            easel.text((end + half, y + half / 2), easel.value_text(row.value), MONO, size * 0.75, settings.vcolor)
        y -= fall


def leader(easel: Easel, x: float, y: float, end: float, size: float) -> None:
    """A dotted line to the right."""
    while x < end:
        easel.circle(x, y, size, FAINT)
        x += 1.25


def words(easel: Easel) -> None:
    """Bars behind their labels."""
    settings, size = easel.settings, easel.settings.textsize
    left, half, fall = settings.left_or(20.0), size / 2, size * settings.ls
    if easel.title:
        easel.text((left, settings.top + fall * 1.5), easel.title, SANS, size * 1.5, TITLE)
    low = easel.table.low if settings.dmin else 0.0
    y = settings.top
    for row in easel.table.rows:
        easel.text((left + half, y), row.label, SANS, size, settings.lcolor)
        end = between(row.value, low, easel.table.high, left, settings.right)
        easel.line((left + half, y + half), (end, y + half), size * 1.5, settings.color, WORD_OPACITY)
        if settings.val:
            easel.text((left, y + half / 2), easel.value_text(row.value), MONO, size * 0.75, settings.vcolor, align=END)
        y -= fall


def slopes(easel: Easel) -> None:
    """Pairs of values between two axes, one pair after the other to the right and then below."""
    settings, rows = easel.settings, easel.table.rows
    if len(rows) < 2:
        raise BadFlag("slope", "a slope chart needs at least two values")
    low = easel.table.low if settings.dmin else 0.0
    low = settings.min if settings.min >= 0 else low
    given = settings.max >= 0 and settings.max > low
    high = settings.max if given else easel.table.high
    left, right, top, bottom = settings.left_or(10.0), settings.right, settings.top, settings.bottom
    width, height = right - left, top - bottom
    if easel.title:
        easel.text((left, top + 10), easel.title, SANS, settings.textsize * 2, TITLE)
    x = left
    for index in range(0, len(rows) - 1, 2):
        slope(easel, index, (x, x + width, top, bottom), (low, high, given))
        x += width * 1.6
        if x + width > 100:
            x = left
            top -= height * 1.4
            bottom -= height * 1.4


def slope(easel: Easel, index: int, box: tuple[float, float, float, float], span: tuple[float, float, bool]) -> None:
    """One pair of values."""
    settings, size = easel.settings, easel.settings.textsize
    first, second = easel.table.rows[index], easel.table.rows[index + 1]
    left, right, top, bottom = box
    low, high, given = span
    if first.label:
        easel.text((left + (right - left) / 2, top + 3), first.note, SANS, size * 1.5, settings.lcolor, align=MIDDLE)
    start, end = (between(row.value, low, high, bottom, top) for row in (first, second))
    for x in (left, right):
        easel.line((x, bottom), (x, top), settings.linewidth / 2, "black")
    for x, y in ((left, start), (right, end)):
        easel.circle(x, y, size, settings.color)
    easel.line((left, start), (right, end), settings.linewidth, settings.color)
    for x, row in ((left, first), (right, second)):
        easel.text((x, bottom - 2), row.label, SANS, size, settings.lcolor, align=MIDDLE)
    if given:
        easel.text((left - 1, top), easel.shown(high), SANS, size * 0.75, settings.lcolor, align=END)
    easel.text((left - 1, start), easel.shown(first.value), SANS, size * 0.75, settings.vcolor, align=END)
    easel.text((right + 1, end), easel.shown(second.value), SANS, size * 0.75, settings.vcolor, align=START)
