"""``mj-include``: content, heads, styles, places, circles."""

from __future__ import annotations

import pytest

BODY = "<mjml>\n<mj-body>\n{}\n</mj-body>\n</mjml>"
SECTION = "<mj-section>\n<mj-column>\n<mj-text>{}</mj-text>\n</mj-column>\n</mj-section>"


def test_a_fragment_takes_the_place_of_the_include(html):
    assert ">inside<" in html(BODY.format('<mj-include path="a.mjml" />'), files={"a.mjml": SECTION.format("inside")})


def test_a_document_gives_its_body_and_its_head(html):
    other = f"<mjml><mj-head><mj-title>T</mj-title></mj-head><mj-body>{SECTION.format('x')}</mj-body></mjml>"
    result = html(BODY.format('<mj-include path="a.mjml" />'), files={"a.mjml": other})
    assert "<title>T</title>" in result
    assert ">x<" in result


def test_html_and_css(html, alone):
    source = BODY.format(
        '<mj-include path="a.html" type="html" /><mj-include path="a.css" type="css" />'
        '<mj-include path="b.css" type="css" css-inline="inline" />' + SECTION.format("x")
    )
    files = {"a.html": "<!-- <br> -->&copy; <br>", "a.css": ".a > b { color: red }", "b.css": "td { color: blue }"}
    result = html(source, files=files)
    assert "&copy; <br>" in result
    assert ".a > b { color: red }" in result
    assert "color: blue;" in result
    assert "td { color: blue }" not in result
    assert alone(source) == ""


def test_findings_point_into_the_included_file(run):
    files = {"a.mjml": '<mj-include path="b.mjml" />', "b.mjml": SECTION.format("x").replace("mj-text", "mj-txt")}
    found = run(BODY.format('<mj-include path="a.mjml" />'), files=files).diagnostics
    assert [(d.code, d.span.path, d.span.line) for d in found] == [("ME201", "b.mjml", 3)]


@pytest.mark.parametrize(
    ("include", "code"),
    [
        ('<mj-include path="missing.mjml" />', "ME402"),
        ("<mj-include />", "ME203"),
        ('<mj-include path="a.mjml" type="text" />', "ME202"),
        ('<mj-include path="loop.mjml" />', "ME403"),
    ],
)
def test_an_include_that_cannot_be(include, code, run):
    files = {"a.mjml": "", "loop.mjml": '<mj-include path="loop.mjml" />'}
    found = run(BODY.format(include), files=files).diagnostics
    assert [d.code for d in found] == [code]


def test_a_long_chain_ends(run):
    files = {f"{n}.mjml": f'<mj-include path="{n + 1}.mjml" />' for n in range(50)}
    assert [d.code for d in run(BODY.format('<mj-include path="0.mjml" />'), files=files).diagnostics] == ["ME403"]


def test_a_fan_ends(run):
    files = {f"{n}.mjml": f'<mj-include path="{n + 1}.mjml" />' * 8 for n in range(9)} | {"9.mjml": ""}
    assert {d.code for d in run(BODY.format('<mj-include path="0.mjml" />'), files=files).diagnostics} == {"ME403"}


def test_without_a_reader_an_include_is_an_error(run):
    assert [d.code for d in run(BODY.format('<mj-include path="a.mjml" />'), read=None).diagnostics] == ["ME402"]
