"""Keywords that make pages, and the directives about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.design.deck.aspect import aspect_of
from mops_cli.design.deck.model import Canvas, Slide, Text
from mops_cli.design.deck.model import Line as LineElement
from mops_cli.design.deck.numerals import plain
from mops_cli.design.deck.problems import Problem
from mops_cli.design.deck.shape_words import gradient_of
from mops_cli.design.deck.signature import Keyword, keyword

if TYPE_CHECKING:
    from mops_cli.design.deck.run import Run
    from mops_cli.design.deck.signature import Values
    from mops_cli.design.deck.syntax import Line

SMALLEST, LARGEST = 1.0, 100_000.0
_META = ("creator", "subject", "publisher", "description", "date")
LAYERS = ("image", "rect", "ellipse", "curve", "arc", "line", "poly", "text", "list")


def open_deck(run: Run, line: Line, values: Values) -> None:
    """``deck``."""
    run.builder.open_deck(line.span)


def close_deck(run: Run, line: Line, values: Values) -> None:
    """``edeck``."""
    run.builder.close_deck(line.span)


def canvas(run: Run, line: Line, values: Values) -> None:
    """``canvas``: the size that geometry is computed with, unless the caller has fixed one."""
    made = Canvas(width=values.number("width"), height=values.number("height"))
    if not all(SMALLEST <= side <= LARGEST for side in (made.width, made.height)):
        if not run.rules.compat:
            raise Problem("MK205", "a canvas is 1 to 100000 points wide and high", line.span, "write: canvas 1200 630")
        run.width, run.height = 792.0, 612.0
    elif not run.fixed_canvas:
        run.width, run.height = made.width, made.height
    run.builder.canvas = made
    describe_canvas(run)


def describe_canvas(run: Run) -> None:
    """``aspect``, ``canvasWidth`` and ``canvasHeight`` as variables, so that a deck can ask for its shape."""
    if not run.rules.compat:
        run.scope.set("aspect", aspect_of(run.width, run.height))
        run.scope.set("canvasWidth", run.width)
        run.scope.set("canvasHeight", run.height)


def open_slide(run: Run, line: Line, values: Values) -> None:
    """``slide``."""
    background = values.text("background")
    gradient = gradient_of(background)
    run.legends.clear()
    run.builder.open_slide(
        Slide(
            background="" if gradient else background,
            gradient=gradient,
            foreground=values.text("foreground"),
            span=line.span,
        )
    )


def close_slide(run: Run, line: Line, values: Values) -> None:
    """``eslide``."""
    run.builder.close_slide(line.span)


def ruler(run: Run, line: Line, values: Values) -> None:
    """``ruler``: a grid with its percentages."""
    step = values.default("step", 5.0)
    step = step if 2 <= step <= 50 else 5.0
    color = values.text("color", "black")
    mark = step
    while mark < 100:
        for across in (True, False):
            rule(run, line, mark, color, across=across)
        for across in (True, False):
            rule_label(run, line, mark, plain(mark), color, across=across)
        mark += step


def rule(run: Run, line: Line, mark: float, color: str, *, across: bool) -> None:
    """One line of a ruler; ``across`` marks a place on the x axis."""
    run.add(
        LineElement(
            x1=mark if across else 0.0,
            y1=0.0 if across else mark,
            x2=mark if across else 100.0,
            y2=100.0 if across else mark,
            width=0.05,
            color=color,
            opacity=70.0,
            span=line.span,
        )
    )


def rule_label(run: Run, line: Line, mark: float, label: str, color: str, *, across: bool) -> None:
    """The label of a line of a ruler."""
    run.add(
        Text(
            x=mark if across else 2.0,
            y=2.0 if across else mark,
            size=1.2,
            align="c",
            color=color,
            opacity=75.0,
            font="mono",
            content=label,
            span=line.span,
        )
    )


def title(run: Run, line: Line, values: Values) -> None:
    """``title``: of the slide inside of one, else of the deck."""
    if not run.builder.change_slide(title=values.text("text")):
        run.builder.meta["title"] = values.text("text")


def meta(run: Run, line: Line, values: Values) -> None:
    """``creator``, ``subject`` and the like."""
    run.builder.meta[values.word] = values.text("text")


def note(run: Run, line: Line, values: Values) -> None:
    """``note``: for the speaker."""
    if not run.builder.change_slide(note=values.text("text")):
        raise Problem("MK106", "note outside of a slide", line.span, "put it between slide and eslide")


def alt(run: Run, line: Line, values: Values) -> None:
    """``alt``: describes the picture that the slide is; ``alt next "..."`` the element that follows."""
    if not run.builder.change_slide(alt=values.text("text")):
        raise Problem("MK106", "alt outside of a slide", line.span, "put it between slide and eslide")


def alt_next(run: Run, line: Line, values: Values) -> None:
    """``altnext``: describes the element that follows."""
    run.builder.alt = values.text("text")


def layers(run: Run, line: Line, values: Values) -> None:
    """``layers``: the order of drawing."""
    order = values.text("order")
    unknown = [word for word in order.split(":") if word not in LAYERS] if order != "document" else []
    if unknown:
        raise Problem(
            "MK202",
            f'"{unknown[0][:30]}" is not a kind of element',
            line.span,
            'write: layers "document", or kinds joined by :',
        )
    run.builder.layers = order


PAGE_WORDS: tuple[Keyword, ...] = (
    *(keyword(word, "", open_deck) for word in ("deck", "doc")),
    *(keyword(word, "", close_deck) for word in ("edeck", "edoc")),
    keyword("canvas", "width:n height:n", canvas, again=True),
    *(keyword(word, "| background:g foreground:c", open_slide) for word in ("slide", "page")),
    *(keyword(word, "", close_slide) for word in ("eslide", "epage")),
    keyword("ruler", "| step:n color:c", ruler, again=True),
)

EXTRA_WORDS: tuple[Keyword, ...] = (
    keyword("title", "text:t", title),
    *(keyword(word, "text:t", meta) for word in _META),
    keyword("note", "text:t", note),
    keyword("alt", "text:t", alt),
    keyword("altnext", "text:t", alt_next),
    keyword("layers", "order:t", layers),
)
