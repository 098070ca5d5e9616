"""Flat pictures have a file of their own kind; every other picture keeps the library's."""

import io

import pytest
from PIL import Image

from mops_cli.design import png_file, raster

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">{}</svg>'
GROUND = '<rect width="40" height="20" fill="#102030"/><circle cx="20" cy="10" r="6" fill="#ffcc00"/>'
BLEND = (
    '<defs><linearGradient id="a"><stop offset="0" stop-color="red"/><stop offset="1" stop-color="blue"/>'
    '</linearGradient></defs><rect width="40" height="20" fill="url(#a)"/>'
)


def test_the_pixels_are_those_that_were_given():
    rows = [(1, 2, 3), (4, 5, 6)], [(1, 2, 3), (4, 5, 6)], [(7, 8, 9), (4, 5, 6)]
    pixels = b"".join(bytes((blue, green, red, 255)) for row in rows for red, green, blue in row)
    made = Image.open(io.BytesIO(png_file.opaque(pixels, 2, 3, 8)))
    assert (made.mode, made.size) == ("RGB", (2, 3))
    assert list(made.get_flattened_data() if hasattr(made, "get_flattened_data") else made.getdata()) == [
        pixel for row in rows for pixel in row
    ]


def test_what_can_be_seen_through_is_left_to_the_library():
    assert png_file.opaque(bytes((0, 0, 0, 254)), 1, 1, 4) is None


@pytest.mark.needs_cairo
@pytest.mark.parametrize(("inside", "mode"), [(GROUND, "RGB"), (BLEND, "RGB"), ("", "RGBA")])
def test_which_file_a_drawing_gets(inside, mode):
    if not raster.available():
        pytest.skip("the cairo library is not installed")
    data = raster.png(SVG.format(inside), 80, 40)
    assert data == raster.png(SVG.format(inside), 80, 40)
    picture = Image.open(io.BytesIO(data))
    assert (picture.mode, picture.size) == (mode, (80, 40))
    if inside == GROUND:
        assert picture.getpixel((0, 0)) == (16, 32, 48)
        assert picture.getpixel((40, 20)) == (255, 204, 0)
