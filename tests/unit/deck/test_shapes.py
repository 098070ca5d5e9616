"""Shapes, figures and texts in the page model, and the reference XML."""

from xml.etree import ElementTree as ET

import pytest

from mops_cli.design.deck.colors import rgba
from mops_cli.design.deck.keywords import KEYWORDS
from mops_cli.design.deck.model import Deck, Image, Polyline, Slide, Text
from mops_cli.design.deck.numerals import commas, shortest
from mops_cli.design.deck.reference_xml import to_xml
from tests.unit.deck.support import build, elements, only, xml


def names(found):
    return [type(item).__name__ for item in found]


def test_texts():
    found = only('rtext "a" 1 2 30 4 "serif" "red" 50 "https://a.example"')
    assert (found.rotation, found.size, found.font, found.color, found.opacity, found.link) == (
        30,
        4,
        "serif",
        "red",
        50,
        "https://a.example",
    )
    assert [only(f'{word} "a" 1 2 3').anchor for word in ("text", "btext", "ctext", "etext")] == [
        "start",
        "start",
        "middle",
        "end",
    ]
    assert only('textfile "code.go" 1 2 3 "mono" "red" 50 1.2').spacing == 1.2
    assert only('textcode "code.go" 1 2 60 3').kind == "code"
    assert only('content "markdown://a.md" 1 2 3').kind == "markdown"
    found = only('textblockfile "t.txt" 1 2 60 3', files={"decks/t.txt": "one\ntwo\n"})
    assert (found.kind, found.content, found.width) == ("block", "one\ntwo", 60)


def test_arc_text_stands_on_its_arc():
    found = elements('arctext "abc" 50 50 10 180 0 2')
    assert [item.content for item in found] == ["a", "b", "c"]
    assert [item.x for item in found] == pytest.approx([40, 50, 60])
    assert [item.rotation for item in found] == [450, 360, 270]
    assert len(elements('arctext "a" 50 50 10 0 90 2')) == 1


def test_lists():
    found = only('nlist 1 2 3 "serif" "red" 50 1.5\nli "a" "mono" "blue"\nli\nli "c"\nelist')
    assert (found.kind, found.spacing, [item.content for item in found.items]) == ("number", 1.5, ["a", "", "c"])
    assert (found.items[0].font, found.items[0].color) == ("mono", "blue")
    assert only("clist 1 2 3\nelist").anchor == "middle"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("rrect 50 50 20 10 2", "Ellipse Ellipse Ellipse Ellipse Line Line Rect"),
        ("pill 10 10 20 5", "Ellipse Line Ellipse"),
        ("star 50 50 5 5 15", "Polygon"),
        ('polyline "1 2 3" "1 2 1"', "Line Line Line"),
        ("arrow 10 10 50 50", "Line Polygon"),
        ("lcarrow 10 10 20 20 30 30", "Curve Polygon"),
        ("lbrace 10 50 60 5 5", "Curve Curve Curve Curve Line Line"),
        ("ubrace 10 50 60 5 5", "Curve Curve Line Line Curve Curve"),
        ("lbracket 10 50 5 30", "Line Line Rect Rect Line Line"),
        ("dbracket 10 50 5 30", "Line Line Line Line"),
        ('legend "a" 10 10 2 "sans" "red"', "Text Line"),
        ("dline 0 0 10 0", " ".join(["Ellipse"] * 11)),
        ("ruler 50", "Line Line Text Text"),
    ],
)
def test_what_figures_are_made_of(source, expected):
    assert names(elements(source)) == expected.split()


def test_arrow_heads():
    line, head = elements("arrow 50 50 90 50")
    assert (line.x2, line.y2, line.width, line.color, line.opacity) == (87.75, 50, 0.2, "gray", 100)
    assert head.xs == pytest.approx((90, 86.98257, 87.75, 86.98257), abs=1e-4)
    assert head.ys == pytest.approx((50, 51.46950, 50, 48.53049), abs=1e-4)
    _, head = elements("ucarrow 50 50 75 50 75 75")
    assert (head.xs, head.ys) == ((75, 76.5, 75, 73.5), (75, 72, 72.75, 72))


def test_stars_and_polygons():
    found = only("star 50 50 6 5 15")
    assert len({(round(x, 6), round(y, 6)) for x, y in zip(found.xs, found.ys, strict=True)}) == 12
    found = only('a=1\nb=5\npolygon "a 2 b" "1 2 3" "red" 30')
    assert (found.xs, found.opacity) == ((1, 2, 5), 30)


def test_gradients():
    found = only('square 1 1 1 "red/blue/40"')
    assert (found.gradient.percent, found.ratio, found.color) == (40, 100, "")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("red", (255, 0, 0, 1)),
        ("#123456", (18, 52, 86, 1)),
        ("#fff", (255, 255, 255, 1)),
        ("#00000080", (0, 0, 0, 128 / 255)),
        ("rgb(1, 2,3)", (1, 2, 3, 1)),
        ("hsv(0,100,50)", (127, 0, 0, 1)),
        ("rgb(999,0,0)", (255, 0, 0, 1)),
        ("rgb(1.2.3,0,0)", None),
        ("nocolour", None),
        ("#12345", None),
    ],
)
def test_colours(text, value):
    assert rgba(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (0.1, "0.1"),
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (1e-7, "1e-07"),
        (-2.5, "-2.5"),
        (0.00012, "0.00012"),
        (float("inf"), "0"),
    ],
)
def test_shortest(value, text):
    assert shortest(value) == text


def test_numbers_of_the_old_tools():
    assert shortest(1234567.0, 6) == "1.234567e+06"
    assert shortest(100000.0, 6) == "100000"
    assert commas(-1234.5) == "-1,234.5"


def test_xml_is_well_formed_whatever_the_text():
    source = 'deck\nslide "a&b"\ntext `<&">\x00\x1b` 1 1 1\nimage "a&b.png" 1 1 1 1 50 "https://a.example/?a=1&b=2"\neslide\nedeck'
    root = ET.fromstring(xml(source, compat=True))
    assert root[0].attrib == {"bg": "a&b"}
    assert root[0][0].text == '<&">'
    assert root[0][1].get("link") == "https://a.example/?a=1&b=2"


def test_xml_of_parts_that_the_language_does_not_write():
    text = to_xml(
        Deck(items=(Slide(elements=(Polyline(xs=(1, 2), ys=(3, 4), width=0.5), Text(x=1, y=1, size=1, file="a"))),))
    )
    assert '<polyline xc="1 2" yc="3 4" sp="0.5"/>' in text
    assert '<text file="a"' in text


def test_files_that_a_renderer_opens():
    made = build('deck\nslide\nimage "a.png" 1 1 1 1\ntextfile "b.txt" 1 1 1\nimage "a.png" 1 1 1 1\neslide\nedeck')
    assert made.deck.files == ("a.png", "b.txt")
    assert isinstance(made.deck.slides[0].elements[0], Image)


def test_every_keyword_takes_every_number_of_optional_arguments():
    samples = {"n": "5", "t": '"a"', "b": '"a"', "w": '"a.d"', "c": '"red"', "g": '"red"', "f": '"sans"'}
    special = {"polygon": ('"1 2 3"',), "poly": ('"1 2 3"',), "polyline": ('"1 2 3"',), "content": ('"plain://a"',)}
    files = {"decks/a.d": "a\t1\nb\t2\n"}
    ready = {word for word, entry in KEYWORDS.items() if not entry.raw}
    skipped = {
        "include",
        "import",
        "func",
        "call",
        "callfunc",
        "layers",
        "grid",
        "table",
        "note",
        "alt",
        "elist",
        "eslide",
        "epage",
        "edeck",
        "edoc",
        "deck",
        "doc",
    }
    for word in sorted(ready - skipped):
        entry = KEYWORDS[word]
        texts = iter(special.get(word, ()) * 2)
        arguments = [
            next(texts, '"geo:1,2\tx"' if p.name in {"place", "from", "to"} else samples[p.kind])
            if p.kind == "t"
            else '"geo:1,2\tx"'
            if p.name in {"place", "from", "to"}
            else '"m.json"'
            if word.startswith(("georeg", "geopol", "geobor", "geoline")) and p.kind == "w"
            else samples[p.kind]
            for p in entry.parameters
        ]
        for count in range(entry.least, len(arguments) + 1):
            source = " ".join([word, *arguments[:count]])
            made = build(source, files={**files, "decks/m.json": '{"type":"FeatureCollection","features":[]}'})
            bad = [found for found in made.diagnostics if found.code != "MK106"]
            assert not bad, (source, bad)
            made = build(" ".join([word, *arguments[: entry.least - 1]])) if entry.least else made
            assert not entry.least or made.diagnostics[0].code == "MK203"
