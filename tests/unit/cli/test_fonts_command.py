"""``mops fonts`` through its entry point; registries are played by small programs."""

from __future__ import annotations

import io
import json
import tarfile

import pytest

from mops_cli.content.fonts_file import Entry, Role, spliced
from mops_cli.errors import UsageError
from tests.unit.design.support import font_file

OFL = b"Copyright 2024 Nobody\n\nThis Font Software is licensed under the SIL OPEN FONT LICENSE Version 1.1\n"
BODY = """\
# our fonts
roles:
  heading:  # never change this
    family: Test Display
    fallback: [Georgia, serif]
    licence: OFL-1.1
    files:
      - {file: brand/fonts/display.ttf, weight: 600}

# the end
"""


@pytest.fixture
def brand(project):
    return project({"brand/fonts.yaml": BODY, "brand/fonts/display.ttf": font_file(family="Test Display", weight=600)})


@pytest.fixture
def fonts(tmp_path):
    folder = tmp_path / "downloads"
    folder.mkdir()
    for weight in (400, 700):
        (folder / f"TestSans-{weight}.ttf").write_bytes(font_file(weight=weight))
    (folder / "OFL.txt").write_bytes(OFL)
    return folder


def test_a_font_from_a_folder_is_copied_with_its_licence_and_nothing_else_changes(mops, brand, fonts):
    called = mops("fonts", "add", "test sans", "--from", str(fonts), cwd=brand)
    assert called.code == 0, called
    text = (brand / "brand/fonts.yaml").read_text()
    assert text.startswith(BODY.split("\n\n# the end", maxsplit=1)[0])
    assert text.endswith("\n# the end\n")
    assert (
        "  body:\n    family: Test Sans\n    fallback: [Helvetica, Arial, sans-serif]\n    licence: OFL-1.1\n" in text
    )
    assert (brand / "brand/fonts/TestSans-Bold.ttf").read_bytes() == font_file(weight=700)
    assert (brand / "brand/fonts/OFL-TestSans.txt").read_bytes() == OFL
    report = json.loads(mops("fonts", "report", "--json", cwd=brand).out)
    assert [role["role"] for role in report["data"]["roles"]] == ["heading", "body"]
    assert report["diagnostics"] == []
    again = mops("fonts", "add", "Test Sans", "--from", str(fonts), cwd=brand)
    assert again.code == 0
    assert (brand / "brand/fonts.yaml").read_text() == text


def test_a_dry_run_writes_nothing(mops, brand, fonts):
    before = (brand / "brand/fonts.yaml").read_text()
    called = mops("fonts", "add", "Test Sans", "--from", str(fonts), "--weights", "700", "--dry-run", cwd=brand)
    assert called.code == 0
    assert "brand/fonts/TestSans-Bold.ttf" in called.out
    assert "family: Test Sans" in called.out
    assert (brand / "brand/fonts.yaml").read_text() == before
    assert not (brand / "brand/fonts/TestSans-Bold.ttf").exists()
    envelope = json.loads(mops("fonts", "add", "Test Sans", "--from", str(fonts), "--dry-run", "--json", cwd=brand).out)
    assert envelope["schema"] == "mops.fonts-add/1"
    assert envelope["data"]["dry_run"] is True


@pytest.mark.parametrize(
    ("args", "part"),
    [
        (["Test Sans"], "--from PATH"),
        (["Test Sans", "--from", "nowhere"], "no font at nowhere"),
        (["Tset Sans", "--from", "."], 'did you mean "Test Sans"?'),
        (["Test Sans", "--from", ".", "--weights", "400,900"], "it has 400, 700"),
        (["Test Sans", "--from", ".", "--weights", "bold"], '"bold" is no weight'),
        (["Test Sans", "--from", ".", "--italic"], "no italic style"),
        (["Test Sans", "--from", ".", "--role", "Body!"], "cannot be the name of a role"),
        (["@fontsource/../x", "--from", "npm"], "is no npm package"),
    ],
)
def test_what_cannot_be_added_is_said_in_a_sentence(mops, brand, fonts, args, part):
    called = mops("--project", str(brand), "fonts", "add", *args, cwd=fonts)
    assert called.code == 2, called
    assert part in called.err


def test_a_file_that_is_there_is_not_overwritten(mops, brand, fonts):
    (brand / "brand/fonts/TestSans-Regular.ttf").write_bytes(b"mine")
    called = mops("fonts", "add", "Test Sans", "--from", str(fonts), cwd=brand)
    assert called.code == 2
    assert "is there already" in called.err
    assert not (brand / "brand/fonts/OFL-TestSans.txt").exists()


def package():
    """A fontsource package with two script slices."""
    files = {
        "package/package.json": b'{"version": "5.0.1"}',
        "package/metadata.json": b'{"family": "Test Sans", "license": {"type": "OFL-1.1"}}',
        "package/LICENSE": OFL,
        "package/files/test-sans-latin-400-normal.woff2": font_file(flavor="woff2"),
        "package/files/test-sans-latin-ext-400-normal.woff2": font_file(characters="łőő", flavor="woff2"),
        "package/files/test-sans-greek-400-normal.woff2": font_file(characters="αβγ", flavor="woff2"),
    }
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return out.getvalue()


def test_an_npm_package_gives_its_slices(mops, brand, tmp_path, monkeypatch):
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "package.tgz").write_bytes(package())
    (tools / "npm").write_text(f'#!/bin/sh\ncp "{tools}/package.tgz" "$6/"\necho "$@" > "{tools}/asked"\n')
    (tools / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    called = mops("fonts", "add", "@fontsource/test-sans", "--weights", "400", cwd=brand)
    assert called.code == 0, called
    assert (tools / "asked").read_text().startswith("pack @fontsource/test-sans --silent --ignore-scripts")
    text = (brand / "brand/fonts.yaml").read_text()
    assert 'source: "@fontsource/test-sans 5.0.1"' in text
    assert "file: brand/fonts/TestSans-Regular.ttf" in text
    assert "file: brand/fonts/TestSans-Regular-latin-ext.ttf" in text
    assert "greek" not in text


def test_a_tool_that_is_missing_or_fails_is_named(mops, brand, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    called = mops("fonts", "add", "Inter", "--from", "npm", cwd=brand)
    assert called.code == 2
    assert "npm is not installed here" in called.err
    (tmp_path / "nothing").mkdir()
    (tmp_path / "nothing/apt-get").write_text(
        "#!/bin/sh\necho 'E: Unable to locate package fonts-none' >&2\nexit 100\n"
    )
    (tmp_path / "nothing/apt-get").chmod(0o755)
    called = mops("fonts", "add", "fonts-none", cwd=brand)
    assert called.code == 75
    assert "Unable to locate package" in called.err


def test_the_report_names_characters_nobody_draws(mops, brand):
    path = brand / "campaigns/hello/message.md"
    path.write_text(path.read_text().replace("welcome.", "welcome 漢. 👍"))
    called = mops("fonts", "report", cwd=brand)
    assert called.code == 0, called
    assert "display.ttf" in called.out
    assert "MB212 warning: no brand font has 漢 (U+6F22" in called.out
    assert "👍" not in called.out
    found = json.loads(mops("fonts", "report", "--json", cwd=brand).out)
    (gap,) = next(one for one in found["data"]["channels"] if one["channel"] == "email")["missing"]
    assert (gap["code"], gap["path"]) == ("U+6F22", "campaigns/hello/message.md")


ROLE = Role("body", "X", ("Arial", "sans-serif"), "OFL-1.1", "", "", (Entry("f.ttf", (100, 900), "normal", "0" * 64),))


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        ("", "# yaml-language-server"),
        ("roles:\n", "roles:\n  body:\n"),
        ("roles: {}\n", "roles:\n  body:\n"),
        ("roles:\n    body:\n        family: Old\n    mono:\n        family: M\n", "    body:\n        family: X\n"),
        ("roles:\n  body: {family: Old}\n  # about mono\n  mono: {family: M}", "  # about mono\n  mono: {family: M}\n"),
        ("other: 1", "other: 1\nroles:\n  body:\n"),
        ("roles:\n  body: &sans\n    family: Old\n  heading: *sans\n", "  body: &sans\n    family: X\n"),
    ],
)
def test_splicing(before, kept):
    from mops_cli.content.yaml_source import parse

    after = spliced(before, ROLE)
    assert kept in after
    assert "Old" not in after
    assert after.count("body:") == 1
    assert parse("brand/fonts.yaml", after).data["roles"]["body"]["files"][0]["weight"] == [100, 900]
    assert spliced(after, ROLE) == after


def test_a_file_on_one_line_is_left_alone():
    with pytest.raises(UsageError):
        spliced("roles: {body: {family: X}}\n", ROLE)
