"""A message becomes posts: captions in each platform's limits, one drawing at every size."""

import io
import json

import pytest

from mops_cli.design import raster

LINK = "link: https://demo.example/hello"
CARD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 [[ width ]] [[ height ]]">
<rect width="[[ width ]]" height="[[ height ]]" fill="[[ '#ff0000' if shape == 'portrait' else '#0000ff' ]]"/>
[% for line in lines("one two three", 7) %]
<rect x="[[ safe.x ]]" y="[[ loop.index0 * 100 ]]" width="50" height="50" fill="#00ff00"/>
[% endfor %]
</svg>
"""
FILES = {"campaigns/hello/art/card.svg": CARD}


def twin(made, platform, locale="en"):
    return json.loads(made.outputs[f"social/{platform}.{locale}.json"])


def test_captions_in_each_platforms_limits(channel):
    front = f"summary: {'A note on coffee. ' * 14}\n{LINK}\nhashtags: [coffee, spring roast]"
    made = channel("social", "{platforms: [x, mastodon, instagram, linkedin]}", front=front)
    assert [one.severity for one in made.job.found] == []
    x, mastodon, instagram = twin(made, "x"), twin(made, "mastodon"), twin(made, "instagram")
    assert x["dropped_hashtags"]
    assert x["length"] <= x["limit"] == 280
    assert mastodon["hashtags"] == ["#coffee", "#SpringRoast"]
    assert mastodon["text"].endswith("\n\nhttps://demo.example/hello\n\n#coffee #SpringRoast")
    assert "https" not in instagram["text"]
    assert instagram["link"] == "https://demo.example/hello"
    assert made.result.derived


def test_a_summary_that_must_be_cut_is_a_warning_and_a_written_text_an_error(channel):
    long = "word " * 80
    made = channel("social", "{platforms: [x]}", front=f"summary: {long}\n{LINK}")
    assert [(one.code, one.severity.value) for one in made.job.found] == [("MN102", "warning")]
    files = {"campaigns/hello/social.yaml": f"x:\n  text: {long}\n"}
    made = channel("social", "{platforms: [x]}", front=LINK, files=files)
    (found,) = made.job.found
    assert (found.code, found.severity.value) == ("MN102", "error")
    assert (found.span.path, found.span.line) == ("campaigns/hello/social.yaml", 2)


def test_a_written_text_for_one_platform(channel):
    files = {
        "campaigns/hello/social.yaml": "text: For all\nhashtags: [tea]\nx: {text: 'For [[ project.name ]] on X'}\n"
    }
    made = channel("social", "{platforms: [x, mastodon]}", front="summary: Not this", files=files)
    assert made.codes() == []
    assert twin(made, "x")["text"] == "For Demo & Sons on X\n\n#tea"
    assert twin(made, "mastodon")["text"] == "For all\n\n#tea"
    assert not made.result.derived


def test_campaign_parameters_reach_the_link(channel):
    made = channel("social", "{platforms: [mastodon]}\nutm: {source: mops}", front=f"summary: Hi\n{LINK}")
    assert twin(made, "mastodon")["link"] == "https://demo.example/hello?utm_medium=social&utm_source=mops"


def test_bluesky_shows_a_short_link_over_the_whole_one(channel):
    made = channel("social", "{platforms: [bluesky]}", front=f"summary: Größe\n{LINK}?a=b\nhashtags: [tea]")
    data = twin(made, "bluesky")
    assert data["text"] == "Größe\n\ndemo.example/hello\n\n#tea"
    link, tag = data["facets"]
    raw = data["text"].encode()
    assert raw[link["index"]["byteStart"] : link["index"]["byteEnd"]] == b"demo.example/hello"
    assert link["features"][0]["uri"] == "https://demo.example/hello?a=b"
    assert tag["features"][0]["tag"] == "tea"


def test_a_post_has_no_recipient(channel):
    made = channel("social", "{platforms: [x]}", front="summary: 'Hi {{ contact.first_name | default(\"you\") }}'")
    assert made.codes()[0] == "MN103"
    assert made.job.found[0].span.line == 3


@pytest.mark.parametrize(
    ("settings", "files", "code", "words"),
    [
        ("{platforms: [instagrm]}", {}, "MN101", 'did you mean "instagram"'),
        ("{platforms: [x]}", {"campaigns/hello/social.yaml": "txt: Hi\n"}, "MN107", 'did you mean "text"'),
        ("{platforms: [x]}", {"campaigns/hello/social.yaml": "text: [Hi]\n"}, "MN105", ""),
        ("{platforms: [x]}", {"campaigns/hello/social.yaml": "- Hi\n"}, "MN105", ""),
        ("{platforms: [x], art: art/card.svg}", FILES, "MN110", "alt"),
        ("{platforms: [x], art: card.dsh, alt: A}", {}, "MN112", ".dsh"),
        ("{platforms: [x], art: art/none.svg, alt: A}", {}, "MN112", ""),
    ],
)
def test_mistakes_are_explained(channel, settings, files, code, words):
    made = channel("social", settings, front="summary: Hi", files=files)
    found = [one for one in made.job.found if one.code == code]
    assert found, made.job.found
    assert words in found[0].help


def test_nothing_to_say(channel):
    assert "MN104" in channel("social", "{platforms: [x]}").codes()


class TestPictures:
    @pytest.fixture(autouse=True)
    def cairo(self):
        if not raster.available():
            pytest.skip("the cairo library is not installed")

    pytestmark = pytest.mark.needs_cairo

    def picture(self, made, platform):
        from PIL import Image

        return Image.open(io.BytesIO(made.outputs[f"social/{platform}.en.png"])).convert("RGB")

    def test_one_drawing_serves_every_size(self, channel):
        settings = "{platforms: [instagram, mastodon], art: art/card.svg, alt: A card}"
        made = channel("social", settings, front="summary: Hi", files=FILES)
        assert made.codes() == []
        tall, wide = self.picture(made, "instagram"), self.picture(made, "mastodon")
        assert (tall.size, wide.size) == ((1080, 1350), (1200, 675))
        assert tall.getpixel((500, 1000)) == (255, 0, 0)
        assert wide.getpixel((500, 600)) == (0, 0, 255)
        # the safe zone of a portrait post begins at 34 pixels, and the text takes two lines
        assert [tall.getpixel((40, y)) for y in (10, 110, 210)] == [(0, 255, 0), (0, 255, 0), (255, 0, 0)]
        assert tall.getpixel((20, 10)) == (255, 0, 0)
        about = twin(made, "instagram")["image"]
        assert about["file"] == "instagram.en.png"
        assert about["alt"] == "A card"
        assert about["safe_zone"]["x"] == 34

    def test_the_same_bytes_again(self, channel):
        settings = "{platforms: [mastodon], art: art/card.svg, alt: A card}"
        first = channel("social", settings, front="summary: Hi", files=FILES)
        second = channel("social", settings, front="summary: Hi", files=FILES)
        assert first.outputs == second.outputs

    def test_a_value_cannot_break_out_of_the_drawing(self, channel):
        card = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><desc>[[ headline ]]</desc></svg>'
        made = channel(
            "social",
            "{platforms: [mastodon], art: art/card.svg, alt: A card}",
            front="summary: Hi\nheadline: '</desc><image href=\"x\"/>'",
            files={"campaigns/hello/art/card.svg": card},
        )
        assert made.codes() == []

    def test_a_picture_has_no_recipient(self, channel):
        card = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">\n<desc>{{ contact.first_name | default("x") }}</desc></svg>'
        made = channel(
            "social",
            "{platforms: [mastodon], art: art/card.svg, alt: A card}",
            front="summary: Hi",
            files={"campaigns/hello/art/card.svg": card},
        )
        (found,) = made.job.found
        assert (found.code, found.span.path, found.span.line) == ("MN103", "campaigns/hello/art/card.svg", 2)

    def test_a_broken_drawing_points_at_its_line(self, channel):
        card = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">\n\n<rect></svg>'
        made = channel(
            "social",
            "{platforms: [mastodon], art: art/card.svg, alt: A card}",
            front="summary: Hi",
            files={"campaigns/hello/art/card.svg": card},
        )
        assert made.job.found[0].span.path == "campaigns/hello/art/card.svg"
        assert made.job.found[0].span.line == 3


def test_without_cairo_the_words_are_still_there(channel, monkeypatch):
    from mops_cli.errors import MissingNativeLibrary

    def missing(*args, **kwargs):
        raise MissingNativeLibrary("pictures need the cairo library")

    monkeypatch.setattr(raster, "library", missing)
    made = channel(
        "social", "{platforms: [mastodon], art: art/card.svg, alt: A card}", front="summary: Hi", files=FILES
    )
    assert made.codes() == []
    assert twin(made, "mastodon")["text"] == "Hi"
    assert twin(made, "mastodon")["image"]["file"] is None
    assert [(one.path, one.reason) for one in made.result.skipped] == [
        ("hello/social/mastodon.en.png", "pictures need the cairo library")
    ]
