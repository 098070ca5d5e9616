"""Only what changed, and what depends on it, is built again."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from build_fakes import campaign, message, snapshot, write

TWO = {
    "spring": {
        "campaign.yaml": campaign("email: {attach: [pdf]}", "sms", "pdf"),
        "message.md": message("snippet legal"),
    },
    "autumn": {"campaign.yaml": campaign("sms", "web"), "message.md": message("block hero", "asset assets/a.bin")},
}
FILES = {
    "content/snippets/legal.md": "Legal.\n",
    "content/assets/a.bin": "A",
}


@pytest.fixture
def two(project, build):
    root = project(TWO, FILES)
    report = build(root)
    assert report.exit_code == 0, report.diagnostics
    return root


def test_first_build_makes_everything(project, build):
    root = project(TWO, FILES)
    report = build(root)
    assert report.exit_code == 0
    assert report.built == ("autumn/sms/en", "autumn/web/en", "spring/email/en", "spring/pdf/en", "spring/sms/en")
    assert (root / "dist/spring/sms/en.txt").read_text() == "sms en\nLegal.\n"
    assert not report.unchanged


def test_second_build_does_nothing(two, build):
    report = build(two)
    assert report.unchanged
    assert report.built == ()
    assert report.written == ()
    assert report.total == len(report.artifacts) == 6


def test_touching_files_changes_nothing(two, build):
    for path in two.rglob("*.md"):
        os.utime(path)
    os.utime(two / "dist/spring/sms/en.txt")
    assert build(two).unchanged


def test_one_changed_message_builds_its_campaign(two, build):
    write(two / "campaigns/autumn/message.md", message("changed"))
    report = build(two)
    assert report.built == ("autumn/sms/en", "autumn/web/en")
    assert report.cached == ("spring/email/en", "spring/pdf/en", "spring/sms/en")
    assert build(two).unchanged


def test_a_change_of_the_same_length_at_once_is_seen(two, build):
    path = two / "content/assets/a.bin"
    before = path.stat()
    path.write_text("B")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert build(two).built == ("autumn/sms/en", "autumn/web/en")


def test_a_shared_file_builds_what_uses_it(two, build):
    write(two / "content/snippets/legal.md", "New.\n")
    assert build(two).built == ("spring/email/en", "spring/pdf/en", "spring/sms/en")


def test_a_mail_is_built_again_with_its_pdf(two, build):
    (two / "dist/spring/pdf/en.txt").write_text("damaged")
    report = build(two)
    assert set(report.built) == {"spring/pdf/en", "spring/email/en"}
    assert report.written == ("spring/pdf/en.txt",)


def test_a_mail_alone_takes_the_pdf_from_dist(two, build):
    mail = (two / "dist/spring/email/en.txt").read_text()
    assert "attached spring/pdf/en.txt" in mail
    (two / "dist/spring/email/en.txt").unlink()
    assert build(two).built == ("spring/email/en",)
    assert (two / "dist/spring/email/en.txt").read_text() == mail


@pytest.mark.parametrize(
    ("path", "text", "built"),
    [
        ("content/snippets/legal.en.md", "Local.\n", {"spring/email/en", "spring/pdf/en", "spring/sms/en"}),
        ("campaigns/autumn/assets/a.bin", "mine", {"autumn/sms/en", "autumn/web/en"}),
        ("content/snippets/other.md", "Other.\n", set()),
        ("content/assets/other.bin", "x", set()),
    ],
)
def test_a_new_file_builds_what_it_may_change(two, build, path, text, built):
    write(two / path, text)
    report = build(two)
    assert set(report.built) == built
    assert not report.unchanged
    assert build(two).unchanged


def test_a_block_of_the_project_takes_the_place_of_the_package_s(two, build):
    write(two / "content/blocks/hero/block.yaml", "title: Hero\n")
    for form in ("email.mjml", "html.html", "text.txt"):
        write(two / "content/blocks/hero" / form, "hero\n")
    assert build(two).built == ("autumn/sms/en", "autumn/web/en")
    assert "content/blocks/hero/text.txt" in (two / "dist/autumn/sms/en.txt").read_text()


def test_a_removed_campaign_takes_its_artifacts_along(two, build):
    shutil.rmtree(two / "campaigns/autumn")
    report = build(two)
    assert {"autumn/sms/en.txt", "autumn/web/en.txt"} < set(report.removed)
    assert not (two / "dist/autumn").exists()
    assert not (two / "dist/assets").exists()
    assert all(artifact["campaign"] == "spring" for artifact in report.artifacts)


def test_a_removed_channel_takes_its_artifacts_along(two, build):
    write(two / "campaigns/autumn/campaign.yaml", campaign("sms"))
    assert build(two).removed == ("autumn/web/en.txt",)


def test_a_person_s_file_in_dist_stays_and_is_named(two, build):
    write(two / "dist/notes/mine.txt", "mine")
    write(two / "campaigns/autumn/message.md", message("changed"))
    report = build(two)
    assert (two / "dist/notes/mine.txt").read_text() == "mine"
    assert [found.span.path for found in report.diagnostics if found.code == "MC906"] == ["dist/notes/mine.txt"]
    assert report.exit_code == 0


def test_lost_dist_is_made_again(two, build):
    before = snapshot(two)
    shutil.rmtree(two / "dist")
    build(two)
    assert snapshot(two) == before


def test_lost_cache_changes_no_byte(two, build):
    before = snapshot(two)
    times = {path: path.stat().st_mtime_ns for path in (two / "dist").rglob("*.txt")}
    shutil.rmtree(two / ".mops")
    report = build(two)
    assert report.written == ()
    assert snapshot(two) == before
    assert times == {path: path.stat().st_mtime_ns for path in (two / "dist").rglob("*.txt")}


@pytest.mark.parametrize("name", ["build-state.json", "build-traces.json"])
@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\x00", b"0" * 64 + b"\n{}"])
def test_damaged_state_is_made_again(two, build, name, damage):
    before = snapshot(two)
    (two / ".mops/cache" / name).write_bytes(damage)
    write(two / "campaigns/autumn/message.md", message("changed"))
    build(two)
    write(two / "campaigns/autumn/message.md", TWO["autumn"]["message.md"])
    assert build(two).exit_code == 0
    assert snapshot(two) == before


def test_cut_off_state_is_made_again(two, build):
    place = two / ".mops/cache/build-state.json"
    place.write_bytes(place.read_bytes()[:-20])
    assert build(two).exit_code == 0
    assert build(two).unchanged


def test_warnings_are_told_every_time(project, build):
    root = project({"spring": {"message.md": message("warn look here")}})
    for _ in range(2):
        assert "look here" in [found.message for found in build(root).diagnostics]
    write(root / "campaigns/other/campaign.yaml", campaign("sms"))
    write(root / "campaigns/other/message.md", message("x"))
    assert "look here" in [found.message for found in build(root).diagnostics]


def test_errors_are_told_every_time(project, build):
    root = project({"spring": {"message.md": message("fail wrong")}})
    for _ in range(2):
        report = build(root)
        assert report.exit_code == 1
        assert [found.message for found in report.diagnostics] == ["wrong"]
    assert report.unchanged


def test_force_builds_all(two, build):
    assert len(build(two, force=True).built) == 5


def test_new_tools_build_all(two, build, monkeypatch):
    from mops_cli.build import tools

    monkeypatch.setattr(tools, "versions", lambda: {"python": "9.9"})
    report = build(two)
    assert len(report.built) == 5
    assert report.written == ()


def test_manifest_follows_its_schema(two, build):
    import jsonschema

    from mops_cli.build import manifest

    found = json.loads((two / "dist/manifest.json").read_text())
    jsonschema.Draft7Validator.check_schema(manifest.schema())
    jsonschema.validate(found, manifest.schema())
    assert [artifact["path"] for artifact in found["artifacts"]] == sorted(a["path"] for a in found["artifacts"])
    mail = next(a for a in found["artifacts"] if a["path"] == "spring/email/en.txt")
    assert "dist/spring/pdf/en.txt" in mail["inputs"]
    assert "content/snippets/legal.md" in mail["inputs"]
    assert mail["variables"] == ["contact.first_name"]
    shared = next(a for a in found["artifacts"] if a["path"].startswith("assets/"))
    assert (shared["campaign"], shared["channel"]) == ("autumn", "")
    assert "python" in found["tools"]
