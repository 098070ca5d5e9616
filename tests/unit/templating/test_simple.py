"""Templates answered without Jinja read exactly as Jinja would read them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mops_cli.channels import personalize
from mops_cli.channels.personalize import SampleLinks, TemplateProblem
from mops_cli.channels.templating import engine, simple
from mops_cli.channels.templating.formats import Formatter
from mops_cli.channels.templating.running import LinkRoot, Run

DATA = {
    "contact": {
        "name": "O'Brien & <b>",
        "none": None,
        "empty": "",
        "n": 3,
        "x": 1.5,
        "day": "2026-05-01",
        "list": [{"a": 1, "b": "x"}, {"a": 2}, {"a": 3, "b": None}],
        "pairs": [["p", 1], ["q", 2]],
        "deep": {"er": {"est": "d"}},
        "yes": True,
    }
}
ROOTS = [
    "contact.name",
    "contact.none",
    "contact.empty",
    "contact.n",
    "contact.x",
    "contact.day",
    "contact.deep.er.est",
    "contact.missing",
    "contact.list",
]
ROOTS += [
    "contact.deep.no.more",
    "contact.yes",
    "nobody",
    "'text'",
    '"<b>"',
    "links.view",
    "links.click(3)",
    "links.asset('a b.png')",
    "p.b",
    "p.a",
    "locale",
]
FILTERS = [
    "default('d')",
    'default("e e")',
    "default",
    "upper",
    "truncate(3)",
    "money",
    "money('USD')",
    "number(2)",
    "date",
    "date('long')",
    "length",
    "join",
]
FILTERS += [
    "html",
    "attr",
    "url | attr",
    "urlpart",
    "css",
    "plain",
    "header",
    "json",
    "first",
    "replace('a', 'b')",
    "round",
    "title",
    "plural",
    "d('x')",
]

value = st.tuples(st.sampled_from(ROOTS), st.lists(st.sampled_from(FILTERS), max_size=3)).map(
    lambda parts: (
        f"({parts[0]}{''.join(' | ' + one for one in parts[1][:-1])})" + "".join(f" | {one}" for one in parts[1][-1:])
    )
)
condition = st.one_of(
    value,
    st.sampled_from(ROOTS),
    st.sampled_from(ROOTS).map("not {}".format),
    st.tuples(
        st.sampled_from(ROOTS), st.sampled_from(["==", "!=", ">"]), st.sampled_from(["3", "'d'", "1.5", "none"])
    ).map(" ".join),
    st.sampled_from(
        [
            "contact.n > 2 and contact.name",
            "contact.none is none",
            "contact.missing is defined",
            "plural(contact.n) == 'other'",
        ]
    ),
)
loops = st.sampled_from(
    [
        "p in contact.list",
        "p in contact.list if p.a > 1",
        "p in contact.list[:2]",
        "p in contact.none | default([])",
        "k, p in contact.pairs",
    ]
)
template = st.recursive(
    st.one_of(
        st.sampled_from(
            [
                "text ",
                "\n",
                "{ ",
                "{% set v = contact.n %}",
                "{{ v | default('no') }}",
                "{{ loop.index }}",
                "{{- contact.n -}} ",
            ]
        ),
        value.map("{{{{ {} }}}}".format),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map("".join),
        st.tuples(condition, inner, condition, inner, inner).map(
            lambda p: "{{% if {} %}}{}{{% elif {} %}}{}{{% else %}}{}{{% endif %}}".format(*p)
        ),
        st.tuples(condition, inner).map(lambda p: "{{% if {} %}}{}{{% endif %}}".format(*p)),
        st.tuples(loops, inner, inner).map(lambda p: "{{% for {} %}}{}{{% else %}}{}{{% endfor %}}".format(*p)),
        st.tuples(loops, inner).map(lambda p: "{{% for {} %}}{}{{{{ loop.last }}}}{{% endfor %}}".format(*p)),
    ),
    max_leaves=8,
)


def by_jinja(source):
    env = engine.recipient_environment()
    program = engine.compile_source(env, source)
    if not isinstance(program, engine.Program):
        return program.code
    names = {**DATA, "links": LinkRoot(SampleLinks()), "locale": "en"}
    try:
        return engine.run_template(program.instance(env), names, Run(Formatter()))
    except Exception as problem:  # noqa: BLE001
        return engine.fault_of(problem).code


def by_ours(source):
    try:
        return personalize.compile(source).render(DATA)
    except TemplateProblem as problem:
        return problem.code


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(template)
def test_the_same_as_jinja(source):
    assert by_ours(source) == by_jinja(source)


@pytest.mark.parametrize(
    ("source", "quick"),
    [
        ("contact.name", True),
        ("(contact.name | default('x')) | html", True),
        ("(links.click(12)) | url | attr", True),
        ('(links.asset("assets/a.png")) | url | attr', True),
        ("'{'", True),
        ("loop.index", False),
        ("contact.list[0]", False),
        ("contact.name ~ 'x'", False),
        ("(contact.name", False),
        ("contact.name)", False),
        ("contact.name | nofilter", False),
        ("contact.name.upper()", False),
        ("true", False),
    ],
)
def test_what_is_answered_without_jinja(source, quick):
    assert (simple.expression(source) is not None) is quick


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("{% if %}{% endif %}", "MT101"),
        ("{% if x %}", "MT103"),
        ("{% endif %}", "MT103"),
        ("{% for x in y %}{% endif %}{% endfor %}", "MT103"),
        ("{% if x %}{% else %}{% else %}{% endif %}", "MT103"),
        ("{% if x %}{% else %}{% elif y %}{% endif %}", "MT103"),
        ("{% for x %}{% endfor %}", "MT101"),
        ("{% endfor x %}", "MT101"),
        ("{% set x %}{% endset %}", "MT104"),
        ("{% block x %}{% endblock %}", "MT104"),
        ("{{ a b }}", "MT101"),
        ("{{ 1) %}{% set y = (2 }}", "MT102"),
        ("{{ x", "MT102"),
    ],
)
def test_what_is_no_template(source, code):
    with pytest.raises(TemplateProblem) as problem:
        personalize.compile("a\n" + source)
    assert (problem.value.code, problem.value.line) == (code, 2)


def test_a_pair_that_does_not_fit():
    with pytest.raises(TemplateProblem) as problem:
        personalize.compile("{% for a, b, c in contact.pairs %}{% endfor %}").render(DATA)
    assert problem.value.code == "MT205"
