"""Fluent files: patterns, texts, and what is wrong with and between them."""

import pytest
from content_project import BASE, make, told

from mops_cli.content.patterns import Call, Ref, Select, Text, Variant
from mops_cli.content.translations import TranslationError, Translations, read, translations_for
from mops_cli.model.content import TextFile
from mops_cli.model.diagnostic import Severity, Span

MISTAKES = [
    ("name with a blank", "a = x\nspring title = y\n", ("MI107", 2, 1, "spring-title")),
    ("colon", "a: b\n", ("MI107", 1, 2, "`a = b`")),
    ("unclosed brace", "a = { $x\nb = c\n", ("MI107", 1, 5, "}")),
    ("brace too many", "a = x }\n", ("MI107", 1, 7, '{"}"}')),
    ("empty braces", "a = { }\n", ("MI107", 1, 7, "{ $name }")),
    ("no default", "a = { $x ->\n    [one] x\n}\n", ("MI107", 3, 1, "*[other]")),
    ("no text", "a = x\nb =\n", ("MI107", 2, 1, "equals sign")),
    ("umlaut in a name", "grüße = x\n", ("MI107", 1, 1, "letters, digits")),
    ("digit first", "1a = x\n", ("MI107", 1, 1, "letters")),
    ("only a word", "hello\n", ("MI107", 1, 6, "equals sign")),
    ("indented", "  a = x\n", ("MI107", 1, 1, "blanks")),
    ("small function", "a = { number($x) }\n", ("MI107", 1, 13, "NUMBER")),
    ("unclosed text", 'a = { "x }\n', ("MI107", 1, 7, '"')),
    ("twice", "a = x\nb = y\na = z\n", ("MI105", 3, 1, "line 1")),
    ("too deep", "a = " + "{" * 3000, ("MI107", 1, 1, "braces")),
]


@pytest.mark.parametrize(("text", "expected"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_mistake_is_found_at_its_place(text, expected):
    found = read("en", TextFile("content/locales/en.ftl", text)).found
    assert [(d.code, d.span.line, d.span.column) for d in found] == [expected[:3]]
    assert expected[3] in found[0].help


def strings(**files):
    first, *_ = files
    return Translations(
        first, [read(name, TextFile(f"content/locales/{name}.ftl", text)) for name, text in files.items()]
    )


def test_patterns():
    made = strings(
        en="""
-brand = { $case ->
    [genitive] Aurora's
   *[nominative] Aurora
}
plain = Hello
quoted = { "{" }x{ 5 }
greeting = Hi { $name }, { -brand } and { -brand(case: "genitive") } { plain }
points = { $count ->
    [0] none
    [one] one
   *[other] { NUMBER($count, minimumFractionDigits: 1) } points
}
place = { NUMBER($n, type: "ordinal") ->
    [one] { $n }st
   *[other] { $n }th
}
why = { $topic ->
    [news] News
   *[other] Else
}
link = Press
    .title = To { $where }
"""
    )
    assert made.pattern("plain").filled({}) == "Hello"
    assert made.pattern("quoted").filled({}) == "{x5"
    assert made.pattern("greeting").elements == (Text("Hi "), Ref("name"), Text(", Aurora and Aurora's Hello"))
    assert made.pattern("points").elements == (
        Select(
            Ref("count"),
            "plural",
            (
                Variant(0, (Text("none"),)),
                Variant("one", (Text("one"),)),
                Variant("other", (Call("NUMBER", Ref("count"), (("minimumFractionDigits", 1),)), Text(" points"))),
            ),
            2,
        ),
    )
    assert made.pattern("place").elements[0].kind == "ordinal"
    assert made.pattern("why").elements[0].kind == "string"
    assert made.pattern("link.title").variables == {"where"}
    assert made.pattern("link").filled({}) == "Press"
    # What needs neither numbers nor Fluent is put together here, and comes out as Fluent would have it.
    for key, values in (("why", {"topic": "news"}), ("why", {"topic": "x"}), ("link.title", {"where": "us"})):
        assert made.pattern(key).filled(values) == by_fluent(made, key, values)
    assert made.pattern("why").filled({"topic": 3}) is None
    assert made.pattern("why").filled({}) is None
    assert made.pattern("points").filled({"count": "2"}) is None
    assert made.pattern("points").variables == {"count"}


def test_texts():
    made = strings(
        de="punkte = { $n ->\n    [one] Ein Punkt\n   *[other] { $n } Punkte\n}\nhallo = Hallo { $name }\n",
        en="only-here = Only { $name }\n",
    )
    assert made.format("punkte", {"n": 1}) == "Ein Punkt"
    assert made.format("punkte", {"n": 1234}) == "1.234 Punkte"
    assert made.format("hallo", {"name": "<b>&"}) == "Hallo <b>&"
    assert made.format("only-here", {"name": "x"}) == "Only x"
    with pytest.raises(TranslationError, match=r"needs \$name") as caught:
        made.format("hallo")
    assert 't("hallo", name=…)' in caught.value.help
    with pytest.raises(TranslationError, match="no translation") as caught:
        made.format("hallp")
    assert 'did you mean "hallo"' in caught.value.help


def test_an_unknown_language_still_formats():
    assert strings(qq="a = { $n }\n").format("a", {"n": 1}) == "1"


BROKEN = [
    ("a = { b }\n", "MI108"),
    ("a = { -b }\n", "MI108"),
    ("a = { b }\nb = { a }\n", "MI109"),
    ("-a = { -a }\nb = { -a }\n", "MI109"),
    ("a = { UPPER($x) }\n", "MI110"),
    ("a = { b.title }\nb = x\n", "MI108"),
]


@pytest.mark.parametrize(("text", "code"), BROKEN)
def test_messages_that_cannot_be_put_together(tmp_path, text, code):
    loading = make(tmp_path, {"content/locales/en.ftl": text, "content/locales/de.ftl": text})
    codes = {d.code for d in loading.diagnostics}
    assert code in codes
    assert all(d.help for d in loading.diagnostics)


USE = {"campaigns/spring/message.md": '[[ t("a") ]] [[ t("b", x=1) ]]'}


BETWEEN = [
    ("missing", {"en": "a = x\nb = { $x }\n", "de": "a = x\n"}, ["content/locales/en.ftl:2:1 MI103"]),
    ("surplus", {"en": "a = x\nb = x\n", "de": "a = x\nb = x\nc = y\n"}, ["content/locales/de.ftl:3:1 MI111"]),
    ("typo", {"en": "a = x\nbutton = x\n", "de": "a = x\nbuton = y\n"}, ["content/locales/de.ftl:2:1 MI111", "content/locales/en.ftl:2:1 MI103", "content/locales/en.ftl:2:1 MI104"]),
    ("argument left out", {"en": "a = x\nb = { $x }\n", "de": "a = x\nb = y\n"}, ["content/locales/de.ftl:2:1 MI106"]),
    ("other argument", {"en": "a = x\nb = { $x }\n", "de": "a = x\nb = { $y }\n"}, ["content/locales/de.ftl:2:1 MI106"] * 2),
    ("unused", {"en": "a = x\nb = x\nc = x\n", "de": "a = x\nb = x\nc = x\n"}, ["content/locales/en.ftl:3:1 MI104"]),
    ("used by another", {"en": "a = x { c }\nb = x\nc = x\n", "de": "a = x\nb = x\nc = x\n"}, []),
    ("no file", {"en": "a = x\nb = x\n"}, ["content/locales/en.ftl:1:1 MI112"]),
    ("terms may differ", {"en": "-t = x\na = x { -t }\nb = x\n", "de": "-t = x\n-u = y\na = x { -u }\nb = { -t }\n"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), [m[1:] for m in BETWEEN], ids=[m[0] for m in BETWEEN])
def test_between_the_locales(tmp_path, files, expected):
    loading = make(tmp_path, {**USE, **{f"content/locales/{name}.ftl": text for name, text in files.items()}})
    assert told(loading) == expected


def test_a_computed_key_silences_unused(tmp_path):
    changes = {"campaigns/spring/message.md": '[[ t("a") ]] [[ t(key) ]]'}
    files = {f"content/locales/{name}.ftl": "a = x\nb = y\n" for name in ("en", "de")}
    assert told(make(tmp_path, {**changes, **files})) == []


def test_fallbacks_and_their_findings(tmp_path):
    toml = BASE["mops.toml"].replace('["en", "de"]', '["en", "de", "de-AT"]')
    changes = {
        "mops.toml": toml,
        "campaigns/spring/message.de-AT.md": "x",
        "campaigns/spring/message.md": '[[ t("a") ]] [[ t("b") ]] [[ t("c") ]]',
        "content/locales/en.ftl": "a = en\nb = en\nc = en\n",
        "content/locales/de.ftl": "a = de\nb = de\n",
        "content/locales/de-AT.ftl": "a = at\n",
    }
    loading = make(tmp_path, changes)
    assert told(loading) == ["content/locales/en.ftl:3:1 MI103"]
    made = translations_for(loading.repository, "de-AT")
    assert [made.format(key) for key in "abc"] == ["at", "de", "en"]
    assert made.files("b") == ("content/locales/de-AT.ftl", "content/locales/de.ftl")
    assert made.format("mops-unsubscribe") == "Abmelden"
    here = Span("campaigns/spring/message.md", 3, 4)
    assert made.problem("a", here) is None
    assert made.problem("b", here) is None
    assert made.problem("mops-unsubscribe", here) is None
    warned, refused = made.problem("c", here), made.problem("d", here)
    assert (warned.code, warned.severity, warned.span) == ("MI102", Severity.WARNING, here)
    assert (refused.code, refused.severity) == ("MI101", Severity.ERROR)
    assert "content/locales/de-AT.ftl" in warned.help


def by_fluent(made, key, values):
    """The same message through Fluent itself."""
    name, _, attribute = key.partition(".")
    bundle = made._bundle(made.pattern(key).locale)
    node = bundle.get_message(name)
    return bundle.format_pattern(node.attributes[attribute] if attribute else node.value, values)[0]
