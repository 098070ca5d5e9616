"""The brand's fonts on pages and in mails."""

import re

from tests.unit.design.support import font_file

LAYOUT = "content/layouts/email/base.mjml"
FONTS = """
roles:
  body:
    family: Test Sans
    fallback: [Arial, sans-serif]
    licence: OFL-1.1
    files:
      - {file: brand/fonts/regular.ttf, weight: 400}
      - {file: brand/fonts/bold.ttf, weight: 700}
"""
LETTERS = "".join(chr(code) for code in range(33, 127)) + "äł漢"


def files(**more):
    return {
        "brand/fonts.yaml": FONTS,
        "brand/fonts/regular.ttf": font_file(characters=LETTERS),
        "brand/fonts/bold.ttf": font_file(weight=700, characters=LETTERS),
        **more,
    }


def test_a_page_offers_slices_and_a_fallback_in_the_same_measures(channel):
    made = channel("web", "{placements: [home]}", body="# Good morning\n\nText.", files=files())
    html = made.outputs["web/en.html"].decode()
    assert html.count("@font-face") == 6  # two files in two slices, and two fallbacks
    assert "font-family: 'Test Sans fallback'; font-style: normal; font-weight: 700; src: local(\"Arial Bold\")" in html
    assert "Test Sans fallback" in html.split("</style>", 1)[1]
    named = set(re.findall(r'links\.asset\("(assets/[0-9a-f]{16}\.woff2)"\)', html))
    assert named == {path for path in made.outputs if path.endswith(".woff2")}
    assert len(named) == 4
    assert "unicode-range: U+142;" in html


def test_a_character_of_no_script_here_travels_alone(channel):
    made = channel("web", "{placements: [home]}", body="漢", files=files())
    assert "unicode-range: U+6F22;" in made.outputs["web/en.html"].decode()


def test_a_mail_declares_fonts_where_its_layout_says_so_and_outlook_does_not_look(channel):
    made = channel("email", body="Text.", files=files())
    html = made.outputs["email/en.html"].decode()
    block = re.search(r"<!--\[if !mso\]><!--><style[^>]*>\s*(@font-face.*?)</style><!--<!\[endif\]-->", html, re.DOTALL)
    assert block[1].count("@font-face") == 2
    assert "unicode-range" not in block[1]
    assert block[1].count("{{ (links.asset(") == 2
    assert len([path for path in made.outputs if path.endswith(".woff2")]) == 2


def test_a_layout_that_does_not_ask_gets_none(channel):
    mjml = "<mjml><mj-head><mj-title>x</mj-title></mj-head><mj-body>[[ content ]]</mj-body></mjml>"
    made = channel("email", body="Text.", files=files(**{LAYOUT: mjml}))
    assert "@font-face" not in made.outputs["email/en.html"].decode()
    assert not any(path.endswith(".woff2") for path in made.outputs)


def test_a_brand_without_font_files_declares_nothing(channel):
    assert "@font-face" not in channel("email", body="Text.").outputs["email/en.html"].decode()
    assert "@font-face" not in channel("web", "{placements: [home]}", body="Text.").outputs["web/en.html"].decode()


def test_the_mail_on_paper_uses_the_brands_own_files(channel):
    made = channel("pdf", "{source: email}", body="Text.", files=files())
    assert "MR108" not in made.codes()


def test_the_notice_names_every_font_and_quotes_its_licence(project):
    from mops_cli.build.project import open_project
    from mops_cli.channels import notices
    from mops_cli.channels.base import no_memo

    yaml = FONTS.replace("OFL-1.1", "OFL-1.1\n    licence_file: brand/fonts/OFL.txt\n    source: fonts-test 1.0")
    licence = b"Copyright 2024 Nobody\n\nSIL OPEN FONT LICENSE  \n"
    opened = open_project(project(files(**{"brand/fonts.yaml": yaml, "brand/fonts/OFL.txt": licence})))
    (output,) = notices.project_outputs(opened.repository, opened.files, no_memo).outputs
    text = output.data.decode()
    assert output.path == "NOTICE-fonts.txt"
    assert "Licence:  OFL-1.1\nSource:   fonts-test 1.0\n" in text
    assert text.count("brand/fonts/regular.ttf (sha256 ") == 1
    assert text.endswith("(brand/fonts/OFL.txt)\n\nCopyright 2024 Nobody\n\nSIL OPEN FONT LICENSE\n")


def test_a_brand_without_font_files_needs_no_notice(project):
    from mops_cli.build import graph
    from mops_cli.build.project import open_project

    assert graph.NOTICE not in graph.units(open_project(project({})).repository)
    assert graph.NOTICE in graph.units(open_project(project(files())).repository)
    assert graph.parse("fonts") is graph.NOTICE
