"""Font files: what they must be, and what is said when they are not."""

import pytest

from mops_cli.design import fontconfig, fonts
from mops_cli.model.diagnostic import Span
from tests.unit.design.support import font_file, fonts_spec, read_font


def load(data=None, **changes):
    def read(path):
        return data if path == "brand/fonts/regular.ttf" and data is not None else read_font(path)

    return fonts.load(fonts_spec(**changes), read)


def test_good_fonts_pass(fonts):
    assert fonts.families == ("Test Sans", "Test Display")
    assert fonts.stack_css("heading") == "'Test Display', Georgia, serif"
    assert fonts.stack_css("mono") == "'Test Sans', Arial, sans-serif"
    assert fonts.has("test sans")


@pytest.mark.parametrize(
    ("data", "code", "part"),
    [
        (b"not a font", "MB203", "TrueType"),
        (b"", "MB203", "TrueType"),
        (b"wOF2" + b"\0" * 60, "MB203", "TrueType"),
        (font_file(family="Other Sans"), "MB201", 'family: Other Sans"'),
        (font_file(weight=500), "MB208", "weight: 500"),
        (font_file(italic=True), "MB208", "style: italic"),
        (font_file(fs_type=2), "MB205", "OFL"),
        (font_file(fs_type=0x100), "MB205", "OFL"),
    ],
)
def test_a_wrong_file_is_refused_at_its_line(data, code, part):
    made, found = load(data)
    assert [d.code for d in found] == [code]
    assert part in found[0].help
    assert found[0].span.path == "brand/fonts.yaml#roles/body/files/0/file"
    assert [font.path for font in made.files] == ["brand/fonts/bold.ttf", "brand/fonts/display.ttf"]


def test_editable_embedding_is_enough():
    assert load(font_file(fs_type=8))[1] == []


def test_missing_changed_and_unlicensed_files():
    _, found = load(files=({"file": "brand/fonts/gone.ttf"},))
    assert [d.code for d in found] == ["MB202"]
    _, found = load(files=({"file": "brand/fonts/regular.ttf", "sha256": "0" * 64},))
    assert [d.code for d in found] == ["MB204"]
    assert "sha256: " in found[0].help
    assert [d.code for d in load(licence="")[1]] == ["MB206"]
    assert [d.code for d in load(licence_file="brand/fonts/OFL.txt")[1]] == ["MB206"]
    assert [d.code for d in load(fallback=("Arial",))[1]] == ["MB210"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Copyright 2020 X, with Reserved Font Name "Test Sans".\n\nPREAMBLE', ["MB211"]),
        ("Copyright 2020 X, with Reserved Font Name Test.\n\nPREAMBLE", ["MB211"]),
        ("Copyright 2020 X\n\nPREAMBLE\n Reserved Font Name Test", []),
        ("Copyright 2020 X, with Reserved Font Name Other.\n\nPREAMBLE", []),
    ],
)
def test_a_reserved_name_is_noted(text, expected):
    def read(path):
        return text.encode() if path == "brand/fonts/OFL.txt" else read_font(path)

    _, found = fonts.load(fonts_spec(licence_file="brand/fonts/OFL.txt"), read)
    assert [d.code for d in found] == expected


def test_web_fonts_are_unpacked_for_drawing_and_packed_for_the_web(fonts):
    from mops_cli.design.font_tables import woff2

    made, found = load(font_file(flavor="woff2"))
    assert found == []
    assert made.files[0].data[:4] == b"\0\1\0\0"
    assert woff2(made.files[0].data)[:4] == b"wOF2"
    woff2.cache_clear()
    assert woff2(made.files[0].data) == woff2(fonts.files[0].data)


def test_missing_characters_are_named(fonts):
    from mops_cli.design.fonts import missing_characters

    assert fonts.missing("Grüße, 5 €\n") == []
    finding = missing_characters(fonts, "Hi 漢😀", Span("a.md", 3, 4))
    assert "漢 (U+6F22 cjk unified ideograph-6f22)" in finding.message
    assert finding.code == "MB207"


def test_font_face(fonts):
    from mops_cli.design.font_faces import font_face_css

    css = font_face_css(fonts, lambda font: f'a"b/{font.weight[0]}.woff2')
    assert "font-family: 'Test Sans'; font-style: normal; font-weight: 700; font-display: swap;" in css
    assert "url(\"a%22b/400.woff2\") format('woff2')" in css


def test_strangers_in_a_stack(fonts):
    from mops_cli.design.fonts import unknown_families

    stacks = [("Inter", "sans-serif"), ("Arial", "Test Sans"), ("sans-serif",), ("Inter",)]
    assert unknown_families(fonts, stacks) == ["Inter"]


def test_the_configuration_lists_one_folder_and_no_other(fonts):
    conf = fontconfig.activate(fonts)
    text = conf.read_text()
    assert text.count("<dir>") == 1
    assert "<reset-dirs />" in text
    assert "include" not in text
    assert fontconfig.activate(fonts) == conf
    assert len(list(conf.parent.glob("*.ttf"))) == 3


def test_configurations_are_kept_in_the_project_and_written_anew_when_it_moves(fonts, tmp_path, monkeypatch):
    monkeypatch.setitem(fontconfig._state, "home", tmp_path / "a")
    first = fontconfig.activate(fonts)
    assert first.is_relative_to(tmp_path / "a")
    (tmp_path / "a").rename(tmp_path / "b")
    monkeypatch.setitem(fontconfig._state, "home", tmp_path / "b")
    second = fontconfig.activate(fonts)
    assert str(tmp_path / "b") in second.read_text()
    assert str(tmp_path / "a") not in second.read_text()
