"""Charts of shares: donut, map, grids, and the radial plot."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mops_cli.design.deck.charts.easel import END, FAINT, MIDDLE, MONO, SANS, TITLE, between

if TYPE_CHECKING:
    from mops_cli.design.deck.charts.easel import Easel

BLUES = (
    "rgb(8,69,148)",
    "rgb(33,113,181)",
    "rgb(66,146,198)",
    "rgb(107,174,214)",
    "rgb(158,202,225)",
    "rgb(198,219,239)",
    "rgb(239,243,255)",
)
MAX_SPOKES = 2000


def tint(easel: Easel, index: int, share: float) -> tuple[str, float]:
    """The colour and opacity of a share: of the series, of its row, or of the chart."""
    settings, note = easel.settings, easel.table.rows[index].note
    if settings.color == "std":
        return BLUES[index % len(BLUES)], 100.0
    if note:
        return note, 100.0 if settings.solidpmap else 40.0
    return settings.color, share


def donut(easel: Easel) -> None:
    """A ring divided by shares, counter-clockwise from three o'clock."""
    settings, size = easel.settings, easel.settings.psize
    x, y = settings.left_or(50.0), settings.top - size / 2
    if easel.title:
        easel.text((x, y + size * 1.2), easel.title, SANS, settings.textsize * 1.5, TITLE, align=MIDDLE)
    start = 0.0
    for index, share in enumerate(easel.table.shares):
        end = start + share * 3.6
        color, opacity = tint(easel, index, share)
        easel.arc((x, y), size, settings.pwidth, (start, end), color, opacity=opacity)
        if settings.val:
            middle = math.radians((start + end) / 2)
            label = f"{easel.table.rows[index].label} {easel.percent(share)}"
            lx, ly = x + size * 0.85 * math.cos(middle), y + size * 0.85 * math.sin(middle)
            easel.text((lx, ly), label, SANS, settings.textsize, "", align=MIDDLE)
        start = end


def share_map(easel: Easel) -> None:
    """One thick line divided by shares."""
    settings, size = easel.settings, easel.settings.textsize
    left, top, thickness = settings.left_or(20.0), settings.top, settings.pwidth
    width = settings.right - left
    if easel.title:
        easel.text((left + width / 2, top + thickness * 2), easel.title, SANS, size * 1.5, TITLE, align=MIDDLE)
    x = left
    for index, share in enumerate(easel.table.shares):
        row = easel.table.rows[index]
        part = share * width / 100
        middle, y = x + part / 2, top
        if share < 3 or len(row.label) > settings.pmlen:
            y = top - thickness * 1.2
            easel.line((middle, y + size * 1.5), (middle, top), 0.1, FAINT)
        color, opacity = tint(easel, index, share)
        easel.line((x, top), (x + part, top), thickness, color, opacity)
        ink = "white" if opacity == 100 else "black"
        if settings.val:
            easel.text((middle, y - thickness), easel.shown(row.value), MONO, size / 2, settings.vcolor, align=MIDDLE)
        easel.text((middle, y + thickness), row.label, SANS, size * 0.75, settings.lcolor, align=MIDDLE)
        easel.text((middle, y - size / 2), easel.percent(share), SANS, size, ink, align=MIDDLE)
        x += part - 0.1


def dot_grid(easel: Easel) -> None:
    """Ten by ten dots, coloured by shares, and a legend."""
    settings, size, step = easel.settings, easel.settings.textsize, easel.settings.ls
    left, top = settings.left_or(30.0), settings.top
    counts = [max(0, math.floor(share)) for share in easel.table.shares]
    colors = [row.note for row, count in zip(easel.table.rows, counts, strict=True) for _ in range(min(count, 100))]
    colors = [*colors[:100], *[""] * (100 - min(len(colors), 100))]
    for index, color in enumerate(colors):
        easel.circle(left + index % 10 * step, top - index // 10 * step, size, color)
    if easel.title:
        easel.text((left - size / 2, top + size * 2), easel.title, SANS, size * 1.5, TITLE)
    y = top - 10 * step
    edge = left + 9 * step + step / 2
    for row, count in zip(easel.table.rows, counts, strict=True):
        y -= step * 1.2
        easel.circle(left, y, size, row.note)
        easel.text((left + size, y - size / 2), f"{row.label} ({easel.shown(count)}%)", SANS, size, "")
        if settings.val:
            easel.text((edge, y - size / 2), easel.shown(row.value), SANS, size, settings.vcolor, align=END)


def bricks(easel: Easel) -> None:
    """Square cells with a dot, coloured by shares, and a legend."""
    settings, step = easel.settings, easel.settings.textsize
    left, top = settings.left_or(30.0), settings.top
    if easel.title:
        easel.text((left - step / 2, top + step * 2), easel.title, SANS, step, TITLE)
    edge = left + step * 1.3 * 7
    counts = [max(0, min(_rounded(share), 1000)) for share in easel.table.shares]
    x, y = left, top
    for row, count in zip(easel.table.rows, counts, strict=True):
        for _ in range(count):
            if x > edge:
                x = left
                y -= step
            easel.circle(x, y, step * 0.6, row.note)
            easel.rect((x, y), (step * 0.9, step * 0.9), row.note, 30.0)
            x += step
    y -= step * 2
    for row, count in zip(easel.table.rows, counts, strict=True):
        easel.circle(left, y, step * 0.6, row.note)
        label = f"{row.label} ({count or ''}%)" if easel.run.rules.compat else f"{row.label} ({count}%)"
        easel.text((left + step, y - step * 0.2), label, SANS, step * 0.5, "")
        y -= step


def _rounded(value: float) -> int:
    """Half away from zero."""
    return math.floor(value + 0.5)


def radial(easel: Easel) -> None:
    """Bubbles on a circle, clockwise from twelve o'clock."""
    settings, size = easel.settings, easel.settings.textsize
    cx, cy, around = settings.left_or(50.0), settings.top, settings.pwidth
    if easel.title:
        easel.text((cx, cy), easel.title, SANS, size * 1.5, TITLE, align=MIDDLE)
    high = settings.max if settings.max > 0 else easel.table.high
    easel.circle(cx, cy, around * 2, "silver", 10.0)
    count = len(easel.table.rows)
    for index, row in enumerate(easel.table.rows):
        angle = math.pi / 2 - index * 2 * math.pi / count
        x, y = at(easel, (cx, cy), around, angle)
        tx, ty = at(easel, (cx, cy), around + settings.psize / 2 + size * 2, angle)
        color = row.note or settings.color
        easel.text((tx, ty), row.label, SANS, size / 2, "black", align=MIDDLE)
        if settings.val:
            easel.text((x, y - size / 3), easel.shown(row.value), MONO, size, settings.vcolor, align=MIDDLE)
        if settings.spokes:
            spokes(easel, (x, y), int(row.value), color)
        else:
            bubble = between(row.value, 0.0, high, 2.0, settings.psize)
            easel.circle(x, y, bubble, color, 50.0)
            easel.line((tx, ty), (x, y), 0.05, "gray", 50.0)


def spokes(easel: Easel, centre: tuple[float, float], count: int, color: str) -> None:
    """Lines with dots at their ends, like the spokes of a wheel."""
    count = max(0, min(count, MAX_SPOKES))
    for index in range(count):
        end = at(easel, centre, easel.settings.psize / 2, math.pi / 2 - index * 2 * math.pi / count)
        easel.line(centre, end, 0.05, FAINT)
        easel.circle(end[0], end[1], 0.5, color)


def at(easel: Easel, centre: tuple[float, float], radius: float, angle: float) -> tuple[float, float]:
    """A point on a circle, with the canvas's aspect taken into account."""
    ratio = easel.settings.cw / easel.settings.ch if easel.settings.ch else 1.0
    return centre[0] + radius * math.cos(angle), centre[1] + radius * ratio * math.sin(angle)
