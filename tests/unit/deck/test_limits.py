"""Decks that want too much, and decks that are broken: findings, never an exception, never long."""

import random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mops_cli.design.deck.compiler import Options, compile_deck
from mops_cli.design.deck.keywords import KEYWORDS
from mops_cli.design.deck.parser import MAX_WORDS, parse_source
from mops_cli.design.deck.reference_xml import to_xml
from mops_cli.design.deck.run import Limits
from tests.unit.deck.support import build, codes

SMALL = Limits(steps=2000, elements=3000, points=20_000)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("for v=0 1e9\nx=v\nefor", "MK301"),
        ("for v=0 1 0.00001\ncircle v 5 5\nefor", "MK301"),
        ("for v=0 1e9\ndline 0 0 100 100 0.1 0.001\nefor", "MK302"),
        ("for v=0 1e9\nstar 50 50 2000 5 10\nefor", "MK302"),
        ("def f a\nf a\nedef\nf 1", "MK306"),
        ("def f a\nf a\nf a\nedef\nf 1", "MK306"),
        ("zork 1\n" * 500, "MK303"),
    ],
)
def test_limits(source, code):
    assert codes(source, limits=SMALL)[-1] == code or code in codes(source, limits=SMALL)


def test_a_deck_that_was_stopped_is_not_told_to_close_its_blocks():
    assert codes("deck\nslide\nfor v=0 1e9\nx=v\nefor\neslide\nedeck", limits=SMALL) == ["MK301"]


def test_large_tables_are_counted_before_they_are_read():
    rows = "a,b\n" + "x,1\n" * 1_000_000
    begin = process_time()
    for source in ('dchart -csv "t.csv"', 'for r in "t.csv"\nefor', 'table "t.csv" 5 5 90 2'):
        assert codes(source, files={"t.csv": rows.encode()}) == ["MK302"]
    assert process_time() - begin < 2


def test_many_unknown_names_among_many_known_ones():
    known = "".join(f"vari{at}={at}\n" for at in range(9_000))
    begin = process_time()
    assert codes(known + "".join(f"circle varo{at} 5 5\n" for at in range(300)))[-1] == "MK303"
    assert process_time() - begin < 4


def test_a_size_of_nothing_is_an_error():
    assert codes('text "a" 5 5 0\nlist 5 5 -1\nelist\ntextblock "a" 5 5 5 0') == ["MK205", "MK205", "MK205"]


def test_texts_that_double_cost_steps():
    found = codes('s="ab"\n' + "s=s+s\n" * 13 + 'for v=0 1e9\nt=s+"a"\nefor', limits=SMALL)
    assert found == ["MK301"]


def test_deep_nesting_is_told():
    assert "MK104" in codes("if 1 == 1\n" * 60 + "x=1\n" + "eif\n" * 60)
    assert codes("x=" + "(" * 500 + "1") == ["MK104"]
    assert codes("x=" + "-" * 500 + "1") == ["MK104"]
    assert codes("x=" + "+".join(["1"] * 5000)) == []
    assert codes("x=1" + "a" * 600_000) == ["MK102"]


SHAPE = "x=" + "+".join(["1"] * 20) + "\n"
"""41 words."""


def test_too_many_words_are_told_where_they_get_too_many():
    count = MAX_WORDS // 41 + 10
    found = compile_deck(SHAPE * count, "decks/main.dsh", lambda name: None, Options()).diagnostics
    assert [(one.code, one.span.line) for one in found] == [("MK102", MAX_WORDS // 41 + 1)]
    assert "320,000 words" in found[0].message


def test_words_of_parts_count_together_and_are_told_where_the_last_is_taken_in():
    half = (SHAPE * (MAX_WORDS // 82 + 10)).encode()
    files = {"decks/a.dsh": half, "decks/b.dsh": half}
    made = compile_deck('include "a.dsh"\ninclude "b.dsh"\n', "decks/main.dsh", files.get, Options())
    assert ("MK102", "decks/main.dsh", 2) in [(one.code, one.span.path, one.span.line) for one in made.diagnostics]


def test_a_deck_is_read_once_for_all_its_sizes():
    source = "deck\n" + SHAPE * 2_000
    parse_source.cache_clear()
    for size in (100, 200, 300):
        compile_deck(source, "decks/main.dsh", lambda name: None, Options(limits=Limits(steps=10_000 + size)))
    assert parse_source.cache_info().misses == 1


def test_recursion_through_blocks_never_overflows_the_stack():
    body = "if 1 == 1\n" * 35 + "f a\nf a\n" + "eif\n" * 35
    assert codes(f"def f a\n{body}edef\nf 1") == ["MK306"]


WORDS = [*KEYWORDS, "for", "efor", "if", "else", "eif", "def", "edef", "data", "edata", "para", "epara"]
PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(
        [
            '"a"',
            '"red"',
            "1",
            "-5",
            "x",
            "=",
            "+",
            "(",
            ")",
            "[",
            "]",
            ",",
            "0",
            "1e8",
            '"',
            "`",
            "//",
            "%",
            '"../x"',
            "in",
        ]
    ),
    st.text(max_size=4),
)
LINES = st.lists(PIECES, max_size=8).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, max_size=12).map("\n".join), st.booleans())
def test_any_text_ends_in_findings_with_places(source, compat):
    made = compile_deck(source, "decks/main.dsh", lambda name: None, Options(compat=compat, limits=SMALL))
    lines = source.replace("\r\n", "\n").split("\n")
    for found in made.diagnostics:
        assert found.span.path == "decks/main.dsh"
        assert 1 <= found.span.line <= len(lines)
        assert found.message
    to_xml(made.deck)


DECK = """deck
canvas 1080 1080
import "f.dsh"
x=10
p=polar 50 50 x 30
for v=10 90 20
  if v > 30
    circle v p_y 2 "red" 50
  else
    mark v 20
  eif
efor
slide "white/red/20"
  ctext "Sale & more" 50 50 5 "sans" "#ff0000"
  blist 10 80 3
    li "one"
  elist
  para 10 40 50 2
  some words

  epara
  dchart -left 10 -right 90 "s.d"
  georegion "m.json" "gray"
  t=format "%.2f %v" x 3
  text t 10 10 3
eslide
edeck
"""
FILES = {
    "f.dsh": b"def mark a b\ncircle a b 1\nedef\n",
    "s.d": b"a\t1\nb\t2\n",
    "m.json": b'{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0]]]}',
}


def read(name):
    assert not name.startswith(("/", "..")), name
    return FILES.get(name)


def test_the_sample_is_whole():
    assert (
        build(DECK, files={name: content.decode() for name, content in FILES.items()}, path="main.dsh").diagnostics
        == ()
    )


def test_every_truncation():
    for cut in range(len(DECK)):
        for compat in (False, True):
            to_xml(compile_deck(DECK[:cut], "main.dsh", read, Options(compat=compat)).deck)


def test_mutations():
    source = random.Random(7)
    begin = process_time()
    for _ in range(400):
        text = list(DECK)
        for _ in range(source.randint(1, 6)):
            place = source.randrange(len(text))
            choice = source.random()
            if choice < 0.4:
                text[place] = chr(source.choice([0, 9, 10, 32, 34, 40, 45, 61, 96, 0xFFFF, 0x1F600]))
            elif choice < 0.7:
                del text[place : place + source.randint(1, 12)]
            else:
                text.insert(place, f" {source.choice(WORDS)} ")
        compile_deck("".join(text), "main.dsh", read, Options(compat=source.random() < 0.5))
    assert process_time() - begin < 60
