"""Two rasterisers draw the same outlines: what one of them gets wrong shows as a difference."""

import io

import pytest

from mops_cli.clock import environment
from mops_cli.design import raster, resvg
from mops_cli.design.deck import compiler
from mops_cli.design.deck_render.layout import DrawOptions, lay_out
from mops_cli.design.deck_render.svg import SvgOptions, to_svg
from tests.unit.deck_render.support import png

SIZE = (600, 315)
DECKS = {
    "shapes": 'rect 30 50 30 40 "teal"\nrrect 75 50 30 40 4 "orange"\nellipse 50 50 20 30 "navy" 50\nstar 20 20 5 6 3 "red"',
    "strokes": 'line 5 5 95 90 0.5 "crimson"\narc 50 50 40 40 20 200 1 "gray"\ncurve 10 10 50 95 90 10 0.6 "black"\npolygon "10 30 20" "60 60 90" "green"',
    "text": 'text "Two weights, AV To Wave" 6 70 6\nctext "in the middle" 50 45 5 "serif"\netext "turned" 90 20 4\nrtext "up" 20 20 30 5',
    "gradient": 'fittext "Bold words on a blend" 8 70 60 30 9 "sans" "white"',
    "picture": 'image "a.png" 50 50 160 80',
}


@pytest.mark.needs_cairo
@pytest.mark.parametrize("name", DECKS)
def test_both_draw_the_same(fonts, name):
    if not resvg.available():
        if environment().get("CI"):
            pytest.fail("resvg-py is among the requirements of the tests")
        pytest.skip("resvg-py is not installed")
    from PIL import Image, ImageChops

    background = '"navy/teal/60"' if name == "gradient" else '"white"'
    source = f"deck\nslide {background}\n{DECKS[name]}\neslide\nedeck\n"
    files = {"decks/a.png": png(40, 20)}
    size = (float(SIZE[0]), float(SIZE[1]))
    compiled = compiler.compile_deck(source, "decks/card.dsh", files.get, compiler.Options(canvas=size))
    assert [found.message for found in compiled.diagnostics] == []
    drawing = lay_out(compiled.deck, fonts, files.get, DrawOptions(size=size))
    assert [found.message for found in drawing.diagnostics] == []
    svg = to_svg(drawing.pages[0], SvgOptions(symbols=False, links=False, described=False))
    ours, other = (
        Image.open(io.BytesIO(data)).convert("L") for data in (raster.png(svg, *SIZE), resvg.png(svg, *SIZE))
    )
    assert ours.size == other.size == SIZE
    histogram = ImageChops.difference(ours, other).histogram()
    # Edges are smoothed differently; whole areas are not.
    assert sum(histogram[64:]) / (SIZE[0] * SIZE[1]) < 0.005
    assert sum(level * count for level, count in enumerate(histogram)) / (SIZE[0] * SIZE[1]) < 1.5
    assert ours.getextrema()[0] < ours.getextrema()[1]
