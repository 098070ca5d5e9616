"""What the language has beyond the old tools: shapes of pages, records, cards, codes."""

import pytest

from mops_cli.design.deck.aspect import aspect_of
from mops_cli.design.deck.qr import MOST_BYTES, qr_modules
from tests.unit.deck.support import build, codes, elements, finding, only

PRODUCTS = {"decks/p.csv": 'name,price,sku\nTea,4.5,007\n"Cup, blue",12,12\n'}


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((1080, 1080), "square"),
        ((1080, 1350), "portrait"),
        ((1000, 1500), "portrait"),
        ((1200, 630), "landscape"),
        ((1080, 1920), "story"),
    ],
)
def test_shapes_of_pages(size, shape):
    assert aspect_of(*size) == shape
    source = "layout square\ncircle 1 1 1\nelayout\nlayout portrait, story\nsquare 1 1 1\nelse\nellipse 1 1 1 1\nelayout\ntext aspect 1 1 1"
    found = elements(source, canvas=size)
    assert found[-1].content == shape
    names = [type(item).__name__ for item in found[:-1]]
    assert names == {"square": ["Ellipse", "Ellipse"], "landscape": ["Ellipse"]}.get(shape, ["Rect"])


def test_shapes_of_pages_are_checked():
    assert 'did you mean "square"' in finding("layout sqare\nelayout").help
    assert codes("layout\nelayout") == ["MK203"]
    assert codes("layout square\ncircle 1 1 1") == ["MK103"]
    assert codes("elayout") == ["MK103"]
    assert build("layout square\nsquare 1 1 1", compat=True).diagnostics == ()


def test_the_size_is_known_to_the_deck():
    found = elements("canvas 500 1000\ncircle canvasWidth canvasHeight/100 1")
    assert (found[0].x, found[0].y) == (500, 10)


def test_records():
    source = 'for p in "p.csv"\ntext p_name p*10 p_price 2\ntext p_sku 1 1 1\nefor'
    found = elements(source, files=PRODUCTS)
    assert [(item.content, item.x, item.y) for item in found[::2]] == [("Tea", 10, 4.5), ("Cup, blue", 20, 12)]
    assert [item.content for item in found[1::2]] == ["007", "12"]


def test_records_of_other_kinds_come_from_the_caller():
    def records(path, content):
        return [{"label": "a", "value": 3, "unit price": None, "on": True}] if path.endswith(".yaml") else None

    files = {"decks/a.yaml": "x", "decks/a.bin": "x"}
    found = elements(
        'for r in "a.yaml"\ntext r_label r_value r_on 1\ntext r_unit_price 1 1 1\nefor', files=files, records=records
    )
    assert (found[0].content, found[0].x, found[0].y, found[1].content) == ("a", 3, 1, "")
    assert elements("dchart -csvcol=label,value a.yaml", files=files, records=records)
    assert codes("dchart -csvcol=label,worth a.yaml", files=files, records=records) == ["MK214"]
    assert codes('for r in "a.bin"\nefor', files=files, records=records) == ["MK214"]
    assert codes('for r in "none.csv"\nefor') == ["MK305"]
    assert codes("for r in 5\nefor") == ["MK109"]


def test_numbers_of_a_locale():
    def localize(value, decimals):
        return f"{value:.{decimals or 0}f}".replace(".", ",")

    assert only('t=format "%.2n EUR" 4.5\ntext t 1 1 1', localize=localize).content == "4,50 EUR"
    assert only('t=format "%n" 1234\ntext t 1 1 1').content == "1,234"
    assert only('t=format "%,.1 of %s" 1234.56 "all"\ntext t 1 1 1').content == "1,234.6 of all"
    chart = elements("dchart -datafmt %.1n a.d", files={"decks/a.d": "x\t1.5\ny\t2\n"}, localize=localize)
    assert "1,5" in [item.content for item in chart if type(item).__name__ == "Text"]


def test_fitted_text():
    found = only('fittext "Long words" 10 90 80 30 8 "sans" "red"')
    assert (found.kind, found.fit, found.width, found.height, found.size) == ("block", "shrink", 80, 30, 8)
    found = only('cliptext "Long words" 10 90 80 2 8')
    assert (found.fit, found.lines, found.spacing) == ("truncate", 2, None)
    assert only('fittext "Long words" 10 90 80 30 8 "sans" "red" 100 "" 1.05').spacing == 1.05


def test_ratings():
    found = elements("rating 10 50 5 3.5")
    assert [item.color for item in found] == ["lightgray", "gold"] * 4 + ["lightgray"]
    full, half = found[1], found[7]
    assert max(half.xs) - min(half.xs) == pytest.approx((max(full.xs) - min(full.xs)) / 2)
    assert len(elements('rating 10 50 5 9 3 "red" "white"')) == 6
    assert codes("rating 1 1 1 1 0") == ["MK205"]


def test_tables():
    found = elements('table "p.csv" 10 80 60 2 "name,price" "sans" "black" "gray"', files=PRODUCTS)
    texts = [item for item in found if type(item).__name__ == "Text"]
    assert [item.content for item in texts] == ["name", "price", "Tea", "4.5", "Cup, blue", "12"]
    assert [item.anchor for item in texts[:2]] == ["start", "end"]
    assert (texts[0].color, texts[2].color) == ("gray", "black")
    assert texts[2].y < texts[0].y
    assert codes('table "p.csv" 10 80 60 2 "nam"', files=PRODUCTS) == ["MK214"]
    assert codes('table "e.csv" 10 80 60 2', files={"decks/e.csv": "a,b\n"}) == ["MK210"]


def test_codes_have_their_marks():
    rows = qr_modules("https://aurora.example/spring")
    assert len(rows) == 29
    finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
    assert ["".join(str(int(module)) for module in row[:7]) for row in rows[:7]] == finder
    assert ["".join(str(int(module)) for module in row[-7:]) for row in rows[:7]] == finder
    assert [int(rows[6][column]) for column in range(8, 20)] == [1, 0] * 6
    assert len(qr_modules("x" * MOST_BYTES)) == 57


def test_a_code_of_the_standard():
    # Version 1, mask 0, checked module by module against another encoder.
    rows = qr_modules("abcdefghijklmn", 0)
    assert "".join("1" if module else "0" for module in rows[10]) == "011100110001101110011"


def test_codes_on_the_page():
    found = elements('qr "https://aurora.example" 50 50 20 "#111111" "white"')
    assert type(found[0]).__name__ == "Rect"
    assert (found[0].width, found[0].color) == (20, "white")
    assert {item.color for item in found[1:]} == {"#111111"}
    assert min(item.x - item.width / 2 for item in found[1:]) > 40
    assert codes('qr "" 50 50 20') == ["MK215"]
    assert codes(f'qr "{"x" * 300}" 50 50 20') == ["MK215"]


def test_functions_of_texts():
    assert only('t=upper "abc"\ntext t 1 1 1').content == "ABC"
    assert only('t=lower("ABC") + length("four")\ntext t 1 1 1').content == "abc4"
    assert only("x=max(1, min(5, 3))\ncircle x 1 1").x == 3
