"""Decks in the build graph: what a picture is made of is known, and nothing else draws it again."""

import json

import build_fakes
import pytest
from build_fakes import campaign, write

from mops_cli.design import raster
from tests.unit.channels.deck_support import BRAND

pytestmark = pytest.mark.needs_cairo

CARD = """\
deck
slide "brand.night" "white"
alt "A card"
include "parts/frame.dsh"
for row in "data/farms.csv"
  rect row_x 50 10 row_high "white"
efor
text headline 10 80 6
eslide
edeck
"""
FRAME = 'rect 50 5 100 10 "brand.sun"\n'
FARMS = "x,high\n20,40\n60,80\n"
PLAIN = 'deck\nslide "paper"\nalt "Plain"\nrect 50 50 20 20 "black"\neslide\nedeck\n'
MESSAGE = "---\nsubject: Hello\nsummary: Hello there\nheadline: Farms\n---\nHello.\n"
CHART = "---\nsubject: Hello\nsummary: Hello there\nheadline: Farms\n---\n::: deck source=decks/plain.dsh\n:::\n"
IDENTITY = """\
legal_name: Aurora Example Ltd
address: {street: 1 Harbour Lane, postal_code: "20457", city: Hamburg, country: DE}
"""
FILES = {
    "content/decks/card.dsh": CARD,
    "content/decks/parts/frame.dsh": FRAME,
    "content/decks/data/farms.csv": FARMS,
    "content/decks/plain.dsh": PLAIN,
    "brand/identity.yaml": IDENTITY,
}
CAMPAIGNS = {
    "spring": {
        "campaign.yaml": campaign("social: {platforms: [mastodon, instagram], art: decks/card.dsh}"),
        "message.md": MESSAGE,
    },
    "autumn": {"campaign.yaml": campaign("web"), "message.md": CHART},
    "winter": {"campaign.yaml": campaign("web"), "message.md": MESSAGE},
}
SPRING, AUTUMN = "spring/social/en", "autumn/web/en"


@pytest.fixture(autouse=True)
def fake_channels():
    """The real ones, here."""
    if not raster.available():
        pytest.skip("the cairo library is not installed")


@pytest.fixture
def drawn(monkeypatch):
    """Sizes of the pictures that are drawn."""
    seen = []
    draw = raster.png

    def counting(text, width, height, **options):
        seen.append((width, height))
        return draw(text, width, height, **options)

    monkeypatch.setattr(raster, "png", counting)
    return seen


@pytest.fixture
def root(tmp_path, build):
    root = build_fakes.project(tmp_path / "project", CAMPAIGNS)
    for path, content in {**BRAND, **FILES}.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    report = build(root, jobs=1)
    assert report.exit_code == 0, report.diagnostics
    return root


@pytest.mark.parametrize(
    ("path", "old", "new", "units"),
    [
        ("content/decks/card.dsh", "10 80 6", "12 80 6", {SPRING}),
        ("content/decks/parts/frame.dsh", "100 10", "100 12", {SPRING}),
        ("content/decks/data/farms.csv", "60,80", "60,70", {SPRING}),
        ("content/decks/plain.dsh", "black", "red", {AUTUMN}),
        ("campaigns/spring/message.md", "headline: Farms", "headline: Farm", {SPRING}),
    ],
)
def test_a_changed_part_builds_what_it_is_in(root, build, path, old, new, units):
    assert build(root, jobs=1).unchanged
    before = build_fakes.snapshot(root)
    write(root / path, (root / path).read_text("utf-8").replace(old, new))
    report = build(root, jobs=1)
    assert set(report.built) == units
    after = build_fakes.snapshot(root)
    changed = {name for name in after if after[name] != before.get(name) and name != "manifest.json"}
    assert changed
    assert all(name.split("/")[0] in {unit.split("/")[0] for unit in units} for name in changed)


def test_a_file_that_a_deck_looked_for_first_is_an_input_too(root, build):
    write(root / "content/decks/parts/data/farms.csv", "x,high\n20,10\n")
    assert build(root, jobs=1).built == ()  # looked for beside the part only when the part asks
    write(root / "content/decks/parts/frame.dsh", FRAME + 'for r in "data/farms.csv"\nrect r_x 20 5 5 "white"\nefor\n')
    assert build(root, jobs=1).built == (SPRING,)
    (root / "content/decks/parts/data/farms.csv").unlink()
    assert build(root, jobs=1).built == (SPRING,)


def test_a_colour_that_no_picture_uses_draws_no_picture(root, build, drawn):
    tokens = root / "brand/brand.tokens.yaml"
    tokens.write_text(
        tokens.read_text("utf-8").replace("#ffffff", "#eeeeee").replace("[1, 1, 1]", "[0.93, 0.93, 0.93]")
    )
    report = build(root, jobs=1)
    assert SPRING in report.built
    assert drawn == []
    tokens.write_text(tokens.read_text("utf-8").replace("#ffcc00", "#ff0000").replace("[1, 0.8, 0]", "[1, 0, 0]"))
    build(root, jobs=1)
    assert sorted(drawn) == [(1080, 1350), (1200, 675)]


def test_a_field_that_no_picture_shows_draws_no_picture(root, build, drawn):
    place = root / "campaigns/spring/message.md"
    write(place, place.read_text("utf-8").replace("Hello there", "Hello again"))
    assert build(root, jobs=1).built == (SPRING,)
    assert drawn == []


def test_another_font_draws_the_pictures_again(root, build, drawn):
    (root / "brand/fonts/regular.ttf").write_bytes(BRAND["brand/fonts/bold.ttf"])
    fonts = root / "brand/fonts.yaml"
    fonts.write_text(fonts.read_text("utf-8").replace("regular.ttf, weight: 400", "regular.ttf, weight: 700"))
    assert SPRING in build(root, jobs=1).built
    assert len(drawn) == 2


def test_the_manifest_names_what_a_picture_is_made_of(root):
    manifest = json.loads((root / "dist/manifest.json").read_text("utf-8"))
    text = json.dumps(next(one for one in manifest["artifacts"] if one["path"] == "spring/social/mastodon.en.png"))
    for name in ("content/decks/card.dsh", "content/decks/parts/frame.dsh", "content/decks/data/farms.csv"):
        assert name in text
    assert "brand/fonts/regular.ttf" in text


def test_a_clean_build_gives_the_same_bytes(root, build):
    before = build_fakes.snapshot(root)
    for name in ("dist", ".mops"):
        import shutil

        shutil.rmtree(root / name)
    build(root, jobs=1)
    assert build_fakes.snapshot(root) == before
