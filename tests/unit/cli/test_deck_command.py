"""``mops deck`` through its entry point: in a project, and in a folder with nothing but a deck."""

from __future__ import annotations

import json
import struct
import sys
import types

import pytest

from mops_cli.cli.deck_sizes import presets, sizes, slug
from mops_cli.clock import environment
from mops_cli.design import pdf, raster, resvg
from mops_cli.errors import UsageError
from tests.unit.design.support import font_file

CARD = """\
deck
	title "Card"
	canvas 1200 630
	slide "white"
		alt "A word on white"
		ctext "Hello" 50 50 8
	eslide
edeck
"""
TWO = 'deck\ncanvas 400 200\nslide\nalt "a"\nctext "one" 50 50 9\neslide\nslide\nalt "b"\nctext "two" 50 50 9\neslide\nedeck\n'


@pytest.fixture
def drawing():
    """Cairo and pango are there, or the test is skipped."""
    if not (raster.available() and pdf.available()):
        if environment().get("MOPS_REQUIRE_NATIVE"):
            pytest.fail(f"missing library; run: {raster.APT}")
        pytest.skip("cairo or pango is not installed")


@pytest.fixture
def lone(tmp_path):
    """A folder without a project."""

    def make(**decks):
        for name, text in decks.items():
            (tmp_path / f"{name}.dsh").write_text(text, encoding="utf-8", newline="")
        return tmp_path

    return make


def side(path):
    return struct.unpack(">II", path.read_bytes()[16:24])


def listed(folder):
    return sorted(path.name for path in folder.iterdir())


# -- render


def test_a_lone_deck_becomes_a_picture_beside_it(mops, lone, drawing):
    folder = lone(card=CARD)
    called = mops("deck", "render", "card.dsh", cwd=folder)
    assert (called.code, called.out) == (0, "card.png\n")
    assert "no project here" in called.err
    assert side(folder / "card.png") == (1200, 630)
    first = (folder / "card.png").read_bytes()
    mops("deck", "render", "card.dsh", cwd=folder)
    assert (folder / "card.png").read_bytes() == first


def test_every_format_goes_into_the_folder_that_was_named_and_nowhere_else(mops, lone, drawing):
    folder = lone(card=CARD)
    called = mops(
        "deck", "render", "card.dsh", "--format", "png,svg", "--format", "pdf", "--format", "xml", "--out", "a/b",
        "--json", cwd=folder,
    )  # fmt: skip
    assert called.code == 0, called
    assert listed(folder) == ["a", "card.dsh"]
    assert listed(folder / "a" / "b") == ["card.pdf", "card.png", "card.svg", "card.xml"]
    files = {file["format"]: file for file in json.loads(called.out)["data"]["files"]}
    assert files["png"]["path"] == "a/b/card.png"
    assert files["svg"]["alt"] == "A word on white"
    assert "<title>Card</title>" in (folder / "a/b/card.svg").read_text()
    assert '<canvas width="1200" height="630"/>' in (folder / "a/b/card.xml").read_text()
    assert (folder / "a/b/card.pdf").read_bytes().startswith(b"%PDF")


def test_several_sizes_and_pages_have_their_own_names(mops, lone, drawing):
    folder = lone(two=TWO)
    called = mops("deck", "render", "two.dsh", "--size", "100x50,60x60", "--scale", "2", "--out", "o", cwd=folder)
    assert called.code == 0, called
    assert listed(folder / "o") == [
        "two-100x50-01@2x.png",
        "two-100x50-02@2x.png",
        "two-60x60-01@2x.png",
        "two-60x60-02@2x.png",
    ]
    assert side(folder / "o" / "two-60x60-01@2x.png") == (120, 120)


def test_one_page_of_several(mops, lone, drawing):
    folder = lone(two=TWO)
    assert mops("deck", "render", "two.dsh", "--page", "2", "--format", "svg", cwd=folder).out == "two-02.svg\n"
    assert ">b<" in (folder / "two-02.svg").read_text()
    called = mops("deck", "render", "two.dsh", "--page", "3", cwd=folder)
    assert (called.code, "two.dsh has 2 pages, and no page 3" in called.err) == (2, True)


def test_values_from_the_command_line(mops, lone):
    folder = lone(card="deck\nslide\nctext city 50 50 size\nctext zip 50 20 size\neslide\nedeck\n")
    options = ("--format", "xml", "--var", "city=New York=1", "--var", "size=4", "--var", "zip=01234")
    assert mops("deck", "render", "card.dsh", *options, cwd=folder).code == 0
    assert 'sp="4"' in (folder / "card.xml").read_text()
    assert "New York=1" in (folder / "card.xml").read_text()
    assert ">01234<" in (folder / "card.xml").read_text()


def test_compat_and_seed(mops, lone):
    folder = lone(card="deck\nslide\nx=random 0 100\ncircle x 50 2\nfrobnicate x 1\neslide\nedeck\n")
    assert mops("deck", "render", "card.dsh", "--format", "xml", cwd=folder).code == 1
    made = set()
    for seed in ("1", "1", "2"):
        assert mops("deck", "render", "card.dsh", "--format", "xml", "--compat", "--seed", seed, cwd=folder).code == 0
        made.add((folder / "card.xml").read_text())
    assert len(made) == 2


def test_a_deck_with_mistakes_gives_their_places_and_no_file(mops, lone, drawing):
    folder = lone(card='deck\nslide\nctxt "a" 1 2 3\nctext "你" 50 50 4\neslide\nedeck\n')
    called = mops("deck", "render", "card.dsh", "--format", "png", "--format", "xml", "--out", "o", cwd=folder)
    assert called.code == 1
    assert "card.dsh:3:1: MK202" in called.out
    assert 'did you mean "ctext"?' in called.out
    assert "card.dsh:4:1: MB207 no brand font has 你 (U+4F60" in called.out
    assert listed(folder) == ["card.dsh"]


def test_a_model_needs_no_fonts(mops, lone):
    folder = lone(card='deck\nslide\nctext "你" 50 50 4\neslide\nedeck\n')
    assert mops("deck", "render", "card.dsh", "--format", "xml", cwd=folder).code == 0


def test_nothing_outside_is_read(mops, lone):
    folder = lone(card='deck\nslide\ninclude "../secret.dsh"\neslide\nedeck\n')
    called = mops("deck", "render", "card.dsh", "--format", "xml", cwd=folder)
    assert (called.code, "MK304" in called.out) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nope.dsh"], "there is no file nope.dsh"),
        (["."], "is a folder"),
        (["notes.txt"], "notes.txt is no deck"),
        (["card.dsh", "--format", "jpg"], 'did you mean "png"?'),
        (["card.dsh", "--size", "instgram"], 'did you mean "instagram"?'),
        (["card.dsh", "--size", "instagram.foo"], "instagram.story-reel"),
        (["card.dsh", "--size", "0x5"], "each side has 1 to 10,000 pixels"),
        (["card.dsh", "--var", "foo"], "write --var city=Hamburg"),
        (["card.dsh", "--rasterizer", "magic"], "rasterizers: cairo, resvg"),
        (["card.dsh", "--out", "notes.txt", "--format", "xml"], "notes.txt is not a folder"),
    ],
)
def test_wrong_wishes_are_told_what_there_is(mops, lone, words, said):
    folder = lone(card=CARD)
    (folder / "notes.txt").write_text("x")
    called = mops("deck", "render", *words, cwd=folder)
    assert called.code == 2
    assert said in called.err


def test_the_optional_rasterizer_says_how_to_get_it(mops, lone, monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    called = mops("deck", "render", "card.dsh", "--rasterizer", "resvg", cwd=lone(card=CARD))
    assert called.code == 2
    assert 'pip install "mops-cli[resvg]"' in called.err
    assert resvg.available() in (True, False)


def test_the_optional_rasterizer_gets_all_it_needs(mops, lone, monkeypatch):
    asked = {}

    def svg_to_bytes(**wish):
        asked.update(wish)
        return b"\x89PNG drawn elsewhere"

    monkeypatch.setitem(sys.modules, "resvg_py", types.SimpleNamespace(svg_to_bytes=svg_to_bytes))
    folder = lone(card=CARD)
    assert mops("deck", "render", "card.dsh", "--rasterizer", "resvg", "--size", "120x63", cwd=folder).code == 0
    assert (folder / "card.png").read_bytes() == b"\x89PNG drawn elsewhere"
    assert (asked["width"], asked["height"], asked["skip_system_fonts"]) == (120, 63, True)
    assert "<text" not in asked["svg_string"]


def test_what_the_optional_rasterizer_refuses_has_a_place(mops, lone, monkeypatch):
    def svg_to_bytes(**_wish):
        raise ValueError("too odd")

    monkeypatch.setitem(sys.modules, "resvg_py", types.SimpleNamespace(svg_to_bytes=svg_to_bytes))
    folder = lone(
        card=CARD,
        shown=CARD.replace('ctext "Hello" 50 50 8', 'image "p.svg" 50 50 9 0'),
    )
    (folder / "p.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="/etc/passwd" width="9" height="9"/></svg>'
    )
    called = mops("deck", "render", "card.dsh", "--rasterizer", "resvg", cwd=folder)
    assert (called.code, "card.dsh:4:2: MB301 resvg cannot draw this: too odd" in called.out) == (1, True)
    called = mops("deck", "render", "shown.dsh", "--rasterizer", "resvg", cwd=folder)
    assert (called.code, "p.svg:1:" in called.out) == (1, True), called


def test_a_contact_sheet_shows_every_picture_of_every_platform(mops, lone, drawing):
    folder = lone(card=CARD)
    called = mops("deck", "render", "card.dsh", "--contact-sheet", "--out", "o", "--json", cwd=folder)
    assert called.code == 0, called
    assert listed(folder / "o") == ["card-sheet.png"]
    (file,) = json.loads(called.out)["data"]["files"]
    assert side(folder / "o/card-sheet.png") == (file["width"], file["height"])
    assert file["height"] > 1500


def test_a_contact_sheet_marks_safe_zones(mops, lone, drawing):
    from mops_cli.channels.images import colors

    folder = lone(card=CARD)
    options = ("--size", "instagram.portrait", "--contact-sheet", "--format", "png")
    assert mops("deck", "render", "card.dsh", *options, cwd=folder).code == 0
    assert listed(folder) == ["card-sheet.png", "card.dsh", "card.png"]
    width, _, data = colors((folder / "card-sheet.png").read_bytes())
    left, middle = (tuple(data[(200 * width + x) * 3 :][:3]) for x in (32, 150))
    assert middle == (255, 255, 255)
    assert left[0] > 200 > left[1]  # under the veil


# -- in a project


@pytest.fixture
def brand(project):
    return project(
        {
            "brand/brand.tokens.yaml": 'color:\n  $type: color\n  ink: {$value: {colorSpace: srgb, components: [1, 0, 0], hex: "#ff0000"}}\n',
            "brand/fonts.yaml": "roles:\n  body: {family: Test Sans, fallback: [sans-serif], licence: OFL-1.1, files: [{file: brand/fonts/a.ttf}]}\n",
            "brand/fonts/a.ttf": font_file(family="Test Sans"),
            "campaigns/hello/campaign.yaml": "title: Hello\ntopic: news\nvars: {price: 4.5}\nchannels:\n  social: {platforms: [instagram, x], art: card.dsh}\n",
            "campaigns/hello/card.dsh": 'deck\nslide\nalt "a"\nctext summary 50 50 5 "sans" "ink"\nctext price 50 20 5\neslide\nedeck\n',
        }
    )


def test_a_deck_of_a_project_has_the_brand_and_the_values_of_its_campaign(mops, brand):
    folder = brand / "campaigns" / "hello"
    called = mops("deck", "render", "card.dsh", "--format", "xml", "--out", str(brand / "o"), cwd=folder)
    assert called.code == 0, called
    text = (brand / "o" / "card.xml").read_text()
    assert 'color="#ff0000"' in text
    assert "A short note" in text
    assert "4.5" in text
    called = mops("deck", "render", "card.dsh", "--format", "xml", "--var", "summary=Mine", "--out", "o", cwd=folder)
    assert "Mine" in (folder / "o" / "card.xml").read_text()


def test_the_safe_zone_of_the_size_that_was_asked_for(mops, brand):
    (brand / "zone.dsh").write_text("deck\nslide\ncircle safeLeft 50 2\neslide\nedeck\n")
    for size, left in (("instagram.portrait", "3.1481"), ("1080x1350", "0")):
        assert mops("deck", "render", "zone.dsh", "--format", "xml", "--size", size, cwd=brand).code == 0
        assert f'xp="{left}' in (brand / "zone.xml").read_text()


def test_numbers_are_written_in_the_locale_that_was_asked_for(mops, brand):
    settings = brand / "mops.toml"
    settings.write_text(settings.read_text("utf-8").replace('["en"]', '["en", "de"]'), "utf-8")
    (brand / "much.dsh").write_text('deck\nslide\nt=format("%.2n", 4.5)\ntext t 10 50 9\neslide\nedeck\n')
    for locale, shown in (("en", "4.50"), ("de", "4,50"), ("fr", "4.50")):
        called = mops("deck", "render", "much.dsh", "--format", "xml", "--var", f"locale={locale}", cwd=brand)
        assert called.code == 0, called
        assert shown in (brand / "much.xml").read_text()


def test_a_brand_that_is_broken_explains_what_is_missing(mops, brand):
    (brand / "brand/brand.tokens.yaml").write_text("color: [\n")
    called = mops("deck", "render", "campaigns/hello/card.dsh", "--format", "xml", cwd=brand)
    assert called.code == 1
    assert "brand/brand.tokens.yaml:1:8: MC111" in called.out


def test_a_broken_message_explains_the_values_that_are_missing(mops, brand):
    (brand / "campaigns/hello/message.md").write_text("---\nsubject: [\n---\n# Hello\n")
    for command in (("render", "--format", "xml"), ("lint",)):
        called = mops("deck", *command, "campaigns/hello/card.dsh", cwd=brand)
        assert called.code == 1
        assert "MK201 summary is not defined" in called.out
        assert "campaigns/hello/message.md:2:" in called.out


def test_a_brand_without_fonts_is_told_how_to_get_one(mops, brand):
    (brand / "brand/fonts.yaml").unlink()
    called = mops("deck", "render", "campaigns/hello/card.dsh", "--format", "svg", cwd=brand)
    assert called.code == 1
    assert "the brand has no fonts" in called.err


# -- fmt


def test_fmt_changes_decks_and_says_which(mops, lone):
    folder = lone(card="deck\n slide\n\n\neslide\nedeck", good="deck\nedeck\n")
    checked = mops("deck", "fmt", "--check", cwd=folder)
    assert (checked.code, checked.out) == (1, "card.dsh\n")
    shown = mops("deck", "fmt", "--diff", cwd=folder)
    assert (shown.code, "+\tslide" in shown.out) == (1, True)
    done = mops("deck", "fmt", "--json", cwd=folder)
    assert json.loads(done.out)["data"] == {"decks": 2, "changed": ["card.dsh"], "written": True}
    assert (folder / "card.dsh").read_text() == "deck\n\tslide\n\n\teslide\nedeck\n"
    assert mops("deck", "fmt", "--check", cwd=folder).code == 0


def test_fmt_leaves_alone_what_is_no_text_and_what_is_hidden(mops, lone):
    folder = lone(card="deck\nedeck\n")
    (folder / "odd.dsh").write_bytes(b"deck\n\xff\xfe\n")
    (folder / ".git").mkdir()
    (folder / ".git" / "x.dsh").write_text(" deck")
    called = mops("deck", "fmt", cwd=folder)
    assert called.code == 1
    assert "odd.dsh:2: MC101 this is not UTF-8" in called.err
    assert (folder / ".git" / "x.dsh").read_text() == " deck"
    assert (folder / "odd.dsh").read_bytes() == b"deck\n\xff\xfe\n"


# -- lint


def test_lint_looks_at_a_folder_and_knows_fragments(mops, lone):
    folder = lone(
        card='deck\nslide "white"\nalt "a"\nsize=5\ninclude "part.dsh"\nimport "f.dsh"\nshow "x"\neslide\nedeck\n',
        part='ctext "b" 50 50 size\n',
        f="def show s\nctext s 50 20 size\nedef\n",
    )
    called = mops("deck", "lint", cwd=folder)
    assert (called.code, called.out) == (0, ""), called
    assert "3 decks looked at" in called.err
    (folder / "part.dsh").write_text('ctext "b" 50 50 size\ncircl 1 1 1\n')
    called = mops("deck", "lint", "part.dsh", "--json", cwd=folder)
    assert called.code == 1
    (found,) = json.loads(called.out)["diagnostics"]
    assert (found["code"], found["path"], found["line"]) == ("MK202", "part.dsh", 2)


def test_lint_takes_comments_for_an_answer(mops, lone):
    folder = lone(card='deck\nslide\nalt "a"\nx=1 // mops: ignore[MK401] kept for later\neslide\nedeck\n')
    called = mops("deck", "lint", cwd=folder)
    assert (called.code, called.out) == (0, "")
    assert "1 accepted by comments" in called.err


def test_lint_in_other_formats(mops, lone):
    called = mops(
        "deck", "lint", "--output-format", "concise", cwd=lone(card="deck\nslide\ncircl 1 1 1\neslide\nedeck\n")
    )
    assert called.code == 1
    assert called.out.startswith("card.dsh:3:1: MK202")


def test_each_deck_is_checked_with_the_brand_of_its_own_project(mops, brand):
    (brand.parent / "lone.dsh").write_text('deck\nslide "ink"\nalt "a"\neslide\nedeck\n')
    called = mops("deck", "lint", "--json", cwd=brand.parent)
    found = json.loads(called.out)
    assert found["data"]["decks"] == ["lone.dsh", "campaigns/hello/card.dsh"]
    assert [(one["code"], one["path"]) for one in found["diagnostics"] if one["severity"] == "error"] == [
        ("MK206", "lone.dsh")
    ]


def test_nothing_to_do_is_fine(mops, lone):
    folder = lone()
    assert mops("deck", "lint", cwd=folder).code == 0
    assert mops("deck", "fmt", cwd=folder).code == 0


# -- sizes


def test_names_of_sizes():
    assert slug("story / reel") == "story-reel"
    (story,) = sizes(["instagram.story"])
    assert (story.text, story.names) == ("1080x1920", ["instagram.story-reel"])
    assert [size.text for size in sizes(["1200x630", "OPENGRAPH", "1200x630"])] == ["1200x630"]
    assert sum(len(size.uses) for size in sizes(["all"])) == len(presets())
    assert [size.text for size in sizes(["x.in-feed, 10x20"])] == ["1200x675", "10x20"]
    with pytest.raises(UsageError):
        sizes(["nowhere"])
