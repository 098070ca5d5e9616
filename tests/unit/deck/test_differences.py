"""Each row of the table of differences, in both modes."""

import pytest

from mops_cli.design.deck.rules import DIFFERENCES
from tests.unit.deck.support import build, xml


def both(source, **options):
    """The number of findings and the XML: compatible first."""
    results = []
    for compat in (True, False):
        made = build(source, compat=compat, **options)
        results.append(([found.code for found in made.diagnostics], xml(source, compat=compat, **options)))
    return results


CASES = {}


def case(name):
    def keep(check):
        CASES[name] = check
        return check

    return keep


@case("signed-numbers")
def signed():
    (old, _), (new, text) = both("circle -5 10 2")
    assert old == ["MK205"]
    assert new == []
    assert 'xp="-5"' in text


@case("expressions")
def expressions():
    (_, old), (_, new) = both("x=1+2*3\ncircle x 0 1")
    assert 'xp="3"' in old
    assert 'xp="7"' in new
    assert 'xp="9"' in both("x=(1+2)*3\ncircle x 0 1")[1][1]


@case("nested-blocks")
def nested():
    (_, old), (codes, new) = both("for a=1 2\nfor b=1 3\ncircle a b 1\nefor\nefor")
    assert new.count("<ellipse") == 6
    assert codes == []
    assert old.count("<ellipse") == 0


@case("conditions-in-loops")
def conditions():
    (_, old), (_, new) = both("for a=1 2\nif a == 1\ncircle a 0 1\nelse\nsquare a 0 1\neif\nefor")
    assert (old.count("<ellipse"), old.count("<rect")) == (2, 2)
    assert (new.count("<ellipse"), new.count("<rect")) == (1, 1)


@case("fresh-values")
def fresh():
    (_, old), (_, new) = both("x=0\nfor a=1 3\nx+=10\ncircle x 0 1\nefor")
    assert old.count('xp="0"') == 3
    assert [f'xp="{value}"' in new for value in (10, 20, 30)] == [True] * 3


@case("loop-strings")
def strings():
    (_, old), (_, new) = both('for s=["a" "b"]\ntext s 1 1 1\nefor')
    assert '>"a"<' in old
    assert ">a<" in new


@case("loop-errors")
def loop_errors():
    (old, _), (new, _) = both("for a=1 2\ncircle nothing 0 1\nefor")
    assert old == []
    assert new == ["MK201"]


@case("loop-steps")
def loop_steps():
    (old, _), (new, text) = both("for a=3 1 -1\ncircle a 0 1\nefor")
    assert old == ["MK109"]
    assert new == []
    assert text.count("<ellipse") == 3
    assert [found[0] for found in both("for a=1 2 0\nefor")] == [["MK301"], ["MK109"]]


@case("loop-charts")
def loop_charts():
    (_, old), (_, new) = both("for a=1 2\ndchart a.d\nefor", files={"decks/a.d": "a\t1\nb\t2\n"})
    assert old == ""
    assert new.count("<line") == 4


@case("unknown-words")
def unknown_words():
    (old, _), (new, _) = both("crcle 1 2 3")
    assert old == []
    assert new == ["MK202"]


@case("undefined-names")
def undefined():
    (_, old), (new, _) = both("text titel 1 1 1")
    assert ">ite<" in old
    assert new == ["MK201"]


@case("numbers-as-text")
def numbers_as_text():
    (_, old), (_, new) = both("x=1234\ntext x 1 1 1")
    assert ">23<" in old
    assert ">1234<" in new


@case("extra-arguments")
def extra():
    (old, text), (new, _) = both('text "a" 1 2 3 "sans" "red" 50 "https://a.example" 7')
    assert old == []
    assert "red" not in text
    assert new == ["MK203"]


@case("last-paragraph")
def last_paragraph():
    (_, old), (_, new) = both("para 1 90 50 2\none\n\ntwo\nepara")
    assert old.count("<text") == 1
    assert new.count("<text") == 2


@case("paragraph-lines")
def paragraph_lines():
    (_, old), (_, new) = both("para 1 90 50 2\none\ntwo\n\nepara")
    assert ">onetwo<" in old
    assert ">one two<" in new


@case("even-stars")
def stars():
    (_, old), (_, new) = both("star 50 50 4 5 15")
    corners = [
        len(
            set(
                zip(
                    text.split('xc="')[1].split('"')[0].split(),
                    text.split('yc="')[1].split('"')[0].split(),
                    strict=True,
                )
            )
        )
        for text in (old, new)
    ]
    assert corners[0] < corners[1] == 8


@case("poly")
def poly():
    (_, old), (_, new) = both('poly "1 2 3" "1 2 1"')
    assert old.startswith("<poly ")
    assert new.startswith("<polygon ")


@case("arctext-letters")
def arctext():
    (_, old), (_, new) = both('arctext "né" 50 50 10 180 0 2')
    assert (old.count("<text"), new.count("<text")) == (3, 2)


@case("substr-letters")
def substr_letters():
    (_, old), (_, new) = both('t=substr "éab" 0 1\ntext t 1 1 1')
    assert ">é<" in old
    assert ">éa<" in new


@case("integer-format")
def integer():
    (_, old), (_, new) = both('x=format "%d items" 7\ntext x 1 1 1')
    assert "%!d(float64=7) items" in old
    assert ">7 items<" in new


@case("large-numbers")
def large():
    (_, old), (_, new) = both('x=format "%v" 2500000\ntext x 1 1 1')
    assert ">2.5e+06<" in old
    assert ">2500000<" in new


@case("search-path")
def search_path():
    files = {"decks/parts/a.dsh": 'include "b.dsh"', "decks/parts/b.dsh": "circle 1 1 1"}
    (old, _), (new, text) = both('include "parts/a.dsh"', files=files)
    assert old == ["MK305"]
    assert new == []
    assert "<ellipse" in text


@case("inline-functions")
def inline():
    (_, _), (new, text) = both("def spot px py\ncircle px py 1\nedef\nspot 3 4")
    assert new == []
    assert 'xp="3"' in text


@case("colors")
def colors():
    (old, text), (new, _) = both('circle 1 1 1 "gren"')
    assert old == []
    assert "gren" in text
    assert new == ["MK206"]


@case("open-blocks")
def open_blocks():
    (old, _), (new, _) = both("for a=1 2\ncircle a 0 1")
    assert old == []
    assert new == ["MK103"]


@case("data-titles")
def data_titles():
    (_, old), (_, new) = both('data "a"\n# Sales of 2026\na 1\nb 2\nedata\ndchart a')
    assert ">Sales<" in old
    assert ">Sales of 2026<" in new


@case("chart-canvas")
def chart_canvas():
    source = 'canvas 600 600\ndata "a"\na 1\nb 2\nedata\nfan "a"'
    (_, old), (_, new) = both(source)
    assert old != new


@case("empty-shares")
def empty_shares():
    (_, old), (_, new) = both('data "a.d"\na 0\nb 100\nedata\nlego "a.d"')
    assert "a (%)" in old
    assert "a (0%)" in new


@pytest.mark.parametrize("name", sorted(CASES))
def test_difference(name):
    CASES[name]()


def test_the_table_and_the_tests_name_the_same_differences():
    assert {entry.name for entry in DIFFERENCES} == set(CASES)
    assert all(entry.old and entry.new for entry in DIFFERENCES)
