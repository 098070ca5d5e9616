"""Words, values, control and parts of the language in the default mode."""

import pytest

from mops_cli.design.deck.model import Slide
from tests.unit.deck.support import build, codes, elements, finding, only


def number(expression, before=""):
    return only(f"{before}\nresult={expression}\ncircle result 0 1").x


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1+2*3", 7),
        ("(1+2)*3", 9),
        ("10-2-3", 5),
        ("2*-3", -6),
        ("-5", -5),
        ("7%4", 3),
        ("0.5e1", 5),
        (".5", 0.5),
        ("0x10", 16),
        ("sqrt(16)+1", 5),
        ("sqrt 9 + 7", 4),
        ("area 3.141592653589793", 2),
        ("vmap 5 0 10 0 100", 50),
        ("vmap(5, 0, 10, 0, 100)", 50),
        ("round(2.6)", 3),
        ("sine 0", 0),
        ("cosine(0)", 1),
        ("polarx 50 50 10 0", 60),
        ('substr "12345" 1 2', 23),
        ('substr "12345" 3 -', 45),
        ('substr "12345" - 1', 12),
        ('"1" + 5', 15),
    ],
)
def test_expressions(expression, value):
    found = number(expression)
    assert found == pytest.approx(value)


@pytest.mark.parametrize(
    ("arguments", "values"),
    [
        ("1 2 3", (1, 2, 3)),
        ("-1 -2 3", (-1, -2, 3)),
        ("1 -2 3", (1, -2, 3)),
        ("1-2 3 4", (-1, 3, 4)),
        ("1 - 2 3 4", (-1, 3, 4)),
        ("1+1 2*2 (3+3)*2", (2, 4, 12)),
        ("n -n n*2", (4, -4, 8)),
    ],
)
def test_blanks_divide_arguments(arguments, values):
    found = only(f"n=4\ncircle {arguments}")
    assert (found.x, found.y, found.width) == values


def test_pairs_define_two_names():
    found = only("a=1\np=(a+1, a*5)\ncircle p_x p_y 1")
    assert (found.x, found.y) == (2, 5)
    found = only("q=polar 50 50 10 90\ncircle q_x q_y 1")
    assert (found.x, found.y) == pytest.approx((50, 50 + 10 * 792 / 612))


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ('"%.2f" 3', "3.00"),
        ('"%," 1234567.8', "1,234,567"),
        ('"%v and %v" 1 2', "1 and 2"),
        ('"%05.1f|" 2.5', "002.5|"),
        ('"%+d" 3', "+3"),
        ('"100%%%v" 1', "100%1"),
        ('"%g" 0.00001', "1e-05"),
        ('"%z" 1', "%!z(float64=1)"),
    ],
)
def test_format(template, text):
    assert only(f"t=format {template}\ntext t 1 1 1").content == text


def test_updates_and_joined_texts():
    assert only("x=2\nx+=3\nx*=4\nx-=2\nx/=9\nx%=4\ncircle x 0 1").x == 2
    assert only('t="a"\nt+="b"\nn=1\ntext t+n 1 1 1').content == "ab1"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("1 == 1", True),
        ("1==2", False),
        ("1 != 2", True),
        ("2 > 1", True),
        ("2 < 1", False),
        ("2 >= 2", True),
        ("2 le 1", False),
        ("5 >< 1 10", True),
        ("5 bt 6 10", False),
        ('"a" == "a"', True),
        ('"a" neq "b"', True),
        ("1 == 1 and 2 == 3", False),
        ("1 == 2 or 2 == 2", True),
        ("1+1 == 2", True),
    ],
)
def test_conditions(condition, holds):
    found = elements(f"if {condition}\ncircle 1 1 1\nelse\nsquare 1 1 1\neif")
    assert type(found[0]).__name__ == ("Ellipse" if holds else "Rect")


def test_conditions_without_else_and_in_each_other():
    assert elements("if 1 == 2\ncircle 1 1 1\neif") == ()
    assert len(elements("if 1 == 1\nif 2 == 2\ncircle 1 1 1\nelse\ncircle 1 1 1\ncircle 1 1 1\neif\neif")) == 1


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("v=1 3", [1, 2, 3]),
        ("v=0 1 0.1", [pytest.approx(i / 10) for i in range(11)]),
        ("v=3 1 -1", [3, 2, 1]),
        ("v=(1 5 9)", [1, 5, 9]),
        ("v=[1, 5, 9]", [1, 5, 9]),
        ("v=-1 n", [-1, 0, 1, 2]),
        ("v=5 1", []),
    ],
)
def test_loops(header, values):
    assert [found.x for found in elements(f"n=2\nfor {header}\ncircle v 0 1\nefor")] == values


def test_loop_over_a_file_and_over_texts():
    files = {"decks/names.txt": "Ada\nGrace\n"}
    source = 'for v="names.txt"\ntext v 1 1 1\nefor\nfor w=["x" "y"]\ntext w 1 1 1\nefor'
    assert [found.content for found in elements(source, files=files)] == ["Ada", "Grace", "x", "y"]


def test_functions_import_call_and_nest():
    files = {"decks/f.dsh": "def mark px py\ncircle px py 2\nedef\ndef two px\nmark px 1\nmark px 2\nedef\n"}
    found = elements('import "f.dsh"\ntwo 7\nfunc "f.dsh" 1 2', files=files)
    assert [(item.x, item.y) for item in found] == [(7, 1), (7, 2), (1, 2)]
    assert codes('import "f.dsh"\ntwo 7 8', files=files) == ["MK203"]
    assert codes("def circle a\nedef") == ["MK208"]


def test_include_looks_beside_the_including_file_first():
    files = {"decks/a/one.dsh": 'include "two.dsh"', "decks/a/two.dsh": "circle 1 1 1", "two.dsh": "square 1 1 1"}
    made = build('include "a/one.dsh"', files=files)
    assert [type(item).__name__ for item in made.deck.loose] == ["Ellipse"]
    assert made.reads == ("decks/a/one.dsh", "decks/a/two.dsh")
    assert made.deck.loose[0].span.path == "decks/a/two.dsh"


@pytest.mark.parametrize("name", ["/etc/passwd", "../../secret", "a/../../../b", "C:/x", "..\\x"])
def test_nothing_outside_of_the_project_is_asked_for(name):
    assert finding(f"include `{name}`").code == "MK304"
    assert finding(f"include `{name}`", compat=True).code == "MK304"


def test_a_file_that_includes_itself():
    assert codes('include "b.dsh"', files={"decks/b.dsh": 'include "b.dsh"'}) == ["MK307"]
    assert codes('include "main.dsh"', files={"decks/main.dsh": ""}) == ["MK307"]


def test_data_is_kept_and_read_by_what_follows():
    source = 'data "a.d"\n# Sales\none 1 more\nx\ntwo 2\nedata\nfor v="a.d"\ntext v 1 1 1\nefor'
    assert [item.content for item in elements(source)] == ["# Sales", "one\t1", "two\t2"]
    source = 'data "a.d" "plain"\n  one 1 more\nedata\nfor v="a.d"\ntext v 1 1 1\nefor'
    assert [item.content for item in elements(source)] == ["one 1 more"]


def test_grid_places_commands():
    files = {"decks/g.d": "circle x y 1\nsquare x y 2\n\ncircle x y 3\n"}
    found = elements('grid "g.d" 10 80 20 15 30', files=files)
    assert [(item.x, item.y) for item in found] == [(10, 80), (30, 80), (10, 65)]


def test_pages_and_directives():
    made = build(
        """\
        deck
        title "Spring"
        creator "Aurora"
        canvas 1080 1080
        layers "document"
        slide "white" "black"
          title "First"
          note "Say hello"
          alt "A circle"
          altnext "the dot"
          circle 50 50 10 "red"
          square 1 1 1
        eslide
        slide "red/blue/50"
        eslide
        edeck
        """
    )
    deck = made.deck
    assert made.diagnostics == ()
    assert deck.complete
    assert dict(deck.meta) == {"title": "Spring", "creator": "Aurora"}
    assert (deck.canvas.width, deck.compiled_for.height, deck.layers) == (1080, 1080, "document")
    first, second = deck.slides
    assert (first.title, first.note, first.alt, first.background, first.foreground) == (
        "First",
        "Say hello",
        "A circle",
        "white",
        "black",
    )
    assert [item.alt for item in first.elements] == ["the dot", ""]
    assert (second.gradient.first, second.gradient.second, second.gradient.percent) == ("red", "blue", 50)
    assert deck.pages == deck.slides


def test_a_file_without_slides_is_one_page():
    deck = build("circle 1 1 1").deck
    assert not deck.complete
    assert deck.pages == (Slide(elements=deck.loose),)


def test_the_caller_sets_canvas_variables_and_seed():
    source = "canvas 100 200\ncircle size 0 1\nx=random 0 100\ncircle x 0 1\np=polar 0 0 10 90\ncircle p_x p_y 1"
    first = elements(source, variables={"size": 3.0}, canvas=(1000, 500))
    assert first[0].x == 3
    assert first[2].y == pytest.approx(20)
    again = elements(source, variables={"size": 3.0}, canvas=(1000, 500))
    other = elements(source, variables={"size": 3.0}, canvas=(1000, 500), seed=2)
    assert first[1] == again[1]
    assert first[1] != other[1]


def test_brand_tokens_and_roles():
    def tokens(name):
        return {"brand.primary": "#1e1233", "chart.data": "#00ff00"}.get(name)

    assert only('circle 1 1 1 "brand.primary"', tokens=tokens).color == "#1e1233"
    assert only('rect 1 1 1 1 "brand.primary/red/20"', tokens=tokens).gradient.first == "#1e1233"
    assert only('text "a" 1 1 1 "heading" "token:brand.primary"', tokens=tokens, fonts=["heading"]).font == "heading"
    assert elements("dchart a", files={"decks/a": "x\t1\ny\t2\n"}, tokens=tokens)[0].color == "#00ff00"
    assert codes('text "a" 1 1 1 "headng"', fonts=["heading"]) == ["MK207"]


@pytest.mark.parametrize(
    ("source", "code", "column", "hint"),
    [
        ("circel 1 2 3", "MK202", 1, "circle"),
        ("circle 1 2", "MK203", 1, "circle x y w"),
        ("circle 1 2 3 4", "MK206", 14, "CSS"),
        ("width=3\ncircle widht 2 3", "MK201", 8, "width"),
        ('circle "a" 2 3', "MK205", 8, "circle x y w"),
        ('circle 1 2 3 "bleu"', "MK206", 14, "blue"),
        ("x=1/0", "MK204", 4, ""),
        ("x=1+", "MK107", 5, ""),
        ("x=(1", "MK107", 5, ""),
        ('text "open 1 2 3', "MK101", 6, '"'),
        ("if 1 = 2\neif", "MK108", 6, "if a == b"),
        ("for v\nefor", "MK109", 1, "for v=1 10"),
        ("efor", "MK103", 1, "for"),
        ("if 1 == 1\ncircle 1 1 1", "MK103", 1, "eif"),
        ("eslide", "MK106", 1, "slide"),
        ('li "a"', "MK106", 1, "list"),
        ("deck\nslide\nedeck", "MK106", 1, "eslide"),
        ('image "" 1 1 1 1', "MK205", 7, ""),
        ('polygon "1 2" "1 2"', "MK205", 1, "three"),
        ('polygon "1 2 z" "1 2 3"', "MK201", 1, ""),
        ('include "nowhere.dsh"', "MK305", 1, "decks/nowhere.dsh"),
        ("circle 1e12 1 1", "MK205", 8, ""),
        ("canvas 0 5", "MK205", 1, "canvas"),
        ("def f\nedef", "MK105", 1, "def name"),
    ],
)
def test_mistakes_say_where_and_what(source, code, column, hint):
    found = build(source).diagnostics
    first = next(entry for entry in found if entry.code == code)
    assert first.span.path == "decks/main.dsh"
    assert first.span.column == column, first
    assert hint in first.help


def test_findings_go_on_after_the_first():
    assert codes("zork 1\nblub 2\ncircle 1 1 1\ncircle q 1 1") == ["MK202", "MK202", "MK201"]


def test_dump_tells_values():
    found = build('a=1\nb="x"\ndump a b').diagnostics
    assert [entry.message for entry in found] == ["a = 1", 'b = "x"']
    assert {entry.severity.value for entry in found} == {"info"}


def test_comments():
    assert len(elements('# circle\n// circle\ncircle 1 1 1 // red\ncircle /* no */ 1 1 1\ntext "a // b" 1 1 1')) == 3
