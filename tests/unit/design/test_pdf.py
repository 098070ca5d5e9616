"""Sheets and pages: sizes, marks, boxes, tags, what is refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mops_cli.design import pdf
from mops_cli.design.sheets import Sheet, marks_stream, parse_length, parse_page
from tests.unit.design.support import plain


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("A4", (210, 297)),
        ("a5", (148, 210)),
        ("A5 landscape", (210, 148)),
        ("DL portrait", (99, 210)),
        ("210x99mm", (210, 99)),
        ("21 cm x 9.9 cm", (210, 99)),
        ("8.5x11in", (215.9, 279.4)),
        ("100 × 100 mm", (100, 100)),
        ("A11", None),
        ("A4 sideways", None),
        ("210x99", None),
        ("5x5mm", None),
        ("1..2x3mm", None),
        ("9000x9000mm", None),
        ("", None),
    ],
)
def test_page_sizes(text, size):
    assert parse_page(text) == (pytest.approx(size) if size else None)


@pytest.mark.parametrize(
    ("text", "expected"), [("3mm", 3), ("0", 0), ("0.125in", 3.175), ("3", None), ("-3mm", None), ("", None)]
)
def test_lengths(text, expected):
    assert parse_length(text) == (pytest.approx(expected) if expected is not None else None)


@given(st.text(max_size=30))
def test_no_size_raises(text):
    parse_page(text)
    parse_length(text)


def test_marks_lie_outside_the_bleed():
    sheet = Sheet(100, 100, bleed=3, marks=("crop", "cross"))
    stream = marks_stream(sheet, 283.46, 283.46).decode()
    assert stream.startswith("/Artifact BMC q 1 1 1 1 K")
    assert stream.endswith("Q EMC")
    edge = 3 * 72 / 25.4
    for line in re.findall(r"^(-?[\d.]+) (-?[\d.]+) m (-?[\d.]+) (-?[\d.]+) l S$", stream, re.MULTILINE):
        x, y, to_x, to_y = map(float, line)
        outside = [at < -edge or at > 283.46 + edge for at in (x, y)] + [
            at < -edge or at > 283.46 + edge for at in (to_x, to_y)
        ]
        assert any(outside[:2])
        assert any(outside[2:])


def test_columns_of_a_mail_are_unwrapped():
    html = "<style>a{}@media only screen and (min-width:480px) { .c { width:50% } @media x { y{} } }b{}</style>"
    assert pdf.unwrap_columns(html) == "<style>a{} .c { width:50% } @media x { y{} } b{}</style>"
    assert (
        pdf.unwrap_columns("@media only screen and (min-width:480px) { open")
        == "@media only screen and (min-width:480px) { open"
    )


PAGE = """<!doctype html><html lang="en"><head><title>Hello</title><style>
@page { size: A3; margin: 10mm; background: #123456 } body { font-family: 'Test Sans' } h1 { font-family: 'Test Display' }
</style></head><body><h1>Hi</h1><p>Text <b>bold</b> <a href="https://aurora.example/a">link</a></p>%s</body></html>"""


def box(data, name):
    found = re.search(rb"/" + name + rb" \[([^\]]*)\]", data)
    return [float(part) for part in found[1].split()]


@pytest.mark.needs_pango
def test_a_page_has_boxes_marks_tags_and_brand_fonts_only(fonts):
    sheet = Sheet(148, 210, bleed=3, marks=("crop",))
    made = pdf.render(PAGE % "", fonts=fonts, read=lambda path: None, sheet=sheet)
    assert made.pages == 1
    assert made.title == "Hello"
    assert (made.media, made.trim, made.bleed) == ((168, 230), (148, 210), 3)
    assert made.fonts
    assert all(name.startswith("Test") for name in made.fonts)
    assert box(plain(made.data), b"TrimBox") == pytest.approx([0, 0, 419.53, 595.28], abs=0.01)
    assert box(plain(made.data), b"BleedBox") == pytest.approx([-8.504, -8.504, 428.03, 603.78], abs=0.01)
    assert box(plain(made.data), b"MediaBox") == pytest.approx([-28.35, -28.35, 447.87, 623.62], abs=0.01)
    assert b"/StructTreeRoot" in plain(made.data)
    assert b"/DisplayDocTitle true" in plain(made.data)
    assert b"CreationDate" not in plain(made.data)
    assert b"/Artifact BMC q 1 1 1 1 K" in plain(made.data)


@pytest.mark.needs_pango
def test_the_same_page_gives_the_same_bytes(fonts):
    first, second = (
        pdf.render(PAGE % "", fonts=fonts, read=lambda path: None, sheet=Sheet(148, 210)) for _ in range(2)
    )
    assert first.data == second.data


@pytest.mark.needs_pango
def test_nothing_is_loaded_but_what_the_reader_gives(fonts):
    asked = []

    def read(path):
        asked.append(path)
        return (
            b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
            if path == "a b.svg"
            else None
        )

    inner = '<img src="a%20b.svg" alt=""><img src="https://tracker.example/x.png" alt=""><img src="file:///etc/passwd" alt=""><img src="../../etc/passwd" alt="">'
    made = pdf.render(PAGE % inner, fonts=fonts, read=read, sheet=Sheet(148, 210))
    assert set(made.unread) == {"https://tracker.example/x.png", "file:///etc/passwd", "etc/passwd"}
    assert set(asked) == {"a b.svg", "etc/passwd"}


@pytest.mark.needs_pango
def test_print_inks_reach_the_page(fonts):
    html = PAGE % '<p style="color: var(--ink)">ink</p>'
    made = pdf.render(
        html,
        fonts=fonts,
        read=lambda path: None,
        sheet=Sheet(148, 210),
        css=":root { --ink: device-cmyk(0% 100% 90% 0%); }",
    )
    assert b"0 1 0.9 0 scn" in plain(made.data)


def test_without_pango_the_line_to_run_is_named(monkeypatch):
    import builtins

    real = builtins.__import__

    def broken(name, *args, **kwargs):
        if name == "weasyprint":
            print("\n-----\nWeasyPrint could not import some external libraries.")
            raise OSError("cannot load library 'libgobject-2.0-0'")
        return real(name, *args, **kwargs)

    pdf.library.cache_clear()
    monkeypatch.setattr(builtins, "__import__", broken)
    try:
        assert not pdf.available()
        with pytest.raises(pdf.MissingNativeLibrary) as caught:
            pdf.library()
        assert "libpango-1.0-0" in caught.value.hint
    finally:
        pdf.library.cache_clear()
