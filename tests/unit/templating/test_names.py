from __future__ import annotations

import pytest

from mops_cli.channels.templating.slots import Context


def check(bench, text):
    bench.finish(bench.render(text), Context.HTML)
    return [(d.code, d.span.column) for d in bench.found]


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("{{ contact.frist_name }}", "MT202", 12),
        ("{{ contakt.email }}", "MT201", 4),
        ("{{ brand.name }}", "MT201", 4),
        ("{{ contact.first_name }}", "MT203", 12),
        ("{{ contact.first_name | upper }}", "MT203", 12),
        ("{% for p in contact.recommendations %}{{ p.nam }}{% endfor %}", "MT202", 44),
        ("{% for p in contact.recommendations %}{% endfor %}{{ p }}", "MT201", 54),
        ("{% for p in contact.email %}{% endfor %}", "MT205", 21),
        ("{{ contact.email | money }}", "MT206", 20),
        ("{{ contact.email | date }}", "MT206", 20),
        ("{{ contact.recommendations | upper }}", "MT206", 30),
        ("{{ contact.recommendations }}", "MT207", 12),
        ("{{ contact.birthday | date }}", "MT203", 12),
        ("{{ links.clik(3) }}", "MT202", 10),
        ("{{ contact.email.domain }}", "MT202", 18),
        ("{% set n = contact.first_name %}{{ n }}", "MT203", 33),
        ("{% if plural(contact.email) == 'one' %}{% endif %}", "MT206", 7),
        ("{{ 'a' ~ contact.first_name }}", "MT203", 18),
        ("{% if not contact.first_name %}{{ contact.first_name }}{% endif %}", "MT203", 43),
        ("{% if contact.first_name %}{% else %}{{ contact.first_name }}{% endif %}", "MT203", 49),
    ],
)
def test_names_are_checked(bench, text, code, column):
    assert check(bench, text) == [(code, column)]
    assert bench.found[0].help


@pytest.mark.parametrize(
    "text",
    [
        "{{ contact.email }}",
        "{{ contact.first_name | default('x') | upper }}",
        "{% if contact.first_name %}{{ contact.first_name }}{% endif %}",
        "{% if contact.first_name and contact.points > 3 %}{{ contact.first_name }}{% endif %}",
        "{% if not contact.first_name %}x{% else %}{{ contact.first_name }}{% endif %}",
        "{% if contact.first_name is none %}x{% elif contact.first_name == 'y' %}{{ contact.first_name }}{% endif %}",
        "{{ contact.first_name if contact.first_name else 'x' }}",
        "{{ contact.first_name or 'you' }}",
        "{% for p in contact.recommendations %}{{ p.name }} {{ p.price | money }} {{ loop.index }}{% else %}x{% endfor %}",
        "{{ contact.recommendations[0].name }} {{ (contact.recommendations | first).name }} {{ contact.recommendations | length }}",
        "{{ links.view }} {{ links.click(1) }} {{ links.asset('a') }} {{ locale }} {{ send.id }}",
        "{% if plural(order.count) == 'one' %}x{% endif %}{{ order.total | money('USD') }}",
        "{{ contact['email'] }}",
    ],
)
def test_good_names_are_quiet(bench, text):
    assert check(bench, text) == []


def test_a_mistake_is_told_once(bench):
    text = bench.render("{{ contact.x }}").text
    for _ in range(3):
        bench.slots.restore(text + text, Context.HTML)
    assert len(bench.found) == 1


def test_type_of(bench):
    assert bench.stage.type_of("contact.recommendations") == "list"
    assert bench.stage.type_of("contact.email | upper") == "text"
    assert bench.stage.type_of("p.name") == "any"
    assert bench.stage.type_of("((") == "any"
