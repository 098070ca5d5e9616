"""The decks of the showcase: every platform's size, both languages, no findings, made of their data."""

from __future__ import annotations

import shutil

import pytest

from mops_cli.build.project import open_project
from mops_cli.channels.deck_values import safe_zone
from mops_cli.channels.decks import project_studio
from mops_cli.channels.platforms import table
from mops_cli.lint.deck_looks import look
from tests.conftest import ROOT

DECKS = ("coffees", "map", "poster", "price", "quote", "waiting")
EDITS = {
    "coffees": ("coffees.yaml", "14.5", "24.5"),
    "map": ("harbour-places.csv", "Rope Park", "Rope Yard"),
    "poster": ("programme.csv", "22:00", "21:00"),
    "price": ("price.yaml", "5.10", "6.10"),
    "quote": ("quotes.yaml", "the waiting", "the weather"),
    "waiting": ("waiting.csv", "2027,9", "2027,8"),
}
WORDS = {
    "en": {"headline": "Night Shift", "kicker": "A cupping until sunrise", "line": "Friday, 12 February, ten at night"},
    "de": {
        "headline": "Der Frühling ist geröstet",
        "kicker": "Kaffeeprobe bis Sonnenaufgang",
        "line": "Freitag, 12. Februar, zehn Uhr abends",
    },
}
LINK = "https://aurora.example/night-shift"
SHAPES = ((1080, 1080), (1080, 1350), (1080, 1920), (1200, 630))
PICTURES = {
    (picture.width, picture.height): (platform, picture)
    for platform in table().values()
    for picture in platform.pictures
}


def studio(root, locale, found):
    """What the decks of a project are made with, in a language."""
    opened = open_project(root)
    made = project_studio(opened.repository, opened.files, locale=locale, report=found.append)
    made.variables = {**WORDS[locale], "link": LINK, "locale": locale, "variant": "", "project": "Aurora"}
    return made


def deck(made, name, size):
    """A deck of the showcase at a size, in its safe zone."""
    return made.open(f"content/decks/{name}.dsh", size=size, variables=safe_zone(PICTURES[size][1]))


@pytest.mark.parametrize("name", DECKS)
def test_every_size_is_drawn_and_says_what_it_shows(name):
    found = []
    made = studio(ROOT, "de", found)
    for size in PICTURES:
        drawn = deck(made, name, size)
        assert drawn is not None, found
        assert drawn.alt, size
    assert found == []


@pytest.mark.parametrize("locale", WORDS)
@pytest.mark.parametrize("name", DECKS)
def test_nothing_is_tiny_faint_or_cut(name, locale):
    made = studio(ROOT, locale, [])
    found = [one for size in SHAPES for one in look(deck(made, name, size), [PICTURES[size]])]
    assert found == []


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The showcase, to be changed."""
    root = tmp_path_factory.mktemp("showcase")
    for name in ("brand", "content"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "mops.toml", root)
    return root


@pytest.mark.parametrize("name", DECKS)
def test_other_data_are_another_picture(name, copy):
    size = SHAPES[2]
    before = deck(studio(copy, "en", []), name, size).svg()
    assert deck(studio(copy, "en", []), name, size).svg() == before
    file, old, new = EDITS[name]
    path = copy / "content/decks/data" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    assert deck(studio(copy, "en", []), name, size).svg() != before


@pytest.mark.parametrize("name", DECKS)
def test_languages_differ(name):
    shown = {locale: deck(studio(ROOT, locale, []), name, SHAPES[0]) for locale in WORDS}
    assert shown["en"].alt != shown["de"].alt
    assert shown["en"].svg() != shown["de"].svg()
