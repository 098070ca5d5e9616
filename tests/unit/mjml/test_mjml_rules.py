"""Tags, attributes, values, nesting, and where recipient-time tags may stand."""

from __future__ import annotations

import pytest

BODY = "<mjml><mj-body>\n{}\n</mj-body></mjml>"
IN_HEAD = "<mjml><mj-head>\n{}\n</mj-head><mj-body></mj-body></mjml>"


def column(inside):
    return BODY.format(f"<mj-section><mj-column>\n{inside}\n</mj-column></mj-section>")


@pytest.mark.parametrize(
    ("source", "code", "line", "text"),
    [
        (column("<mj-buton>x</mj-buton>"), "ME201", 3, "Did you mean `mj-button`?"),
        (column("<p>x</p>"), "ME201", 3, "inside `mj-text`"),
        (column('<mj-text font-size="abc">x</mj-text>'), "ME202", 3, "a number in px"),
        (column('<mj-text font-size="13">x</mj-text>'), "ME202", 3, 'font-size="13px"'),
        (column('<mj-text align="centre">x</mj-text>'), "ME202", 3, "one of: left"),
        (column('<mj-text color="Red">x</mj-text>'), "ME202", 3, 'color="red"'),
        (column('<mj-image padding="1px 2px 3px 4px 5px" src="a" />'), "ME202", 3, "1 to 4 numbers"),
        (column("<mj-image />"), "ME203", 3, 'src="..."'),
        (BODY.format("<mj-text>x</mj-text>"), "ME204", 2, "Put it inside `mj-column` or `mj-hero`."),
        (column("<mj-section></mj-section>"), "ME204", 3, "Sections cannot be nested"),
        (column('<mj-text colour="red">x</mj-text>'), "ME205", 3, "Did you mean `color`?"),
        (column('<mj-spacer width="1px" />'), "ME205", 3, "`mj-spacer` takes: "),
        (BODY.format('<mj-section gutter="4%"></mj-section>'), "ME205", 2, "MJML 5"),
        (IN_HEAD.format('<mj-attributes>\n<mj-all fnt-family="x" /></mj-attributes>'), "ME205", 3, "`font-family`"),
        (column('<mj-text color="red" color="blue">x</mj-text>'), "ME206", 3, "Keep one"),
        (column("lost words"), "ME207", 3, "`<mj-text>`"),
    ],
)
def test_a_rule_names_place_and_cure(source, code, line, text, run):
    found = run(source).diagnostics
    assert [d.code for d in found] == [code]
    assert found[0].span.line == line
    assert text in found[0].help


@pytest.mark.parametrize(
    "inside",
    [
        '<mj-image width="jx00001exjpx" src="a" />',
        '<mj-text padding="jx00001exj">x</mj-text>',
        '<mj-spacer height="jx00001sxj1pxjx00002sxj" />',
        '<mj-divider border-width="jx00001vxj" />',
        '<mj-social mode="jx00001exj"></mj-social>',
        '<mj-image fluid-on-mobile="jx00001exj" src="a" />',
        '<mj-text><mj-divider border-width="jx00001vxj" />',
    ],
)
def test_dimensions_are_constants(inside, run):
    codes = {d.code for d in run(column(inside)).diagnostics}
    assert codes & {"ME221", "ME102"}


@pytest.mark.parametrize(
    "inside",
    [
        '<mj-image src="jx00001exj" alt="jx00002exj" href="https://aurora.example/jx00003exj" />',
        '<mj-text color="jx00001exj" css-class="a jx00002exj">jx00003exj</mj-text>',
        '<mj-button background-color="jx00001exj" href="jx00002exj">jx00003exj</mj-button>',
    ],
)
def test_other_attributes_take_expressions(inside, html):
    result = html(column(inside))
    for number in range(1, inside.count("exj") + 1):
        assert f"jx0000{number}exj" in result


@pytest.mark.parametrize(
    ("inside", "wanted"),
    [
        ('<mj-attributes><mj-text color="jx00001exj" /></mj-attributes>', "ME222"),
        ('<mj-font name="x" href="jx00001exj" />', "ME222"),
        ("{% if a %}<mj-title>x</mj-title>{% endif %}", "ME222"),
        ('<mj-style inline="inline">{% if a %}p { color: red }{% endif %}</mj-style>', "ME223"),
    ],
)
def test_the_head_is_built_once_for_everybody(inside, wanted, run):
    assert wanted in [d.code for d in run(IN_HEAD.format(inside)).diagnostics]


def test_title_preview_style_and_raw_take_recipient_tags(html):
    inside = (
        "<mj-title>jx90001exj</mj-title><mj-preview>jx90002exj</mj-preview>"
        "<mj-style>{% if a %}p { color: jx90003exj }{% endif %}</mj-style><mj-raw>{% if a %}<meta>{% endif %}</mj-raw>"
    )
    result = html(IN_HEAD.format(inside))
    assert all(f"jx9000{n}exj" in result for n in (1, 2, 3))


@pytest.mark.parametrize("tag", ["mj-navbar", "mj-social", "mj-accordion", "mj-carousel"])
@pytest.mark.parametrize("inner", ["{% for a in b %}", "<mj-raw>x</mj-raw>"])
def test_closed_elements_take_no_statements(tag, inner, run):
    assert "ME224" in [d.code for d in run(column(f"<{tag}>{inner}</{tag}>")).diagnostics]


def test_looped_columns_need_a_width(findings):
    section = "<mj-section>\n{{% for a in b %}}<mj-column{}></mj-column>{{% endfor %}}</mj-section>"
    assert findings(BODY.format(section.format(""))) == [("ME225", 3, 11)]
    assert findings(BODY.format(section.format(' width="33%"'))) == []
    raw = (
        "<mj-section><mj-raw>{% for a in b %}</mj-raw><mj-column></mj-column><mj-raw>{% endfor %}</mj-raw></mj-section>"
    )
    assert [code for code, *_ in findings(BODY.format(raw))] == ["ME225"]


def test_a_column_in_a_condition_is_only_warned_about(run):
    found = run(BODY.format("<mj-section>{% if a %}<mj-column></mj-column>{% endif %}</mj-section>")).diagnostics
    assert [(d.code, d.severity) for d in found] == [("ME225", "warning")]


def test_fonts_of_other_hosts_are_left_out_with_a_word(run):
    source = IN_HEAD.format('<mj-font name="Raleway" href="https://fonts.example/raleway.css" />')
    assert [d.code for d in run(source).diagnostics] == ["ME404"]
    assert "fonts.example" not in run(source).html


def test_selectors_are_checked(run):
    holder = (
        '<mj-html-attributes><mj-selector path="{}"><mj-html-attribute name="a">b</mj-html-attribute></mj-selector>'
        "</mj-html-attributes>"
    )
    assert [d.code for d in run(IN_HEAD.format(holder.format("..x"))).diagnostics] == ["ME405"]
    assert [d.code for d in run(IN_HEAD.format(holder.format(".nowhere"))).diagnostics] == ["ME406"]


def test_the_default_font_is_the_brands(html, page):
    source = page("<mj-text>x</mj-text>")
    assert "font-family:Inter, Arial;" in html(source, font_family="Inter, Arial")
    assert "Ubuntu" not in html(source, font_family="Inter, Arial")
    own = source.replace(
        "<mj-body>", '<mj-head><mj-attributes><mj-all font-family="Georgia" /></mj-attributes></mj-head><mj-body>'
    )
    assert "Inter" not in html(own, font_family="Inter, Arial")


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ('<mj-social><mj-social-element name="x">X</mj-social-element></mj-social>', ["ME407"]),
        ('<mj-social><mj-social-element name="x" src="x.png">X</mj-social-element></mj-social>', []),
        ("<mj-social><mj-social-element>X</mj-social-element></mj-social>", []),
        ('<mj-carousel><mj-carousel-image src="a" /></mj-carousel>', ["ME407"]),
        ('<mj-carousel left-icon="a" right-icon="b"><mj-carousel-image src="a" /></mj-carousel>', []),
        ("<mj-accordion><mj-accordion-element /></mj-accordion>", ["ME407"]),
        (
            '<mj-accordion><mj-accordion-element icon-wrapped-url="a" icon-unwrapped-url="b" /></mj-accordion>',
            [],
        ),
    ],
)
def test_default_pictures_of_other_hosts_are_named(inside, expected, run):
    assert [d.code for d in run(column(inside)).diagnostics] == expected


@pytest.mark.parametrize(
    "inside",
    [
        "<mj-style>@import url(https://fonts.example/a.css);</mj-style>",
        '<mj-raw><link rel="stylesheet" href="//fonts.example/a.css"></mj-raw>',
    ],
)
def test_style_sheets_of_other_hosts_are_named(inside, run):
    assert [d.code for d in run(IN_HEAD.format(inside)).diagnostics] == ["ME408"]
