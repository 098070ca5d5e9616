"""Inlining touches ``style`` attributes and nothing else."""

from __future__ import annotations

import re

import pytest

from mops_cli.channels.mjml.inline import apply


def body(inside):
    return f"<!doctype html><html><head><style>p {{ color: green }}</style></head><body>{inside}</body></html>"


@pytest.mark.parametrize(
    "inside",
    [
        "<table><tbody>jx00001sxj<tr><td>x</td></tr>jx00002sxj</tbody></table>",
        "<!--[if mso | IE]><table><tr><td><p>x</p><![endif]--><p>y</p><!--[if mso | IE]></td></tr></table><![endif]-->",
        "<!--[if !mso]><!--><p>x</p><!--<![endif]-->",
        "<p>&nbsp;&copy;&#8203;<BR/><img alt='a > \"b\"' src=x></p><p CLASS=a>z",
        "<td><div><p>lost cell</td>",
        '<p title="a < b">x</p><xml><p>x</p></xml>',
    ],
)
def test_only_styles_change(inside):
    html = body(inside)
    result = apply(html, "p { margin: 0 } td, .a { padding: 1px }")
    assert result != html
    assert re.sub(r'\sstyle="[^"]*"', "", result) == html


def test_outlook_comments_are_not_touched():
    comment = '<!--[if mso]><p class="a"><![endif]-->'
    assert comment in apply(body(f"{comment}<p>x</p>"), "p { margin: 0 }")


def test_cascade():
    html = body('<p class="a" style="color: red; margin: 1px">x</p>')
    result = apply(html, ".a { color: blue; padding: 0 } p { margin: 5px !important; padding: 9px }")
    assert 'style="padding: 0;color: red;margin: 5px;"' in result


def test_media_queries_and_states_stay_out():
    html = body("<p>x</p>")
    assert apply(html, "@media screen { p { color: red } } p:hover { color: blue }") == html


def test_attribute_selectors():
    html = body('<p data-x="1" style="color: red">x</p><p>y</p>')
    assert apply(html, '[data-x="1"] { margin: 0 }').count("margin: 0") == 1
    assert apply(html, '[style*="red"] { margin: 0 }').count("margin: 0") == 1


def test_sentinels_in_styles_survive():
    html = body('<p style="jx00001sxjcolor: red;jx00002sxjmargin: jx00003exj">x</p>')
    result = apply(html, "p { padding: jx00004exj }")
    assert all(f"jx0000{n}{kind}xj" in result for n, kind in ((1, "s"), (2, "s"), (3, "e"), (4, "e")))


def test_values_with_semicolons_and_quotes():
    html = body("<p style='background: url(\"data:image/png;base64,AA\")'>x</p>")
    result = apply(html, 'p { font-family: "A B" }')
    assert "url(&quot;data:image/png;base64,AA&quot;)" in result
    assert "font-family: 'A B';" in result


def test_a_remote_style_sheet_is_never_loaded():
    html = body('<link rel="stylesheet" href="https://aurora.example/a.css"><p>x</p>')
    assert '<p style="margin: 0;">' in apply(html, '@import url("https://aurora.example/b.css"); p { margin: 0 }')


@pytest.mark.parametrize(
    "css",
    [
        "P { margin: 0 }",
        "* { margin: 0 }",
        "body > p { margin: 0 }",
        "p:not(.nowhere) { margin: 0 }",
        ".nowhere, #b { margin: 0 }",
        "/* .x { } */ .a { margin: 0 }",
        ".nowhere p { color: red } p.a#b { margin: 0 }",
    ],
)
def test_a_rule_that_can_match_is_never_left_out(css):
    assert "margin: 0" in apply(body('<P class="x a" id="b">x</P>'), css)
