"""Text with our own metrics: advances, kerning, ligatures, directions, fallback, lines, outlines."""

from functools import cache
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mops_cli.design import lines, outlines, shaping
from mops_cli.design.fonts import FontData, FontSet
from mops_cli.model.diagnostic import Span
from tests.unit.design.support import font_file

FEATURES = """
feature kern { pos u0041 u0056 -80; } kern;
feature liga { sub u0066 u0069 by u0040; } liga;
"""
HEBREW = "\u05d0\u05d1\u05d2"


@cache
def latin():
    from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
    from fontTools.ttLib import TTFont

    font = TTFont(BytesIO(font_file()))
    addOpenTypeFeaturesFromString(font, FEATURES)
    out = BytesIO()
    font.save(out)
    return data_of(out.getvalue(), "body")


def data_of(data, role, family="Test Sans", weight=400, style="normal"):
    from mops_cli.design.font_tables import read

    return FontData(f"{role}.ttf", role, family, (weight, weight), style, data, read(data).characters)


@cache
def hebrew():
    return data_of(font_file(family="Test Hebrew", characters=HEBREW + "()"), "hebrew")


def style(size=10, **changes):
    return shaping.Style((latin(), hebrew()), size, **changes)


def test_advances_are_pixels_and_kerning_and_ligatures_count():
    assert shaping.width("HH", style()) == 10
    assert shaping.width("AV", style()) == pytest.approx(9.2)
    assert shaping.width("AV", style(features={"kern": 0})) == 10
    line = shaping.shape("fix", style())
    assert [glyph.cluster for glyph in line.glyphs] == [0, 2]
    assert shaping.width("fi", style(letter_spacing=1)) == 12
    assert line.ascent == 8
    assert line.descent == 2
    assert line.carets() == {0: 0, 2: 5}


def test_right_to_left_runs_are_reversed_and_placed():
    line = shaping.shape(f"ab {HEBREW}", style())
    assert [(run.start, run.end, run.right_to_left, run.x) for run in line.runs] == [(0, 3, False, 0), (3, 6, True, 15)]
    assert [glyph.cluster for glyph in line.glyphs] == [0, 1, 2, 5, 4, 3]
    other = shaping.shape(f"{HEBREW} ab", style())
    assert other.right_to_left
    assert [glyph.cluster for glyph in other.glyphs] == [4, 5, 3, 2, 1, 0]
    assert shaping.shape("ab!", style(direction="rtl")).glyphs[0].cluster == 2


def test_a_font_is_chosen_by_coverage_and_blanks_stay():
    line = shaping.shape("a \u05d0 b", style())
    assert [(run.font.role, run.start, run.end) for run in line.runs][:2] == [("body", 0, 2), ("hebrew", 2, 3)]
    assert line.missing == ()


def test_a_missing_character_is_named_and_never_drawn():
    line = shaping.shape("a漢b", style())
    assert [(found.char, found.index) for found in line.missing] == [("漢", 1)]
    assert [glyph.id for glyph in line.glyphs if glyph.id == 0] == []
    finding = shaping.missing_finding(line.missing, Span("a.dsh", 3, 4))
    assert finding.code == "MB207"
    assert "漢 (U+6F22" in finding.message
    assert shaping.missing_finding((), Span("a.dsh")) is None


def test_emoji_follow_the_policy():
    assert shaping.shape("😀", style()).missing[0].char == "😀"
    line = shaping.shape("a 👍🏽 b", style(emoji=lambda text: 1.5))
    assert [(picture.text, picture.x, picture.width) for picture in line.pictures] == [("👍🏽", 10, 15)]
    assert line.width == 35
    assert shaping.shape("😀", style(emoji=lambda text: None)).missing


def test_marks_stay_with_their_letter():
    line = shaping.shape("a\u0308b", style())  # the font has ä and no mark
    assert line.missing == ()
    assert [glyph.cluster for glyph in line.glyphs] == [0, 2]


def test_a_stack_asks_the_nearest_file_first_and_other_roles_after():
    files = [
        data_of(font_file(weight=weight, italic=slant == "italic"), role, weight=weight, style=slant)
        for role, weight, slant in (("body", 400, "normal"), ("body", 700, "normal"), ("body", 400, "italic"), ("heading", 600, "normal"))
    ]  # fmt: skip
    fonts = FontSet(tuple(files))
    assert [font.weight[0] for font in shaping.stack(fonts, "body", 800)][:2] == [700, 400]
    assert shaping.stack(fonts, "body", 400, "italic")[0].style == "italic"
    assert [font.role for font in shaping.stack(fonts, "heading", 400)] == ["heading", "body", "body", "body"]
    assert shaping.stack(fonts, "mono")[0].role == "body"
    assert len(shaping.stack(fonts, "body")) == 4


WORDS = st.text(st.sampled_from(f"abAVfi ,.-\u00ad{HEBREW}\u0301\u00a0漢"), max_size=40)


@given(WORDS, st.sampled_from(["ltr", "rtl", "auto"]))
def test_the_width_is_the_sum_of_advances_and_clusters_lie_in_the_text(text, direction):
    line = shaping.shape(text, style(direction=direction))
    assert line.width == pytest.approx(sum(glyph.advance for glyph in line.glyphs))
    assert all(0 <= glyph.cluster < len(text) for glyph in line.glyphs)
    pen = 0.0
    for run in line.runs:
        assert run.x == pytest.approx(pen)
        pen += run.width
        order = [glyph.cluster for glyph in run.glyphs]
        assert order == sorted(order, reverse=run.right_to_left)
        assert all(run.start <= cluster < run.end for cluster in order)
    assert {found.char for found in line.missing} <= {"漢", "\u0301"}


@given(WORDS, st.integers(4, 200))
def test_lines_hold_the_whole_text_and_keep_the_width(text, width):
    made = lines.wrap(text, style(), width)
    kept = "".join(line.text for line in made)
    assert [char for char in kept if char not in " \u00ad"] == [char for char in text if char not in " \u00ad"]
    for line in made:
        assert line.width <= width + 1e-6 or len(list(shaping.Paragraph(line.text, style()).clusters)) == 1
        assert text[line.start : line.end] == line.text


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 40, ["one two", "three"]),
        ("one\ntwo", 400, ["one", "two"]),
        ("", 40, [""]),
        ("a\n\nb", 40, ["a", "", "b"]),
        ("12\u00a0kg of it", 35, ["12\u00a0kg", "of it"]),
        ("well-known", 30, ["well-", "known"]),
        ("abcdefgh", 15, ["abc", "def", "gh"]),
        ("good -5", 30, ["good", "-5"]),
    ],
)
def test_where_lines_break(text, width, expected):
    assert [line.text for line in lines.wrap(text, style(), width)] == expected


def test_a_soft_hyphen_shows_where_it_breaks():
    first, second = lines.wrap("dampf\u00adschiff", style(), 45)
    assert (first.text, second.text) == ("dampf", "schiff")
    assert first.width == 30  # five letters and the hyphen
    assert lines.wrap("dampf\u00adschiff", style(), 400)[0].width == 55


def test_ellipsis_and_fitting():
    cut = lines.truncate("abcdefgh", style(), 22)
    assert cut.width == 20
    assert cut.end == 3
    assert lines.truncate("abc", style(), 22).width == 15
    text = "one two three four five"
    kept = lines.clamp(lines.wrap(text, style(), 40), text, style(), 40, 2)
    assert len(kept) == 2
    assert kept[-1].width <= 40
    found, made = lines.fit(text, style(40), 100, 50, least=8)
    assert 8 <= found.size < 40
    assert all(line.width <= 100 for line in made)
    assert len(made) * found.size * 1.2 <= 50


def test_outlines_have_stable_numbers():
    line = shaping.shape("H H", style())
    path = outlines.path(line, 1, 20)
    assert path == "M1 20l0 -6l3.8 0l0 6zM11 20l0 -6l3.8 0l0 6z"
    assert outlines.glyph_path(latin(), line.glyphs[0].id) == "M0 0l0 -600l380 0l0 600z"
    assert outlines.glyph_path(latin(), line.glyphs[1].id) == ""
    assert [outlines.number(value) for value in (1.0, -0.001, 0.126, 1200)] == ["1", "0", "0.13", "1200"]
