"""Whatever is read: no exception, no hang, and findings only inside the document."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mops_cli.channels.mjml import MjmlOptions, compile_mjml
from mops_cli.channels.mjml.places import plain_locate

WORDS = [
    "<mjml>", "</mjml>", "<mj-head>", "</mj-head>", "<mj-body>", "</mj-body>", "<mj-section>", "</mj-section>",
    "<mj-column width='50%'>", "</mj-column>", "<mj-text>", "</mj-text>", "<mj-text", ">", "/>", "<", "<!--", "-->",
    "<![CDATA[", "]]>", "<mj-raw>", "</mj-raw>", "<mj-image src=", '"', "'", "=", " a=b", " color='red'", "<mj-style inline='inline'>",
    "</mj-style>", "p { color: red }", "{", "}", "<mj-attributes>", "<mj-all ", "jx00001sxj", "jx00002sxj", "jx00003exj",
    "<mj-include path='a' />", "<mj-include path='b' />", "<mj-navbar>", "<mj-social>", "<mj-accordion>", "<mj-hero mode='fluid-height'>",
    "<mj-html-attributes><mj-selector path='p'>", "</mj-selector>", "<table><tr>", "</td>", "<p style='", "\u00e9\u200d", "\n", " ",
    "{% if a < 3 %}", "&amp;", "\\", "<mj-font name='x'/>", "<mj-class name='k'/>", " mj-class='k'", "<mj-title>", "\x00", "[if mso]>",
]  # fmt: skip
STATEMENTS = {"jx00001sxj": "{% if a %}", "jx00002sxj": "{% endif %}"}
VALID = (
    "<mjml><mj-head><mj-style inline='inline'>p { margin: 0 }</mj-style></mj-head><mj-body><mj-wrapper padding='0 5px'>"
    "<mj-section full-width='full-width'>jx00001sxj<mj-column width='50%'><mj-text color='red'><p>x</p></mj-text>"
    "<mj-image src='a.png' alt='q' /></mj-column>jx00002sxj</mj-section></mj-wrapper></mj-body></mjml>"
)


def reader(path, base):
    from mops_cli.channels.mjml import Included

    text = {"a": "<mj-section><mj-column /></mj-section>", "b": "<mj-include path='b' /><mj-text"}.get(path)
    return None if text is None else Included(text, path, plain_locate(path, text))


def check(source):
    options = MjmlOptions(statements=STATEMENTS, read=reader, font_family="Arial", google_fonts=True)
    result = compile_mjml(source, locate=plain_locate("mail.mjml", source), options=options)
    lines = source.count("\n") + 1
    for found in result.diagnostics:
        assert found.message
        assert found.help
        assert found.span.path in {"mail.mjml", "a", "b"}
        assert 1 <= found.span.line <= max(lines, 1)
    if not result.diagnostics:
        assert "<body" in result.html


FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FUZZ
@given(st.lists(st.sampled_from(WORDS), max_size=40).map("".join))
def test_word_salad(source):
    check(source)


@FUZZ
@given(st.text(max_size=200))
def test_any_text(source):
    check(source)


@FUZZ
@given(st.data())
def test_a_damaged_document(data):
    source = VALID
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(source)))
        cut = data.draw(st.integers(0, 12))
        source = source[:at] + data.draw(st.sampled_from(["", *WORDS])) + source[at + cut :]
    check(source)
