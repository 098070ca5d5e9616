"""Keywords for marketing pictures: fitted text, ratings, tables, QR codes. They are made of plain elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.design.deck.functions import polar, text
from mops_cli.design.deck.model import Line as LineElement
from mops_cli.design.deck.model import Polygon, Rect, Text
from mops_cli.design.deck.problems import Problem
from mops_cli.design.deck.qr import qr_modules
from mops_cli.design.deck.records import column, read_records
from mops_cli.design.deck.signature import Keyword, keyword
from mops_cli.design.deck.text_words import place_of

if TYPE_CHECKING:
    from mops_cli.design.deck.run import Run
    from mops_cli.design.deck.signature import Values
    from mops_cli.design.deck.syntax import Line
    from mops_cli.design.deck.values import Value

MAX_STARS = 50
# Rows of a code overlap a little, so that no hairline shows between them.
OVERLAP = 1.02
QUIET = 4


def fitted(run: Run, line: Line, values: Values) -> None:
    """``fittext``: a block whose size falls until it fits its box; ``cliptext``: one that ends with an ellipsis."""
    shrinks = values.word == "fittext"
    run.add(
        Text(
            x=values.number("x"),
            y=values.number("y"),
            size=values.number("size"),
            content=values.text("text"),
            kind="block",
            width=values.number("width"),
            height=values.optional("height"),
            lines=None if shrinks else max(1, int(values.number("lines"))),
            fit="shrink" if shrinks else "truncate",
            font=values.text("font"),
            color=values.text("color"),
            opacity=values.optional("opacity"),
            link=values.text("link"),
            spacing=values.optional("spacing"),
            span=line.span,
        )
    )


def rating(run: Run, line: Line, values: Values) -> None:
    """``rating``: stars, the last of them as far as the value goes."""
    count = int(values.default("max", 5.0))
    if not 1 <= count <= MAX_STARS:
        raise Problem("MK205", f"a rating has 1 to {MAX_STARS} stars", line.span, "write: rating x y size value 5")
    x, y, size = values.number("x"), values.number("y"), values.number("size")
    value = min(max(values.number("value"), 0.0), float(count))
    for index in range(count):
        points = _star(run, x + size * (index + 0.5) * 1.1, y, size / 2)
        _filled(run, line, points, values.text("empty", "lightgray"))
        share = min(max(value - index, 0.0), 1.0)
        if share > 0:
            left = min(px for px, _ in points)
            right = max(px for px, _ in points)
            kept = points if share == 1 else _cut(points, left + (right - left) * share)
            _filled(run, line, kept, values.text("color", "gold"))


def _star(run: Run, x: float, y: float, radius: float) -> list[tuple[float, float]]:
    where = place_of(run)
    return [polar(where, x, y, radius if turn % 2 == 0 else radius * 0.4, 90.0 + 36.0 * turn) for turn in range(10)]


def _cut(points: list[tuple[float, float]], edge: float) -> list[tuple[float, float]]:
    """The part of a shape to the left of an edge."""
    found: list[tuple[float, float]] = []
    for start, end in zip(points, [*points[1:], points[0]], strict=True):
        if start[0] <= edge:
            found.append(start)
        if (start[0] <= edge) != (end[0] <= edge):
            share = (edge - start[0]) / (end[0] - start[0])
            found.append((edge, start[1] + (end[1] - start[1]) * share))
    return found


def _filled(run: Run, line: Line, points: list[tuple[float, float]], color: str) -> None:
    if len(points) > 2:
        xs, ys = tuple(x for x, _ in points), tuple(y for _, y in points)
        run.add(Polygon(xs=xs, ys=ys, color=color, span=line.span))


def code(run: Run, line: Line, values: Values) -> None:
    """``qr``: a code with its quiet zone, centred; ``w`` is percent of the page's width."""
    try:
        rows = qr_modules(values.text("text"))
    except ValueError as reason:
        raise Problem("MK215", str(reason), line.span, "use a short link") from None
    width = values.number("w")
    module = width / (len(rows) + 2 * QUIET)
    rise = module * run.width / run.height
    x, y = values.number("x"), values.number("y")
    background = values.text("background", "white")
    run.add(Rect(x=x, y=y, width=width, height=width * run.width / run.height, color=background, span=line.span))
    left, top = x - module * len(rows) / 2, y + rise * len(rows) / 2
    color = values.text("color", "black")
    for index, row in enumerate(rows):
        for start, length in _dark(row):
            run.add(
                Rect(
                    x=left + module * (start + length / 2),
                    y=top - rise * (index + 0.5),
                    width=module * length,
                    height=rise * OVERLAP,
                    color=color,
                    span=line.span,
                )
            )


def _dark(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Where dark runs begin, and how long they are."""
    found: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if dark and place and row[place - 1]:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif dark:
            found.append((place, 1))
    return found


def table(run: Run, line: Line, values: Values) -> None:
    """``table``: the records of a file in columns, numbers to the right, a line under each row."""
    records = read_records(run, values.text("file"), line)
    if not records:
        raise Problem("MK210", f"{values.text('file')} has no rows", line.span, "give it a header and rows")
    names = _columns(values.text("columns"), records[0], line)
    width, size = values.number("width"), values.number("size")
    fall = size * 2.2 * run.width / run.height
    y = values.number("y")
    part = width / len(names)
    numeric = [all(isinstance(record.get(name), float) for record in records) for name in names]
    heads: list[dict[str, Value]] = [{name: name.replace("_", " ") for name in names}]
    for index, record in enumerate([*heads, *records]):
        color = values.text("headcolor" if index == 0 else "color")
        for place, name in enumerate(names):
            left = values.number("x") + part * place
            run.add(
                Text(
                    x=left + part - size / 2 if numeric[place] else left,
                    y=y,
                    size=size,
                    content=text(record.get(name, "")),
                    align="e" if numeric[place] else "",
                    font=values.text("font"),
                    color=color,
                    span=line.span,
                )
            )
        rule = y - fall * 0.3
        left = values.number("x")
        run.add(
            LineElement(
                x1=left,
                y1=rule,
                x2=left + width,
                y2=rule,
                width=0.1,
                color=color or "gray",
                opacity=40.0,
                span=line.span,
            )
        )
        y -= fall


def _columns(wanted: str, record: dict[str, Value], line: Line) -> list[str]:
    """The columns to show: those that are asked for, or all."""
    names = [column(name) for name in wanted.split(",") if name.strip()] or list(record)
    missing = [name for name in names if name not in record]
    if missing:
        known = ", ".join(record)
        raise Problem("MK214", f"there is no column {missing[0]}", line.span, f"the columns are: {known}")
    return names


CARD_WORDS: tuple[Keyword, ...] = (
    keyword("fittext", "text:t x:n y:n width:n height:n size:n | font:f color:c opacity:n link:t spacing:n", fitted),
    keyword("cliptext", "text:t x:n y:n width:n lines:n size:n | font:f color:c opacity:n link:t spacing:n", fitted),
    keyword("rating", "x:n y:n size:n value:n | max:n color:c empty:c", rating),
    keyword("qr", "text:t x:n y:n w:n | color:c background:c", code),
    keyword("table", "file:w x:n y:n width:n size:n | columns:t font:f color:c headcolor:c", table),
)
