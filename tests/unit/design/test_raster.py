"""SVG: what is refused and why; pictures that are the same everywhere."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mops_cli.design import raster, svg
from mops_cli.model.diagnostic import Severity

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 50">'


def wrap(inner):
    return f"{HEAD}\n{inner}\n</svg>"


BOMB = '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>\n' + wrap("<text>&b;</text>")
COPIES = "".join(
    f'<g id="g{n}">' + f'<use xlink:href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 12)
)  # fmt: skip

REFUSED = [
    ("<svg><rect</svg>", "MB301", 1),
    (wrap("<rect/>\n<g>"), "MB301", 4),
    (wrap("<text>A & B</text>"), "MB301", 2),
    ("", "MB301", 1),
    ("no xml", "MB301", 1),
    ("<html></html>", "MB301", 1),
    (BOMB, "MB303", 1),
    ('<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + wrap(""), "MB303", 1),
    ('<?xml-stylesheet href="a.css"?>' + wrap(""), "MB302", 1),
    (wrap("<style>@import 'a.css';</style>"), "MB302", 2),
    (wrap('<rect fill="url(other.svg#a)"/>'), "MB302", 2),
    (wrap('<use xlink:href="other.svg#a"/>'), "MB302", 2),
    (wrap('<image href="https://tracker.example/x.png" width="1" height="1"/>'), "MB302", 2),
    (wrap('<image href="file:///etc/passwd" width="1" height="1"/>'), "MB302", 2),
    (wrap('<image href="//host/x.png" width="1" height="1"/>'), "MB302", 2),
    (wrap("<script>alert(1)</script>"), "MB302", 2),
    (wrap('<image href="nowhere.png" width="1" height="1"/>'), "MB305", 2),
    (wrap('<g id="a"><use xlink:href="#a"/></g>'), "MB306", 2),
    (wrap('<g id="a"><use xlink:href="#b"/></g>\n<g id="b"><use xlink:href="#a"/></g>'), "MB306", 2),
    (wrap('<g id="g0"><rect/></g>' + COPIES), "MB306", 2),
    (wrap("<g>" * 300 + "</g>" * 300), "MB306", 2),
    (wrap('<text font-family="Inter">x</text>'), "MB304", 2),
    (wrap("<style>text { font: bold 12px Comic, Sans }</style><text>x</text>"), "MB304", 2),
    (wrap("<text>漢字</text>"), "MB207", 2),
]


@pytest.mark.parametrize(("text", "code", "line"), REFUSED)
def test_refused_with_place_and_cure(text, code, line, fonts):
    found = svg.check(text, path="art/card.svg", fonts=fonts, exists=lambda name: False)
    errors = [d for d in found if d.severity is Severity.ERROR]
    assert [(d.code, d.span.line) for d in errors] == [(code, line)]
    assert errors[0].help


def test_what_is_fine_is_quiet(fonts):
    text = wrap(
        '<defs><linearGradient id="g"/></defs><rect fill="url(#g)"/><use xlink:href="#g"/>'
        '<text font-family="Test Sans, sans-serif" style="font-weight: 700">Größe 5 €</text>'
        '<image href="a%20b.png"/><image href="data:image/png;base64,AAAA"/>'
    )
    assert svg.check(text, path="a.svg", fonts=fonts, exists=lambda name: name == "a b.png") == []


def test_warnings(fonts):
    text = wrap('<filter id="f"/><rect fill="url(#nothere)" filter="url(#f)"/>')
    assert [d.code for d in svg.check(text, path="a.svg", fonts=fonts)] == ["MB310", "MB309"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [HEAD, "<svg>", "</svg>", "<g id='a'>", "</g>", "<use href='#a'/>", "<text>", "</text>", "x", "&", "&amp;", "<!--", "-->",
             "<style>", "</style>", "font-family: x", "<![CDATA[", "]]>", "\x00", "<image href='", "'/>", "ü", "\ud800"]
        ),
        max_size=14,
    )
)  # fmt: skip
def test_no_svg_raises(parts):
    found = svg.check("".join(parts), path="a.svg", exists=lambda name: False)
    assert all(d.help for d in found)


def size_of(data):
    return struct.unpack(">II", data[16:24])


@pytest.mark.needs_cairo
def test_a_picture_of_the_asked_size_the_same_each_time(fonts):
    text = wrap('<rect width="100" height="50" fill="#fc0"/><text x="5" y="30" font-family="Test Sans">Hi</text>')
    first = raster.png(text, 200, 100, fonts=fonts)
    assert size_of(first) == (200, 100)
    assert raster.png(text, 200, 100, fonts=fonts) == first
    bold = raster.png(text.replace("<text", '<text font-weight="700"'), 200, 100, fonts=fonts)
    assert bold != first


@pytest.mark.needs_cairo
def test_the_first_brand_family_of_a_stack_is_taken(fonts):
    text = wrap('<text x="5" y="30" font-family="{}">Hi</text>')
    assert raster.png(text.format("Arial, Test Display"), 100, 50, fonts=fonts) == raster.png(
        text.format("Test Display"), 100, 50, fonts=fonts
    )
    assert raster.png(text.format("Test Display"), 100, 50, fonts=fonts) != raster.png(
        text.format("Test Sans"), 100, 50, fonts=fonts
    )


@pytest.mark.needs_cairo
def test_pictures_come_from_the_reader(fonts):
    dot = raster.png(wrap('<rect width="100" height="50" fill="red"/>'), 4, 2)
    asked = []

    def read(name):
        asked.append(name)
        return dot if name == "assets/dot.png" else None

    text = wrap('<image href="assets/dot.png" width="100" height="50"/>')
    with_picture = raster.png(text, 20, 10, read=read)
    assert with_picture != raster.png(wrap(""), 20, 10)
    assert set(asked) == {"assets/dot.png"}


@pytest.mark.needs_cairo
def test_errors_are_located_and_sizes_limited():
    with pytest.raises(raster.DrawingError) as caught:
        raster.png("<svg>\n<g></svg>", 10, 10, path="art/x.svg")
    assert caught.value.finding.span.path == "art/x.svg"
    assert caught.value.finding.span.line == 2
    with pytest.raises(raster.DrawingError):
        raster.png(wrap(""), 100_000, 100_000)


def test_without_cairo_the_line_to_run_is_named(monkeypatch):
    import builtins

    real = builtins.__import__

    def broken(name, *args, **kwargs):
        if name == "cairosvg":
            raise OSError("no library called cairo-2 was found")
        return real(name, *args, **kwargs)

    raster.library.cache_clear()
    monkeypatch.setattr(builtins, "__import__", broken)
    try:
        assert not raster.available()
        with pytest.raises(raster.MissingNativeLibrary) as caught:
            raster.png(wrap(""), 1, 1)
        assert "apt-get install" in caught.value.hint
        assert caught.value.library == "cairo"
    finally:
        raster.library.cache_clear()
