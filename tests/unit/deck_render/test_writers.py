"""SVG, PNG and PDF of pages: well-formed, the same each time, text as outlines or as text."""

import io
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from mops_cli.design import quick_paths
from mops_cli.design.deck import model
from mops_cli.design.deck_render.crisp import on_pixels
from mops_cli.design.deck_render.display import Box, Group, Paint, Stroke
from mops_cli.design.deck_render.pdf import to_html, to_pdf
from mops_cli.design.deck_render.png import to_png
from mops_cli.design.deck_render.svg import SvgOptions, to_svg
from mops_cli.design.sheets import Sheet
from tests.unit.deck_render.support import draw, png, text
from tests.unit.design.support import plain

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
FILES = {"decks/logo.png": png(4, 2)}


@pytest.fixture
def page(fonts):
    made, found = draw(
        fonts,
        model.Rect(x=50.0, y=50.0, width=50.0, height=50.0, gradient=model.Gradient("red", "blue", 100.0)),
        model.Ellipse(x=50.0, y=50.0, width=10.0, height=10.0, color="green", opacity=50.0),
        model.Image(x=10.0, y=10.0, name="logo.png", width=20.0, height=10.0, alt='A "logo"'),
        text("a<b & aa", link="https://aurora.example/?a=1&b=2"),
        text("bb", rotation=45.0, opacity=30.0),
        read=FILES.get,
        alt="Two letters",
        title="Letters",
    )
    assert found == ()
    return made


def test_an_svg_is_well_formed_described_and_stable(page):
    written = to_svg(page)
    assert written == to_svg(page)
    root = ET.fromstring(written)
    assert root.get("viewBox") == "0 0 200 100"
    assert root.find(f"{SVG}title").text == "Letters"
    assert root.find(f"{SVG}desc").text == "Two letters"
    assert root.find(f".//{SVG}a").get(LINK) == "https://aurora.example/?a=1&b=2"
    assert root.find(f".//{SVG}image/{SVG}title").text == 'A "logo"'
    assert root.find(f".//{SVG}text") is None


def test_each_outline_is_written_once(page):
    root = ET.fromstring(to_svg(page))
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    used = [node.get(LINK)[1:] for node in root.iter(f"{SVG}use")]
    assert set(used) <= set(ids)
    assert len(used) == 8  # a < b & a a, b b
    assert len(set(used)) == 4


def test_ids_take_a_prefix_and_the_size_what_is_asked(page):
    root = ET.fromstring(to_svg(page, SvgOptions(prefix="card-", size=(1200, 600))))
    assert (root.get("width"), root.get("viewBox")) == ("1200", "0 0 200 100")
    assert all(node.get("id").startswith("card-") for node in root.iter() if node.get("id"))


def test_live_text_names_the_font_and_keeps_its_place(page):
    options = SvgOptions(live=True, css="@font-face { src: url(x) }</style>", stacks={"body": ("Test Sans", "Arial")})
    root = ET.fromstring(to_svg(page, options))
    first, turned = root.iter(f"{SVG}text")
    assert (first.text, first.get("x"), first.get("y"), first.get("font-size")) == ("a<b & aa", "20", "50", "10")
    assert first.get("font-family") == "'Test Sans', Arial"
    assert turned.get("fill-opacity") == "0.3"
    assert root.find(f"{SVG}style").text == "@font-face { src: url(x) }style>"
    assert root.find(f".//{SVG}use") is None


def test_alike_lines_are_one_path_and_translucent_ones_are_not(fonts):
    def paths(**look):
        lines = [model.Line(x1=float(at), y1=0.0, x2=9.0, y2=9.0, **look) for at in range(5)]
        return to_svg(draw(fonts, *lines)[0]).count("<path")

    assert paths() == 1
    assert paths(opacity=50.0) == 5


def test_text_stands_on_pixels_and_thin_lines_fill_them(fonts):
    def lying(y, width):
        return Stroke((("M", (0.0, y)), ("L", (9.0, y))), width, Paint("#000000"))

    def drawn(stroke, **more):
        (made,) = on_pixels((stroke,), 1.0, **more)
        return made.steps[0][1][1] - made.width / 2, made.width

    assert drawn(lying(5.2, 0.4)) == (5.0, 1.0)
    assert drawn(lying(5.9, 0.4)) == (5.0, 1.0)
    assert drawn(lying(5.9, 0.4), compat=True) == (6.0, 1.0)
    assert drawn(lying(5.0, 1.9)) == (4.0, 2.0)
    assert drawn(lying(5.2, 8.0))[1] == 8.0
    slanted = Stroke((("M", (0.0, 0.0)), ("L", (9.0, 5.0))), 0.4, Paint("#000000"))
    turned = Group((lying(5.2, 0.4),), angle=10.0)
    assert on_pixels((slanted, turned), 1.0) == (slanted, turned)
    (letters,) = on_pixels((draw(fonts, text("a", y=49.3))[0].items[-1],), 1.0)
    assert letters.y == 50.0


def test_plain_paths_are_read_at_once_and_others_left_alone():
    assert quick_paths.read("M1 2L3 4m-1 -2l3 0q1 1 2 0c0 1 1 1 2 2Z") is not None
    for other in ("", "L1 2", "M1 2A1 1 0 0 0 2 2", "M1 2 3 4", "M1-2", "M1 2h5", "M1e3 2"):
        assert quick_paths.read(other) is None
    calls = []

    class Context:
        def __getattr__(self, name):
            return lambda *numbers: calls.append((name, numbers))

    quick_paths.trace(Context(), quick_paths.read("M1 1l2 0zm1 1q3 0 3 3"))
    assert calls == [
        ("move_to", (1.0, 1.0)),
        ("line_to", (3.0, 1.0)),
        ("close_path", ()),
        ("move_to", (2.0, 2.0)),
        ("curve_to", (4.0, 2.0, 5.0, 3.0, 5.0, 5.0)),
    ]


@pytest.mark.needs_cairo
def test_a_picture_has_the_colours_where_they_belong(fonts, page):
    from PIL import Image

    data = to_png(page, 400, 200)
    assert data == to_png(page, 400, 200)
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    assert picture.size == (400, 200)
    assert picture.getpixel((2, 2)) == (255, 255, 255)
    assert picture.getpixel((40, 180)) == (255, 0, 0)  # the logo
    left, right = picture.getpixel((105, 60)), picture.getpixel((295, 60))
    assert left[0] > 200 > 50 > left[2]
    assert right[2] > 200 > 50 > right[0]


@pytest.mark.needs_cairo
def test_quick_paths_draw_what_cairosvg_draws(page):
    from PIL import Image, ImageChops

    symbols = to_svg(page, SvgOptions(described=False, links=False))
    from mops_cli.design import raster

    one = Image.open(io.BytesIO(raster.png(symbols, 400, 200))).convert("L")
    surface = raster.library().surface
    quick = surface.TAGS["path"]
    surface.TAGS["path"] = __import__("cairosvg").path.path
    try:
        two = Image.open(io.BytesIO(raster.png(symbols, 400, 200))).convert("L")
    finally:
        surface.TAGS["path"] = quick
    assert ImageChops.difference(one, two).getextrema()[1] <= 2


@pytest.mark.needs_cairo
def test_a_part_of_a_page_can_fill_the_picture(fonts):
    from PIL import Image

    made, _ = draw(fonts, model.Rect(x=25.0, y=75.0, width=50.0, height=50.0, color="red"))
    picture = Image.open(io.BytesIO(to_png(made, 50, 25, view=(100.0, 50.0)))).convert("RGB")
    assert picture.getextrema() == ((255, 255), (0, 0), (0, 0))


def test_the_page_for_a_pdf_has_text_pictures_and_links(page):
    html = to_html([page, page], sheet=Sheet(70.556, 35.278), title="Cards", language="de")
    assert html.count('<section class="page"') == 2
    assert '<html lang="de">' in html
    assert ">a&lt;b &amp; aa</p>" in html
    assert 'alt="A &quot;logo&quot;"' in html
    assert 'href="https://aurora.example/?a=1&amp;b=2"' in html
    assert "rotate(-45deg)" in html
    assert "<text" not in html


def test_a_bleed_takes_the_colour_of_the_page(fonts):
    dark, _ = draw(fonts, background="#102030")
    html = to_html([dark], sheet=Sheet(100, 50, 3.0))
    assert "@page ground-102030 { background: #102030 }" in html


def test_cut_groups_are_boxes_that_hide_what_is_outside(fonts):
    made, _ = draw(fonts, text("a"))
    cut = replace(made, items=(Group(made.items, clip=(10.0, 10.0, 20.0, 20.0)),))
    assert "overflow:hidden" in to_html([cut], sheet=Sheet(100, 50))
    assert '<clipPath id="c0"><rect x="10"' in to_svg(cut)
    assert on_pixels((Group((Box(0.0, 0.0, 1.0, 1.0, Paint("#000000")),)),), 2.0)[0].items[0].width == 1.0


@pytest.mark.needs_pango
def test_a_pdf_has_real_text_in_embedded_fonts(fonts, page):
    made = to_pdf([page, page], fonts, title="Cards")
    assert made.pages == 2
    assert made.title == "Cards"
    assert made.media == pytest.approx((70.56, 35.28), abs=0.01)
    assert made.fonts
    assert (made.unread, made.ignored) == ((), ())
    assert made.data == to_pdf([page, page], fonts, title="Cards").data
    inside = plain(made.data)
    assert b"https://aurora.example/?a=1&b=2" in inside
    assert b"/ToUnicode" in inside
    assert b"/StructTreeRoot" in inside
