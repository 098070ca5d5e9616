from __future__ import annotations

import pytest

from mops_cli.channels import personalize
from mops_cli.channels.templating.expressions import Expression
from mops_cli.channels.templating.fluent_stage import arguments
from mops_cli.channels.templating.slots import Context
from tests.unit.templating.conftest import make

EN = """title = Spring *roast*
hello = Hello { $name }
price = { NUMBER($n, style: "currency", currency: "EUR") } on { DATETIME($d, dateStyle: "long") }
share = { NUMBER($n, style: "percent") } { NUMBER($n, minimumFractionDigits: 2, maximumFractionDigits: 2) }
tier = { $k ->
    [gold] Gold
   *[silver] Silver, { $n ->
        [one] one point
       *[other] { $n } points
    }
}
place = { NUMBER($n, type: "ordinal") ->
    [one] { $n }st
    [two] { $n }nd
    [few] { $n }rd
   *[other] { $n }th
}
odd = { DATETIME($d, era: "short") }
only-en = English
"""
DE = "title = Frühling\n"


def say(tag, data=None, locale="en", locales=None, **names):
    bench = make(locales=locales or {"en": EN}, locale=locale)
    template = bench.finish(bench.render(tag, **names), Context.TEXT)
    return personalize.compile(template).render(data or {}, locale), bench


def test_a_plain_string_is_inert():
    assert say("[[ t('title') ]]")[0] == "Spring *roast*"
    assert say("[[ t('title') | upper ]]")[0] == "SPRING *ROAST*"
    assert say("{{ t('title') }}")[0] == "Spring *roast*"


def test_values_known_now():
    assert say("[[ t('hello', name='A & B') ]]")[0] == "Hello A & B"
    assert say("[[ t('price', n=12.5, d='2026-05-01') ]]")[0] == "€12.50 on May 1, 2026"
    assert say("[[ t('tier', k='x', n=1) ]]")[0] == "Silver, one point"


@pytest.mark.parametrize(
    ("kind", "points", "expected"), [("gold", 1, "Gold"), ("x", 1, "Silver, one point"), ("x", 5, "Silver, 5 points")]
)
def test_nested_selectors(kind, points, expected):
    data = {"contact": {"email": kind, "points": points}}
    assert say("{{ t('tier', k=contact.email, n=contact.points) }}", data)[0] == expected
    assert (
        say("[[ t('tier', k=k, n=n) ]]", data, k=Expression("contact.email"), n=Expression("contact.points"))[0]
        == expected
    )
    assert say("[[ t('tier', k=k, n=n) ]]", data, k=Expression("contact.email"), n=points)[0] == expected
    assert say("[[ t('tier', k=k, n=n) ]]", data, k=kind, n=Expression("contact.points"))[0] == expected


@pytest.mark.parametrize(("n", "expected"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th")])
def test_ordinals(n, expected):
    assert say("{{ t('place', n=contact.points) }}", {"contact": {"points": n}})[0] == expected


def test_functions_become_filters():
    data = {"contact": {"points": 3, "birthday": "2026-05-01"}}
    assert say("{{ t('price', n=contact.points, d=contact.birthday) }}", data)[0] == "€3.00 on May 1, 2026"
    assert say("{{ t('share', n=contact.points) }}", data)[0] == "300% 3.00"


def test_a_fallback_keeps_its_own_plural_rules():
    _, bench = say(
        "{{ t('tier', k=contact.email, n=contact.points) }}",
        {"contact": {"email": "x", "points": 1}},
        "pl",
        {"en": EN, "pl": ""},
    )
    assert any('locale="en"' in slot.text for slot in (bench.slots.get(n) for n in range(len(bench.slots))))
    assert "MI102" in [d.code for d in bench.found]


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("[[ t('titel') ]]", "MI101"),
        ("{{ t('titel') }}", "MI101"),
        ("[[ t('hello') ]]", "MI106"),
        ("{{ t('hello', nme=contact.email) }}", "MI106"),
        ("{{ t('odd', d=contact.birthday) }}", "MT302"),
        ("{{ t(contact.email) }}", "MT303"),
        ("[[ t(x) ]]", "MT303"),
        ("{{ t('title') | upper }}", "MT303"),
        ("{{ t('title') ~ t('title') }}", "MT303"),
        ("[[ t('price', n=1, d='x') ]]", "MT206"),
    ],
)
def test_refusals_stand_at_the_place_of_use(tag, code):
    bench = make(locales={"en": EN})
    bench.render("a\n" + tag, x=Expression("contact.email"))
    assert [(d.code, d.span.line) for d in bench.found] == [(code, 2)]
    assert bench.found[0].help


def test_translated_and_missing():
    text, bench = say("[[ t('title') ]] [[ t('only-en') ]]", locale="de", locales={"en": EN, "de": DE})
    assert text == "Frühling English"
    assert [d.code for d in bench.found] == ["MI102"]
    assert {"content/locales/de.ftl", "content/locales/en.ftl"} <= bench.job.inputs


def test_arguments():
    assert arguments("t('a, b', x=f(1, 2), y=\"(\")") == ["'a, b'", " x=f(1, 2)", ' y="("']
    assert arguments("t('a') ~ t('b')") is None
    assert arguments("t('a'") is None
