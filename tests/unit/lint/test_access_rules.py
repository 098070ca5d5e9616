"""What a reader who cannot see the mail needs."""

from __future__ import annotations

import pytest

from mops_cli.lint.rules import access_alt_text, access_headings, access_lang, access_link_text


@pytest.mark.parametrize(
    ("html", "severity"),
    [
        ('<img src="a.png">', "error"),
        ('<a href="https://x.example"><img src="a.png" alt=""></a>', "error"),
        ('<img src="a.png" alt="IMG_2034.jpg">', "warning"),
        ('<img src="a.png" alt="Image">', "warning"),
        (f'<img src="a.png" alt="{"long " * 50}">', "warning"),
    ],
)
def test_pictures_without_words(findings, html, severity):
    found = findings(access_alt_text, email=html)
    assert [(item.code, item.severity) for item in found] == [("MA101", severity)]
    assert found[0].help


@pytest.mark.parametrize(
    "html",
    [
        '<img src="a.png" alt="Three bags on a table">',
        '<img src="line.png" alt="">',
        '<img src="open.gif" width="1" height="1">',
        '<a href="https://x.example"><img src="a.png" alt="">Taste it</a>',
    ],
)
def test_pictures_with_words_and_decoration(findings, html):
    assert findings(access_alt_text, email=html) == []


def test_the_place_is_where_the_author_wrote_it(findings, a_message):
    files = a_message("subject: x\n", '# Hi\n\n::: image src=assets/a.png alt="photo"\n:::\n')
    found = findings(access_alt_text, files, email='<img src="{{ links.asset("assets/1.png") }}" alt="photo">')
    assert (found[0].span.path, found[0].span.line, found[0].span.column) == ("campaigns/hello/message.md", 6, 28)


def test_skipped_levels_and_two_titles(findings, a_message):
    files = a_message("subject: x\n", "# Hello\n\n### Deep\n\n# Again\n")
    found = findings(access_headings, files, email="<h1>Hello</h1><h3>Deep</h3><h1>Again</h1>")
    assert [item.span.line for item in found] == [6, 8]
    assert "level 3 after one of level 1" in found[0].message


def test_headings_in_order(findings):
    assert findings(access_headings, email="<h1>a</h1><h2>b</h2><h3>c</h3><h2>d</h2><h6></h6>") == []


@pytest.mark.parametrize(
    ("html", "count"), [("<html><body>x</body></html>", 1), ('<html lang="fr">', 1), ('<html lang="en-GB">', 0)]
)
def test_lang(findings, html, count):
    assert len(findings(access_lang, email=html)) == count


@pytest.mark.parametrize("text", ["Click here", "here", "Read more »", "hier", "Mehr erfahren"])
def test_vague_link_texts(findings, text):
    assert [item.code for item in findings(access_link_text, email=f'<a href="https://x.example">{text}</a>')] == [
        "MA104"
    ]


def test_link_without_text(findings):
    assert len(findings(access_link_text, email='<a href="https://x.example"> </a>')) == 1
    assert (
        findings(access_link_text, email='<a href="https://x.example"><img alt="Taste it"></a><a name="top"></a>') == []
    )
