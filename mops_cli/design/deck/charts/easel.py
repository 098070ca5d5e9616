"""Draws for charts: every element says all of its attributes, as the reference charts do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from mops_cli.design.deck.charts.settings import Settings, percent, shown
from mops_cli.design.deck.model import Arc, Ellipse, Line, Polygon, Rect, Text

if TYPE_CHECKING:
    from mops_cli.design.deck.charts.data import Table
    from mops_cli.design.deck.run import Run
    from mops_cli.model.diagnostic import Span

TITLE, FAINT = "black", "lightgray"
SANS, SERIF, MONO = "sans", "serif", "mono"
START, MIDDLE, END = "", "center", "right"
Point: TypeAlias = tuple[float, float]


def between(value: float, low: float, high: float, first: float, last: float) -> float:
    """Maps a value from one range to another; an empty range gives its beginning."""
    return first if high == low else first + (last - first) * (value - low) / (high - low)


@dataclass(frozen=True, slots=True)
class Easel:
    """The page, the settings and the data of one chart."""

    run: Run
    span: Span
    settings: Settings
    table: Table

    @property
    def title(self) -> str:
        """The title to show, if any."""
        return (self.settings.chartitle or self.table.title) if self.settings.title else ""

    def shown(self, value: float) -> str:
        """A value in the format of the chart."""
        return shown(self.settings.datafmt, value, old=self.run.rules.compat, localize=self.run.localize)

    def percent(self, value: float) -> str:
        """A percentage in the format of the chart."""
        return percent(self.settings.datafmt, value, old=self.run.rules.compat, localize=self.run.localize)

    def value_text(self, value: float) -> str:
        """A value, with its share when the chart shows shares."""
        if not self.settings.pct:
            return self.shown(value)
        total = self.table.total
        return f"{self.shown(value)} ({self.percent(100 * value / total if total else 0.0)})"

    def color(self, name: str) -> str:
        """A colour, checked and with tokens replaced."""
        if self.run.rules.compat:
            return name
        # Titles take the colour of the slide's text: black is lost on a dark one.
        return "" if name == TITLE else self.run.look("c", name, self.span)

    def text(
        self,
        at: Point,
        content: str,
        font: str,
        size: float,
        color: str,
        *,
        align: str = START,
        rotation: float | None = None,
    ) -> None:
        """One line of text."""
        self.run.add(
            Text(
                x=at[0],
                y=at[1],
                size=size,
                content=content,
                align=align,
                width=0.0,
                font=font,
                color=self.color(color),
                opacity=100.0,
                rotation=rotation,
                span=self.span,
            )
        )

    def circle(self, x: float, y: float, width: float, color: str, opacity: float = 100.0) -> None:
        """A filled circle."""
        self.run.add(
            Ellipse(x=x, y=y, width=width, ratio=100.0, color=self.color(color), opacity=opacity, span=self.span)
        )

    def rect(self, at: Point, size: Point, color: str, opacity: float = 100.0) -> None:
        """A filled rectangle."""
        self.run.add(
            Rect(
                x=at[0],
                y=at[1],
                width=size[0],
                height=size[1],
                color=self.color(color),
                opacity=opacity,
                span=self.span,
            )
        )

    def line(self, start: Point, end: Point, width: float, color: str, opacity: float = 100.0) -> None:
        """A line."""
        self.run.add(
            Line(
                x1=start[0],
                y1=start[1],
                x2=end[0],
                y2=end[1],
                width=width,
                color=self.color(color),
                opacity=opacity,
                span=self.span,
            )
        )

    def arc(
        self, centre: Point, size: float, stroke: float, angles: Point, color: str, *, opacity: float = 100.0
    ) -> None:
        """A stroked arc of a circle."""
        self.run.add(
            Arc(
                x=centre[0],
                y=centre[1],
                width=size,
                height=size,
                start=angles[0],
                end=angles[1],
                stroke=stroke,
                color=self.color(color),
                opacity=opacity,
                span=self.span,
            )
        )

    def polygon(self, xs: list[float], ys: list[float], color: str, opacity: float) -> None:
        """A filled polygon."""
        self.run.add(Polygon(xs=tuple(xs), ys=tuple(ys), color=self.color(color), opacity=opacity, span=self.span))
