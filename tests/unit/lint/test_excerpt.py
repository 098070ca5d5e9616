"""The caret stands under the right characters, whatever their width."""

from __future__ import annotations

import pytest

from mops_cli.lint.formats.excerpt import excerpt, width_of
from mops_cli.model.diagnostic import Span


def caret_of(rows):
    return rows[-1].partition("| ")[2]


def printed_column(text: str) -> int:
    return sum(width_of(char) for char in text)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("title: Hello wrld", "wrld"),
        ("\ttitle: wrld", "wrld"),
        ("日本語: wrld", "wrld"),
        ("e\u0301e\u0301: wrld", "wrld"),
        ("👋 wrld", "wrld"),
        ("ok: 日本語", "日本語"),
    ],
)
def test_caret_under_the_word(line, word):
    start = line.index(word)
    rows = excerpt(line, Span("a.md", 1, start + 1, 1, start + len(word) + 1))
    shown = rows[-2].partition("| ")[2]
    caret = caret_of(rows)
    assert printed_column(shown[: shown.index(word)]) == len(caret) - len(caret.lstrip())
    assert caret.count("^") == printed_column(word)


def test_line_before_is_shown_and_numbers_are_aligned():
    rows = excerpt("\n".join(f"line {n}" for n in range(1, 12)), Span("a", 10, 1, 10, 5))
    assert rows[1].startswith(" 9 | line 9")
    assert rows[2].startswith("10 | line 10")


def test_a_span_outside_the_text_shows_nothing():
    assert excerpt("one line", Span("a", 7)) == []
    assert excerpt("", Span("a", 1)) == []


def test_a_span_over_several_lines_marks_the_first_to_its_end():
    assert caret_of(excerpt("abc def\nghi", Span("a", 1, 5, 2, 2))) == "    ^^^"


def test_control_characters_cannot_steer_the_terminal():
    shown = "\n".join(excerpt("a\x1b[31mb\u202ec", Span("a", 1, 1)))
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_a_very_long_line_is_cut_around_the_caret():
    line = "x" * 5000 + "wrong" + "y" * 5000
    rows = excerpt(line, Span("a", 1, 5001, 1, 5006))
    shown, caret = rows[-2].partition("| ")[2], caret_of(rows)
    assert len(shown) < 200
    assert shown[caret.index("^") :].startswith("wrong")
