"""Keywords of maps."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.design.deck.compat_scope import CompatScope, joined_signs
from mops_cli.design.deck.geo.outlines import POINT, Outline, Place, read_outlines, read_place
from mops_cli.design.deck.geo.window import Window, window_of
from mops_cli.design.deck.model import Curve, Ellipse, Image, Line, Polygon, Text
from mops_cli.design.deck.numerals import plain, read_number
from mops_cli.design.deck.page_words import rule, rule_label
from mops_cli.design.deck.problems import Problem
from mops_cli.design.deck.shape_words import dots
from mops_cli.design.deck.signature import Keyword, Values, keyword

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.design.deck.run import Run
    from mops_cli.design.deck.syntax import Line as SourceLine
    from mops_cli.model.diagnostic import Span

POINT_SIZE = 0.5
_FORM = 'write: "geo:52.5,13.4", "geo:52.5,13.4<TAB>Berlin", or the name of a file of such lines'


@dataclass(frozen=True, slots=True)
class Look:
    """Size, colour, opacity and font of what is drawn."""

    span: Span
    size: float
    color: str
    opacity: float | None
    font: str = ""


def outlines(run: Run, line: SourceLine, values: Values) -> tuple[Outline, ...]:
    """The outlines of the map of a statement, read once."""
    path, content = run.files.load(values.text("file"), line.path, line.span)
    key = ("map", path)
    if key not in run.cache:
        run.cache[key] = read_outlines(path, content, line.span)
    found: tuple[Outline, ...] = run.cache[key]
    run.weigh(sum(len(outline.latitudes) for outline in found), line.span)
    return found


def region(run: Run, line: SourceLine, values: Values) -> None:
    """``georegion``: filled."""
    window = window_of(run)
    color, opacity = values.text("color", "gray"), values.default("opacity", 100.0)
    look = Look(line.span, POINT_SIZE, color, opacity)
    for outline in outlines(run, line, values):
        xs, ys = window.xs(outline.longitudes), window.ys(outline.latitudes)
        if outline.kind == POINT:
            dot(run, xs[0], ys[0], look)
        elif len(xs) > 2:
            run.add(Polygon(xs=(*xs, xs[-1]), ys=(*ys, ys[-1]), color=color, opacity=opacity, span=line.span))


def border(run: Run, line: SourceLine, values: Values) -> None:
    """``geoborder``: as lines."""
    window = window_of(run)
    look = Look(line.span, values.default("lw", 0.2), values.text("color", "gray"), values.default("opacity", 100.0))
    for outline in outlines(run, line, values):
        points = list(zip(window.xs(outline.longitudes), window.ys(outline.latitudes), strict=True))
        if outline.kind == POINT:
            dot(run, *points[0], Look(line.span, POINT_SIZE, look.color, look.opacity))
            continue
        pairs = list(itertools.pairwise(points))
        if outline.closes and pairs:
            pairs.append((points[0], points[-1]))
        for start, end in pairs:
            if not outline.closes or window.holds(start, end):
                segment(run, start, end, look)


def segment(run: Run, start: tuple[float, float], end: tuple[float, float], look: Look) -> None:
    """A line."""
    run.add(
        Line(
            x1=start[0],
            y1=start[1],
            x2=end[0],
            y2=end[1],
            width=look.size,
            color=look.color,
            opacity=look.opacity,
            span=look.span,
        )
    )


def dot(run: Run, x: float, y: float, look: Look) -> None:
    """A circle."""
    run.add(Ellipse(x=x, y=y, width=look.size, ratio=100.0, color=look.color, opacity=look.opacity, span=look.span))


def is_literal(text: str) -> bool:
    """A place that is written out, and not the name of a file of places."""
    return text.startswith(("geo:", "+", "-")) or (text[:1].isdigit() and read_place(text) is not None)


def places(run: Run, line: SourceLine, text: str) -> list[Place]:
    """The places that an argument means: one that is written out, or the lines of a file."""
    if is_literal(text):
        found = read_place(text)
        if found is None:
            raise Problem("MK213", f'"{text[:40]}" is not a place', line.span, _FORM)
        return [found]
    path, rows = run.files.lines(text, line.path, line.span)
    run.weigh(len(rows), line.span)
    read = [place for row in rows if row.strip() and (place := read_place(row)) is not None]
    if not read and not run.rules.compat:
        raise Problem("MK213", f"{path} has no places", line.span, _FORM)
    return read


def one_place(run: Run, line: SourceLine, text: str) -> Place:
    """The place that an argument means."""
    found = places(run, line, text)
    if not found:
        raise Problem("MK213", f'"{text[:40]}" is not a place', line.span, _FORM)
    return found[0]


def write(run: Run, content: str, at: tuple[float, float], look: Look, align: str) -> None:
    """A label; a literal backslash-n stacks its parts."""
    x, y = at
    for part in content.split("\\n"):
        run.add(
            Text(
                x=x,
                y=y,
                size=look.size,
                content=part,
                align=align,
                font=look.font,
                color=look.color,
                opacity=look.opacity,
                span=look.span,
            )
        )
        y -= look.size * 1.5


def _label_look(line: SourceLine, values: Values) -> Look:
    return Look(
        line.span, values.default("size", 1.0), values.text("color"), values.optional("opacity"), values.text("font")
    )


def label(run: Run, line: SourceLine, values: Values) -> None:
    """``geolabel``: centred names."""
    window, look = window_of(run), _label_look(line, values)
    for place in places(run, line, values.text("place")):
        write(run, place.name, (window.x(place.longitude), window.y(place.latitude) + look.size / 2), look, "c")


# How a label stands by its dot: alignment, and offsets as shares of its size.
_ALIGNMENTS = {
    "c": ("c", 0.0, 0.5),
    "ctext": ("c", 0.0, 0.5),
    "a": ("c", 0.0, 0.5),
    "u": ("c", 0.0, 0.5),
    "d": ("c", 0.0, -1.0),
    "b": ("b", 0.375, -0.33),
    "btext": ("b", 0.375, -0.33),
    "text": ("b", 0.375, -0.33),
    "e": ("e", -0.375, -0.33),
    "etext": ("e", -0.375, -0.33),
}


def located(run: Run, line: SourceLine, values: Values) -> None:
    """``geoloc``: dots and names."""
    window, look = window_of(run), _label_look(line, values)
    found = places(run, line, values.text("place"))
    opacity = values.default("opacity", 100.0)
    marks = Look(line.span, look.size / 2, look.color or "gray", opacity)
    points = [(window.x(place.longitude), window.y(place.latitude)) for place in found]
    for x, y in points:
        dot(run, x, y, marks)
    align, right, up = _ALIGNMENTS.get(values.text("align", "c"), _ALIGNMENTS["c"])
    for place, (x, y) in zip(found, points, strict=True):
        if place.name:
            write(run, place.name, (x + right * look.size, y + up * look.size), look, align)


def mark(run: Run, line: SourceLine, values: Values) -> None:
    """``geomark``: dots."""
    window = window_of(run)
    color, opacity = values.text("color", "black"), values.default("opacity", 100.0)
    look = Look(line.span, values.default("size", 1.0), color, opacity)
    for place in places(run, line, values.text("place")):
        dot(run, window.x(place.longitude), window.y(place.latitude), look)


def path(run: Run, line: SourceLine, values: Values) -> None:
    """``geopath`` and ``geoarc``: a line or a curve between two places."""
    window = window_of(run)
    ends = [one_place(run, line, values.text(name)) for name in ("from", "to")]
    x1, y1, x2, y2 = (at for place in ends for at in (window.x(place.longitude), window.y(place.latitude)))
    width, color, opacity = values.optional("lw"), values.text("color"), values.optional("opacity")
    if values.word == "geopath":
        run.add(Line(x1=x1, y1=y1, x2=x2, y2=y2, width=width, color=color, opacity=opacity, span=line.span))
        return
    run.add(
        Curve(
            x1=x1,
            y1=y1,
            x2=x1,
            y2=y2,
            x3=x2,
            y3=y2,
            width=width,
            color=color,
            opacity=opacity,
            span=line.span,
        )
    )


def path_file(run: Run, line: SourceLine, values: Values) -> None:
    """``geopathfile``: the places of a file, connected."""
    window = window_of(run)
    look = Look(line.span, values.default("lw", 0.2), values.text("color", "gray"), values.default("opacity", 100.0))
    found = places(run, line, values.text("place"))
    points = [(window.x(place.longitude), window.y(place.latitude)) for place in found]
    for start, end in itertools.pairwise(points):
        if values.optional("gap"):
            dots(run, line, (*start, *end), values)
        else:
            segment(run, start, end, look)


def picture(run: Run, line: SourceLine, values: Values) -> None:
    """``geoimage``: the pictures that places name."""
    window = window_of(run)
    for place in places(run, line, values.text("place")):
        if not place.name:
            raise Problem(
                "MK213", "the place names no picture", line.span, 'write: geoimage "geo:51,10<TAB>map.png" 5 0'
            )
        run.add(
            Image(
                x=window.x(place.longitude),
                y=window.y(place.latitude),
                name=place.name,
                width=values.number("w"),
                height=values.number("h"),
                span=line.span,
            )
        )


def ruler(run: Run, line: SourceLine, values: Values) -> None:
    """``georuler``: a grid with degrees over the window."""
    window = window_of(run)
    step = values.default("step", 5.0)
    step = step if 2 <= step <= 60 else 5.0
    color = values.text("color", "black")
    for across, low, high in ((True, window.west, window.east), (False, window.south, window.north)):
        degrees = low
        while degrees <= high:
            at = window.x(degrees) if across else window.y(degrees)
            rule(run, line, at, color, across=across)
            rule_label(run, line, at, f"{plain(degrees)}°", color, across=across)
            degrees += step


def _words(run: Run, line: SourceLine) -> list[float | str]:
    """The arguments as numbers and texts; a sign belongs to its number."""
    scope = run.scope
    if isinstance(scope, CompatScope):
        return scope.coordinates(line, joined_signs(scope.words(line)[1:]))
    return [argument.value for argument in scope.arguments(line) if argument.value is not None]


def _set_numbers(run: Run, line: SourceLine, names: tuple[str, ...], form: str) -> None:
    words = _words(run, line)
    if not 1 <= len(words) <= len(names):
        raise Problem("MK203", f"{line.word} takes one to {len(names)} numbers", line.span, form)
    for name, word in zip(names, words, strict=False):
        number = read_number(word.strip()) if isinstance(word, str) else word
        if number is None:
            raise Problem("MK205", f"{name} must be a number", line.span, form)
        run.scope.set(name, number)


def bounds(run: Run, line: SourceLine, values: Values) -> None:
    """``geobbox``: the window by numbers or by two corners."""
    form = f'write: {line.word} latmin latmax lonmin lonmax, or {line.word} "geo:lat,lon" "geo:lat,lon"'
    words = _words(run, line)
    if len(words) == 2 and all(isinstance(word, str) for word in words):
        corners = [one_place(run, line, str(word)) for word in words]
        latitudes = sorted(corner.latitude for corner in corners)
        longitudes = sorted(corner.longitude for corner in corners)
        for name, value in zip(_WINDOW, (*latitudes, *longitudes), strict=True):
            run.scope.set(name, value)
        return
    _set_numbers(run, line, _WINDOW, form)


def target(run: Run, line: SourceLine, values: Values) -> None:
    """``geocanvas``: the box on the page."""
    _set_numbers(run, line, _BOX, f"write: {line.word} xmin xmax ymin ymax")


_WINDOW = ("geoLatMin", "geoLatMax", "geoLongMin", "geoLongMax")
_BOX = ("geoXmin", "geoXmax", "geoYmin", "geoYmax")


def _several(names: tuple[str, ...], form: str, handler: Callable[[Run, SourceLine, Values], None]) -> list[Keyword]:
    return [keyword(name, form, handler, again=True) for name in names]


GEO_WORDS: tuple[Keyword, ...] = (
    *_several(("georegion", "geopoly"), "file:w | color:c opacity:n", region),
    *_several(("geoborder", "geoline"), "file:w | lw:n color:c opacity:n", border),
    *_several(("geolabel",), "place:w | size:n font:f color:c opacity:n", label),
    *_several(("geoloc",), "place:w | align:t size:n font:f color:c opacity:n", located),
    *_several(("geomark", "geopoint"), "place:w | size:n color:c opacity:n", mark),
    *_several(("geopath", "geoarc"), "from:w to:w | lw:n color:c opacity:n", path),
    *_several(("geopathfile",), "place:w | lw:n color:c opacity:n dot:n gap:n", path_file),
    *_several(("geoimage",), "place:w w:n h:n", picture),
    *_several(("georuler",), "| step:n color:c", ruler),
    *(Keyword(name, (), bounds, rest=True, raw=True) for name in ("geobbox", "geobound")),
    Keyword("geocanvas", (), target, rest=True, raw=True),
)


def coordinates(run: Run, values: list[float | str]) -> tuple[float, float]:
    """The place on the page for ``geocoord`` and ``getcoord``."""
    window: Window = window_of(run)
    if len(values) == 2:
        numbers = [read_number(value.strip()) if isinstance(value, str) else value for value in values]
        if numbers[0] is not None and numbers[1] is not None:
            return window.x(numbers[1]), window.y(numbers[0])
    if len(values) == 1 and isinstance(values[0], str):
        place = read_place(values[0])
        if place is not None:
            return window.x(place.longitude), window.y(place.latitude)
    raise ValueError("this is not a place")
