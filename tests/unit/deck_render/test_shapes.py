"""Shapes: places, measures, colours, opacity, order."""

import math

import pytest

from mops_cli.design.deck import model
from mops_cli.design.deck_render.colors import blend, paint
from mops_cli.design.deck_render.display import Area, Box, Oval, Paint, Stroke
from mops_cli.design.deck_render.layout import LAYERS, in_layers
from mops_cli.design.deck_render.shapes import arc_steps
from tests.unit.deck_render.support import draw, items


def test_boxes_and_ovals_stand_about_their_centre_from_the_lower_left(fonts):
    box, oval = items(
        fonts,
        model.Rect(x=50.0, y=75.0, width=10.0, height=20.0, color="red"),
        model.Ellipse(x=50.0, y=25.0, width=10.0, ratio=100.0),
    )
    assert box == Box(90.0, 15.0, 20.0, 20.0, Paint("#ff0000"))
    assert oval == Oval(100.0, 75.0, 10.0, 10.0, Paint("#7f7f7f"))


@pytest.mark.parametrize(("opacity", "alpha"), [(None, 1.0), (0.0, 1.0), (40.0, 0.4), (100.0, 1.0), (300.0, 1.0)])
def test_no_opacity_and_zero_are_opaque(opacity, alpha):
    assert paint("black", opacity) == Paint("#000000", alpha)


def test_negative_opacity_and_clear_colours_are_invisible(fonts):
    assert paint("red", -1.0) is None
    assert paint("#ff000000") is None
    assert items(fonts, model.Line(x1=0.0, y1=0.0, x2=9.0, y2=9.0, opacity=-1.0)) == ()


def test_an_unknown_colour_is_black_and_alpha_multiplies():
    assert paint("no such colour") == Paint("#000000")
    assert paint("#ff000080", 50.0).alpha == pytest.approx(0.5 * 128 / 255)


def test_lines_take_their_width_from_the_canvas_and_two_units_without(fonts):
    thick, plain, negative = items(
        fonts,
        model.Line(x1=0.0, y1=0.0, x2=50.0, y2=100.0, width=1.0, color="blue"),
        model.Line(x1=0.0, y1=0.0, x2=50.0, y2=0.0),
        model.Line(x1=0.0, y1=0.0, x2=50.0, y2=0.0, width=-3.0),
    )
    assert thick == Stroke((("M", (0.0, 100.0)), ("L", (100.0, 0.0))), 2.0, Paint("#0000ff"))
    assert (plain.width, negative.width) == (2.0, 6.0)


def test_a_curve_is_quadratic_and_as_the_old_tools_draw_it_when_asked(fonts):
    curve = model.Curve(x1=0.0, y1=0.0, x2=50.0, y2=100.0, x3=100.0, y3=0.0)
    assert items(fonts, curve)[0].steps[1] == ("Q", (100.0, 0.0, 200.0, 100.0))
    assert items(fonts, curve, compat=True)[0].steps[1] == ("C", (0.0, 100.0, 100.0, 0.0, 200.0, 100.0))


def test_arcs_run_counter_clockwise_and_stay_on_their_ellipse(fonts):
    steps = arc_steps((0.0, 0.0), (10.0, 5.0), 0.0, 90.0)
    assert steps[0] == ("M", (10.0, 0.0))
    assert steps[-1][1][-2:] == pytest.approx((0.0, -5.0))  # up, as seen
    for _, numbers in steps[1:]:
        x, y = numbers[-2:]
        assert math.hypot(x / 10, y / 5) == pytest.approx(1.0)
    assert len(arc_steps((0, 0), (1, 1), 0.0, 1e9)) == 9  # once around is enough
    (arc,) = items(fonts, model.Arc(x=50.0, y=50.0, width=10.0, height=10.0, start=0.0, end=180.0, stroke=1.0))
    assert arc.steps[0][1] == (110.0, 50.0)


def test_polygons_need_three_points_and_the_undrawn_tag_follows_the_mode(fonts):
    triangle = {"xs": (0.0, 10.0, 5.0), "ys": (0.0, 0.0, 10.0)}
    assert isinstance(items(fonts, model.Polygon(**triangle))[0], Area)
    assert items(fonts, model.Polygon(xs=(0.0, 1.0), ys=(0.0, 1.0))) == ()
    assert len(items(fonts, model.Polygon(**triangle, drawn=False))) == 1
    assert items(fonts, model.Polygon(**triangle, drawn=False), compat=True) == ()
    assert len(items(fonts, model.Polyline(xs=(0.0, 1.0), ys=(0.0, 1.0)))) == 1


def test_a_gradient_runs_from_the_left_edge_to_the_upper_right(fonts):
    made = blend(model.Gradient("red", "blue", 100.0))
    assert (made.start, made.end) == ((0.0, 0.0), (1.0, 0.0))
    assert blend(model.Gradient("red", "blue", 25.0)).start == (0.0, 0.75)
    page, _ = draw(fonts, background="black", gradient=model.Gradient("red", "blue", 50.0))
    assert page.items[0].fill == Paint("#000000")
    assert page.items[1].fill.first == Paint("#ff0000")


def test_the_background_is_white_unless_said(fonts):
    assert draw(fonts)[0].items == (Box(0.0, 0.0, 200.0, 100.0, Paint("#ffffff")),)


def test_layers_order_by_kind_by_document_or_as_said():
    line = model.Line(x1=0.0, y1=0.0, x2=1.0, y2=1.0)
    rect = model.Rect(x=1.0, y=1.0, width=1.0)
    text = model.Text(x=1.0, y=1.0, size=1.0)
    given = (text, line, rect)
    assert in_layers(given, "") == [rect, line, text]
    assert in_layers(given, LAYERS) == [rect, line, text]
    assert in_layers(given, "document") == list(given)
    assert in_layers(given, "text:rect") == [text, rect, line]


def test_alternative_text_is_the_slides_or_that_of_its_elements(fonts):
    oval = model.Ellipse(x=1.0, y=1.0, width=1.0, height=1.0, alt="A sun.")
    assert draw(fonts, oval, oval)[0].alt == "A sun"
    assert draw(fonts, oval, alt="A summer day")[0].alt == "A summer day"
