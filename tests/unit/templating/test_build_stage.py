from __future__ import annotations

import pytest

from mops_cli.channels.templating.linemap import MappedText
from mops_cli.channels.templating.slots import Context
from mops_cli.model.diagnostic import Span
from mops_cli.model.source import span_of
from tests.unit.templating.conftest import make


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "word"),
    [
        ("a\n[[ brnd.name ]]", "MT201", 2, 4, "brand"),
        ("[[ brand.nmae ]]", "MT201", 1, 10, "name"),
        ("[[ tokens.color.brand.primry ]]", "MT201", 1, 23, "primary"),
        ("\n\n[[ a b ]]", "MT101", 3, 6, "expression"),
        ("x [[ vars.n | uper ]]", "MT104", 1, 15, "upper"),
        ("[% fro x in y %]", "MT104", 1, 1, "for"),
        ("a\n[% if vars.n %]\nb", "MT103", 2, 1, "endif"),
        ("a\n[% endif %]", "MT103", 2, 1, "remove"),
        ("[% else %]", "MT103", 1, 1, ""),
        ("[% for i in vars.list %][% if i %][% endfor %]", "MT103", 1, 25, "endif"),
        ("a [[ b", "MT102", 1, 3, "]]"),
        ("[% raw %] x", "MT102", 1, 1, "endraw"),
        ("[% for i in range(10**9) %]x[% endfor %]", "MT107", 1, 13, ""),
        ("[[ 'a' * 10**9 ]]", "MT107", 1, 1, ""),
        ("[[ 9 ** 9 ** 9 ]]", "MT107", 1, 1, ""),
        ("[% macro m() %][[ m() ]][% endmacro %][[ m() ]]", "MT107", 1, 16, ""),
        ("[% for i in vars.n %]x[% endfor %]", "MT205", 1, 1, "list"),
        ("[% include 'nope.md' %]", "MT106", 1, 13, ""),
        ("[[ brand.__class__ ]]", "MT201", 1, 10, ""),
        ("[[ ''.__class__ ]]", "MT201", 1, 7, ""),
        ("[[ tokens ]]", "MT207", 1, 1, ""),
        ("[[ brand() ]]", "MT109", 1, 1, ""),
        ("[[ 1 / 0 ]]", "MT206", 1, 1, ""),
        ("[[ vars.n | money('EURO') ]]", "MT206", 1, 20, "EUR"),
        ("[[ contact.first_name ]]", "MT201", 1, 4, "{{ contact"),
        ("a jx00001exj b", "MT406", 1, 3, ""),
        ("a\x02b", "MT110", 1, 2, ""),
        ("a {{ b", "MT102", 1, 3, "}}"),
        ("a\n{% if contact.email %}", "MT103", 2, 1, "endif"),
        ("{% fro x in y %}", "MT104", 1, 4, "for"),
        ("{% include 'x' %}", "MT104", 1, 4, "[% include"),
        ("{{ contact.email | safe }}", "MT105", 1, 20, "remove"),
        ("{{ contact.email | html }}", "MT105", 1, 20, "remove"),
        ("{{ contact.email | uper }}", "MT104", 1, 20, "upper"),
        ("{{ contact.email.split() }}", "MT109", 1, 18, "filter"),
        ("{{ }}", "MT101", 1, 1, ""),
        ("{{ 'x }}", "MT101", 1, 1, ""),
        ("{{ contact.email | default('[[ m ]]') }}", "MT201", 1, 32, ""),
    ],
)
def test_a_mistake_is_found_at_its_place_with_help(bench, text, code, line, column, word):
    bench.render(text)
    found = bench.found[0]
    assert (found.code, found.span.line, found.span.column) == (code, line, column), bench.messages()
    assert found.span.path == "campaigns/spring/message.md"
    assert word in found.help + found.message


def test_several_mistakes_are_found_in_one_run(bench):
    bench.render("[[ a b ]] [[ c d ]]\n[[ vars.n | uper ]]\n{{ x y }} {{ z | safe }}")
    assert [(d.code, d.span.line) for d in bench.found] == [
        ("MT101", 1),
        ("MT101", 1),
        ("MT104", 2),
        ("MT101", 3),
        ("MT105", 3),
    ]
    bench.found.clear()
    bench.render("[[ one ]]\n[[ two ]] [% if three %][% endif %]")
    assert [d.span.line for d in bench.found] == [1, 2, 2]


def test_undefined_may_be_asked_for_and_defaulted(bench):
    text = bench.render("[[ vars.x | default('d') ]][% if vars.x is defined %]no[% endif %]")
    assert bench.finish(text, Context.TEXT) == "d"
    assert bench.found == []


FILES = {
    "content/part.md": "one\ntwo [[ project.name ]]\n",
    "content/macros.md": "[% macro card(x) %]\n<b>[[ x ]]\n</b>[% endmacro %]",
    "campaigns/spring/own.md": "own",
    "content/own.md": "other",
}


def test_lines_survive_includes_loops_and_macros():
    bench = make(files=FILES)
    text = bench.render(
        "first\n[% for i in range(2) %]\nloop [[ i ]]\n[% endfor %]\n[% include 'part.md' %]\n"
        "[% from 'macros.md' import card %]\n[[ card('x') ]]\nlast",
        first_line=11,
    )
    places = [text.line_span(n) for n in range(1, text.text.count("\n") + 2)]
    assert [(place.path.rsplit("/", 1)[-1], place.line) for place in places] == [
        ("message.md", 11),
        ("message.md", 13),
        ("message.md", 13),
        ("part.md", 1),
        ("part.md", 2),
        ("macros.md", 2),
        ("macros.md", 3),
        ("message.md", 18),
    ]


def test_slots_know_their_tag():
    bench = make(files=FILES)
    text = bench.render("a [[ project.name ]]\n[% include 'part.md' %]\n{{ contact.email }}", first_line=3)
    value, included, expression = bench.slots.of(text.text)
    assert value.span == Span("campaigns/spring/message.md", 3, 3, 3, 21)
    assert included.span == Span("content/part.md", 2, 5, 2, 23)
    assert expression.span == Span("campaigns/spring/message.md", 5, 1, 5, 20)


def test_the_campaigns_own_file_comes_first():
    assert make(files=FILES).render("[% include 'own.md' %]").text == "own"


def test_snippets_by_locale():
    bench = make(snippets={"legal": "en", "legal.de": "de"}, locale="de")
    assert bench.render("[% include 'snippets/legal.md' %]").text == "de"
    assert "content/snippets/legal.de.md" in bench.job.inputs


def test_mapped_text_keeps_its_map_inside_a_layout(bench):
    body = bench.render("x\ny {{ contact.email }}", first_line=7)
    layout = bench.render("<top>\n[[ content ]]\n</top>", path="content/layouts/base.html", content=body)
    places = [layout.line_span(n) for n in range(1, 5)]
    assert [(place.path, place.line) for place in places] == [
        ("content/layouts/base.html", 1),
        ("campaigns/spring/message.md", 7),
        ("campaigns/spring/message.md", 8),
        ("content/layouts/base.html", 3),
    ]


def test_fields_are_rendered_when_asked_for():
    front = {
        "headline": "Hi [[ project.name ]]",
        "subject": "{{ contact.email }}: [[ headline ]]",
        "link": "https://aurora.example/?u={{ contact.email }}&x=1",
    }
    bench = make(front)
    text = bench.render('<h1>[[ headline | upper ]]</h1>[[ message.subject ]] <a href="[[ link ]]">')
    assert bench.finish(text, Context.HTML) == (
        "<h1>HI A &amp; *B*</h1>{{ (contact.email) | html }}: Hi A &amp; *B* "
        '<a href="https://aurora.example/?u={{ (contact.email) | urlpart }}&amp;x=1">'
    )
    assert bench.found == []


def test_fields_in_a_circle():
    bench = make({"a": "[[ message.b ]]", "b": "[[ message.a ]]"})
    bench.render("[[ message.a ]]")
    assert "MT209" in [d.code for d in bench.found]


def test_variant_fields():
    bench = make({"subject": "a", "variants": {"b": {"subject": "bee"}}}, variant="b")
    assert bench.finish(bench.render("[[ message.subject ]]"), Context.TEXT) == "bee"


def test_values_inside_recipient_tags(bench):
    text = bench.render(
        """{{ contact.email | default("[[ q ]]") }} {% if contact.email == [[ q ]] %}x{% endif %}""", q='say "hi" \\ }}'
    )
    template = bench.finish(text, Context.TEXT)
    from mops_cli.channels import personalize

    assert personalize.compile(template).render({"contact": {"email": None}}) == 'say "hi" \\ }} '
    assert personalize.compile(template).render({"contact": {"email": 'say "hi" \\ }}'}}).endswith(" x")


def test_white_space_control(bench):
    assert bench.render("a \n [%- if vars.n -%] \n b \n [%- endif %] c").text == "ab c"
    assert bench.finish(bench.render("a \n {{- contact.email -}} \n b"), Context.RAW) == "a{{ contact.email }}b"


def test_raw_blocks_of_both_stages(bench):
    assert bench.render("[% raw %][[ x ]][% y %][% endraw %]").text == "[[ x ]][% y %]"
    template = bench.finish(bench.render("{% raw %}{{ x }}{% endraw %}"), Context.HTML)
    from mops_cli.channels import personalize

    assert personalize.compile(template).render({}) == "{{ x }}"


def test_set_blocks_and_concatenation(bench):
    text = bench.render("[% set x %]<i>[[ project.name ]]</i>[% endset %][[ x ]] [[ 'a<' ~ vars.n ]]")
    assert bench.finish(text, Context.HTML) == "<i>A &amp; *B*</i> a&lt;3"


def test_tokens(bench):
    text = bench.render("[[ tokens.color.brand.primary ]] [[ tokens.space['4'] ]] [[ tokens.font.body ]]")
    assert bench.finish(text, Context.TEXT) == "#aa5500 16px 'Inter', sans-serif"


def test_line_ends_and_no_tags(bench):
    text = bench.render("a\r\nb\rc")
    assert text.text == "a\nb\nc"
    assert text.line_span(3).line == 1 + "a\r\nb\rc".count("\n")


def test_render_value_uses_its_own_places(bench):
    value = "Hi [[ nme ]]"
    bench.stage.render_value(value, lambda start, end: span_of("mops.toml", "x = 'Hi [[ nme ]]'", start + 5, end + 5))
    assert bench.found[0].span == Span("mops.toml", 1, 12, 1, 15)


def test_mapped_text_spans():
    text = MappedText.whole("ab\ncd", "x.md", 5)
    assert text.span(3, 5) == Span("x.md", 6, 1, 6, 3)
    assert text.slice(3, 5).span(0, 1) == Span("x.md", 6, 1, 6, 2)


def test_rendering_twice_gives_the_same(bench):
    first = make(files=FILES).render("[[ project.name ]][% include 'part.md' %]").text
    assert make(files=FILES).render("[[ project.name ]][% include 'part.md' %]").text == first


def test_a_list_is_a_property_but_is_not_printed(bench):
    text = bench.render("a [[ vars.list ]]").text
    assert bench.slots.of(text)[0].value == [1, 2, 3]
    assert bench.found == []
    bench.slots.restore(text, Context.TEXT)
    assert [(d.code, d.span.column) for d in bench.found] == [("MT207", 3)]
