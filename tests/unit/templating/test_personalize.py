from __future__ import annotations

import json

import pytest

from mops_cli.channels import personalize
from mops_cli.channels.personalize import TemplateProblem
from mops_cli.channels.templating.faults import Refusal
from mops_cli.channels.templating.formats import Formatter, categories
from mops_cli.model.config import FieldSpec
from mops_cli.model.diagnostic import Span

PEOPLE = [{"contact": {"n": n, "list": [{"x": 1}] * n}} for n in (0, 1, 2)]


def test_coverage_of_branches():
    text = "{% if contact.n == 0 %}none{% elif contact.n == 1 %}one{% else %}many{% endif %}\n{% for p in contact.list %}{{ p.x }}{% endfor %}"
    compiled = personalize.compile(text, cover=True)
    assert personalize.branches(compiled).share == 0
    assert [compiled.render(PEOPLE[0]), compiled.render(PEOPLE[1])] == ["none\n", "one\n1"]
    missed = personalize.branches(compiled).missed
    assert [(arm.kind, arm.line, arm.implicit) for arm in missed] == [("else", 1, False)]
    compiled.render(PEOPLE[2])
    assert personalize.branches(compiled).share == 1


def test_implicit_arms():
    compiled = personalize.compile("{% if contact.n %}x{% endif %}{% for p in contact.list %}y{% endfor %}", cover=True)
    compiled.render(PEOPLE[1])
    assert {(arm.kind, arm.implicit) for arm in compiled.coverage.missed} == {("else", True), ("empty", True)}


def test_coverage_over_json_leaves():
    compiled = personalize.compile_json(
        json.dumps({"a": "{% if contact.n %}x{% endif %}", "b": ["{{ contact.n }}", 3]}), cover=True
    )
    assert json.loads(compiled.render(PEOPLE[1])) == {"a": "x", "b": ["1", 3]}
    assert compiled.coverage.share == 0.5
    assert compiled.variables == {"contact.n"}


def test_variables():
    text = "{{ contact.a.b }}{% for p in contact.list %}{{ p.x }}{% endfor %}{{ links.click(3) }}{{ order.items[0].y }}{% set z = event.k %}{{ z }}"
    assert personalize.compile(text).variables == {
        "contact.a.b",
        "contact.list",
        "links.click",
        "order.items",
        "event.k",
    }


@pytest.mark.parametrize(
    "text",
    [
        "{{ contact.missing }}",
        "{{ nobody }}",
        "{{ contact.n.__class__ }}",
        "{{ contact['__class__'] }}",
        "{{ contact.items() }}",
        "{{ ''.join }}",
        "{{ range(10**7) }}",
        "{{ 'x' * 100 }}",
        "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
        "{{ contact.n | money('EURO') }}",
        "{{ 'x' | date }}",
        "{{ contact.n / 0 }}",
        "{% for x in contact.n %}{% endfor %}",
        "{% include 'x' %}",
        "{{ namespace }}",
        "{{ links.__init__ }}",
        "{{ links.click.__self__ }}",
    ],
)
def test_what_fails_is_a_problem_with_a_place(text):
    with pytest.raises(TemplateProblem) as problem:
        personalize.compile("a\nb " + text).render(PEOPLE[0])
    assert problem.value.line == 2
    assert problem.value.code.startswith("MT")
    found = personalize.rendering_finding(problem.value, "nasty", "x.html")
    assert "nasty" in found.message
    assert found.span == Span("x.html", 2)


@pytest.mark.parametrize("text", ["{{", "{% if x %}", "{{ x | nofilter }}", "{% foo %}", "{{ " + "(" * 5000 + " }}"])
def test_what_is_no_template(text):
    with pytest.raises(TemplateProblem):
        personalize.compile(text)


def test_fields_named_like_methods_are_fields():
    assert (
        personalize.compile("{{ contact.items }} {{ contact.keys }}").render({"contact": {"items": 1, "keys": 2}})
        == "1 2"
    )


def test_default_fills_null_and_empty():
    compiled = personalize.compile(
        "{{ contact.a | default('x') }}{{ contact.b | default('y') }}{{ contact.c | default('z') }}{{ contact.d | default('n') }}"
    )
    assert compiled.render({"contact": {"a": None, "b": "", "d": 0}}) == "xyz0"


def test_declared_fields_are_completed():
    fields = {"contact": {"a": FieldSpec(), "b": FieldSpec(nullable=False)}}
    assert personalize.complete({"contact": {"c": 1}}, fields) == {"contact": {"a": None, "c": 1}}
    assert personalize.complete({}, fields) == {"contact": {"a": None}}


def test_line_ends_and_trailing_newline_are_kept():
    assert personalize.compile("a\n{{ 1 }}\n\n").render({}) == "a\n1\n\n"


def test_one_compile_an_artifact():
    one, two = personalize.compile("{{ 1 }} once"), personalize.compile("{{ 1 }} once")
    assert one._template is two._template


@pytest.mark.parametrize(
    ("locale", "call", "expected"),
    [
        ("en", lambda f: f.money(1234.5), "€1,234.50"),
        ("de", lambda f: f.money("1234.5", "USD"), "1.234,50\u00a0$"),
        ("fr", lambda f: f.number(1234.5, 2), "1\u202f234,50"),
        ("de", lambda f: f.percent(0.256, 1), "25,6\u00a0%"),
        ("en", lambda f: f.date("2026-05-01", "long"), "May 1, 2026"),
        ("de", lambda f: f.date("2026-05-01", "d. MMMM"), "1. Mai"),
        ("en", lambda f: f.time("09:30"), "9:30\u202fAM"),
        ("de", lambda f: f.datetime("2026-05-01T09:00:00Z", "short"), "01.05.26, 11:00"),
        ("de", lambda f: f.date("2026-05-01T23:30:00Z", "short"), "02.05.26"),
        ("pl", lambda f: f.plural(3), "few"),
        ("en", lambda f: f.plural(2, ordinal=True), "two"),
        ("de", lambda f: f.money({"amount": 3, "currency": "CHF"}), "3,00\u00a0CHF"),
        ("xx", lambda f: f.number(1), "1"),
    ],
)
def test_formats(locale, call, expected):
    assert call(Formatter(locale, "EUR", "Europe/Berlin")) == expected


@pytest.mark.parametrize(
    "call",
    [
        lambda f: f.money("abc"),
        lambda f: f.money(None),
        lambda f: f.money(1, "EURO"),
        lambda f: f.number(1, 99),
        lambda f: f.number("1e999999"),
        lambda f: f.date("yesterday"),
        lambda f: f.date("2026-05-01", "QQQQQQQ"),
        lambda f: f.plural([]),
    ],
)
def test_formats_refuse(call):
    with pytest.raises(Refusal):
        call(Formatter())


def test_plural_categories():
    assert categories("en") == ("one", "other")
    assert categories("pl") == ("few", "many", "one", "other")


def test_sample_links():
    links = personalize.sample_links("https://go.aurora.example/")
    assert links.short(3).startswith("https://go.aurora.example/3")
    for one in (links.unsubscribe, links.preferences, links.view, links.click(1), links.asset("a.png")):
        assert one.startswith("https://go.aurora.example/")
