"""Each rule of the design has its test here, by name."""

from __future__ import annotations

import json

import pytest

from mops_cli.channels import personalize
from mops_cli.channels.templating.expressions import Expression
from mops_cli.channels.templating.slots import Context, is_dynamic, is_statement_line
from tests.unit.templating.conftest import make


def filled(template, **contact):
    return personalize.compile(template).render({"contact": contact})


def test_sentinels_before_markdown(bench):
    from mops_cli.channels.markup.html import HtmlHooks, html
    from mops_cli.channels.markup.markdown import Reader

    text = bench.render(
        'Dear {{ contact.first_name | default("*friend* | _x_") }}, **[[ project.name ]]** [x]({{ contact.shop }})'
    )
    nodes = Reader(lambda n: text.line_span(n + 1), lambda _: None, bench.job.report).read(text.text)
    made = html(nodes, HtmlHooks(lambda _: "", lambda _: ""))
    template = bench.slots.restore(made, Context.HTML)
    assert "<strong>A &amp; *B*</strong>" in template
    assert """{{ (contact.first_name | default("*friend* | _x_")) | html }}""" in template
    assert 'href="{{ (contact.shop) | url | attr }}"' in template


def test_values_are_inert_text(bench):
    template = bench.finish(bench.render("<p>[[ vars.evil ]] [[ project.name ]]</p>"), Context.HTML)
    assert filled(template) == "<p>&lt;b&gt;{{ x }}&lt;/b&gt; A &amp; *B*</p>"


def test_lone_statement_lines(bench):
    text = bench.render("a\n{% for p in contact.recommendations %}\n- {{ p.name }}\n{% endfor %}\nb\n")
    lines = text.text.split("\n")
    assert [is_statement_line(line) for line in lines] == [False, True, False, True, False, False]
    template = bench.finish(text, Context.TEXT)
    assert filled(template, recommendations=[{"name": "x"}, {"name": "y"}]) == "a\n- x\n- y\nb\n"
    assert filled(template, recommendations=[]) == "a\nb\n"


def test_lone_build_statements_leave_no_line(bench):
    text = bench.render("a\n[% for i in range(2) %]\n  [% if i %]\n- [[ i ]]\n  [% endif %]\n[% endfor %]\nb\n")
    assert bench.finish(text, Context.TEXT) == "a\n- 1\nb\n"


@pytest.mark.parametrize(
    ("context", "text", "expected"),
    [
        (Context.HTML, "<p>{}</p>", '<p>O\'Brien &amp; &lt;b&gt; "x"</p>'),
        (Context.HTML, '<p title="{}">', '<p title="O&#39;Brien &amp; &lt;b&gt; &quot;x&quot;">'),
        (
            Context.HTML,
            '<a href="https://aurora.example/{}">',
            '<a href="https://aurora.example/O%27Brien%20%26%20%3Cb%3E%20%22x%22">',
        ),
        (Context.HTML, '<a href="{}">', '<a href="#">'),
        (Context.HTML, '<p style="color:{}">', '<p style="color:OBrien  b x">'),
        (Context.HEADER, "Hi {}", 'Hi O\'Brien & <b> "x"'),
        (Context.TEXT, "Hi {}", 'Hi O\'Brien & <b> "x"'),
        (Context.URL, "https://aurora.example/?q={}", "https://aurora.example/?q=O%27Brien%20%26%20%3Cb%3E%20%22x%22"),
        (Context.SLACK, "Hi {}", 'Hi O\'Brien &amp; &lt;b&gt; "x"'),
        (Context.TELEGRAM, "<b>{}</b>", "<b>O'Brien &amp; &lt;b&gt; &quot;x&quot;</b>"),
        (Context.DISCORD, "Hi {}", 'Hi O\'Brien & \\<b\\> "x"'),
    ],
)
def test_slotwise_escaping(bench, context, text, expected):
    name = 'O\'Brien & <b> "x"'
    template = bench.finish(bench.render(text.format("{{ contact.email }}")), context)
    assert filled(template, email=name) == expected


def test_a_subject_never_reads_an_entity(bench):
    template = bench.finish(bench.render("{{ contact.email }}, [[ project.name ]]"), Context.HEADER)
    assert filled(template, email="O'Brien\r\nBcc: x") == "O'Brien Bcc: x, A & *B*"


def test_links_are_recipient_time_and_serve_every_environment(bench):
    text = bench.render(
        '<a href="{{ links.unsubscribe }}">x</a><a href="{{ links.click(3) }}">y</a><img src="{{ links.asset("assets/a.png") }}">'
    )
    template = bench.finish(text, Context.HTML)
    assert "://" not in template
    made = personalize.compile(template).render({}, links=personalize.sample_links("https://news.aurora.example/"))
    assert 'href="https://news.aurora.example/u/' in made
    assert 'href="https://news.aurora.example/r/3.' in made
    assert 'src="https://news.aurora.example/assets/a.png"' in made
    assert bench.found == []


def test_expression_property_is_looped_over_by_the_recipient(bench):
    products = Expression("contact.recommendations | default([])")
    text = bench.render("{% for p in [[ props ]][:[[ n ]]] %}<i>{{ p.name }}</i>{% endfor %}", props=products, n=2)
    template = bench.finish(text, Context.HTML)
    assert template.startswith("{% for p in (contact.recommendations | default([]))[:2] %}")
    assert filled(template, recommendations=[{"name": "a"}, {"name": "b"}, {"name": "c"}]) == "<i>a</i><i>b</i>"
    assert bench.found == []


def test_expression_property_elsewhere_is_a_slot(bench):
    text = bench.render("<i title='[[ name ]]'>[[ name ]]</i>", name=Expression("contact.email"))
    assert (
        bench.finish(text, Context.HTML) == "<i title='{{ (contact.email) | attr }}'>{{ (contact.email) | html }}</i>"
    )


def test_expression_property_cannot_be_looped_over_while_building(bench):
    bench.render("x\n[% for p in products %][[ p ]][% endfor %]", products=Expression("contact.recommendations"))
    (found,) = bench.found
    assert (found.code, found.span.line, found.span.column) == ("MT208", 2, 1)
    assert "{% for item in contact.recommendations %}" in found.help


def test_expression_property_cannot_be_decided_by_while_building(bench):
    bench.render("[% if n > 3 %]x[% endif %]", n=Expression("contact.points"))
    assert [d.code for d in bench.found] == ["MT208"]


def test_expression_is_tested_for(bench):
    assert bench.render("[% if n is expression %]yes[% endif %]", n=Expression("contact.points")).text == "yes"


def test_type_of_an_expression_property_is_checked(bench):
    text = bench.render("{% for p in [[ props ]] %}{{ p.name }}{% endfor %}", props=Expression("contact.email"))
    bench.finish(text, Context.HTML)
    assert [d.code for d in bench.found] == ["MT205"]


FTL = """points = { $count ->
    [0] No points
    [one] One point
   *[other] { $count } points
}
"""


@pytest.mark.parametrize("tag", ["[[ t('points', count=n) ]]", "{{ t('points', count=contact.points) }}"])
@pytest.mark.parametrize(("points", "expected"), [(0, "No points"), (1, "One point"), (1234, "1,234 points")])
def test_fluent_selectors_become_conditions(tag, points, expected):
    bench = make(locales={"en": FTL})
    template = bench.finish(bench.render(tag, n=Expression("contact.points")), Context.TEXT)
    assert filled(template, points=points) == expected
    assert bench.found == []


def test_what_cannot_be_compiled_is_refused():
    bench = make(locales={"en": "n = { NUMBER($n, useGrouping: 0) }\n"})
    bench.render("a\n{{ t('n', n=contact.points) }}")
    (found,) = bench.found
    assert (found.code, found.span.line) == ("MT302", 2)


def test_undefined_is_an_error():
    with pytest.raises(personalize.TemplateProblem) as problem:
        filled("a\n{{ contact.frist_name }}", first_name="x")
    assert (problem.value.code, problem.value.line) == ("MT201", 2)
    assert "first_name" in problem.value.hint


def test_money_and_dates_go_through_babel():
    template = "{{ contact.total | money }} {{ contact.day | date('long') }}"
    data = {"contact": {"total": "1234.5", "day": "2026-05-01"}}
    assert personalize.compile(template).render(data, "de") == "1.234,50\u00a0€ 1. Mai 2026"


def test_json_leaves_are_templates_of_their_own(bench):
    leaf = bench.finish(bench.render("Hi {{ contact.email }}"), Context.TEXT)
    text = json.dumps({"templates": True, "text": leaf})
    made = personalize.compile_json(text).render({"contact": {"email": '"x\\'}})
    assert json.loads(made)["text"] == 'Hi "x\\'


def test_there_is_no_build_comment(bench):
    assert bench.render("[# not a comment #]").text == "[# not a comment #]"


def test_recipient_comments_vanish(bench):
    assert bench.render("a {# x {{ y }} #}b\n{# alone #}\nc").text == "a b\nc"


def test_is_dynamic(bench):
    assert not is_dynamic(bench.render("[[ project.name ]]").text)
    assert is_dynamic(bench.render("{{ contact.email }}").text)
