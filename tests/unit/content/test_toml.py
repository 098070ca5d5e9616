"""TOML: the standard library's data, our places, and mistakes in people's words."""

import json
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mops_cli.content.toml_source import parse

MISTAKES = [
    ("text without quotes", "a = 1\nname = Aurora\n", ("MC122", 2, 8, 'name = "Aurora"')),
    ("two texts", 'name = "Aurora" Coffee\n', ("MC122", 1, 8, "one pair of quotes")),
    ("colon", "a = 1\nname: Aurora\n", ("MC121", 2, 5, 'name = "Aurora"')),
    ("no value", "name =\n", ("MC121", 1, 7, "delete the line")),
    ("True", "on = True\n", ("MC121", 1, 6, "write true")),
    ("set twice", "a = 1\nb = 2\na = 3\n", ("MC123", 3, 1, "one of the two")),
    ("opened twice", "[a]\nb = 1\n[a]\nc = 1\n", ("MC123", 3, 1, "one [heading]")),
    ("unclosed heading", "[project\nid = 1\n", ("MC121", 1, 9, "]")),
    ("unclosed text", 'a = "x\nb = 1\n', ("MC108", 1, 7, '"')),
    ("unclosed list", "a = [1, 2\n", ("MC121", 2, 1, "]")),
    ("missing comma", "a = [1 2]\n", ("MC121", 1, 8, "commas")),
    ("only a word", "hello\n", ("MC121", 1, 6, 'name = "value"')),
    ("escape", 'a = "C:\\dir"\n', ("MC120", 1, 8, "two backslashes")),
    ("not UTF-8", b'a = "caf\xe9"\n', ("MC101", 1, 9, "UTF-8")),
    ("NUL", "a = 'x\0'\n", ("MC102", 1, 7, "delete")),
    ("too deep", "a = " + "[" * 3000, ("MC113", 1, 1, "depth")),
    ("deep and closed", "a = " + "[" * 100 + "]" * 100, ("MC113", 1, 1, "depth")),
]


@pytest.mark.parametrize(("text", "expected"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_mistake_is_found_at_its_place(text, expected):
    found = parse("mops.toml", text).diagnostics
    assert (found[0].code, found[0].span.line, found[0].span.column) == expected[:3]
    assert expected[3] in found[0].help


EXAMPLE = '''title = "x" # comment
[project]
locales = ["en",
  "de"]
a.b = {c = 1, "d e" = 'two'}
[[item]]
name = "first"
[[item]]
name = """
long "one" here"""
[item.sub]
when = 2026-12-01
[x.y.z]
inf = inf
[x]
after = true
'''


def test_places():
    source = parse("mops.toml", EXAMPLE).source
    lines = EXAMPLE.split("\n")

    def shown(span):
        assert span.line == span.end_line
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]

    assert shown(source.at("title")) == '"x"'
    assert shown(source.key("title")) == "title"
    assert shown(source.at("project")) == "[project]"
    assert shown(source.key("project")) == "project"
    assert shown(source.at("project", "locales", 1)) == '"de"'
    assert shown(source.at("project", "a", "b", "d e")) == "'two'"
    assert shown(source.key("project", "a", "b", "d e")) == '"d e"'
    assert source.at("item", 1, "sub", "when").line == 12
    assert shown(source.at("x", "y", "z", "inf")) == "inf"
    assert source.at("x").line == 15
    assert shown(source.at("x", "after")) == "true"
    assert shown(source.within(("item", 1, "name"), 5, 10)) == '"one"'


def test_dates_and_infinities_stay_text():
    data = parse("mops.toml", EXAMPLE).data
    assert data["item"][1]["sub"]["when"] == "2026-12-01"
    assert data["x"]["y"]["z"]["inf"] == "inf"
    json.dumps(data, allow_nan=False)


keys = st.text(st.sampled_from("ab-_1 é\".'\\"), min_size=1, max_size=6)
scalars = st.integers(-9999, 9999) | st.booleans() | st.text(st.sampled_from("ab\"'\\\t\né{}[],#="), max_size=12)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=10
)


def written(value):
    """A TOML spelling of a value."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return "[ " + ",\n ".join(written(v) for v in value) + "]"
    return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)} = {written(v)}" for k, v in value.items()) + "}"


@settings(max_examples=120, deadline=None)
@given(st.dictionaries(keys, values, max_size=4), st.booleans())
def test_every_value_has_its_place(tree, as_tables):
    lines, tables = [], []
    for key, value in tree.items():
        name = json.dumps(key, ensure_ascii=False)
        if as_tables and isinstance(value, dict):
            tables.append(
                f"[{name}]\n"
                + "".join(f"{json.dumps(k, ensure_ascii=False)} = {written(v)} # c\n" for k, v in value.items())
            )
        else:
            lines.append(f"{name} = {written(value)}\n")
    text = "".join(lines + tables)
    assert tomllib.loads(text) == tree
    parsed = parse("x.toml", text)
    assert parsed.data == tree
    waiting = [((), tree)]
    while waiting:
        path, value = waiting.pop()
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            below = (*path, key)
            assert parsed.source.has(*below), below
            if isinstance(inner, (dict, list)):
                waiting.append((below, inner))
            else:
                assert parsed.source.raw(*below) == written(inner)
                if isinstance(key, str):
                    span = parsed.source.key(*below)
                    line = text.split("\n")[span.line - 1]
                    assert line[span.column - 1 : span.end_column - 1] == json.dumps(key, ensure_ascii=False)
