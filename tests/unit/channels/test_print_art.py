"""A deck as the art of a printed sheet: vectors at the size of the paper, colour up to the edge of the bleed."""

import json
import re

import pytest

from mops_cli.channels.decks import project_studio
from mops_cli.design import pdf as pdf_door
from mops_cli.design.deck_render.svg import SvgOptions
from mops_cli.errors import MissingNativeLibrary
from tests.unit.channels.deck_support import BRAND
from tests.unit.design.support import plain

POSTER = """\
deck
slide "brand.night" "white"
alt "A poster about two farms"
rect 50 10 100 20 "brand.sun"
rect 50 50 20 20 "white"
text headline 10 80 6
eslide
edeck
"""
BACK = 'deck\nslide "brand.sun"\nalt "The back"\nrect 50 50 10 10 "brand.night"\neslide\nedeck\n'
FILES = {**BRAND, "content/decks/poster.dsh": POSTER}
FRONT = "headline: Two farms\nsummary: Two farms"


@pytest.fixture(autouse=True)
def pango():
    try:
        pdf_door.library()
    except MissingNativeLibrary:
        pytest.skip("the pango library is not installed")


@pytest.fixture
def sheet(channel):
    def make(settings="{art: decks/poster.dsh, page: A6, bleed: 3mm}", **more):
        return channel("print", settings, **{"front": FRONT, "files": FILES, **more})

    return make


def codes(made):
    return [(one.code, one.severity.value) for one in made.job.found]


def test_the_deck_is_the_page_when_nothing_is_said_of_a_layout(sheet):
    made = sheet()
    assert codes(made) == []
    twin = json.loads(made.outputs["print/en.json"])
    assert (twin["page_mm"], twin["bleed_mm"], twin["pages"]) == ([105, 148], 3, 1)
    data = made.outputs["print/en.pdf"]
    assert b"/Subtype /Image" not in data
    assert b"/Alt (A poster about two farms)" in plain(data)
    assert any("Test" in name for name in twin["fonts"])
    assert made.outputs == sheet().outputs


def test_colour_goes_on_to_the_edge_of_the_bleed(project):
    from mops_cli.build.project import open_project

    opened = open_project(project(FILES))
    studio = project_studio(opened.repository, opened.files, variables={"headline": "Hi"})
    deck = studio.open("content/decks/poster.dsh", size=(300, 400))
    svg = deck.svg(SvgOptions(bleed=9))
    assert 'viewBox="-9 -9 318 418"' in svg
    boxes = re.findall(r'<rect x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="(#\w+)"', svg)
    assert boxes == [
        ("-9", "-9", "318", "418", "#102030"),
        ("-9", "320", "318", "89", "#ffcc00"),
        ("120", "160", "60", "80", "#ffffff"),
    ]


def test_every_page_of_a_deck_is_a_sheet(sheet):
    files = {**FILES, "content/decks/poster.dsh": POSTER.replace("edeck\n", BACK.removeprefix("deck\n"))}
    made = sheet(files=files)
    assert codes(made) == []
    assert json.loads(made.outputs["print/en.json"])["pages"] == 2


def test_art_is_the_ground_of_a_layout_that_says_where(sheet):
    layout = (
        '<!doctype html><html lang="en"><head><title>A</title><style>@page { margin: 0 } body { margin: 0; '
        "font-family: 'Test Sans' }</style></head><body>[[ art ]]<p>Over it</p></body></html>"
    )
    files = {**FILES, "content/layouts/print/card.html": layout}
    made = sheet("{art: decks/poster.dsh, layout: card, page: A6}", files=files)
    assert [code for code, severity in codes(made) if severity == "error"] == []
    assert "print/en.pdf" in made.outputs
    made = sheet("{art: decks/poster.dsh, layout: flyer, page: A6}")
    assert "MT514" in [code for code, _ in codes(made)]


def test_a_template_serves_as_well(sheet):
    art = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 [[ width ]] [[ height ]]"><rect width="[[ width ]]" height="[[ height ]]" fill="[[ tokens.color.brand.sun ]]"/></svg>'
    made = sheet("{art: art.svg, alt: Yellow, page: A6}", files={**FILES, "campaigns/hello/art.svg": art})
    assert codes(made) == []
    assert b"1 0.8 0 rg" in plain(made.outputs["print/en.pdf"])


@pytest.mark.parametrize(
    ("settings", "deck", "code", "path", "line"),
    [
        ("{art: decks/postr.dsh}", POSTER, "MN112", "campaigns/hello/campaign.yaml", 4),
        ("{art: decks/poster.dsh}", POSTER.replace("headline", '"茶"'), "MB207", "content/decks/poster.dsh", 6),
        ("{art: decks/poster.dsh}", POSTER.replace("alt ", "note "), "MR109", "campaigns/hello/campaign.yaml", 4),
    ],
)
def test_mistakes(sheet, settings, deck, code, path, line):
    made = sheet(settings, files={**FILES, "content/decks/poster.dsh": deck})
    assert [(one.code, one.span.path, one.span.line) for one in made.job.found] == [(code, path, line)]
