"""Names and files of a source, without carrying it out."""

from mops_cli.design.deck.outline import outline, taken_in, unused


def names(*sources):
    return sorted(unused(outline(source, f"{at}.dsh") for at, source in enumerate(sources)))


def test_a_name_that_nothing_uses():
    assert names("x=1\ny=2\ncircle x 1 1") == ["y"]
    assert names("x=1\nx+=1") == ["x"]
    assert names('headline="a"\nctext "headline" 5 5 5') == ["headline"]


def test_uses_in_blocks_calls_and_texts():
    assert names("a=1\nfor i=1 a\ncircle i 1 1\nefor") == []
    assert names("a=1\nb=1\nif a == 1\nx=b\nelse\ncircle x 1 1\neif") == []
    assert names('x1=1\npolygon "x1 2 3" "1 2 3"') == []
    assert names("p=polar 1 2 3 4\ncircle p_x p_y 1") == []
    assert names("f=3\ndef g a\ncircle a f 1\nedef") == []
    assert names("n=3\ndchart -left=n data.d") == []


def test_settings_of_keywords_count_as_used():
    assert names("chartLeft=20\ngeoLatMin=3") == []


def test_files_that_are_carried_out_together_share_their_names():
    assert names('size=3\ninclude "1.dsh"', "circle 1 1 size") == []


def test_the_place_of_a_name():
    found = unused([outline("deck\n  y=2", "a.dsh")])
    assert (found["y"].path, found["y"].line, found["y"].column) == ("a.dsh", 2, 3)


def test_decks_that_a_deck_takes_in():
    made = outline(
        'include "part.dsh"\nimport "lib/f.dsh"\ngrid "cells.dsh" 1 1 1 1 9\nfunc "../g.dsh" 1\ninclude name\ninclude "/etc/x"\n'
        'if 1 == 1\ninclude "deep.dsh"\neif',
        "decks/main.dsh",
    )
    known = dict.fromkeys(["decks/part.dsh", "content/lib/f.dsh", "decks/cells.dsh", "g.dsh", "decks/deep.dsh"])
    assert taken_in(made, known, main="decks/main.dsh", roots=("content", "")) == [
        "decks/part.dsh",
        "content/lib/f.dsh",
        "decks/cells.dsh",
        "g.dsh",
        "decks/deep.dsh",
    ]


def test_a_broken_source_is_no_trouble():
    made = outline('for i=1 3\ntext "a', "a.dsh")
    assert [found.code for found in made.found] == ["MK101", "MK103"]


def test_a_mistake_in_the_first_line_of_a_block_is_one_mistake():
    from tests.unit.deck.support import codes

    assert codes('slide "wite"\ncircle 1 1 1\neslide') == ["MK206"]
    assert codes('slide\nlist 1 1 "a"\nli "x"\nelist\neslide') == ["MK205"]
