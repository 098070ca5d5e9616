"""What values mean, and where each of their characters stands."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mops_cli.content.front_matter import split
from mops_cli.content.scalars import offsets
from mops_cli.content.yaml_source import parse


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12:30", "12:30"), ("on", "on"), ("NO", "NO"), ("yes", "yes"), ("010", "010"), ("2026-12-01", "2026-12-01"),
        ("2026-12-01 09:00", "2026-12-01 09:00"), ("1", 1), ("-3", -3), ("1.5", 1.5), ("0", 0), ("0.50", 0.5),
        ("1e5", "1e5"), ("0x1F", "0x1F"), ("1_000", "1_000"), ("+49", "+49"), (".5", ".5"), ("5.", "5."), ("1.2.3", "1.2.3"),
        ("true", True), ("false", False), ("null", None), ("", None), ("True", "True"), ("~", "~"), ("NULL", "NULL"),
        (".inf", ".inf"), ("3mm", "3mm"), ("50%", "50%"), ("'1'", "1"), ('"true"', "true"), ("<<", "<<"), ("=", "="),
    ],
)  # fmt: skip
def test_plain_values(written, meant):
    data = parse("x.yaml", f"a: {written}\n").data
    assert data == {"a": meant}
    assert type(data["a"]) is type(meant)


def test_keys_are_texts():
    assert parse("x.yaml", "1: a\ntrue: b\nnull: c\n2026-01-01: d\n").data == {
        "1": "a",
        "true": "b",
        "null": "c",
        "2026-01-01": "d",
    }


def test_aliases_and_merge_keys():
    parsed = parse("x.yaml", "base: &base {a: 1, b: 2}\nuse:\n  <<: *base\n  b: 3\nlist: [*base]\n")
    assert parsed.data == {"base": {"a": 1, "b": 2}, "use": {"b": 3, "a": 1}, "list": [{"a": 1, "b": 2}]}
    assert parsed.source.at("use", "a").line == 1
    assert parsed.source.at("list", 0).line == 5
    assert parsed.source.at("list", 0, "b").line == 1


def test_places():
    source = parse(
        "x.yaml", "title: Spring\nchannels:\n  sms: {max_segments: 33}\n  email:\n    attach: [pdf, 'a.txt']\n"
    ).source
    assert_place(source.at("title"), 1, 8, 1, 14)
    assert_place(source.key("title"), 1, 1, 1, 6)
    assert_place(source.at("channels", "sms", "max_segments"), 3, 23, 3, 25)
    assert_place(source.key("channels", "sms", "max_segments"), 3, 9, 3, 21)
    assert_place(source.at("channels", "email", "attach", 1), 5, 19, 5, 26)
    assert_place(source.at("channels"), 3, 3, 5, 27)
    # What is not there is shown at its nearest ancestor.
    assert source.at("channels", "sms", "nope", "deeper") == source.at("channels", "sms")
    assert source.key("nope").line == 1


def assert_place(span, line, column, end_line, end_column):
    assert (span.line, span.column, span.end_line, span.end_column) == (line, column, end_line, end_column)


def test_places_within_texts():
    text = "a: \"x \\u00e9 \\\" {{ n }}\"\nb: 'it''s {{ n }}'\nc: >-\n  one\n  two {{ n }}\n\n  three\nd: |\n    x\n      {{ n }}\ne: plain {{ n }}\nf: folded\n  plain {{ n }}\n"
    parsed = parse("x.yaml", text)
    for key in "abcdef":
        value = parsed.data[key]
        start = value.index("{{ n }}")
        span = parsed.source.within((key,), start, start + 7)
        lines = text.split("\n")
        assert span.line == span.end_line
        assert lines[span.line - 1][span.column - 1 : span.end_column - 1] == "{{ n }}", key
    escaped = parsed.source.within(("a",), 2, 3)
    assert lines[0][escaped.column - 1 : escaped.end_column - 1] == "\\u00e9"
    apostrophe = parsed.source.within(("b",), 2, 3)
    assert lines[1][apostrophe.column - 1 : apostrophe.end_column - 1] == "''"


def test_places_in_front_matter():
    parts = split("m.md", "---\nsubject: 'Hi {{ x }}'\nvariants:\n  b: {subject: Ho}\n---\n\nBody\n")
    source = parts.front.source
    assert_place(source.at("subject"), 2, 10, 2, 22)
    assert_place(source.within(("subject",), 3, 10), 2, 14, 2, 21)
    assert_place(source.at("variants", "b", "subject"), 4, 16, 4, 18)
    assert (parts.body, parts.body_line) == ("\nBody\n", 6)


def test_no_front_matter():
    parts = split("m.md", "# Hello\n\n---\n\nA rule above.\n")
    assert parts.front.data == {}
    assert parts.body_line == 1
    assert parts.body.startswith("# Hello")


def test_empty_front_matter():
    parts = split("m.md", "---\n---\nBody")
    assert (parts.front.data, parts.body, parts.body_line, parts.front.diagnostics) == ({}, "Body", 3, ())


# Scalars in every style, as PyYAML writes them and as people do.
words = st.text(st.sampled_from("abé \n'\"\\{}[]:#,\t-😀"), max_size=30)


@settings(max_examples=150, deadline=None)
@given(value=words, style=st.sampled_from([None, '"', "'", "|", ">"]), width=st.sampled_from([5, 20, 80]))
def test_replay_of_a_written_scalar_gives_its_value(value, style, width):
    text = yaml.dump({"k": {"x": value}}, default_style=style, width=width, allow_unicode=True)
    parsed = parse("x.yaml", text)
    assert not parsed.failed
    # PyYAML does not always read what it wrote (a folded text that begins with a blank); its reading is what counts.
    assert style is None or parsed.data == yaml.safe_load(text)
    place, _ = parsed.source.find(("k", "x"))
    if place.text is None:
        return
    where = offsets(parsed.source.written(place), place.style, place.text)
    assert where is not None
    assert len(where) == len(place.text) + 1
    assert where == sorted(where)
    for number, char in enumerate(place.text):
        written = text[place.start + where[number]]
        assert written == char or written in "\\ \n'", (number, char, written)


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("ab \n\t>-|+2:"), max_size=25))
def test_replay_of_block_scalars_as_people_write_them(body):
    for header in ("|", ">", "|-", ">-", "|+", ">+"):
        text = f"k: {header}\n  x{body}".replace("\n", "\n  ").replace("\n  \n", "\n\n")
        parsed = parse("x.yaml", text)
        if parsed.failed or not isinstance(parsed.data, dict):
            continue
        place, _ = parsed.source.find(("k",))
        if place.text is not None and place.style:
            assert offsets(parsed.source.written(place), place.style, place.text) is not None, text


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-999, 999) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=12,
    )
)
def test_json_means_itself(value):
    import json

    for text in (json.dumps({"k": value}, ensure_ascii=False), json.dumps({"k": value}, indent=2, ensure_ascii=False)):
        parsed = parse("x.json", text)
        if not any(d.code in ("MC102", "MC132") for d in parsed.diagnostics):
            assert parsed.data == {"k": value}, parsed.diagnostics
