"""Keywords that draw figures made of several shapes: arrows, braces and brackets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.design.deck.functions import polar
from mops_cli.design.deck.model import Curve, Polygon, Rect
from mops_cli.design.deck.model import Line as LineElement
from mops_cli.design.deck.numerals import plain
from mops_cli.design.deck.signature import Keyword, keyword
from mops_cli.design.deck.text_words import place_of

if TYPE_CHECKING:
    from mops_cli.design.deck.run import Run
    from mops_cli.design.deck.signature import Values
    from mops_cli.design.deck.syntax import Line
    from mops_cli.model.diagnostic import Span

NOTCH = 0.75
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws with one width, colour and opacity."""

    run: Run
    span: Span
    width: float | None
    color: str
    opacity: float | None

    def line(self, start: Point, end: Point) -> None:
        """A line."""
        self.run.add(
            LineElement(
                x1=start[0],
                y1=start[1],
                x2=end[0],
                y2=end[1],
                width=self.width,
                color=self.color,
                opacity=self.opacity,
                span=self.span,
            )
        )

    def curve(self, start: Point, pull: Point, end: Point) -> None:
        """A curve."""
        self.run.add(
            Curve(
                x1=start[0],
                y1=start[1],
                x2=pull[0],
                y2=pull[1],
                x3=end[0],
                y3=end[1],
                width=self.width,
                color=self.color,
                opacity=self.opacity,
                span=self.span,
            )
        )

    def polygon(self, points: list[Point]) -> None:
        """A filled shape."""
        self.run.add(
            Polygon(
                xs=tuple(x for x, _ in points),
                ys=tuple(y for _, y in points),
                color=self.color,
                opacity=self.opacity,
                span=self.span,
            )
        )


def _arrow_pen(run: Run, line: Line, values: Values) -> Pen:
    width = values.default("lw", 0.2)
    return Pen(run, line.span, width, values.text("color", "gray"), values.default("opacity", 100.0))


def arrow(run: Run, line: Line, values: Values) -> None:
    """``arrow``: a line to the notch of the head, and the head."""
    x1, y1, x2, y2 = (values.number(name) for name in ("x1", "y1", "x2", "y2"))
    head, breadth = values.default("aw", 3.0), values.default("ah", 3.0)
    shrink = run.height / run.width
    rise = (y2 - y1) * shrink
    length, angle = math.hypot(x2 - x1, rise), math.degrees(math.atan2(rise, x2 - x1))
    notch = length - head * NOTCH
    spread = math.degrees(math.atan2(breadth / 2 * shrink, notch))
    where = place_of(run)

    def at(distance: float, turn: float = 0.0) -> Point:
        return polar(where, x1, y1, distance, angle + turn)

    pen = _arrow_pen(run, line, values)
    pen.line((x1, y1), at(notch))
    pen.polygon([at(length), at(length - head, spread), at(notch), at(length - head, -spread)])


_DIRECTIONS = {"lcarrow": (-1.0, 0.0), "rcarrow": (1.0, 0.0), "ucarrow": (0.0, 1.0), "dcarrow": (0.0, -1.0)}


def curved_arrow(run: Run, line: Line, values: Values) -> None:
    """``lcarrow``, ``rcarrow``, ``ucarrow`` and ``dcarrow``: a curve with a head along an axis."""
    x1, y1, cx, cy, x2, y2 = (values.number(name) for name in ("x1", "y1", "cx", "cy", "x2", "y2"))
    head, breadth = values.default("aw", 3.0), values.default("ah", 3.0)
    dx, dy = _DIRECTIONS[values.word]
    if dx:
        notch = (x2 - dx * head * NOTCH, y2)
        sides = [(x2 - dx * head, y2 + breadth / 2), (x2 - dx * head, y2 - breadth / 2)]
    else:
        notch = (x2, y2 - dy * breadth * NOTCH)
        sides = [(x2 + head / 2, y2 - dy * breadth), (x2 - head / 2, y2 - dy * breadth)]
    pen = _arrow_pen(run, line, values)
    pen.curve((x1, y1), (cx, cy), notch)
    pen.polygon([(x2, y2), sides[0], notch, sides[1]])


def _plain_pen(run: Run, line: Line, values: Values, width: float | None) -> Pen:
    return Pen(run, line.span, width, values.text("color"), values.optional("opacity"))


def side_brace(run: Run, line: Line, values: Values) -> None:
    """``lbrace`` and ``rbrace``: the point is at (x, y)."""
    x, y, size, aw, ah = (values.number(name) for name in ("x", "y", "size", "aw", "ah"))
    way = 1.0 if values.word == "lbrace" else -1.0
    spine, edge = x + way * aw / 2, x + way * aw
    half, straight = size / 2, size / 2 - ah / 2
    pen = _plain_pen(run, line, values, values.optional("lw"))
    for turn in (1, -1):
        pen.curve((x, y), (spine, y), (spine, y + turn * ah))
    for turn in (1, -1):
        pen.curve((spine, y + turn * straight), (spine, y + turn * half), (edge, y + turn * half))
    for turn in (1, -1):
        pen.line((spine, y + turn * ah), (spine, y + turn * straight))


def level_brace(run: Run, line: Line, values: Values) -> None:
    """``ubrace`` and ``dbrace``: the same, turned."""
    x, y, size, aw, ah = (values.number(name) for name in ("x", "y", "size", "aw", "ah"))
    way = -1.0 if values.word == "ubrace" else 1.0
    spine, edge = y + way * ah / 2, y + way * ah
    half, straight = size / 2, size / 2 - aw
    pen = _plain_pen(run, line, values, values.optional("lw"))
    for turn in (1, -1):
        pen.curve((x, y), (x, spine), (x + turn * aw, spine))
    for turn in (1, -1):
        pen.line((x + turn * aw, spine), (x + turn * straight, spine))
    for turn in (1, -1):
        pen.curve((x + turn * straight, spine), (x + turn * half, spine), (x + turn * half, edge))


def side_bracket(run: Run, line: Line, values: Values) -> None:
    """``lbracket`` and ``rbracket``: a stem, a bar, two corners, two caps."""
    x, y, w, h = (values.number(name) for name in ("x", "y", "w", "h"))
    width = values.default("lw", 0.2)
    way = 1.0 if values.word == "lbracket" else -1.0
    bar, edge, top, bottom = x + way * w / 2, x + way * w, y + h / 2, y - h / 2
    pen = _plain_pen(run, line, values, values.optional("lw"))
    pen.line((x, y), (bar, y))
    pen.line((bar, top), (bar, bottom))
    for corner in (top, bottom):
        run.add(
            Rect(
                x=bar,
                y=corner,
                width=width,
                height=width,
                ratio=100.0,
                color=pen.color,
                opacity=pen.opacity,
                extra=(("sp", plain(pen.width)),) if pen.width is not None else (),
                span=line.span,
            )
        )
    for cap in (top, bottom):
        pen.line((bar, cap), (edge, cap))


def level_bracket(run: Run, line: Line, values: Values) -> None:
    """``ubracket`` and ``dbracket``: the same, turned, without corners."""
    x, y, w, h = (values.number(name) for name in ("x", "y", "w", "h"))
    width = values.default("lw", 0.2)
    way = -1.0 if values.word == "ubracket" else 1.0
    bar, edge, left, right = y + way * h / 2, y + way * h, x - w / 2, x + w / 2
    pen = _plain_pen(run, line, values, values.optional("lw"))
    pen.line((x, y), (x, bar))
    pen.line((left - width / 2, bar), (right + width / 2, bar))
    for cap in (left, right):
        pen.line((cap, bar), (cap, edge))


_HEAD = "| lw:n aw:n ah:n color:c opacity:n"
_STROKE = "| lw:n color:c opacity:n"
FIGURE_WORDS: tuple[Keyword, ...] = (
    keyword("arrow", f"x1:n y1:n x2:n y2:n {_HEAD}", arrow, again=True),
    *(keyword(word, f"x1:n y1:n cx:n cy:n x2:n y2:n {_HEAD}", curved_arrow, again=True) for word in _DIRECTIONS),
    *(keyword(word, f"x:n y:n size:n aw:n ah:n {_STROKE}", side_brace, again=True) for word in ("lbrace", "rbrace")),
    *(keyword(word, f"x:n y:n size:n aw:n ah:n {_STROKE}", level_brace, again=True) for word in ("ubrace", "dbrace")),
    *(keyword(word, f"x:n y:n w:n h:n {_STROKE}", side_bracket, again=True) for word in ("lbracket", "rbracket")),
    *(keyword(word, f"x:n y:n w:n h:n {_STROKE}", level_bracket, again=True) for word in ("ubracket", "dbracket")),
)
