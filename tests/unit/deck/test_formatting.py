"""The layout of sources: what a deck says stays, and a formatted source stays as it is."""

from __future__ import annotations

import importlib.util
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mops_cli.design.deck.compiler import Options, compile_deck
from mops_cli.design.deck.formatting import format_source
from mops_cli.design.deck.reference_xml import to_xml

ROOT = Path(__file__).resolve().parents[3]


def nothing(path):
    return b"rect x y 5 5\n" if path == "cells.dsh" else None


def meaning(source, path="main.dsh", read=nothing, *, compat):
    """The model, and what is said about it."""
    made = compile_deck(source, path, read, Options(compat=compat))
    return to_xml(made.deck), sorted((found.code, found.message) for found in made.diagnostics)


def same(source, path="main.dsh", read=nothing):
    laid_out = format_source(source)
    assert format_source(laid_out) == laid_out
    for compat in (True, False):
        assert meaning(laid_out, path, read, compat=compat) == meaning(source, path, read, compat=compat)


def test_blocks_are_indented_by_a_tab_a_level_and_blanks_become_one():
    source = """\


    deck
    // a card
        canvas   1200 630   // wide
    # in the first column


    slide  "white"
    x=10
    list 5 5   3
    li "two  blanks"
    elist
    for i=1  3
    if i == 2
    circle i  50 2
    else
    square i 50 2
    eif
    efor
    eslide
    edeck

    """
    assert format_source(textwrap.dedent(source)) == (
        "deck\n\t// a card\n\tcanvas 1200 630 // wide\n# in the first column\n\n"
        '\tslide "white"\n\t\tx=10\n\t\tlist 5 5 3\n\t\t\tli "two  blanks"\n\t\telist\n'
        "\t\tfor i=1 3\n\t\t\tif i == 2\n\t\t\t\tcircle i 50 2\n\t\t\telse\n\t\t\t\tsquare i 50 2\n\t\t\teif\n\t\tefor\n"
        "\teslide\nedeck\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('data "a"\n  x   1\n\n\n  y\t2\nedata', 'data "a"\n  x   1\n\n\n  y\t2\nedata\n'),
        ("para 5 5 90 3\nfirst\n\n\n  second  \n  epara", "para 5 5 90 3\nfirst\n\n\n  second  \nepara\n"),
        ("def f x\ncircle x 1 1\n  edef\nf 1", "def f x\n\tcircle x 1 1\nedef\nf 1\n"),
        ("  # not a comment", "\t# not a comment\n"),
        ('text "open   \nx=1', 'text "open   \nx=1\n'),
        ("list=3\nif=4\nx+=1", "list=3\nif=4\nx+=1\n"),
        ("x = 1  -  2 /* two  blanks */  + 3", "x = 1 - 2 /* two  blanks */ + 3\n"),
        ("eslide\nx=1", "eslide\nx=1\n"),
        ("deck\nslide\nlist 1 1 1\neslide\nedeck", "deck\n\tslide\n\t\tlist 1 1 1\n\teslide\nedeck\n"),
        ("layout square\nx=1\nelse\nx=2\nelayout", "layout square\n\tx=1\nelse\n\tx=2\nelayout\n"),
        ("x=007  \r\ny=.50\r\n", "x=007\ny=.50\n"),
        ("\ufeffdeck\nedeck", "deck\nedeck\n"),
        ("", ""),
        ("\n \n", ""),
    ],
)
def test_one_layout(before, after):
    assert format_source(before) == after
    assert format_source(after) == after


LINES = st.sampled_from(
    """deck|edeck|slide "white"|eslide|list 5 5 2|li "a  b"|elist|for i=1 3|efor|for v=["a" "b"]|if i == 1|if x < 3|else|eif|
x=5|x = 1 -  2|x+=2|y=x|s="a  //  b"|circle   x 50 2|ctext s 50 50 3 "sans"|text "open|# note|  # note|// note  |
x=3 // note|/* a  b */ rect 1 2 3 4|data "d"|a  1|edata|para 5 5 50 2|some   words|epara|def f a|edef|f 3|
layout square|elayout|grid "cells.dsh" 5 5 10 10 90|barchart "d"|dchart -left=20   -title="a  b"  d|polygon "1 2 3" "4  5 6"|
p=polar 50 50 10 45|v=format "%.1f  x" 3|rect 5 5 -3 2|doc|edoc|page|epage|blist 1 1 1|foo   bar|"|'|`a  b`""".replace("\n", "").split("|")
)  # fmt: skip
INDENTED = st.builds(str.__add__, st.sampled_from(["", " ", "\t", "   \t "]), LINES)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.one_of(INDENTED, st.just(""), st.text(max_size=8).filter(lambda text: "\n" not in text)), max_size=14)
)
@example(["deck", "", "", "  # x", 'text "a   '])
def test_meaning_stays(lines):
    same("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def corpus():
    spec = importlib.util.spec_from_file_location("deck_conformance", ROOT / "benchmarks" / "deck_conformance.py")
    bench = importlib.util.module_from_spec(spec)
    sys.modules["deck_conformance"] = bench
    spec.loader.exec_module(bench)
    found = bench.open_corpus()
    if found is None:
        pytest.skip("the open sample data is not there")
    yield found
    found.folder.cleanup()


@pytest.mark.shared_data
def test_open_decks_mean_the_same(corpus):
    decks = sorted(corpus.root.rglob("*.dsh"))
    assert decks
    for number, path in enumerate(decks):
        source = path.read_text(encoding="utf-8", errors="replace")
        laid_out = format_source(source)
        assert format_source(laid_out) == laid_out
        # The long ones are generated maps, all of one kind; each deck is compiled in one of the two modes.
        name, compat = path.relative_to(corpus.root).as_posix(), number % 2 == 0
        if len(source) < 12_000:
            before, after = (meaning(text, name, corpus.read, compat=compat) for text in (source, laid_out))
            assert before == after, name


def test_decks_of_this_repository_mean_the_same():
    for path in sorted(
        [*(ROOT / "mops_cli").rglob("*.dsh"), *(ROOT / "campaigns").rglob("*.dsh"), *(ROOT / "content").rglob("*.dsh")]
    ):
        source = path.read_text(encoding="utf-8")
        assert meaning(format_source(source), compat=False)[0] == meaning(source, compat=False)[0], path
