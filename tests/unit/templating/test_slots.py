from __future__ import annotations

import pytest

from mops_cli.channels import personalize
from mops_cli.channels.templating.escapes import Address
from mops_cli.channels.templating.places import Spot, find
from mops_cli.channels.templating.slots import Context, SlotTable
from mops_cli.model.diagnostic import Span

HERE = Span("x.md", 3, 1)
E = "jx00000exj"


def spots(text, context=Context.HTML):
    return [place.spot for place in find(text, context)]


@pytest.mark.parametrize(
    ("text", "spot"),
    [
        (f"<p>{E}</p>", Spot.TEXT),
        (f"<p title='{E}'>", Spot.ATTR),
        (f'<a href="{E}">', Spot.URL),
        (f'<a href=" {E}">', Spot.URL),
        (f'<a href="jx00001sxj{E}">', Spot.URL),
        (f'<a href="https://x.example/{E}">', Spot.URLPART),
        (f'<td background="{E}">', Spot.URL),
        (f'<image xlink:href="{E}"/>', Spot.URL),
        (f'<img srcset="a.png 1x, {E} 2x">', Spot.URL),
        (f'<p style="color:{E}">', Spot.STYLE_ATTR),
        (f'<p style="background:url({E})">', Spot.STYLE_ATTR_URL),
        (f"<style>a{{color:{E}}}</style>", Spot.STYLE),
        (f"<style>a{{background:url('{E}')}}</style>", Spot.STYLE_URL),
        (f"<script>{E}</script>", Spot.SCRIPT),
        (f'<script type="application/ld+json">{{"a": "{E}"}}</script>', Spot.JSON),
        (f'<script type="application/ld+json">{{"a": {E}}}</script>', Spot.SCRIPT),
        (f"<a onclick='{E}'>", Spot.EVENT),
        (f"<iframe srcdoc='{E}'>", Spot.SCRIPT),
        (f"<a title={E}>", Spot.UNQUOTED),
        (f"<a {E}>", Spot.TAG),
        (f"<a {E}='x'>", Spot.NAME),
        (f"<{'a' + E}>", Spot.NAME),
        (f"<!-- {E} -->", Spot.TEXT),
        (f"<!--[if mso]><td title='{E}'><![endif]-->", Spot.ATTR),
        (f"<!--[if mso]><td>{E}<![endif]-->", Spot.TEXT),
        (f"<!--[if {E}]>x<![endif]-->", Spot.NAME),
        (f"<!--[if !mso]><!--><a href='{E}'><!--<![endif]-->", Spot.URL),
    ],
)
def test_places(text, spot):
    assert spots(text)[-1] is spot


def test_mjml_attributes_become_styles():
    assert spots(f'<mj-text color="{E}">', Context.MJML) == [Spot.STYLE_ATTR]
    assert spots(f'<mj-image alt="{E}" src="{E}">', Context.MJML) == [Spot.ATTR, Spot.URL]


@pytest.mark.parametrize(
    ("context", "text", "spot"),
    [
        (Context.TEXT, f"see https://x.example/{E}", Spot.URLPART),
        (Context.TEXT, f"see https://x.example/ {E}", Spot.TEXT),
        (Context.SLACK, f"<{E}|here>", Spot.URL),
        (Context.SLACK, f"<https://x.example/{E}|here>", Spot.URLPART),
        (Context.SLACK, f"<https://x.example/|{E}>", Spot.TEXT),
        (Context.DISCORD, f"[x]({E})", Spot.URL),
        (Context.URL, f"{E}", Spot.URL),
        (Context.URL, f"https://x.example/{E}", Spot.URLPART),
    ],
)
def test_places_in_texts(context, text, spot):
    assert spots(text, context) == [spot]


@pytest.mark.parametrize("text", ["<script>{}</script>", "<a {}>", "<a title={}>", "<a onclick='{}'>", "<{}>"])
def test_places_where_nothing_may_stand(text):
    slots = SlotTable()
    slots.restore(text.format("b" * (text == "<{}>") + slots.expression("contact.email", HERE)), Context.HTML)
    (found,) = slots.found
    assert (found.code, found.span) == ("MT402", HERE)
    assert found.help


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "vbscript:x", "java\x00script:x", " javascript:x"],
)
def test_addresses_from_values_are_safe(url):
    slots = SlotTable()
    assert slots.restore(f'<a href="{slots.value(url, HERE)}">', Context.HTML) == '<a href="#">'
    assert [d.code for d in slots.found] == ["MT403"]
    template = personalize.compile("{{ (contact.shop) | url | attr }}")
    assert template.render({"contact": {"shop": url}}) == "#"


@pytest.mark.parametrize("url", ["https://x.example/a?b=1&c=2", "mailto:a@x.example", "tel:+491", "http://x.example"])
def test_good_addresses_stay(url):
    slots = SlotTable()
    assert slots.restore(slots.value(url, HERE), Context.URL) == url
    assert personalize.compile("{{ (contact.shop) | url }}").render({"contact": {"shop": url}}) == url


def test_relative_and_own_addresses():
    slots = SlotTable()
    assert slots.restore(f'<a href="{slots.value("/a b", HERE)}">', Context.HTML) == '<a href="/a%20b">'
    assert (
        slots.restore(f'<img src="{slots.value(Address("cid:a.png"), HERE)}">', Context.HTML) == '<img src="cid:a.png">'
    )
    assert slots.found == []


def test_a_written_scheme_is_checked():
    slots = SlotTable()
    slots.restore(f'<a href="javascript:{slots.expression("contact.email", HERE)}">', Context.HTML)
    assert [d.code for d in slots.found] == ["MT403"]


def test_a_style_takes_only_values():
    slots = SlotTable()
    assert slots.restore(f'<p style="color:{slots.value("#a50", HERE)}">', Context.HTML) == '<p style="color:#a50">'
    assert slots.found == []
    slots.restore(f'<p style="color:{slots.value("red;x:url(y)", HERE)}">', Context.HTML)
    assert [d.code for d in slots.found] == ["MT405"]


def test_lost_slots_are_told_at_the_authors_place():
    slots = SlotTable()
    expression = slots.expression("contact.width", HERE)
    filled = slots.fill(f'<mj-image width="{expression}" alt="{slots.value("x", HERE)}"/>', Context.MJML)
    assert filled == f'<mj-image width="{expression}" alt="x"/>'
    assert [slot.text for slot in slots.lost("<img>")] == ["contact.width"]
    assert slots.lost(f"<img {expression}>") == []
    assert slots.report_lost("<img>")
    (found,) = slots.found
    assert (found.code, found.span) == ("MT401", HERE)
    assert "`width` of `<mj-image>`" in found.message


def test_fill_leaves_expressions_and_statements():
    slots = SlotTable()
    text = f"{slots.statement('if contact.x', HERE)}{slots.value('<', HERE)}{slots.expression('contact.x', HERE)}{slots.statement('endif', HERE)}"
    assert slots.fill(text, Context.HTML) == text.replace("jx00001vxj", "&lt;")


def test_braces_of_the_author_stay_braces():
    slots = SlotTable()
    template = slots.restore("@media x{#id{a:b}} {" + slots.expression("contact.x", HERE) + "}", Context.RAW)
    assert personalize.compile(template).render({"contact": {"x": 1}}) == "@media x{#id{a:b}} {1}"


def test_forged_sentinels():
    slots = SlotTable()
    assert slots.value("x jx00042exj y", HERE) == ""
    assert [d.code for d in slots.found] == ["MT406"]


def test_statement_between_attributes_only_in_html():
    for context, codes in ((Context.HTML, []), (Context.MJML, ["MT402"])):
        slots = SlotTable()
        slots.restore(f"<p {slots.statement('if contact.x', HERE)}title='a'{slots.statement('endif', HERE)}>", context)
        assert [d.code for d in slots.found] == codes * 2


def test_protect_keeps_places():
    slots = SlotTable()
    text = slots.protect("a {{ contact.x }}", lambda start, end: Span("y.md", 1, start + 1, 1, end + 1))
    assert text == f"a {E}"
    assert slots.of(text)[0].span == Span("y.md", 1, 3, 1, 18)
    assert slots.of(text)[0].inside("x") == Span("y.md", 1, 14, 1, 15)
    assert slots.only_expression(f" {E} ").source == "contact.x"
    assert slots.only_expression(text) is None
    assert E in slots
    assert "jx00009exj" not in slots


def test_a_value_in_pieces_keeps_its_blanks():
    slots = SlotTable()
    word = slots.value("Hi " + slots.expression("contact.x", HERE) + " , you\n", HERE)
    assert slots.restore(word, Context.HEADER) == "Hi {{ (contact.x) | header }} , you "


@pytest.mark.parametrize(
    "tag",
    ["<p a b='c' d=e/>", '<p a"b>', "<p a = 'x' b>", "<p a='x'b=\"y\">", "<p =x>", '<p a=b"c>', "<p/ >", "<p a='>'>"],
)
def test_odd_tags_end_where_they_should(tag):
    assert spots(f"{tag}{E}") == [Spot.TEXT]
