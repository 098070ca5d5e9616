"""Decks that would take minutes to lay out: a counted limit, and an error at the element where it is met."""

from time import process_time

import pytest

from mops_cli.design import lines, shaping
from mops_cli.design.deck import model
from mops_cli.design.deck_render.layout import lay_out
from mops_cli.model.diagnostic import Span
from tests.unit.deck_render.support import HERE, deck, draw, no_file, text


def laid_out(fonts, *elements):
    begin = process_time()
    drawing = lay_out(deck(*elements), fonts, no_file)
    assert process_time() - begin < 4
    return drawing


def words(count):
    return [
        text(f"a{'ab' * (at % 40)} {at:b}".replace("0", "a").replace("1", "b"), span=Span("d.dsh", at + 1))
        for at in range(count)
    ]


@pytest.mark.parametrize(
    "elements",
    [
        words(30_000),
        [text("ab " * 60_000, kind="block", width=80.0)],
        [text("ab" * 60_000, kind="block", width=80.0)],
        [text("ab " * 10_000, kind="block", width=0.001)],
        [text("ab" * 30_000, kind="block", width=80.0, height=5.0, fit="shrink")],
        [text("ab" * 20, span=HERE)] * 60_000,
        [model.List(x=5.0, y=90.0, size=3.0, items=(model.ListItem(content="a b a"),) * 30_000, span=HERE)],
    ],
    ids=["many texts", "long block", "long word", "narrow block", "shrunk word", "repeated text", "long list"],
)
def test_too_much_is_an_error_at_its_element(fonts, elements):
    drawing = laid_out(fonts, *elements)
    assert [found.code for found in drawing.diagnostics] == ["MK302"]
    assert drawing.diagnostics[0].span.line >= 1
    assert drawing.pages == ()


def test_what_people_write_is_far_from_the_limit(fonts):
    assert laid_out(fonts, *words(1200)).diagnostics == ()


def test_lines_of_a_long_word_are_as_long_as_they_fit(fonts):
    style = shaping.Style(shaping.stack(fonts), 10.0)
    found = lines.wrap("ab" * 500, style, 52.0)
    assert {line.end - line.start for line in found} == {10}
    assert "".join(line.text for line in found) == "ab" * 500
    assert [line.text for line in lines.wrap("a " + "ab" * 20 + " b", style, 52.0)][:2] == ["a", "ab" * 5]


def test_effort_is_told_before_anything_is_shaped(fonts):
    told = []
    shaping.shape("abab", shaping.Style(shaping.stack(fonts), 10.0, effort=told.append))
    assert len(told) == 2
    assert min(told) > 4


def test_text_without_a_size_draws_nothing(fonts):
    for kind in ("", "block"):
        page, found = draw(
            fonts,
            text("ab", size=0.0, kind=kind, width=0.0),
            model.List(x=1.0, y=1.0, size=0.0, items=(model.ListItem(content="a"),), span=HERE),
        )
        assert found == ()
        assert page.letters == ()
