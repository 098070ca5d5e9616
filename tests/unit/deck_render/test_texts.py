"""Text: anchors, blocks as before and as they should be, fitting, lists, shown files, links, missing letters."""

import pytest

from mops_cli.design.deck import model
from mops_cli.design.deck_render.display import Box, Group, Letters, Oval
from mops_cli.design.deck_render.draft import allowed, turned_box
from mops_cli.design.deck_render.typesetting import Typesetter
from tests.unit.deck_render.support import HERE, deck, draw, items, text

#: Size 5 is ten units, so a letter is five units wide.


def lines(found):
    return [(letters.text, letters.x, letters.y) for letters in found if isinstance(letters, Letters)]


@pytest.mark.parametrize(("align", "x"), [("", 20.0), ("c", 15.0), ("center", 15.0), ("e", 10.0), ("right", 10.0)])
def test_the_position_is_the_start_the_middle_or_the_end_of_the_baseline(fonts, align, x):
    (letters,) = items(fonts, text("ab", align=align))
    assert (letters.x, letters.y, letters.size) == (x, 50.0, 10.0)


def test_an_empty_text_draws_nothing_and_takes_a_colour_from_the_slide(fonts):
    assert items(fonts, text("")) == ()
    (letters,) = items(fonts, text("a"), foreground="white")
    assert letters.paint.color == "#ffffff"


def test_a_block_breaks_before_the_edge_and_the_old_tools_behind_it(fonts):
    block = text("aa bb cc", kind="block", width=11.0)  # 22 units: two words would be 25
    assert lines(items(fonts, block)) == [("aa", 20.0, 50.0), ("bb", 20.0, 64.0), ("cc", 20.0, 78.0)]
    before = lines(items(fonts, block, compat=True))
    assert before == [("aa", 20.0, 50.0), ("bb", 31.5, 50.0), ("cc", 20.0, 64.0)]


def test_an_authors_break_has_more_room(fonts):
    block = text("aa \\n bb", kind="block", width=50.0)
    assert lines(items(fonts, block)) == [("aa", 20.0, 50.0), ("bb", 20.0, 71.0)]
    assert lines(items(fonts, block, compat=True)) == [("aa", 20.0, 50.0), ("bb", 20.0, 71.0)]
    assert [line[0] for line in lines(items(fonts, text("aa \\name", kind="block", width=50.0)))] == ["aa \\name"]


def test_a_block_shrinks_until_it_fits_and_says_when_it_cannot(fonts):
    wide = text("aaaa bbbb", kind="block", width=22.5, lines=1, fit="shrink")
    (letters,) = items(fonts, wide)
    assert letters.width <= 45.0
    assert letters.size == pytest.approx(10.0)
    narrow = text("aaaa bbbb", kind="block", width=15.0, lines=1, fit="shrink")
    assert items(fonts, narrow)[0].size == pytest.approx(10.0 * 42 / 64)
    _, found = draw(fonts, text("a" * 90, kind="block", width=15.0, height=3.0, fit="shrink"))
    assert [(finding.code, finding.span) for finding in found] == [("MB323", HERE)]
    _, found = draw(fonts, text("aa bb cc", kind="block", width=12.0, lines=2))
    assert [finding.code for finding in found] == ["MB323"]


def test_a_block_is_cut_with_an_ellipsis(fonts):
    cut = items(fonts, text("aa bb cc dd ee", kind="block", width=12.5, lines=2, fit="truncate"))
    assert [letters.text for letters in cut] == ["aa bb", "cc d…"]
    low = items(fonts, text("aa bb cc dd ee", kind="block", width=12.5, height=20.0, fit="truncate"))
    assert [letters.text for letters in low] == ["aa b…"]
    (line,) = items(fonts, text("aaaaaaaaaa", width=20.0, fit="truncate"))
    assert line.text == "aaaaaaa…"
    (line,) = items(fonts, text("aaaaaaaaaa", width=20.0, fit="shrink"))
    assert line.width == pytest.approx(40.0)


def test_turned_text_turns_about_its_place(fonts):
    (group,) = items(fonts, text("ab", rotation=30.0))
    assert isinstance(group, Group)
    assert (group.angle, group.pivot) == (30.0, (20.0, 50.0))
    assert isinstance(items(fonts, text("ab", rotation=-30.0), compat=True)[0], Letters)
    assert items(fonts, text("ab", rotation=-30.0))[0].angle == -30.0


def test_lists_have_bullets_numbers_and_their_own_looks(fonts):
    points = (model.ListItem(content="a"), model.ListItem(content="b", color="red", opacity=50.0))
    plain = items(fonts, model.List(x=10.0, y=50.0, size=5.0, items=points))
    assert lines(plain) == [("a", 20.0, 50.0), ("b", 20.0, 70.0)]
    assert (plain[1].paint.color, plain[1].paint.alpha) == ("#ff0000", 0.5)
    dotted = items(fonts, model.List(x=10.0, y=50.0, size=5.0, kind="bullet", items=points))
    assert dotted[0] == Oval(22.0, 47.5, 2.5, 2.5, plain[0].paint)
    assert dotted[1].x == 32.0
    centred = items(fonts, model.List(x=50.0, y=50.0, size=5.0, align="c", items=points))
    assert centred[0].x == 97.5


def test_numbers_hang_and_stand_in_the_text_in_old_decks(fonts):
    many = model.List(x=10.0, y=90.0, size=5.0, kind="number", items=(model.ListItem(content="aa"),) * 10)
    found = lines(items(fonts, many))
    assert found[:2] == [("1.", 20.0, 10.0), ("aa", 40.0, 10.0)]
    assert lines(items(fonts, many, compat=True))[:2] == [("1.", 20.0, 10.0), ("aa", 31.5, 10.0)]


def test_lines_of_one_item_stand_closer_than_items(fonts):
    wrapped = (model.ListItem(content="aa bb"), model.ListItem(content="c"))
    element = model.List(x=10.0, y=90.0, size=5.0, width=5.0, items=wrapped)
    assert [line[2] for line in lines(items(fonts, element))] == [10.0, 24.0, 44.0]
    assert [line[2] for line in lines(items(fonts, element, compat=True))] == [10.0, 30.0, 70.0]


def test_an_item_without_text_keeps_its_place(fonts):
    gap = (model.ListItem(content="a"), model.ListItem(), model.ListItem(content="b"))
    assert [line[2] for line in lines(items(fonts, model.List(x=1.0, y=90.0, size=5.0, items=gap)))] == [10.0, 50.0]


def test_shown_files_are_read_beside_the_deck_and_code_has_a_box(fonts):
    files = {"decks/note.txt": b"one\n\ttwo\n"}
    shown = items(fonts, text("", file="note.txt"), read=files.get)
    assert [(line[0], line[2]) for line in lines(shown)] == [("one", 50.0), ("    two", 64.0)]
    box, *_ = items(fonts, text("", file="note.txt", kind="code", width=40.0), read=files.get)
    assert isinstance(box, Box)
    assert (box.x, box.y, box.width, box.height, box.fill.color) == (10.0, 40.0, 80.0, 42.0, "#f0f0f0")


def test_a_file_that_is_not_there_and_one_outside_are_located_errors(fonts):
    _, found = draw(fonts, text("", file="absent.txt"), text("", file="../../secret"))
    assert [(finding.code, finding.span.line) for finding in found] == [("MK304", 7), ("MK305", 7)]


def test_a_letter_that_no_font_has_is_named_with_its_line(fonts):
    page, found = draw(fonts, text("a中"))
    assert [(finding.code, finding.span) for finding in found] == [("MB207", HERE)]
    assert "U+4E2D" in found[0].message
    assert all(glyph.id for letters in page.letters for glyph in letters.line.glyphs)


def test_links_become_areas_and_dangerous_ones_errors(fonts):
    page, _ = draw(fonts, text("ab", link="https://aurora.example/x"))
    (area,) = page.links
    assert (area.x, area.y, area.width, area.href, area.label) == (20.0, 40.0, 10.0, "https://aurora.example/x", "ab")
    _, found = draw(fonts, text("ab", link="javascript:alert(1)"))
    assert [finding.code for finding in found] == ["MB322"]
    listed = model.List(x=1.0, y=90.0, size=5.0, items=(model.ListItem(content="a", link="/spring"),))
    assert draw(fonts, listed)[0].links[0].href == "/spring"


@pytest.mark.parametrize(
    ("href", "fine"),
    [
        ("https://aurora.example", True),
        ("mailto:a@aurora.example", True),
        ("page.html#top", True),
        ("/a:b", True),
        ("javascript:x", False),
        (" javascript:x", False),
        ("java\nscript:x", False),
        ("DATA:text/html,x", False),
    ],
)
def test_addresses(href, fine):
    assert allowed(href) is fine


def test_the_box_around_a_turned_area():
    assert turned_box((0.0, 0.0, 10.0, 2.0), 90.0) == pytest.approx((-2.0, -8.0, 2.0, 10.0))


def test_font_names_of_decks_are_roles_of_the_brand(fonts):
    setter = Typesetter(fonts)
    assert [setter.role(name) for name in ("", "sans", "serif", "heading", "mono", "bold", "nobody")] == [
        "body", "body", "heading", "heading", "body", "body", "body",
    ]  # fmt: skip
    assert setter.stack("bold")[0].weight == (700, 700)
    assert setter.stack("sans")[0].weight == (400, 400)


def test_what_stands_outside_of_slides_is_a_page(fonts):
    from mops_cli.design.deck_render.layout import lay_out
    from tests.unit.deck_render.support import no_file

    loose = model.Deck(items=(text("a"),), path="decks/part.dsh")
    assert len(lay_out(loose, fonts, no_file).pages) == 1
    assert lay_out(model.Deck(), fonts, no_file).pages == ()
    assert lay_out(deck(), fonts, no_file).reads == ()
