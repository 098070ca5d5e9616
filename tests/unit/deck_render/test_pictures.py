"""Pictures in decks: their size from their first bytes, their place, captions, errors."""

import base64

import pytest

from mops_cli.design.deck import model
from mops_cli.design.deck_render.display import Letters, Picture
from mops_cli.design.deck_render.images import recognise
from mops_cli.design.deck_render.svg import data_address
from tests.unit.deck_render.support import HERE, draw, items, png

FILES = {"decks/logo.png": png(40, 20), "decks/fake.png": b"not a picture"}


def image(**more):
    return model.Image(
        **{"x": 50.0, "y": 50.0, "name": "logo.png", "width": 40.0, "height": 20.0, "span": HERE, **more}
    )


def box(fonts, **more):
    (picture, *_) = items(fonts, image(**more), read=FILES.get)
    assert isinstance(picture, Picture)
    return picture.x, picture.y, picture.width, picture.height


def test_sizes_are_pixels_percent_or_the_files_own(fonts):
    assert box(fonts) == (80.0, 40.0, 40.0, 20.0)
    assert box(fonts, width=50.0, height=0.0) == (50.0, 25.0, 100.0, 50.0)
    assert box(fonts, width=0.0, height=0.0) == (80.0, 40.0, 40.0, 20.0)
    assert box(fonts, scale=50.0) == (90.0, 45.0, 20.0, 10.0)
    assert box(fonts, width=400.0, height=100.0, autoscale=True) == (0.0, 25.0, 200.0, 50.0)


def test_a_caption_stands_below_and_links_cover_the_picture(fonts):
    page, _ = draw(fonts, image(caption="ab", link="/shop"), read=FILES.get)
    letters = page.items[-1]
    assert isinstance(letters, Letters)
    assert (letters.x, letters.y, letters.size) == (98.0, 66.0, 4.0)
    assert (page.links[0].x, page.links[0].height) == (80.0, 20.0)
    assert page.alt == "ab"


def test_absent_and_broken_pictures_are_located_errors(fonts):
    page, found = draw(fonts, image(name="absent.png"), image(name="fake.png"), read=FILES.get)
    assert [(finding.code, finding.span) for finding in found] == [("MB321", HERE), ("MK305", HERE)]
    assert len(page.items) == 1


@pytest.mark.parametrize(
    ("data", "kind", "size"),
    [
        (png(3, 5), "image/png", (3.0, 5.0)),
        (b"GIF89a\x07\x00\x02\x00", "image/gif", (7.0, 2.0)),
        (
            b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc0\x00\x11\x08\x00\x02\x00\x09" + bytes(9),
            "image/jpeg",
            (9.0, 2.0),
        ),
        (b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + b"\x03\0\0\x01\0\0", "image/webp", (4.0, 2.0)),
        (b"RIFF\0\0\0\0WEBPVP8 " + bytes(10) + b"\x03\0\x02\0", "image/webp", (3.0, 2.0)),
        (b"RIFF\0\0\0\0WEBPVP8L" + bytes(5) + b"\x02\x40\0\0" + bytes(5), "image/webp", (3.0, 2.0)),
        (b'<svg xmlns="x" width="12" height="6px"/>', "image/svg+xml", (12.0, 6.0)),
        (b'<?xml version="1.0"?><svg viewBox="0 0 8 4"/>', "image/svg+xml", (8.0, 4.0)),
    ],
)
def test_pictures_are_told_by_their_first_bytes(data, kind, size):
    file = recognise("x", data)
    assert (file.media_type, (file.width, file.height)) == (kind, size)


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8", b"RIFF", b"<svg/>", png(1, 1)[:20]]
)
def test_what_is_no_picture_is_none(data):
    assert recognise("x", data) is None


def test_huge_pictures_are_refused():
    assert recognise("x", b"GIF89a\xff\xff\xff\xff") is None


def test_an_svg_that_begins_elsewhere_is_drawn_too():
    shape = '<rect x="20" y="30" width="10" height="10"/>'
    file = recognise("a.svg", f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="20 30 10 10">{shape}</svg>'.encode())
    moved = base64.b64decode(data_address(file).split(",")[1]).decode()
    assert 'viewBox="0 0 10 10"' in moved
    assert f'<g transform="translate(-20 -30)">{shape}</g></svg>' in moved
    plain = recognise("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"/>')
    assert base64.b64decode(data_address(plain).split(",")[1]) == plain.data


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<image href="file:///etc/passwd" width="1" height="1"/>', "MB302"),
        ('<image href="http://127.0.0.1:9/a.png" width="1" height="1"/>', "MB302"),
        ('<image href="../../a.png" width="1" height="1"/>', "MB305"),
        ('<style>@import url("file:///a.css");</style>', "MB302"),
        ("<text>\u6c49</text>", "MB207"),
        ("<g>" * 300 + "</g>" * 300, "MB306"),
        ("<g>", "MB301"),
        ("<g/>" * 50_000, "MB306"),
    ],
)
def test_an_svg_may_load_nothing_and_needs_the_brands_letters(fonts, body, code):
    files = {"decks/logo.png": SVG.format(body).encode()}
    _, found = draw(fonts, image(), image(), read=files.get)
    assert [one.code for one in found] == [code]
    assert found[0].span.path == "decks/logo.png"


def test_entities_of_an_svg_are_not_read(fonts):
    files = {"decks/logo.png": b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SVG.format("&x;").encode()}
    assert [one.code for one in draw(fonts, image(), read=files.get)[1]] == ["MB303"]


def test_odd_sides_of_an_svg_are_none():
    assert recognise("a.svg", SVG.replace('"9"', '"1.2.3"').format("").encode()) is None


def test_an_odd_view_box_is_left_as_it_is():
    made = recognise("a.svg", SVG.replace('width="9" height="9"', 'viewBox="1.2.3 0 9 9"').format("").encode())
    assert made is not None
    assert base64.b64decode(data_address(made).partition(",")[2]) == made.data
