"""Charts: each kind, the flags, the keywords and their variables."""

import pytest

from mops_cli.design.deck.charts import legends
from mops_cli.design.deck.charts.settings import KINDS
from tests.unit.deck.support import build, codes, elements, finding

DATA = {
    "decks/a.d": "# Sales\nJan\t10\tfirst\nFeb\t20\nMar\t40\n",
    "decks/c.csv": "Month,Sales,Cost\nJan,1,5\nFeb,2,7\n",
}
SHARES = {"decks/s.d": "# Shares\nA\t50\tred\nB\t30\tblue\nC\t15\t\nD\t5\tgreen\n"}


def chart(arguments, files=DATA, **options):
    return elements(f"dchart {arguments}", files=files, **options)


def kinds(found):
    return [type(item).__name__ for item in found]


def texts(found):
    return [item.content for item in found if type(item).__name__ == "Text"]


def test_columns():
    found = chart("-left 10 -right 50 -top 80 -bottom 40 a.d")
    title, bar, value, note, label = found[:5]
    assert (title.content, title.x, title.y, title.size) == ("Sales", 30, 80 + 1.5 * 1.5 * 2.4, 2.25)
    assert (bar.x1, bar.y1, bar.x2, bar.y2, bar.width) == (10, 40, 10, 50, 19)
    assert (value.content, value.y, value.anchor) == ("10", 51.5, "middle")
    assert (note.content, note.font) == ("first", "serif")
    assert (label.content, label.y, label.size) == ("Jan", 37, pytest.approx(1.2))
    assert [item.x1 for item in found if type(item).__name__ == "Line"] == [10, 30, 50]


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("-bar=f -line", {"Line": 2}),
        ("-bar=f -scatter", {"Ellipse": 3}),
        ("-bar=f -vol", {"Polygon": 1}),
        ("-rline", {"Line": 4}),
        ("-frame", {"Line": 3, "Rect": 1}),
        ("-hline 15,goal", {"Line": 4}),
        ("-yaxis -yrange 0,40,20 -grid", {"Line": 6}),
    ],
)
def test_layers(flags, expected):
    found = kinds(chart(f"{flags} -val=f -note=f -xlabel=0 -title=f a.d"))
    found = [kind for kind in found if kind != "Text"]
    assert {kind: found.count(kind) for kind in set(found)} == expected


def test_dots_rise_to_the_value():
    found = chart("-bar=f -dot -val=f -xlabel=0 -title=f -note=f -left 10 -right 50 -top 80 -bottom 40 a.d")
    assert len([item for item in found if item.x == 10]) == 12
    assert found[-1].width == pytest.approx(0.9)


def test_values_labels_and_formats():
    assert "10 (14.3%)" in texts(chart("-pct a.d"))
    assert "1,000" in texts(chart("-datafmt %, n.d", {"decks/n.d": "a\t1000\nb\t2500.5\n"}))
    assert "2,500.50" in texts(chart("-datafmt %,2 n.d", {"decks/n.d": "a\t1000\nb\t2500.5\n"}))
    assert "10.00" in texts(chart("-datafmt %.2f a.d"))
    assert texts(chart("-val=f -note=f -title=f -xlabel=2 a.d")) == ["Jan", "Mar"]
    assert texts(chart("-val=f -note=f -title=f -xlabel=3 -xlast a.d")) == ["Jan", "Mar"]
    assert texts(chart("-val=f -note=f -xlabel=0 -chartitle Mine a.d")) == ["Mine"]
    assert texts(elements('dchart -val=f -note=f -xlabel=0 -chartitle "My own" a.d', files=DATA)) == ["My own"]


def test_conditions_recolour():
    found = chart("-datacond 15,25,red -val=f -note=f -xlabel=0 -title=f a.d")
    assert [item.color for item in found] == ["lightsteelblue", "red", "lightsteelblue"]


def test_comma_separated_data():
    found = chart("-csv -csvcol=Month,Cost -xlabel=0 -note=f c.csv")
    assert texts(found) == ["Cost", "5", "7"]


def test_rows():
    found = chart("-hbar -left 20 -right 60 a.d")
    title, label, bar, value = found[:4]
    assert (title.x, label.content, label.anchor, label.x) == (50, "Jan", "end", 19.25)
    assert (bar.x1, bar.x2, bar.width, value.font) == (20, 30, 1.5, "mono")
    words = chart("-wbar -left 20 -right 60 a.d")
    assert words[2].opacity == 30
    assert words[2].width == 2.25


def test_shares():
    found = chart("-donut -left 50 -top 80 -psize 20 s.d", SHARES)
    arcs = [item for item in found if type(item).__name__ == "Arc"]
    assert [(item.start, item.end) for item in arcs] == [(0, 180), (180, 288), (288, 342), (342, 360)]
    assert [(item.color, item.opacity) for item in arcs[:3]] == [("red", 40), ("blue", 40), ("lightsteelblue", 15)]
    assert "A 50.0%" in texts(found)
    solid = chart("-pmap -solidpmap s.d", SHARES)
    assert next(item.opacity for item in solid if type(item).__name__ == "Line") == 100
    standard = chart("-pmap -color=std s.d", SHARES)
    assert len({item.color for item in standard if type(item).__name__ == "Line"}) == 4


def test_grids_count_shares():
    found = chart("-pgrid -left 30 s.d", SHARES)
    circles = [item.color for item in found if type(item).__name__ == "Ellipse"]
    assert [circles[:100].count(color) for color in ("red", "blue", "", "green")] == [50, 30, 15, 5]
    found = chart("-lego -left 30 s.d", SHARES)
    assert kinds(found).count("Rect") == 100


def test_radial_fan_bow_tie_and_slope():
    assert kinds(chart("-radial s.d", SHARES)).count("Ellipse") == 5
    assert kinds(chart("-radial -spokes s.d", SHARES)).count("Line") == 100
    assert kinds(chart("-fan s.d", SHARES)).count("Arc") == 4
    assert kinds(chart("-bowtie s.d", SHARES)).count("Arc") == 4
    found = chart("-slope -left 10 -right 40 s.d", SHARES)
    assert kinds(found).count("Line") == 6


@pytest.mark.parametrize(
    "word",
    [
        "barchart",
        "linechart",
        "scatterchart",
        "scatter",
        "dotchart",
        "dot",
        "areachart",
        "area",
        "hbarchart",
        "hbar",
        "wbarchart",
        "wbar",
        "slopechart",
        "pie",
        "piechart",
        "donut",
        "donutchart",
        "pmap",
        "pgrid",
        "lego",
        "waffle",
        "fan",
        "fanchart",
        "bow",
        "bowtie",
    ],
)
def test_every_keyword_draws(word):
    assert elements(f'{word} "s.d"', files=SHARES)


def test_variables_set_the_keywords():
    found = elements('chartLeft=20\nchartRight=40\nchartVal=0\nchartShowTitle=0\nbarchart "a.d" "red"', files=DATA)
    bars = [item for item in found if type(item).__name__ == "Line"]
    assert [bar.x1 for bar in bars] == [20, 30, 40]
    assert {bar.color for bar in bars} == {"red"}
    found = elements('chartbbox 30 70 60 20\nchartYRange="0,100,50"\nlinechart "a.d"', files=DATA)
    axis = [item for item in found if type(item).__name__ == "Text" and item.anchor == "end"]
    assert [item.content for item in axis] == ["0", "50", "100"]


def test_a_variable_may_hold_several_flags():
    source = 'opts="-val=f -note=f -title=f -xlabel 0"\nleft=5\ndchart opts -left left "a.d"'
    assert elements(source, files=DATA)[0].x1 == 5


def test_a_whole_slide():
    made = build("deck\ndchart -fulldeck a.d\nedeck", files=DATA)
    assert len(made.deck.slides) == 1
    assert made.deck.slides[0].background == "white"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("-lft 3 a.d", "MK211"),
        ("-left wide a.d", "MK211"),
        ("-grid=perhaps a.d", "MK211"),
        ("-left", "MK211"),
        ("-bounds 1,2 a.d", "MK211"),
        ("-datacond red a.d", "MK211"),
        ("-bar", "MK203"),
        ("none.d", "MK305"),
        ("empty.d", "MK210"),
    ],
)
def test_mistakes(arguments, code):
    assert codes(f"dchart {arguments}", files={**DATA, "decks/empty.d": "# nothing\n"}) == [code]


def test_a_misspelt_flag_has_a_suggestion():
    assert 'did you mean "left"' in finding("dchart -lefft 3 a.d", files=DATA).help


def test_odd_data_never_raises():
    for text in ("a\t1\n", "a\tx\nb\t0\n", "a\t-5\nb\t5\n", "a\t1e300\nb\t1e308\n", "a\t0\n", "", "\t\n", "\0\t\0\n"):
        for flag in (
            "bar",
            "hbar",
            "donut",
            "pmap",
            "pgrid",
            "lego",
            "radial",
            "fan",
            "bowtie",
            "slope",
            "vol",
            "dot",
            "rline",
        ):
            for compat in (True, False):
                build(f"dchart -{flag} -yaxis -grid -pct o.d", files={"decks/o.d": text}, compat=compat)


def test_every_flag_of_the_reference_is_there():
    names = """bar line dot scatter vol hbar wbar donut pmap pgrid lego radial fan bowtie slope left right top bottom bounds
        textsize ls barwidth linewidth min max dmin psize pwidth volop xlabel xlabrot xlast xstagger pmlen val valpos
        yaxis grid yrange title chartitle note noteloc frame framecolor rline rlcolor hline pct datacond datafmt color
        lcolor vcolor bgcolor csv csvcol spokes solidpmap cw ch fulldeck"""
    assert set(names.split()) == set(KINDS) - legends.OWN


# -- legends, which the old tools do not have


def swatches(found):
    """Name, colour and place of each entry: a small box with a text at its right."""
    boxes = [item for item in found if type(item).__name__ == "Rect" and item.width < 3]
    names = [item for item in found if type(item).__name__ == "Text"][-len(boxes) :]
    return [(name.content, box.color, name.x > box.x) for name, box in zip(names, boxes, strict=True)]


def test_a_series_is_named_beside_its_plot():
    found = chart('-legend "Sales 2026" -color teal -right 60 -top 80 a.d')
    assert swatches(found) == [("Sales 2026", "teal", True)]
    assert found[-2].x > 60
    assert chart("-legend Sales -legendpos t -color teal -right 60 -top 80 a.d")[-1].y > 80


def test_legends_of_charts_in_one_box_stand_below_each_other():
    text = "dchart -legend One a.d\ndchart -bar=f -line -legend Two a.d"
    found = [item for item in elements(text, files=DATA) if getattr(item, "content", "") in ("One", "Two")]
    assert found[0].y > found[1].y
    assert found[0].x == found[1].x


def test_rows_are_named_in_their_colours():
    found = swatches(chart("-donut -val=f -legend rows s.d", files=SHARES))
    assert [(name, color) for name, color, _ in found][:2] == [("A", "red"), ("B", "blue")]
    assert len(found) == 4


def test_a_wrong_place_is_told_and_old_decks_have_no_legends():
    assert finding("dchart -legend A -legendpos x a.d", files=DATA).code == "MK211"
    assert "MK211" in codes("dchart -legend A a.d", files=DATA, compat=True)


def test_titles_take_the_colour_of_the_slide():
    assert chart("a.d")[0].color == ""
    assert chart("a.d", compat=True)[0].color == "black"
