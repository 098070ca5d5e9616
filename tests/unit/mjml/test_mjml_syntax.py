"""What is written wrongly is named at its place, and never stops the reading."""

from __future__ import annotations

import pytest

from mops_cli.channels.mjml.parse import parse
from mops_cli.channels.mjml.places import Places, plain_locate

BODY = "<mjml>\n<mj-body>\n<mj-section>\n<mj-column>\n{}\n</mj-column>\n</mj-section>\n</mj-body>\n</mjml>"


def tree(source):
    places = Places()
    return parse(source, places.add(source, plain_locate("m", source)), places), places


@pytest.mark.parametrize(
    ("inside", "code", "column", "help_"),
    [
        ("<mj-text>a", "ME102", 1, "</mj-text>"),
        ("<mj-text>a</mj-txt>", "ME102", 1, "</mj-text>"),
        ("<mj-image src='a' alt=''", "ME101", 1, "/>"),
        ("</mj-button>", "ME103", 1, "Remove it"),
        ("<mj-text>a</mj-text", "ME101", 11, "</mj-text>"),
        ("<!-- open", "ME104", 1, "-->"),
        ("<![CDATA[ open", "ME104", 1, "]]>"),
        ("<!foo>", "ME105", 1, "<!--"),
        ("<mj-text><mj-divider /></mj-text>", "ME106", 10, "Close `</mj-text>`"),
        ('<mj-text color="red>a</mj-text>', "ME109", 10, "Close it"),
        ("<mj-text color=red>a</mj-text>", "ME110", 10, 'color="red"'),
        ("<mj-text color>a</mj-text>", "ME111", 10, 'color="..."'),
        ('<mj-text color="red"align="left">a</mj-text>', "ME112", 21, "blank"),
        ("<mj-text {% if a %}color='red'>a</mj-text>", "ME113", 10, "inside a value"),
        ('<mj-text color="red"">a</mj-text>', "ME114", 21, 'name="value"'),
    ],
)
def test_a_mistake_is_named_at_its_place(inside, code, column, help_, run):
    found = [d for d in run(BODY.format(inside)).diagnostics if d.code == code]
    assert [(d.span.path, d.span.line, d.span.column) for d in found] == [("mail.mjml", 5, column)]
    assert help_ in found[0].help


def test_a_misspelt_end_tag_closes_what_it_meant(run):
    found = run("<mjml><mj-body><mj-section></mj-sectoin></mj-body></mjml>").diagnostics
    assert [(d.code, d.help) for d in found] == [("ME103", "Did you mean `</mj-section>`?")]


def test_less_than_in_a_text_is_only_text(html, page):
    assert "1 < 2 > 0" in html(page("<mj-text>1 < 2 > 0</mj-text>"))


def test_a_commented_element_is_a_comment(html, page):
    source = page("<!-- <mj-text>a</mj-text> --><mj-raw><!-- <mj-text> --></mj-raw>")
    assert "<!-- <mj-text> -->" in html(source)
    assert "a</" not in html(source)


def test_offsets_cut_out_what_they_name():
    source = "<mjml><mj-text  color='red' align=left\n font-size=\"2px\">Hi</mj-text></mjml>"
    (root,), _ = tree(source)
    node = root.children[0]
    assert [source[a.start : a.end] for a in node.attributes] == ["color='red'", "align=left", 'font-size="2px"']
    assert [source[a.value_start :][: len(a.value)] for a in node.attributes] == ["red", "left", "2px"]
    assert source[node.start : node.end].endswith("Hi</mj-text>")
    assert source[node.text_start : node.text_start + 2] == "Hi"


def test_quick_and_slow_reading_of_a_tag_agree():
    (quick,), _ = tree('<mj-text color="red" align="left" />')
    (slow,), _ = tree("<mj-text color='red' align='left' />")
    assert quick.opening
    assert not slow.opening
    assert quick.attributes == slow.attributes
    assert (quick.start, quick.open_end, quick.end) == (slow.start, slow.open_end, slow.end)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "<",
        "<mjml",
        "plain text",
        "<mj-section>" * 30_000,
        "<mjml>" + "<mj-text>" * 20_000,
        "<mj-text>" + "<!--" * 50_000,
        '<mj-text a="' * 20_000,
        "<mj-text " + "a=' " * 20_000,
        "</mj-text>" * 20_000,
        "<!--" * 50_000,
        "{% " * 50_000,
        "<mj-text {% " + "{{ " * 50_000,
        "<mjml><mj-body>" + "<mj-column" * 20_000,
    ],
    ids=range(14),
)
@pytest.mark.timeout(20)
def test_nothing_hangs(source, run):
    assert run(source).diagnostics


def test_deep_nesting_is_refused_before_the_engine_sees_it(run):
    depth = 200
    source = f"<mjml><mj-body>{'<mj-section>' * depth}{'</mj-section>' * depth}</mj-body></mjml>"
    assert "ME107" in [d.code for d in run(source).diagnostics]


def test_outside_the_root(findings):
    assert findings("<mjml><mj-body></mj-body></mjml>\n<mj-text>x</mj-text>") == [("ME208", 2, 1)]
    assert findings("<mj-body></mj-body>") == [("ME208", 1, 1)]
    assert findings("<mjml></mjml>") == [("ME209", 1, 1)]
    assert ("ME210", 1, 26) in findings("<mjml><mj-body></mj-body><mj-body></mj-body></mjml>")
