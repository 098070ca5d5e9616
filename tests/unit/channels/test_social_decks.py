"""Posts with pictures from decks: one source, every platform size, the brand in it, and exact places for mistakes."""

import io
import json

import pytest

from mops_cli.channels import platforms
from mops_cli.design import raster
from tests.unit.channels.deck_support import BRAND

pytestmark = pytest.mark.needs_cairo

DECK = """\
deck
layers "document"
slide "brand.night" "white"
alt "Altitude of two farms"
layout portrait story
  rect 50 90 100 20 "brand.sun"
else
  rect 10 50 20 100 "brand.sun"
elayout
for farm in "data/farms.yaml"
  rect 60 farm_at farm_high/20 10 "white"
efor
text headline safeLeft 5 4 "heading"
eslide
edeck
"""
FARMS = "- {name: Huila, high: 1000, at: 40}\n- {name: Yirga, high: 1400, at: 60}\n"
FILES = {**BRAND, "content/decks/card.dsh": DECK, "content/data/farms.yaml": FARMS}
NIGHT, SUN, WHITE = (16, 32, 48), (255, 204, 0), (255, 255, 255)


@pytest.fixture(autouse=True)
def cairo():
    if not raster.available():
        pytest.skip("the cairo library is not installed")


def picture(made, platform, locale="en"):
    from PIL import Image

    return Image.open(io.BytesIO(made.outputs[f"social/{platform}.{locale}.png"])).convert("RGB")


def twin(made, platform):
    return json.loads(made.outputs[f"social/{platform}.en.json"])


def post(channel, settings="{platforms: [instagram, mastodon], art: decks/card.dsh}", **more):
    given = {"front": "summary: Hi\nheadline: Spring", "files": FILES, **more}
    return channel("social", settings, **given)


def test_one_deck_is_drawn_at_every_size_with_the_brand_in_it(channel):
    made = post(channel)
    assert made.job.found == []
    tall, wide = picture(made, "instagram"), picture(made, "mastodon")
    assert (tall.size, wide.size) == ((1080, 1350), (1200, 675))
    assert tall.getpixel((1000, 100)) == SUN
    assert tall.getpixel((30, 700)) == NIGHT
    assert wide.getpixel((30, 300)) == SUN
    assert wide.getpixel((1190, 60)) == NIGHT
    # the second farm is 1400 m high: a bar of 70 % of the width about x = 60 % at 60 % of the height
    assert wide.getpixel((round(1200 * 0.93), round(675 * 0.4))) == WHITE
    assert wide.getpixel((round(1200 * 0.97), round(675 * 0.4))) == NIGHT
    assert wide.getpixel((round(1200 * 0.93), round(675 * 0.6))) == NIGHT


def test_every_size_of_every_platform(channel):
    names = ", ".join(platforms.social())
    made = post(channel, f"{{platforms: [{names}], art: decks/card.dsh}}")
    assert made.job.found == []
    for name in platforms.social():
        wanted = platforms.table()[name].post
        assert picture(made, name).size == (wanted.width, wanted.height)


def test_the_headline_is_written_at_the_left_of_the_safe_zone(channel):
    tall = picture(post(channel), "instagram")
    zone = platforms.table()["instagram"].post.safe
    bottom = tall.crop((0, round(1350 * 0.9), 1080, 1350))
    columns = [x for x in range(1080) if any(bottom.getpixel((x, y))[0] > 200 for y in range(0, 135, 3))]
    assert zone.x <= columns[0] <= zone.x + 12


def test_the_alt_of_the_deck_is_the_alt_of_the_post(channel):
    assert twin(post(channel), "mastodon")["image"]["alt"] == "Altitude of two farms"
    made = post(channel, "{platforms: [mastodon], art: decks/card.dsh, alt: Written here}")
    assert twin(made, "mastodon")["image"]["alt"] == "Written here"
    silent = {**FILES, "content/decks/card.dsh": DECK.replace("alt ", "note ")}
    made = post(channel, "{platforms: [mastodon], art: decks/card.dsh}", files=silent)
    assert made.codes() == ["MN110"]
    assert "below `slide`" in made.job.found[0].help


def test_the_arm_and_the_language_reach_the_deck(channel):
    deck = 'deck\nslide\nalt "A"\nif locale == "de"\nrect 50 50 100 100 "red"\nelse\nrect 50 50 100 100 "blue"\neif\neslide\nedeck\n'
    files = {**FILES, "content/decks/card.dsh": deck, "campaigns/hello/message.de.md": "---\nsummary: Hallo\n---\n"}
    settings = "{platforms: [mastodon], art: decks/card.dsh}"
    assert picture(post(channel, settings, files=files), "mastodon").getpixel((9, 9)) == (0, 0, 255)
    made = post(channel, settings, files=files, locale="de")
    assert picture(made, "mastodon", "de").getpixel((9, 9)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("line", "code", "at", "words"),
    [
        ('text "10 мая" 20 20 3', "MB207", 13, "U+043C"),
        ("text hedline 20 20 3", "MK201", 13, 'did you mean "headline"'),
        ('text "a" 20 20 3 "body" "brand.nigth"', "MK206", 13, 'did you mean "brand.night"'),
        ('image "assets/none.png" 50 50 10 0', "MK305", 13, "content/assets/none.png"),
        ('image "../../outside.png" 50 50 10 0', "MK305", 13, ""),
        ('text "a" 20 20 3 "headding"', "MK207", 13, '"heading"'),
    ],
)
def test_mistakes_are_told_once_at_the_line_of_the_deck(channel, line, code, at, words):
    deck = DECK.replace('text headline safeLeft 5 4 "heading"', line)
    made = post(channel, files={**FILES, "content/decks/card.dsh": deck})
    (found,) = made.job.found
    assert (found.code, found.span.path, found.span.line) == (code, "content/decks/card.dsh", at)
    assert words in found.message + found.help


def test_a_picture_is_the_same_for_everyone(channel):
    made = post(channel, front="summary: Hi\nheadline: 'For {{ contact.first_name }}'")
    (found,) = made.job.found
    assert (found.code, found.span.path, found.span.line) == ("MK216", "content/decks/card.dsh", 13)
    assert "recipient" in found.message
    assert "social/mastodon.en.png" not in made.outputs or made.job.failed


def test_what_a_deck_reads_is_traced(channel):
    made = post(channel)
    assert {"content/decks/card.dsh", "content/data/farms.yaml", "content/decks/data/farms.yaml"} <= made.job.inputs
    assert {"brand/brand.tokens.yaml", "brand/fonts.yaml"} <= made.job.inputs


def test_the_same_bytes_again(channel):
    assert post(channel).outputs == post(channel).outputs


def test_nothing_is_read_outside_of_the_project(channel, tmp_path_factory, project):
    secret = tmp_path_factory.mktemp("outside") / "farms.yaml"
    secret.write_text(FARMS)
    root = project(FILES)
    inside = root / "content/data/farms.yaml"
    inside.unlink()
    inside.symlink_to(secret)
    from mops_cli.build.project import open_project
    from mops_cli.channels.decks import project_studio

    opened = open_project(root)
    found = []
    studio = project_studio(opened.repository, opened.files, variables={"headline": "Hi"}, report=found.append)
    assert studio.open("content/decks/card.dsh", size=(1200, 675)) is None
    assert [one.code for one in found][:1] == ["MK305"]
    assert found[0].span.line == 10
