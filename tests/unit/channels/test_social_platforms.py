"""The platform table, lengths in each unit, captions and facets."""

import json
from importlib.resources import files

import pytest

from mops_cli.channels import captions, platforms

FAMILY = "\U0001f468‍\U0001f469‍\U0001f467"


@pytest.fixture
def raw():
    return json.loads(files("mops_cli.channels").joinpath("data/platforms.json").read_text("utf-8"))


def walk(value):
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from walk(item)


def test_every_source_is_listed(raw):
    for node in walk(raw["platforms"]):
        for key in ("source", "advice_source", "tiers_source"):
            if isinstance(node.get(key), str):
                assert node[key] in raw["sources"]


def test_safe_zones_lie_inside_and_ratios_agree(raw):
    for platform in platforms.table().values():
        for picture in platform.pictures:
            assert picture.safe.x + picture.safe.width <= picture.width
            assert picture.safe.y + picture.safe.height <= picture.height
    for platform in raw["platforms"]:
        for image in platform["images"]:
            if image["ratio"] and not image["note"]:
                wide, high = map(float, image["ratio"].split(":"))
                assert abs(image["width"] / image["height"] / (wide / high) - 1) <= 0.02


def test_every_social_platform_has_a_picture_to_draw():
    assert set(platforms.social()) == {
        "opengraph", "x", "instagram", "facebook", "linkedin", "pinterest", "youtube", "tiktok", "mastodon", "bluesky",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("platform", "text", "length"),
    [
        ("mastodon", "see https://aurora.example/a/very/long/path?with=query", 4 + 23),
        ("mastodon", "see https://aurora.example/x.", 4 + 23 + 1),
        ("x", "see https://aurora.example/x and more", 4 + 23 + 9),
        ("x", "日本", 4),
        ("x", FAMILY + "🇩🇪", 4),
        ("bluesky", FAMILY + "🇩🇪é", 3),
        ("bluesky", "see https://aurora.example/x", 28),
        ("linkedin", "日本", 2),
        ("apns", "é", 2),
    ],
)
def test_length(platform, text, length):
    assert platforms.table()[platform].length(text) == length


@pytest.mark.parametrize(
    ("width", "height", "shape"),
    [
        (1080, 1080, "square"),
        (1080, 1350, "portrait"),
        (1080, 1920, "story"),
        (1200, 630, "landscape"),
        (1584, 396, "banner"),
    ],
)
def test_shape(width, height, shape):
    assert platforms.shape(width, height) == shape


def test_hashtags_are_words_once():
    assert captions.hashtags(["spring roast", "#Coffee", "coffee", "", "ünïcode"]) == (
        "#SpringRoast",
        "#Coffee",
        "#ünïcode",
    )


def test_a_caption_has_text_link_and_tags():
    mastodon = platforms.table()["mastodon"]
    found = captions.compose(mastodon, "Hello", "https://aurora.example/", ("#Coffee",))
    assert found.text == "Hello\n\nhttps://aurora.example/\n\n#Coffee"
    assert found.length == 5 + 2 + 23 + 2 + 7


def test_tags_give_way_before_the_text():
    x = platforms.table()["x"]
    found = captions.compose(x, "a" * 240, "https://aurora.example/", ("#First", "#" + "b" * 30))
    assert found.dropped == ("#" + "b" * 30,)
    assert not found.shortened
    found = captions.compose(x, "word " * 100, "https://aurora.example/", ("#First",))
    assert found.shortened
    assert found.length <= 280
    assert found.text.endswith("…\n\nhttps://aurora.example/")


def test_no_link_where_links_do_not_work():
    found = captions.compose(platforms.table()["instagram"], "Hello", "https://aurora.example/", ())
    assert found.text == "Hello"


def test_facets_count_utf8_bytes():
    text, shown = captions.shorten_links("Größe 😀 https://www.aurora.example/spring?utm_source=x #Kaffee")
    assert text == "Größe 😀 aurora.example/spring #Kaffee"
    data = text.encode()
    link, tag = captions.facets(text, shown)
    assert data[link["index"]["byteStart"] : link["index"]["byteEnd"]] == b"aurora.example/spring"
    assert link["features"][0]["uri"] == "https://www.aurora.example/spring?utm_source=x"
    assert data[tag["index"]["byteStart"] : tag["index"]["byteEnd"]] == b"#Kaffee"
    assert tag["features"][0] == {"$type": "app.bsky.richtext.facet#tag", "tag": "Kaffee"}


@pytest.mark.shared_data
def test_bluesky_agrees_with_its_lexicons(shared_data):
    folder = shared_data / "specs/bluesky"
    if not folder.is_dir():
        pytest.skip("the lexicons are not beside this clone (shared/data/specs)")
    post = json.loads((folder / "app.bsky.feed.post.json").read_text("utf-8"))["defs"]["main"]["record"]
    facet = json.loads((folder / "app.bsky.richtext.facet.json").read_text("utf-8"))["defs"]
    bluesky = platforms.table()["bluesky"]
    assert post["properties"]["text"]["maxGraphemes"] == bluesky.limit
    assert post["properties"]["text"]["maxLength"] == bluesky.max_bytes
    text, shown = captions.shorten_links("https://aurora.example/spring #Kaffee")
    for made in captions.facets(text, shown):
        assert set(made) == set(facet["main"]["properties"])
        assert set(made["index"]) == set(facet["byteSlice"]["required"])
        (feature,) = made["features"]
        name = feature.pop("$type").partition("#")[2]
        assert set(feature) == set(facet[name]["required"])
