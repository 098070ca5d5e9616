"""Keywords that draw single shapes and pictures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mops_cli.design.deck.functions import NotComputable, diameter, polar
from mops_cli.design.deck.model import Arc, Curve, Ellipse, Gradient, Image, Polygon, Rect
from mops_cli.design.deck.model import Line as LineElement
from mops_cli.design.deck.numerals import read_number
from mops_cli.design.deck.problems import Problem
from mops_cli.design.deck.signature import LARGEST, Keyword, keyword
from mops_cli.design.deck.text_words import place_of
from mops_cli.model.suggest import nearest

if TYPE_CHECKING:
    from mops_cli.design.deck.run import Run
    from mops_cli.design.deck.signature import Values
    from mops_cli.design.deck.syntax import Line

MAX_POINTS = 20_000
_TAIL = "| color:c opacity:n"
_STROKE = "| lw:n color:c opacity:n"


def gradient_of(text: str) -> Gradient | None:
    """``first/second/percent``, or None for anything else."""
    parts = text.split("/")
    if len(parts) != 3:
        return None
    percent = read_number(parts[2].strip())
    return None if percent is None else Gradient(parts[0], parts[1], percent)


def rect(run: Run, line: Line, values: Values) -> None:
    """``rect`` and ``square``."""
    square = values.word == "square"
    color = values.text("color")
    opacity = values.optional("opacity")
    gradient = gradient_of(color) if opacity is None or not run.rules.compat else None
    run.add(
        Rect(
            x=values.number("x"),
            y=values.number("y"),
            width=values.number("w"),
            height=None if square else values.number("h"),
            ratio=100.0 if square else None,
            color="" if gradient else color,
            gradient=gradient,
            opacity=opacity,
            span=line.span,
        )
    )


def ellipse(run: Run, line: Line, values: Values) -> None:
    """``ellipse`` and ``circle``."""
    circle = values.word == "circle"
    run.add(
        Ellipse(
            x=values.number("x"),
            y=values.number("y"),
            width=values.number("w"),
            height=None if circle else values.number("h"),
            ratio=100.0 if circle else None,
            color=values.text("color"),
            opacity=values.optional("opacity"),
            span=line.span,
        )
    )


def circle_of_area(run: Run, line: Line, values: Values) -> None:
    """``acircle``."""
    try:
        width = diameter(values.number("area"))
    except NotComputable as reason:
        raise Problem("MK204", str(reason), line.span, "an area is not negative") from None
    run.add(
        Ellipse(
            x=values.number("x"),
            y=values.number("y"),
            width=width,
            ratio=100.0,
            color=values.text("color"),
            opacity=values.optional("opacity"),
            span=line.span,
        )
    )


def rounded(run: Run, line: Line, values: Values) -> None:
    """``rrect``: four circles, two thick lines and a rectangle."""
    x, y, w, h, r = (values.number(name) for name in ("x", "y", "w", "h", "r"))
    color, span = values.text("color"), line.span
    left, right, top, bottom = x - w / 2, x + w / 2, y + h / 2, y - h / 2
    for cx, cy in ((left, top), (right, top), (left, bottom), (right, bottom)):
        run.add(Ellipse(x=cx, y=cy, width=r, ratio=100.0, color=color, span=span))
    for level in (top, bottom):
        run.add(LineElement(x1=left, y1=level, x2=right, y2=level, width=r, color=color, span=span))
    run.add(Rect(x=x, y=y, width=w + r, height=h, color=color, span=span))


def pill(run: Run, line: Line, values: Values) -> None:
    """``pill``: a thick line with round ends."""
    x, y, w, h = (values.number(name) for name in ("x", "y", "w", "h"))
    color, span = values.text("color"), line.span
    run.add(Ellipse(x=x, y=y, width=h, ratio=100.0, color=color, span=span))
    extra = (("hp", "100"),)
    run.add(LineElement(x1=x, y1=y, x2=x + w, y2=y, width=h, color=color, extra=extra, span=span))
    run.add(Ellipse(x=x + w, y=y, width=h, ratio=100.0, color=color, span=span))


def star(run: Run, line: Line, values: Values) -> None:
    """``star``: points on two circles by turns."""
    count = int(values.number("n"))
    if count < 2 or count > MAX_POINTS:
        raise Problem("MK205", f"a star needs 2 to {MAX_POINTS} points", line.span, "write: star x y 5 5 15")
    run.weigh(6 * count, line.span)
    half = count % 2 == 0 and not run.rules.compat
    step = 180.0 / count if half else 360.0 / count
    radii = (values.number("outer"), values.number("inner"))
    where = place_of(run)
    points = [
        polar(where, values.number("x"), values.number("y"), radii[index % 2], 90.0 + index * step)
        for index in range(2 * count)
    ]
    run.add(
        Polygon(
            xs=tuple(x for x, _ in points),
            ys=tuple(y for _, y in points),
            color=values.text("color"),
            opacity=values.optional("opacity"),
            span=line.span,
        )
    )


def coordinates(run: Run, line: Line, text: str) -> tuple[float, ...]:
    """Numbers and variables divided by blanks."""
    found = []
    words = text.split()
    run.weigh(len(words), line.span)
    for word in words:
        number = read_number(word)
        if number is None:
            value = run.scope.get(word)
            number = value if isinstance(value, float) else read_number(value.strip()) if value else None
        if number is None:
            close = nearest(word, run.scope.names())
            advice = f'did you mean "{close}"?' if close else "write numbers or variables, divided by blanks"
            raise Problem("MK201", f"{word[:40]} is not a number or a variable", line.span, advice)
        found.append(number)
    return tuple(found)


def _corners(run: Run, line: Line, values: Values) -> tuple[tuple[float, ...], tuple[float, ...]]:
    xs = coordinates(run, line, values.text("xs"))
    ys = coordinates(run, line, values.text("ys"))
    if len(xs) != len(ys) or len(xs) < 3:
        raise Problem(
            "MK205",
            f"{len(xs)} x and {len(ys)} y coordinates",
            line.span,
            "give the same number of each, at least three",
        )
    return xs, ys


def polygon(run: Run, line: Line, values: Values) -> None:
    """``polygon`` and ``poly``."""
    xs, ys = _corners(run, line, values)
    run.add(
        Polygon(
            xs=xs,
            ys=ys,
            color=values.text("color"),
            opacity=values.optional("opacity"),
            drawn=values.word == "polygon" or not run.rules.compat,
            span=line.span,
        )
    )


def polyline(run: Run, line: Line, values: Values) -> None:
    """``polyline``: a line for each segment and one from the first to the last point."""
    xs, ys = _corners(run, line, values)
    pairs = [*((index, index + 1) for index in range(len(xs) - 1)), (0, len(xs) - 1)]
    for first, last in pairs:
        run.add(
            LineElement(
                x1=xs[first],
                y1=ys[first],
                x2=xs[last],
                y2=ys[last],
                width=values.optional("lw"),
                color=values.text("color"),
                opacity=values.optional("opacity"),
                span=line.span,
            )
        )


def _straight(run: Run, line: Line, values: Values, ends: tuple[float, float, float, float]) -> None:
    run.add(
        LineElement(
            x1=ends[0],
            y1=ends[1],
            x2=ends[2],
            y2=ends[3],
            width=values.optional("lw"),
            color=values.text("color"),
            opacity=values.optional("opacity"),
            span=line.span,
        )
    )


def straight(run: Run, line: Line, values: Values) -> None:
    """``line``."""
    x1, y1, x2, y2 = (values.number(name) for name in ("x1", "y1", "x2", "y2"))
    _straight(run, line, values, (x1, y1, x2, y2))


def level(run: Run, line: Line, values: Values) -> None:
    """``hline`` and ``vline``."""
    x, y, length = (values.number(name) for name in ("x", "y", "length"))
    across = values.word == "hline"
    _straight(run, line, values, (x, y, x + length if across else x, y if across else y + length))


def dotted(run: Run, line: Line, values: Values) -> None:
    """``dline``: circles spread evenly from one end to the other."""
    x1, y1, x2, y2 = (values.number(name) for name in ("x1", "y1", "x2", "y2"))
    dots(run, line, (x1, y1, x2, y2), values)


def dots(run: Run, line: Line, ends: tuple[float, float, float, float], values: Values) -> None:
    """Circles from one point to another."""
    x1, y1, x2, y2 = ends
    size, gap = values.default("dot", 0.5), values.default("gap", 1.0)
    if gap <= 0:
        raise Problem("MK205", "the gap of a dotted line must be above 0", line.span, "write: dline x1 y1 x2 y2 0.5 1")
    count = int(min(math.hypot(x2 - x1, y2 - y1) / gap, LARGEST))
    for index in range(count + 1):
        share = index / count if count else 0.0
        run.add(
            Ellipse(
                x=x1 + (x2 - x1) * share,
                y=y1 + (y2 - y1) * share,
                width=size,
                ratio=100.0,
                color=values.text("color", "gray"),
                opacity=values.default("opacity", 100.0),
                span=line.span,
            )
        )


def arc(run: Run, line: Line, values: Values) -> None:
    """``arc``."""
    run.add(
        Arc(
            x=values.number("cx"),
            y=values.number("cy"),
            width=values.number("w"),
            height=values.number("h"),
            start=values.number("a1"),
            end=values.number("a2"),
            stroke=values.optional("lw"),
            color=values.text("color"),
            opacity=values.optional("opacity"),
            span=line.span,
        )
    )


def curve(run: Run, line: Line, values: Values) -> None:
    """``curve``."""
    x1, y1, x2, y2, x3, y3 = (values.number(name) for name in ("x1", "y1", "cx", "cy", "x2", "y2"))
    run.add(
        Curve(
            x1=x1,
            y1=y1,
            x2=x2,
            y2=y2,
            x3=x3,
            y3=y3,
            width=values.optional("lw"),
            color=values.text("color"),
            opacity=values.optional("opacity"),
            span=line.span,
        )
    )


def image(run: Run, line: Line, values: Values) -> None:
    """``image`` and ``cimage``."""
    run.add(
        Image(
            x=values.number("x"),
            y=values.number("y"),
            name=values.text("file"),
            width=values.number("w"),
            height=values.number("h"),
            scale=values.optional("scale"),
            caption=values.text("caption"),
            caption_size=values.optional("size"),
            link=values.text("link"),
            span=line.span,
        )
    )


SHAPE_WORDS: tuple[Keyword, ...] = (
    keyword("rect", "x:n y:n w:n h:n | color:g opacity:n", rect),
    keyword("square", "x:n y:n w:n | color:g opacity:n", rect),
    keyword("ellipse", f"x:n y:n w:n h:n {_TAIL}", ellipse),
    keyword("circle", f"x:n y:n w:n {_TAIL}", ellipse),
    keyword("acircle", f"x:n y:n area:n {_TAIL}", circle_of_area, again=True),
    *(keyword(word, "x:n y:n w:n h:n r:n | color:c", rounded, again=True) for word in ("rrect", "roundrect")),
    keyword("pill", "x:n y:n w:n h:n | color:c", pill, again=True),
    keyword("star", f"x:n y:n n:n inner:n outer:n {_TAIL}", star, again=True),
    *(keyword(word, f"xs:t ys:t {_TAIL}", polygon) for word in ("polygon", "poly")),
    keyword("polyline", f"xs:t ys:t {_STROKE}", polyline),
    keyword("line", f"x1:n y1:n x2:n y2:n {_STROKE}", straight),
    *(keyword(word, f"x:n y:n length:n {_STROKE}", level, again=True) for word in ("hline", "vline")),
    keyword("dline", "x1:n y1:n x2:n y2:n | dot:n gap:n color:c opacity:n", dotted, again=True),
    keyword("arc", f"cx:n cy:n w:n h:n a1:n a2:n {_STROKE}", arc),
    keyword("curve", f"x1:n y1:n cx:n cy:n x2:n y2:n {_STROKE}", curve),
    keyword("image", "file:w x:n y:n w:n h:n | scale:n link:t", image),
    keyword("cimage", "file:w caption:t x:n y:n w:n h:n | scale:n link:t size:n", image),
)
