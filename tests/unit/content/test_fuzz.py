"""Whatever the bytes: findings with a place, never an exception, never a hang."""

import string

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mops_cli.content import toml_source, yaml_source
from mops_cli.content.front_matter import split
from mops_cli.content.schema import validate
from mops_cli.content.translations import TranslationError, Translations, read
from mops_cli.model.campaign import Campaign
from mops_cli.model.config import ProjectConfig
from mops_cli.model.content import TextFile
from mops_cli.model.diagnostic import Severity

pieces = st.sampled_from(
    ["a: ", "b:", "- ", "\n", "\n  ", "  ", "{{", "}}", "[[", "]]", "{%", "%}", "{", "}", "[", "]", ",", '"', "'", "#", "# ",
     "|", ">", "&x ", "*x", "!t ", "<<: ", "---", "...", "\t", "%", "@", "`", "x", "1", "true", "\\", "é", "\0", "\u2028",
     "\ufeff", "\r\n", "=", "[t]", "[[t]]", '"""', "'''", "$x", "-t = ", "a = ", "->", "*[other] ", "[one] ", ".attr = ",
     "NUMBER(", ")", "title: x\n", "channels:\n", "  email: {}\n", "topic: y\n"]
)  # fmt: skip
soup = st.lists(pieces, max_size=30).map("".join)
anything = (
    st.binary(max_size=200)
    | soup.map(str.encode)
    | st.text(st.sampled_from(string.printable), max_size=80).map(str.encode)
)
many = settings(max_examples=250, deadline=None)


def check_places(diagnostics, path):
    for diagnostic in diagnostics:
        span = diagnostic.span
        assert span.path == path
        assert span.line >= 1
        assert span.column >= 1
        assert (span.end_line, span.end_column) > (span.line, span.column)
        assert diagnostic.code[:2] in ("MC", "MI")
        assert diagnostic.message
        if diagnostic.severity is Severity.ERROR:
            assert diagnostic.help


@many
@given(anything)
@example(b"- &a\n- *a: {{ x }}")
@example(b"? - a\n")
@example(b"a: &x\nb: *x\n")
@example(b"{{{{{{")
@example(b"a: !<tag:yaml.org,2002:str> x")
@example(b"%YAML 1.2\n---\na: 1")
@example(b"a: |99\n x")
@example(b"<<: 1\n<<: [a]\n")
@example(b"a:\n  - b: c\n   d: e")
def test_yaml(raw):
    parsed = yaml_source.parse("x.yaml", raw)
    check_places(parsed.diagnostics, "x.yaml")
    assert parsed.usable or parsed.failed
    _, found = validate(Campaign, parsed, "a campaign")
    check_places(found, "x.yaml")


@many
@given(anything)
@example(b"---\n---")
@example(b"---\r\na: 1\r\n---\r\nx")
def test_front_matter(raw):
    parts = split("m.md", b"---\n" + raw)
    check_places(parts.front.diagnostics, "m.md")
    assert isinstance(parts.front.data, dict)
    assert parts.body_line >= 1
    plain = split("m.md", raw)
    check_places(plain.front.diagnostics, "m.md")


@many
@given(anything)
@example(b"a = 1979-05-27T07:32:00Z\nb = 07:32:00\n")
@example(b"a = 0x" + b"f" * 20)
@example(b"a = " + b"9" * 6000)
@example(b"a.b = 1\na.c.d = 2\n[a.e]\n")
@example(b"a = 2026-13-45")
def test_toml(raw):
    parsed = toml_source.parse("x.toml", raw)
    check_places(parsed.diagnostics, "x.toml")
    _, found = validate(ProjectConfig, parsed, "the project's settings")
    check_places(found, "x.toml")


@many
@given(anything)
@example(b"a = { { { $x } } }\n")
@example(b"a = { -a }\n-a = { a }\n")
@example(b"a = { $x ->\n *[a] { $x ->\n *[b] c\n }\n }\n")
@example(b"a = { -t(x: $y) }\n-t = { $x }\n")
@example(b"a = " + b"{" * 3000)
@example(b'a = {"\\uD800"}\n')
def test_fluent(raw):
    text = raw.decode("utf-8", "replace")
    resource = read("en", TextFile("content/locales/en.ftl", text))
    check_places(resource.found, "content/locales/en.ftl")
    translations = Translations("en", [resource])
    for key in sorted(translations.keys()):
        try:
            pattern = translations.pattern(key)
            translations.format(key, dict.fromkeys(pattern.variables, 1))
        except TranslationError:
            continue


def test_long_lines_are_not_slow():
    for text in (
        "a: " + " " * 200_000 + "{{ x",
        "a" + " " * 200_000,
        "[[ a" + "(" * 100_000,
        "a: [[ b" + "()" * 50_000,
        "\n" * 200_000 + "x: |\n" + "\n" * 100_000,
    ):
        yaml_source.parse("x.yaml", text)
