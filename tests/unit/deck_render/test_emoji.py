"""Emoji: the brand's picture where no font has one, an error where there is no picture either."""

import pytest

from mops_cli.design.deck_render.display import Letters, Picture
from mops_cli.design.deck_render.emoji import EM, stem
from tests.unit.deck_render.support import draw, items, png, text

FILES = {
    "brand/emoji/1f680.svg": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><path d="M0 0h36v36z"/></svg>',
    "brand/emoji/1f469-200d-1f373.png": png(),
}


@pytest.mark.parametrize(
    ("cluster", "name"), [("🚀", "1f680"), ("👩‍🍳", "1f469-200d-1f373"), ("❤️", "2764"), ("🇩🇪", "1f1e9-1f1ea")]
)
def test_a_file_is_named_after_the_code_points(cluster, name):
    assert stem(cluster) == name


def test_a_picture_stands_in_the_line_and_moves_what_follows(fonts):
    picture, letters = items(fonts, text("a🚀a"), read=FILES.get)
    assert isinstance(picture, Picture)
    assert isinstance(letters, Letters)
    # Size 5 is ten units: a letter is five wide, the emoji a little more than the size.
    assert (picture.x, picture.width) == (25.0, pytest.approx(10 * EM))
    assert letters.width == pytest.approx(10 + 10 * EM)
    assert picture.y < 50.0 < picture.y + picture.height


def test_several_code_points_are_one_picture_and_stand_alone_too(fonts):
    (picture,) = items(fonts, text("👩‍🍳"), read=FILES.get)
    assert picture.file.media_type == "image/png"


def test_without_a_picture_it_is_an_error_that_says_where_to_put_one(fonts):
    _, (found,) = draw(fonts, text("a🎉"), read=FILES.get)
    assert found.code == "MB207"
    assert "U+1F389" in found.message
    assert "brand/emoji/1f389.svg" in found.help
    assert (found.span.path, found.span.line) == ("decks/card.dsh", 7)


def test_a_file_that_is_no_picture_is_none(fonts):
    _, (found,) = draw(fonts, text("🚀"), read={"brand/emoji/1f680.svg": b"rocket"}.get)
    assert found.code == "MB207"
