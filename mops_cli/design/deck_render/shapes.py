"""Shapes of the model as shapes of the display list."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mops_cli.design.deck_render.colors import GREY, blend, paint
from mops_cli.design.deck_render.display import Area, Box, Oval, Step, Stroke

if TYPE_CHECKING:
    from mops_cli.design.deck import model
    from mops_cli.design.deck_render.display import Fill
    from mops_cli.design.deck_render.draft import Draft

_STEP = 45.0


def rect(draft: Draft, element: model.Rect) -> None:
    """A rectangle about its centre."""
    if element.gradient is not None:
        fill: Fill | None = blend(element.gradient, element.opacity)
    else:
        fill = paint(element.color or GREY, element.opacity)
    width, height = _sides(draft, element)
    if fill is not None:
        left, top = draft.x(element.x) - width / 2, draft.y(element.y) - height / 2
        draft.add(Box(left, top, width, height, fill, element.alt))


def ellipse(draft: Draft, element: model.Ellipse) -> None:
    """An ellipse about its centre."""
    fill = paint(element.color or GREY, element.opacity)
    width, height = _sides(draft, element)
    if fill is not None:
        draft.add(Oval(draft.x(element.x), draft.y(element.y), width / 2, height / 2, fill, element.alt))


def _sides(draft: Draft, element: model.Rect | model.Ellipse) -> tuple[float, float]:
    width = draft.across(element.width)
    height = width * element.ratio / 100.0 if element.ratio else draft.up(element.height or 0.0)
    return abs(width), abs(height)


def line(draft: Draft, element: model.Line) -> None:
    """A straight line."""
    first = ("M", (draft.x(element.x1), draft.y(element.y1)))
    second = ("L", (draft.x(element.x2), draft.y(element.y2)))
    _stroke(draft, (first, second), element.width, element)


def curve(draft: Draft, element: model.Curve) -> None:
    """A curve from the first to the third point, pulled by the second.

    The reference draws a cubic whose first handle lies on its start; the language means a quadratic.
    """
    start = draft.x(element.x1), draft.y(element.y1)
    pull = draft.x(element.x2), draft.y(element.y2)
    end = draft.x(element.x3), draft.y(element.y3)
    step: Step = ("C", (*start, *pull, *end)) if draft.compat else ("Q", (*pull, *end))
    _stroke(draft, (("M", start), step), element.width, element)


def arc(draft: Draft, element: model.Arc) -> None:
    """A part of an ellipse, both axes in percent of the width."""
    centre = draft.x(element.x), draft.y(element.y)
    radii = draft.across(element.width) / 2, draft.across(element.height) / 2
    _stroke(draft, arc_steps(centre, radii, element.start, element.end), element.stroke, element)


def arc_steps(centre: tuple[float, float], radii: tuple[float, float], start: float, end: float) -> tuple[Step, ...]:
    """An arc as cubic curves of at most 45 degrees each, counter-clockwise when ``end`` is larger."""
    (x, y), (rx, ry) = centre, radii
    sweep = max(-360.0, min(360.0, end - start))
    count = max(1, math.ceil(abs(sweep) / _STEP))
    delta = math.radians(sweep / count)
    handle = 4.0 / 3.0 * math.tan(delta / 4)
    angle = math.radians(start)
    steps: list[Step] = [("M", (x + rx * math.cos(angle), y - ry * math.sin(angle)))]
    for _ in range(count):
        cos, sin = math.cos(angle), math.sin(angle)
        angle += delta
        cos2, sin2 = math.cos(angle), math.sin(angle)
        first = (x + rx * (cos - handle * sin), y - ry * (sin + handle * cos))
        second = (x + rx * (cos2 + handle * sin2), y - ry * (sin2 - handle * cos2))
        steps.append(("C", (*first, *second, x + rx * cos2, y - ry * sin2)))
    return tuple(steps)


def polygon(draft: Draft, element: model.Polygon) -> None:
    """A filled polygon. The tag that no old tool draws is drawn unless the deck has to look as there."""
    fill = paint(element.color or GREY, element.opacity)
    skipped = draft.compat and not element.drawn
    if fill is not None and not skipped and min(len(element.xs), len(element.ys)) >= 3:
        draft.add(Area((*_run(draft, element), ("Z", ())), fill, element.alt))


def polyline(draft: Draft, element: model.Polyline) -> None:
    """A run of segments."""
    if min(len(element.xs), len(element.ys)) >= 2 and not draft.compat:
        _stroke(draft, _run(draft, element), element.width, element)


def _run(draft: Draft, element: model.Polygon | model.Polyline) -> tuple[Step, ...]:
    points = zip(element.xs, element.ys, strict=False)
    return tuple(("L" if at else "M", (draft.x(x), draft.y(y))) for at, (x, y) in enumerate(points))


def _stroke(
    draft: Draft,
    steps: tuple[Step, ...],
    width: float | None,
    element: model.Line | model.Curve | model.Arc | model.Polyline,
) -> None:
    color = paint(element.color or GREY, element.opacity)
    if color is not None:
        draft.add(Stroke(steps, draft.stroke(width), color, element.alt))
