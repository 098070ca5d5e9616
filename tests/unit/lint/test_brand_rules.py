"""Colours, typefaces and contrast of the brand, and the words it uses."""

from __future__ import annotations

import pytest

from mops_cli.lint.colors import written_colors, written_families
from mops_cli.lint.contrast import texts_on
from mops_cli.lint.page import parse
from mops_cli.lint.rules import brand_colors, brand_contrast, brand_fonts, voice_words

TOKENS = """\
color:
  $type: color
  accent: {$value: {colorSpace: srgb, components: [0.7, 0.1882, 0.2902], hex: "#b3304a"}}
  on-accent: {$value: {colorSpace: srgb, components: [1, 1, 1], hex: "#ffffff"}}
"""
FONTS = """\
roles:
  body: {family: Hanken Grotesk, fallback: [Arial, sans-serif], licence: OFL-1.1}
"""


def block(mjml: str) -> dict[str, str]:
    return {
        "content/blocks/odd/block.yaml": "title: Odd\nbody: none\n",
        "content/blocks/odd/email.mjml": mjml,
        "brand/brand.tokens.yaml": TOKENS,
        "brand/fonts.yaml": FONTS,
    }


@pytest.mark.parametrize(
    ("mjml", "column"),
    [
        ('<mj-button background-color="#30b34a">x</mj-button>', 30),
        ('<mj-text color="rgb(48, 179, 74)">x</mj-text>', 17),
        ('<mj-text color="green">x</mj-text>', 17),
        ('<p style="color:#0c0">x</p>', 17),
    ],
)
def test_foreign_colours_name_the_nearest_token(findings, mjml, column):
    found = findings(brand_colors, block(mjml))
    assert [(item.code, item.span.path, item.span.column) for item in found] == [
        ("MB401", "content/blocks/odd/email.mjml", column)
    ]
    assert "[[ tokens.color." in found[0].help


@pytest.mark.parametrize(
    "mjml",
    [
        '<mj-button background-color="#b3304a">x</mj-button>',
        '<mj-button background-color="#b3304b">hardly different</mj-button>',
        '<mj-button background-color="[[ tokens.color.accent ]]">x</mj-button>',
        '<a href="#add">x</a> &#1234;',
        "<!-- #30b34a -->",
        '<p style="color:white;background:transparent">x</p>',
    ],
)
def test_colours_of_the_brand_and_what_is_no_colour(findings, mjml):
    assert findings(brand_colors, block(mjml)) == []


def test_colours_have_places():
    text = "a {\n  color: #ABC;\n  background: rgba(1,2,3,.5)\n}"
    assert [(color.text, color.hex, color.span.line, color.span.column) for color in written_colors("a.css", text)] == [
        ("#ABC", "#aabbcc", 2, 10),
        ("rgba(1,2,3,.5)", "#010203", 3, 15),
    ]


def test_foreign_typefaces(findings):
    found = findings(brand_fonts, block('<mj-text font-family="Hanken Grotesque, Arial">x</mj-text>'))
    assert [(item.code, item.span.column) for item in found] == [("MB402", 23)]
    assert "Hanken Grotesk" in found[0].help
    assert findings(brand_fonts, block('<mj-text font-family="Hanken Grotesk, Arial">x</mj-text>')) == []
    assert findings(brand_fonts, block("<style>@font-face { font-family: Other; src: url(x) }</style>")) == []


def test_families_are_read_as_css_reads_them():
    text = """<p style="font-family:'My Font', Arial !important">"""
    assert [families for families, _ in written_families("a.html", text)] == [["My Font", "Arial"]]


def test_contrast_of_token_pairs(findings):
    pale = TOKENS.replace("[0.7, 0.1882, 0.2902]", "[0.9, 0.9, 0.9]").replace("#b3304a", "#e6e6e6")
    found = [
        item
        for item in findings(brand_contrast, {"brand/brand.tokens.yaml": pale})
        if "color.on-accent on" in item.message
    ]
    assert [(item.code, item.span.path, item.span.line) for item in found] == [("MB403", "brand/brand.tokens.yaml", 4)]


def test_contrast_of_a_mail_in_both_modes(findings, a_message):
    html = (
        "<style>@media (prefers-color-scheme: dark) { .page { background: #111 !important } .soft { color: #333 !important } }</style>"
        '<div class="page" style="background:#ffffff"><p style="color:#bbbbbb">Order by Sunday</p>'
        '<p class="soft" style="color:#222222">Small print</p></div>'
    )
    found = findings(brand_contrast, a_message("subject: x\n", "Order by Sunday\n\nSmall print\n"), email=html)
    said = [
        (item.span.line, "light" in item.message, item.message.split('"')[1])
        for item in found
        if item.span.path.endswith("message.md")
    ]
    assert said == [(4, True, "Order by Sunday"), (6, False, "Small print")]


@pytest.mark.parametrize(
    ("html", "looks"),
    [
        ('<td bgcolor="#000000"><b style="color:#fff">x</b></td>', [("#ffffff", "#000000")]),
        ('<div style="background:url(a.png)"><p>x</p></div>', []),
        ('<div style="display:none;color:#eee">x</div>', []),
        ('<p style="color:rgba(0,0,0,0.5)">x</p>', [("#808080", "#ffffff")]),
        ("<style>.a b { color: red }</style><p class=a><i><b>x</b></i></p>", [("#ff0000", "#ffffff")]),
        ("<style>@media print { p { color: red } }</style><p>x</p>", [("#000000", "#ffffff")]),
        ("<p>{{ x }}</p>".replace("{{ x }}", "mops-recipient"), []),
    ],
)
def test_looks(html, looks):
    assert [(piece.front, piece.back) for piece in texts_on(parse(html), "light")] == looks


def test_avoided_words(findings, a_message):
    voice = "rules:\n  - {avoid: act now, use: order by Sunday, why: a date is fair}\n  - {avoid: amazing}\n"
    body = "Act  now! It is Amazing, not amazingly so. [x](https://demo.example/amazing) {{ contact.amazing }}\n"
    found = findings(voice_words, {"brand/voice.yaml": voice, **a_message("subject: x\n", body)})
    assert [(item.span.line, item.span.column, item.help) for item in found] == [
        (4, 1, 'write "Order by Sunday"'),
        (4, 17, "leave it out"),
    ]
