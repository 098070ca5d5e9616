"""Every known defect of the engine: that it is there without us, and gone with us."""

from __future__ import annotations

import re

import pytest

HEAD = "<mjml><mj-head>{}</mj-head><mj-body><mj-section><mj-column>{}</mj-column></mj-section></mj-body></mjml>"

CHARACTERS = {
    "double quote": '"',
    "backslash": "\\",
    "tab": "\t",
    "no-break space": "\u00a0",
    "soft hyphen": "\u00ad",
    "zero-width space": "\u200b",
    "zero-width joiner": "\u200d",
    "right-to-left mark": "\u200f",
    "line separator": "\u2028",
    "narrow no-break space": "\u202f",
    "combining accent": "e\u0301",
    "virama": "\u0915\u094d\u0937",
    "emoji with joiners": "\U0001f469\u200d\U0001f4bb",
    "umlaut": "\u00fc",
    "less-than": "<",
    "ampersand entity": "&amp;",
}
UNTOUCHED = {"umlaut", "ampersand entity", "less-than"}


@pytest.mark.parametrize("name", CHARACTERS)
def test_a_character_survives_in_an_attribute(name, html, alone, page):
    char = CHARACTERS[name]
    source = page(f"<mj-image src=\"a.png\" alt='x{char}y' />")
    wanted = f'alt="x{char.replace(chr(34), "&quot;")}y"'
    assert wanted in html(source)
    if name not in UNTOUCHED:
        assert wanted not in alone(source)


def test_a_newline_in_a_free_text_stays_a_newline(html, alone, page):
    source = page('<mj-image src="a.png" alt="one\ntwo" />')
    assert 'alt="one\ntwo"' in html(source)
    assert r"one\ntwo" in alone(source)


def test_a_style_over_several_lines_keeps_its_first_declaration(html, alone, page):
    source = page('<mj-text><p style="\n  color: red;\n  margin: 0">x</p></mj-text>')
    assert '<p style="\n  color: red;' in html(source)
    assert r"\n" in alone(source)


def test_newlines_in_values_that_become_style_collapse(html, page):
    source = page('<mj-text font-family="Arial,\n   sans-serif" color="#333333">x</mj-text>')
    assert "font-family:Arial, sans-serif;" in html(source)


def test_a_quoted_font_name_does_not_end_the_style(html, page):
    assert "font-family:&quot;Open Sans&quot;, Arial;" in html(
        page("<mj-text font-family='\"Open Sans\", Arial'>x</mj-text>")
    )


def test_inline_styles_are_inlined(html, alone):
    source = HEAD.format(
        '<mj-style inline="inline">.note div { color: red !important; letter-spacing: 1px }</mj-style>',
        '<mj-text css-class="note">x</mj-text>',
    )
    result = html(source)
    assert re.search(r'<div style="letter-spacing: 1px;[^"]*font-size:13px;[^"]*color: red;">x</div>', result)
    assert ".note div" not in result
    assert ".note div" in alone(source)


def test_html_attributes_are_set(html, alone):
    source = HEAD.format(
        '<mj-html-attributes><mj-selector path=".note div">'
        '<mj-html-attribute name="data-id">4"2</mj-html-attribute></mj-selector></mj-html-attributes>',
        '<mj-text css-class="note">x</mj-text>',
    )
    assert re.search(r'<div style="[^"]*" data-id="4&quot;2">x</div>', html(source))
    assert alone(source) == ""


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("<mjml><mj-body><mj-raw>jx00001exj < 5</mj-raw></mj-body></mjml>", "jx00001exj < 5"),
        ('<mjml><mj-raw position="file-start">first</mj-raw><mj-body></mj-body></mjml>', "first\n<!doctype html>"),
        ("<mjml><mj-body><mj-raw><br><b></mj-raw></mj-body></mjml>", "<br><b>"),
    ],
)
def test_what_npm_takes_and_the_engine_refuses(source, wanted, html, alone):
    assert wanted in html(source)
    assert wanted not in alone(source)


def test_cdata_in_a_text(html, alone, page):
    source = page("<mj-text><![CDATA[a < b <i>c</i>]]></mj-text>")
    assert ">a < b <i>c</i></div>" in html(source)
    assert alone(source) == ""


def test_sloppy_attributes_compile_with_a_warning(run, alone, page):
    source = page('<mj-text color="#ff0000"align="center">x</mj-text>')
    result = run(source)
    assert [d.code for d in result.diagnostics] == ["ME112"]
    assert "color:#ff0000" in result.html
    assert alone(source) == ""


def test_an_unknown_head_element_is_named_and_the_rest_rendered(run, alone):
    source = HEAD.format("<mj-basic-component>x</mj-basic-component>", "<mj-text>kept</mj-text>")
    result = run(source)
    assert [d.code for d in result.diagnostics if d.severity == "error"][:1] == ["ME201"]
    assert "kept" in result.html
    assert alone(source) == ""


def test_the_first_of_two_attributes_counts_and_both_are_named(run, alone, page):
    source = page('<mj-text color="#111111" color="#222222">x</mj-text>')
    result = run(source)
    assert [d.code for d in result.diagnostics] == ["ME206"]
    assert "color:#111111" in result.html
    assert "color:#222222" in alone(source)


def test_no_font_is_asked_from_another_host(html, alone, page):
    source = page("<mj-text>x</mj-text>")
    assert "googleapis" not in html(source)
    assert "fonts.googleapis.com" in alone(source)


def test_font_links_follow_use_when_they_are_wanted(html, alone, page):
    source = page('<mj-text font-family="Arial"><b style="font-family: Open Sans">x</b></mj-text>')
    result = html(source, google_fonts=True)
    assert "family=Open+Sans" in result
    assert "family=Ubuntu" not in result
    assert "family=Open+Sans" not in alone(source)


def test_a_padding_with_a_bare_zero_counts_for_widths(html, alone, page):
    source = page('<mj-image src="a.png" alt="" padding="0 20px" />')
    assert 'width="560"' in html(source)
    assert "padding:0 20px;" in html(source)
    assert 'width="600" style' in alone(source)


def test_a_percentage_counts_as_npm_counts_it(html, page):
    result = html(page('<mj-image src="a.png" alt="" padding="5% 10px" />'))
    assert 'width="580"' in result
    assert "padding:5% 10px;" in result


def test_pictures_say_that_they_say_nothing(html, alone, page):
    source = page('<mj-image src="a.png" />')
    assert 'alt=""' in html(source)
    assert "alt=" not in alone(source)


def test_a_default_alt_is_kept(html):
    source = HEAD.format('<mj-attributes><mj-image alt="Logo" /></mj-attributes>', '<mj-image src="a.png" />')
    assert 'alt="Logo"' in html(source)


def test_accordion_elements_hear_their_defaults(html, alone):
    element = (
        "<mj-accordion><mj-accordion-element><mj-accordion-title>t</mj-accordion-title>"
        "<mj-accordion-text>x</mj-accordion-text></mj-accordion-element></mj-accordion>"
    )
    source = HEAD.format(
        '<mj-attributes><mj-accordion icon-wrapped-url="a" icon-unwrapped-url="b" />'
        '<mj-accordion-element icon-width="24px" /></mj-attributes>',
        element,
    )
    assert "width:24px" in html(source)
    assert "width:24px" not in alone(source)


def test_a_fluid_hero_takes_the_height_of_its_picture(html, alone):
    source = (
        '<mjml><mj-body><mj-hero mode="fluid-height" background-width="600px" background-height="469px" '
        'background-url="a.jpg" padding="100px 0px"><mj-text>x</mj-text></mj-hero></mj-body></mjml>'
    )
    assert html(source).count("padding-bottom:78%") == 2
    assert "height:-200px" not in html(source)
    assert "height:-200px" in alone(source)


@pytest.mark.parametrize("value", ["", "false"])
def test_only_full_width_is_full_width(value, html, alone):
    source = "<mjml><mj-body><mj-section {}></mj-section></mj-body></mjml>"
    plain, written = source.format(""), source.format(f'full-width="{value}"')
    assert html(written) == html(plain)
    assert alone(written) != alone(plain)


def test_defaults_in_the_head_are_no_elements_of_the_body(html):
    head = '<mj-attributes><mj-hero mode="fixed-height" /><mj-column padding="0 7px" /></mj-attributes>'
    hero = '<mj-hero mode="fluid-height" background-width="4px" background-height="1px"><mj-text>x</mj-text></mj-hero>'
    group = "<mj-section><mj-group><mj-column></mj-column><mj-column></mj-column></mj-group></mj-section>"
    result = html(f"<mjml><mj-head>{head}</mj-head><mj-body>{hero}{group}</mj-body></mjml>")
    assert result.count("padding-bottom:25%") == 2
    assert result.count('<td style="vertical-align:top;width:300px;">') == 2


@pytest.mark.parametrize(
    "attributes", ['padding="0 10px"', 'padding="1px 10px 2px"', 'padding-left="20px"', 'border="10px solid red"']
)
def test_cells_of_a_group_are_as_wide_as_its_columns(attributes, html, alone):
    source = (
        f"<mjml><mj-body><mj-section><mj-group><mj-column {attributes}></mj-column><mj-column></mj-column>"
        "</mj-group></mj-section></mj-body></mjml>"
    )
    assert html(source).count('<td style="vertical-align:top;width:300px;">') == 2
    if "0 " not in attributes:
        assert 'width:280px;"' in alone(source)
