"""Charts whose values grow upwards: columns, lines, dots, areas, and what goes with them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.design.deck.charts.data import LARGEST, data_value
from mops_cli.design.deck.charts.easel import END, FAINT, MIDDLE, SANS, SERIF, START, TITLE, between
from mops_cli.design.deck.charts.settings import BadFlag
from mops_cli.design.deck.numerals import read_number

if TYPE_CHECKING:
    from mops_cli.design.deck.charts.data import Row
from mops_cli.design.deck.charts.easel import Easel

MAX_STEPS = 1000


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot box and the range of values in it."""

    left: float
    right: float
    top: float
    bottom: float
    low: float
    high: float
    last: int

    def x(self, index: float) -> float:
        """The place of an item."""
        return between(index, 0.0, self.last, self.left, self.right)

    def y(self, value: float) -> float:
        """The height of a value."""
        return between(value, self.low, self.high, self.bottom, self.top)


def frame_of(easel: Easel, automatic: float = 10.0) -> Frame:
    """The plot box of a chart."""
    settings, table = easel.settings, easel.table
    low = table.low if settings.dmin else 0.0
    low = settings.min if settings.min >= 0 else low
    high = settings.max if settings.max >= 0 and settings.max > low else table.high
    return Frame(
        settings.left_or(automatic), settings.right, settings.top, settings.bottom, low, high, len(table.rows) - 1
    )


def vertical(easel: Easel) -> None:
    """The whole chart."""
    frame = frame_of(easel)
    settings = easel.settings
    surroundings(easel, frame)
    color = settings.color
    condition = _condition(settings.datacond)
    before: tuple[float, float] | None = None
    for index, row in enumerate(easel.table.rows):
        point = (frame.x(index), frame.y(row.value))
        if condition is not None:
            color = condition[2] if condition[0] <= row.value <= condition[1] else settings.color
        marks(easel, frame, point, before, color)
        labels(easel, frame, row, point)
        if settings.xlabel > 0 and (index % settings.xlabel == 0 or (settings.xlast and index == frame.last)):
            x_label(easel, frame, row.label, point[0], index)
        before = point
    if settings.vol:
        area(easel, frame, color)
    if settings.rline:
        trend(easel, frame)


def surroundings(easel: Easel, frame: Frame) -> None:
    """Frame, title, axis and reference line."""
    settings, size = easel.settings, easel.settings.textsize
    width, height = frame.right - frame.left, frame.top - frame.bottom
    if settings.frame:
        easel.rect((frame.left + width / 2, frame.bottom + height / 2), (width, height), settings.framecolor, 5.0)
    if easel.title:
        above = frame.top + size * settings.ls * 1.5
        easel.text((frame.left + width / 2, above), easel.title, SANS, size * 1.5, TITLE, align=MIDDLE)
    if settings.yaxis:
        axis(easel, frame)
    if settings.hline:
        reference(easel, frame)


def axis(easel: Easel, frame: Frame) -> None:
    """Labels at the left, and lines across when the grid is on."""
    settings, size = easel.settings, easel.settings.textsize
    low, high, step = axis_range(settings.yrange) if settings.yrange else _automatic(frame)
    if step <= 0 or not math.isfinite(step):
        return
    decimals = 2 if step < 1 else 0
    value, count = low, 0
    while value <= high and count < MAX_STEPS:
        y = frame.y(value)
        easel.text((frame.left - size * 1.5, y), f"{value:.{decimals}f}", SANS, size * 0.75, settings.lcolor, align=END)
        if settings.grid:
            easel.line((frame.left, y), (frame.right, y), 0.1, FAINT)
        value += step
        count += 1


def axis_range(text: str) -> tuple[float, float, float]:
    """``min,max,step``; anything else draws no axis."""
    numbers = [read_number(part.strip()) for part in text.split(",")]
    found = [number for number in numbers if number is not None and abs(number) < LARGEST]
    return (found[0], found[1], found[2]) if len(found) == 3 == len(numbers) else (0.0, 0.0, 0.0)


def _automatic(frame: Frame) -> tuple[float, float, float]:
    """Five steps up to the maximum, rounded up to its leading power of ten."""
    if frame.high <= 0:
        return 0.0, 0.0, 0.0
    power = 10.0 ** int(math.log10(frame.high))
    top = math.ceil(frame.high / power) * power
    return frame.low, top, top / 5


def reference(easel: Easel, frame: Frame) -> None:
    """The line at one value, with its label."""
    settings, size = easel.settings, easel.settings.textsize
    value, _, label = settings.hline.partition(",")
    y = frame.y(data_value(value))
    easel.line((frame.left, y), (frame.right, y), 0.1, settings.vcolor, 50.0)
    if label:
        easel.text((frame.right + size / 2, y - size / 4), label, SERIF, size * 0.75, settings.lcolor)


def _condition(text: str) -> tuple[float, float, str] | None:
    """``low,high,color``."""
    if not text:
        return None
    parts = text.split(",", 2)
    low, high = (read_number(part.strip()) for part in (*parts, "", "")[:2])
    if len(parts) != 3 or low is None or high is None:
        raise BadFlag("datacond", "datacond needs low,high,color")
    return low, high, parts[2]


def marks(
    easel: Easel, frame: Frame, point: tuple[float, float], before: tuple[float, float] | None, color: str
) -> None:
    """What stands for one value."""
    settings, size = easel.settings, easel.settings.textsize
    x, y = point
    if settings.line and before is not None:
        easel.line(before, point, settings.linewidth, color)
    if settings.dot:
        dots(easel, x, min(frame.bottom, y), max(frame.bottom, y), size / 6)
        easel.circle(x, y, size * 0.6, color)
    if settings.scatter:
        easel.circle(x, y, size * 0.6, color)
    if settings.bar:
        easel.line((x, frame.bottom), point, bar_width(easel, frame), color)


def bar_width(easel: Easel, frame: Frame) -> float:
    """The width of a column."""
    automatic = (frame.right - frame.left) / frame.last - 1 if frame.last > 0 else (frame.right - frame.left) / 2
    wanted = easel.settings.barwidth
    return wanted if 0 < wanted <= automatic else automatic


def dots(easel: Easel, x: float, low: float, high: float, size: float) -> None:
    """A dotted line upwards."""
    y = low
    while y <= high:
        easel.circle(x, y, size, FAINT)
        y += 1


def labels(easel: Easel, frame: Frame, row: Row, point: tuple[float, float]) -> None:
    """The value and the note of one item."""
    settings, size = easel.settings, easel.settings.textsize
    x, y = point
    if settings.val:
        heights = {"b": frame.bottom + size, "m": y - (y - frame.bottom) / 2}
        above = y - size if row.value < 0 and settings.valpos == "t" else y + size
        height = heights.get(settings.valpos, above)
        easel.text((x, height), easel.value_text(row.value), SANS, size * 0.75, settings.vcolor, align=MIDDLE)
    if row.note and settings.note:
        half = size / 2
        places = {
            "l": (x + half, y, START),
            "b": (x + half, y, START),
            "r": (x - half, y, END),
            "e": (x - half, y, END),
        }
        nx, ny, align = places.get(settings.noteloc, (x, y + half, MIDDLE))
        easel.text((nx, ny), row.note, SERIF, size * 0.75, settings.lcolor, align=align)


def x_label(easel: Easel, frame: Frame, label: str, x: float, index: int) -> None:
    """The label below an item; a literal backslash-n begins a new line."""
    settings, size = easel.settings, easel.settings.textsize
    y = frame.bottom - size * 2
    for part in label.split("\\n"):
        if settings.xstagger and index % 2:
            y -= size * 2
        if settings.xlabrot:
            easel.text((x, y), part, SANS, size * 0.8, settings.lcolor, align=START, rotation=settings.xlabrot)
        else:
            easel.text((x, y), part, SANS, size * 0.8, settings.lcolor, align=MIDDLE)
        y -= size * 1.2


def area(easel: Easel, frame: Frame, color: str) -> None:
    """The area under the values."""
    rows = easel.table.rows
    easel.run.weigh(len(rows), easel.span)
    xs = [frame.left, *(frame.x(index) for index in range(len(rows))), frame.right]
    ys = [frame.bottom, *(frame.y(row.value) for row in rows), frame.bottom]
    easel.polygon(xs, ys, color, easel.settings.volop)


def trend(easel: Easel, frame: Frame) -> None:
    """The least-squares line over the index."""
    values = [row.value for row in easel.table.rows]
    count = len(values)
    if count < 2:
        return
    middle = (count - 1) / 2
    mean = math.fsum(values) / count
    spread = math.fsum((index - middle) ** 2 for index in range(count))
    slope = math.fsum((index - middle) * value for index, value in enumerate(values)) / spread
    base = mean - slope * middle
    start, end = (frame.x(0), frame.y(base)), (frame.x(count - 1), frame.y(base + slope * (count - 1)))
    easel.line(start, end, easel.settings.linewidth, easel.settings.rlcolor)
