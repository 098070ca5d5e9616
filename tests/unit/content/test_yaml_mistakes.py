"""Planted mistakes in YAML and front matter: each is found at its place, with a cure."""

import pytest

from mops_cli.content.front_matter import split
from mops_cli.content.yaml_source import parse
from mops_cli.model.diagnostic import Severity

# name, text, then what is found: code, line, column, a piece of the help
MISTAKES = [
    ("template in braces", "a: 1\nb: {{ name }}\n", [("MC104", 2, 4, 'quotes: "{{ name }}"')]),
    ("template and text", 'b: {{ name | default("x") }}, hi\n', [("MC104", 1, 4, "'{{ name | default(\"x\") }}, hi'")]),
    ("statement", "b: {% if x %}y{% endif %}\n", [("MC104", 1, 4, "quotes")]),
    ("build-time value", "b: [[ campaign.id ]]\n", [("MC104", 1, 4, '"[[ campaign.id ]]"')]),
    ("build-time statement", "b: [% if x %]y[% endif %]\n", [("MC104", 1, 4, "quotes")]),
    ("call in brackets", 'b: [[ t("x", "y") ]]\n', [("MC104", 1, 4, "quotes")]),
    ("template in a flow mapping", "a: {b: {{ x }}, c: 1}\n", [("MC104", 1, 8, '"{{ x }}"')]),
    ("template in a list", "a:\n  - {{ x }}\n", [("MC104", 2, 5, "quotes")]),
    ("several templates", "a: {{ x }}\nb: ok\nc: {{ y }}\n", [("MC104", 1, 4, "x"), ("MC104", 3, 4, "y")]),
    ("colour", "color: #fff\n", [("MC105", 1, 8, '"#fff"')]),
    ("colour with a comment", "color: #0a0b0c # night\n", [("MC105", 1, 8, '"#0a0b0c"')]),
    ("hashtag", "text: #spring sale\n", [("MC105", 1, 7, '"#spring sale"')]),
    ("cut off value", "text: Sale #1 now\n", [("MC105", 1, 12, '"Sale #1 now"')]),
    ("duplicate key", "a: 1\nb: 2\na: 3\n", [("MC106", 3, 1, "line 1")]),
    ("duplicate key inside", "a:\n  b: 2\n  b: 3\n", [("MC106", 3, 3, "line 2")]),
    ("tab", "a:\n\tb: 1\n", [("MC107", 2, 1, "blanks")]),
    ("tab after blanks", "a:\n  b: 1\n \tc: 1\n", [("MC107", 3, 2, "blanks")]),
    ("unclosed quote", 'a: 1\nb: "text\nc: 2\n', [("MC108", 2, 4, 'write " at its end')]),
    ("quote closed by the next", 'a: "text\nb: "more"\n', [("MC108", 1, 4, 'write " at its end')]),
    ("unclosed apostrophe", "b: 'text\n", [("MC108", 1, 4, "''")]),
    ("no blank after the colon", "a: 1\ntitle:Hello\nb: 2\n", [("MC109", 2, 6, "`title: Hello`")]),
    ("no blank after the first colon", "title:Hello\nb: 2\n", [("MC109", 1, 6, "`title: Hello`")]),
    ("no colon", "a: 1\ntopic\nb: 2\n", [("MC109", 2, 1, "`topic: …`")]),
    ("percent sign", "a: %off\n", [("MC110", 1, 4, '"%off"')]),
    ("at sign", "a: @aurora\n", [("MC110", 1, 4, '"@aurora"')]),
    ("backtick", "a: `code`\n", [("MC110", 1, 4, '"`code`"')]),
    ("ampersand", "a: & Sons\n", [("MC110", 1, 4, '"& Sons"')]),
    ("asterisks", "a: *bold* move\n", [("MC110", 1, 4, '"*bold* move"')]),
    ("greater than", "a: > x\n", [("MC110", 1, 4, '"> x"')]),
    ("unclosed list", "a: [1, 2\nb: 3\n", [("MC111", 1, 4, "]")]),
    ("unclosed mapping", "a: {b: 1\nc: 3\n", [("MC111", 1, 4, "}")]),
    ("unknown alias", "a: *nope\n", [("MC112", 1, 4, '"*nope"')]),
    ("alias of itself", "a: &x [*x]\n", [("MC112", 1, 8, "write the value out")]),
    ("tag", "a: !important\n", [("MC114", 1, 4, '"!important"')]),
    ("python tag", "a: !!python/object:os.system x\n", [("MC114", 1, 4, "quotes")]),
    ("second document", "a: 1\n---\nb: 2\n", [("MC115", 2, 1, "---")]),
    ("colon in a value", "title: News: now\n", [("MC116", 1, 12, '"News: now"')]),
    ("two colons and more", "a: b: c\nd: {{ x }}\n", [("MC116", 1, 5, '"b: c"'), ("MC104", 2, 4, "x")]),
    ("list as a key", "[a]: 1\n", [("MC117", 1, 1, "name: value")]),
    ("text after a quote", 'a: "Hello" dear\n', [("MC118", 1, 10, '\\"')]),
    ("apostrophe in apostrophes", "a: 'it's fine'\n", [("MC118", 1, 7, "''")]),
    ("indented too far", "title: x\n  topic: y\n", [("MC119", 2, 3, "same number of blanks")]),
    ("not indented like the others", "a:\n  - b\n c: 1\n", [("MC119", 3, 2, "blanks")]),
    ("list and mapping", "- a\nb: 1\n", [("MC119", 2, 1, "- ")]),
    ("escape", 'a: "C:\\dir"\n', [("MC120", 1, 7, "two backslashes")]),
    ("not UTF-8", b"a: 1\nb: caf\xe9\n", [("MC101", 2, 7, '"é"')]),
    ("UTF-16", b"\xff\xfea\x00", [("MC101", 1, 1, "UTF-8")]),
    ("NUL", "a: x\0y\n", [("MC102", 1, 5, "delete")]),
    ("invisible line separator", "a: x\u2028y\nb: {{ x }}\n", [("MC132", 1, 5, "line break"), ("MC104", 2, 4, "x")]),
    ("byte order mark and CRLF", b"\xef\xbb\xbfa: 1\r\nb: {{ x }}\r\n", [("MC104", 2, 4, "x")]),
    ("too deep", "- " * 100 + "x", [("MC113", 1, 121, "depth")]),
    ("brackets too deep", "[" * 5000, [("MC113", 1, 1001, "depth")]),
    ("much too large", "x" * 3_000_000, None),
]


@pytest.mark.parametrize(("text", "expected"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_mistake_is_found_at_its_place(text, expected):
    if expected is None:
        text, expected = text.encode(), [("MC103", 1, 1, "split")]
    found = parse("x.yaml", text).diagnostics
    assert [(d.code, d.span.line, d.span.column) for d in found] == [e[:3] for e in expected]
    for diagnostic, (*_, piece) in zip(found, expected, strict=True):
        assert piece in diagnostic.help
        assert diagnostic.message[0].islower() or not diagnostic.message[0].isalpha()


@pytest.mark.parametrize(
    "text",
    ["a: 'x'\nb: {c: [1, 2]}\n", "", "# only a comment\n", '{"a": [1, "b", null, true]}', "a: [[1, 2], [3, 4]]\n"],
)
def test_good_text_has_no_findings(text):
    assert parse("x.yaml", text).diagnostics == ()


def test_repaired_values_still_give_data_for_other_checks():
    parsed = parse("x.yaml", "subject: {{ name }}\ntitel: x\n")
    assert parsed.usable
    assert set(parsed.data) == {"subject", "titel"}


def test_data_before_a_mistake_is_kept():
    parsed = parse("x.yaml", "a: 1\nb: [1\nc: 2\n")
    assert parsed.data == {"a": 1}
    assert not parsed.usable


def test_billion_laughs_are_refused():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    parsed = parse("x.yaml", "\n".join(lines))
    assert [d.code for d in parsed.diagnostics] == ["MC113"]


FRONT = [
    ("never closed", "---\nsubject: x\n\nBody\n", [("MC130", 1, 1, "---")]),
    ("closed by a dash", "---\nsubject: x\n—\nBody\n", [("MC130", 3, 1, "---")]),
    ("four hyphens", "---\nsubject: x\n----\nBody\n", [("MC130", 3, 1, "---")]),
    ("after empty lines", "\n\n---\nsubject: x\n---\nBody\n", [("MC131", 3, 1, "empty lines")]),
    ("without fences", "subject: x\n\nBody\n", [("MC131", 1, 1, "---")]),
    ("a list", "---\n- a\n- b\n---\nBody\n", [("MC205", 2, 1, "subject")]),
    ("a text", "---\nhello\n---\nBody\n", [("MC205", 2, 1, "subject")]),
    ("template", "---\nheadline: x\nsubject: {{ a }}\n---\nBody\n", [("MC104", 3, 10, "quotes")]),
    ("tab", "---\na:\n\tb: 1\n---\nBody\n", [("MC107", 3, 1, "blanks")]),
]


@pytest.mark.parametrize(("text", "expected"), [m[1:] for m in FRONT], ids=[m[0] for m in FRONT])
def test_front_matter_mistakes(text, expected):
    found = split("m.md", text).front.diagnostics
    assert [(d.code, d.span.line, d.span.column) for d in found] == [e[:3] for e in expected]
    for diagnostic, (*_, piece) in zip(found, expected, strict=True):
        assert piece in diagnostic.help


def test_warnings_do_not_fail_a_file():
    parsed = parse("x.yaml", "a: Sale #1\n")
    assert [d.severity for d in parsed.diagnostics] == [Severity.WARNING]
    assert not parsed.failed
