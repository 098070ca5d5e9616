"""What `mops init` and `mops new` write: tested file by file, and never over anything."""

from __future__ import annotations

import errno
import json
import re

import jsonschema
import pytest

from mops_cli.content.json_schemas import schemas
from mops_cli.content.scaffold import EMPTY, KINDS, init, new, slug
from mops_cli.content.yaml_source import parse

FILES = {
    ".gitignore",
    "README.md",
    "brand/brand.tokens.yaml",
    "brand/fonts.yaml",
    "brand/fonts/HankenGrotesk-Bold.ttf",
    "brand/fonts/HankenGrotesk-Regular.ttf",
    "brand/fonts/OFL-HankenGrotesk.txt",
    "brand/identity.yaml",
    "brand/mark.svg",
    "brand/voice.yaml",
    "campaigns/welcome/campaign.yaml",
    "campaigns/welcome/card.svg",
    "campaigns/welcome/message.md",
    "content/personas/ada.yaml",
    "content/personas/nameless.yaml",
    "mops.toml",
    "segments/everyone.yaml",
}


@pytest.fixture
def started(tmp_path):
    init(tmp_path / "harbour-light", name='Harbour "Light" & Söhne')
    return tmp_path / "harbour-light"


def test_the_starter_is_these_files(started):
    assert {str(path.relative_to(started)) for path in started.rglob("*") if path.is_file()} == FILES


@pytest.mark.parametrize(
    "path", sorted(path for path in FILES if path.endswith((".yaml", ".toml", ".md", ".svg", ".gitignore")))
)
def test_no_mark_is_left_in_any_file(started, path):
    assert "@@ID@@" not in (started / path).read_text()
    assert not re.search(r"@@[A-Z]+@@", (started / path).read_text())


@pytest.mark.parametrize("path", sorted(path for path in FILES if path.endswith(".yaml")))
def test_every_yaml_names_its_schema_and_obeys_it(started, path):
    text = (started / path).read_text()
    first = text.splitlines()[0]
    match = re.fullmatch(r"# yaml-language-server: \$schema=((?:\.\./)+)\.mops/schemas/(\w+)\.json", first)
    assert match, first
    assert match[1].count("..") == path.count("/")
    jsonschema.Draft7Validator(schemas()[match[2]]).validate(parse(path, text).data)


def test_the_starter_lints_clean_and_builds_every_channel(started, mops):
    linted = mops("lint", cwd=started)
    assert linted.code == 0, linted
    assert [line for line in linted.out.splitlines() if " warning: " in line] == []
    built = mops("build", "--json", cwd=started)
    data = json.loads(built.out)["data"]
    assert built.code == 0, built
    channels = {artifact["channel"] for artifact in data["manifest"]}
    assert channels >= {"email", "sms", "push", "web", "social", "chat"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_new_writes_lints_clean(started, mops, kind):
    made = mops("new", kind, "spring-launch", cwd=started)
    assert made.code == 0, made
    linted = mops("lint", "--output-format", "concise", cwd=started)
    errors = [line for line in linted.out.splitlines() if " warning:" not in line and " info:" not in line]
    assert errors == []


def test_init_in_a_folder_with_files_keeps_them(tmp_path, mops):
    (tmp_path / "README.md").write_text("mine")
    called = mops("init", "--no-input")
    assert called.code == 0
    assert (tmp_path / "README.md").read_text() == "mine"
    assert "README.md was there and stays as it is" in called.err


def test_init_twice_is_refused(started, mops):
    called = mops("init", cwd=started)
    assert called.code == 2
    assert "holds a project already" in called.err


def test_init_empty_and_unknown_templates(mops, tmp_path):
    assert mops("init", "bare", "--template", "empty", "--no-input").code == 0
    assert len(
        [path for path in (tmp_path / "bare").rglob("*") if path.is_file() and ".mops" not in path.parts]
    ) == len(EMPTY)
    assert mops("lint", cwd=tmp_path / "bare").code == 0
    called = mops("init", "other", "--template", "startr")
    assert called.code == 2
    assert "starter" in called.err


@pytest.mark.parametrize(
    ("name", "hint"),
    [("Spring Launch", "spring-launch"), ("../evil", "evil"), ("ä", "a"), ("1st", "st"), ("", "small letters")],
)
def test_names_that_are_no_ids(started, mops, name, hint):
    called = mops("new", "campaign", name, cwd=started)
    assert called.code == 2
    assert hint in called.err


def test_new_never_overwrites(started):
    from mops_cli.errors import UsageError

    before = (started / "campaigns/welcome/message.md").read_bytes()
    with pytest.raises(UsageError, match="is there already"):
        new(started, "campaign", "welcome")
    assert (started / "campaigns/welcome/message.md").read_bytes() == before


def test_slug():
    assert [slug("Größe & Mehr"), slug("7 Days"), slug("!!!")] == ["grosse-mehr", "days", ""]


def test_demo_outside_a_project(mops, tmp_path):
    called = mops("demo")
    assert called.code == 0, called
    page = tmp_path / "mops-demo/.mops/demo/index.html"
    html = page.read_text()
    assert page.as_uri() in called.out
    assert len((called.out + called.err).splitlines()) <= 20
    assert "<script" not in html
    assert not re.search(r'(?:src|href|data)="https?:', html)
    for channel in ("email", "sms", "push", "social", "web", "chat"):
        assert f"<b>{channel}</b>" in html
    assert mops("demo").code == 0


def test_every_schema_is_draft_07():
    for schema in schemas().values():
        jsonschema.Draft7Validator.check_schema(schema)


def test_half_a_file_is_not_left_behind(tmp_path, monkeypatch):
    from pathlib import Path

    from mops_cli.content import scaffold

    real = Path.open

    def full(self, mode="r", *args, **kwargs):
        real(self, mode, *args, **kwargs).close()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(OSError, match=r"campaign\.yaml"):
        scaffold.new(tmp_path, "campaign", "spring", locales=("en",), topic="news")
    assert not list(tmp_path.rglob("*.yaml"))
