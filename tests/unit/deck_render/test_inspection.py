"""Pages looked at as a reader would."""

import pytest

from mops_cli.design.deck import model
from mops_cli.design.deck_render.inspection import Ground, beyond, faint, placed, without_text
from tests.unit.deck_render.support import draw, text

PAGE = (0.0, 0.0, 200.0, 100.0)


def boxes(fonts, *elements, **slide):
    page, _ = draw(fonts, *elements, **slide)
    return page, placed(page)


def test_where_a_line_stands_and_how_large_it_is_on_a_phone(fonts):
    page, (line,) = boxes(fonts, text("abc"))
    left, top, right, bottom = line.box
    assert left == 20
    assert right == pytest.approx(20 + 3 * 5)  # three letters, half of 10 units wide
    assert top == pytest.approx(50 - 7.2)
    assert bottom == 50
    assert line.feed_size(page) == pytest.approx(10 * 375 / 200)


def test_letters_below_the_line_count(fonts):
    _, (line,) = boxes(fonts, text("gap"))
    assert line.box[3] == 52


def test_turned_text_is_measured_as_it_stands(fonts):
    _, (line,) = boxes(fonts, text("abc", rotation=90.0))
    left, top, right, bottom = line.box
    assert (right, bottom) == (pytest.approx(20), pytest.approx(50))
    assert (left, top) == (pytest.approx(20 - 7.2), pytest.approx(50 - 15))


def test_invisible_and_empty_text_is_none(fonts):
    assert boxes(fonts, text("abc", opacity=-1.0), text(" "))[1] == []


def test_how_far_over_the_edge(fonts):
    _, (inside, outside) = boxes(fonts, text("abc"), text("abc", x=98.0))
    assert beyond(inside.box, PAGE) == 0
    assert beyond(outside.box, PAGE) == pytest.approx(196 + 15 - 200)


def ground(color):
    return Ground(2, 1, bytes(color) * 2)


def test_contrast_with_the_ground(fonts):
    page, _ = draw(fonts, text("abc", color="#777777", size=2.0))
    assert faint(page, ground((255, 255, 255)))[0].reached == pytest.approx(4.48, abs=0.01)
    assert faint(page, ground((0, 0, 0))) == []


def test_large_text_needs_less(fonts):
    page, _ = draw(fonts, text("abc", color="#777777", size=7.0))
    assert faint(page, ground((255, 255, 255))) == []


def test_translucent_text_is_what_is_seen_of_it(fonts):
    page, _ = draw(fonts, text("abc", color="black", opacity=20.0))
    (found,) = faint(page, ground((255, 255, 255)))
    assert found.front == "#cccccc"


def test_text_beside_the_page_has_no_ground(fonts):
    page, _ = draw(fonts, text("abc", x=150.0, color="white"))
    assert faint(page, ground((255, 255, 255))) == []
    assert Ground(1, 1, b"abc").at(-0.1, 0.5) is None


def test_a_page_without_its_text(fonts):
    page, _ = draw(fonts, model.Rect(x=50, y=50, width=10, height=10), text("abc"), text("abc", rotation=45.0))
    bare = without_text(page)
    assert bare.letters == ()
    assert len(bare.items) == 3  # the ground, the box, an empty group
