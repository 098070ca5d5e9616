"""Nothing half-built replaces a good artifact, and one bad unit costs no other."""

from __future__ import annotations

import errno
import json
import os
import stat

import pytest
from build_fakes import campaign, message, snapshot, write

from mops_cli.build import atomic
from mops_cli.errors import ExternalError, MopsError, OutsideProject, UsageError


def manifest(root):
    return json.loads((root / "dist/manifest.json").read_text())


def lines(root):
    return {artifact["path"]: artifact for artifact in manifest(root)["artifacts"]}


def test_an_error_keeps_the_last_good_artifact_and_marks_it(project, build):
    root = project({"spring": {}, "autumn": {}})
    build(root)
    write(root / "campaigns/spring/message.md", message("fail wrong"))
    report = build(root)
    assert report.exit_code == 1
    assert report.failed == ("spring/sms/en",)
    assert (root / "dist/spring/sms/en.txt").read_text() == "sms en\nhello"
    assert lines(root)["spring/sms/en.txt"]["stale"] is True
    assert lines(root)["autumn/sms/en.txt"]["stale"] is False
    assert [failed["unit"] for failed in manifest(root)["failed"]] == ["spring/sms/en"]
    write(root / "campaigns/spring/message.md", message("right"))
    assert build(root).exit_code == 0
    assert lines(root)["spring/sms/en.txt"]["stale"] is False
    assert (root / "dist/spring/sms/en.txt").read_text() == "sms en\nright"


def test_a_file_that_cannot_be_read_keeps_its_artifacts(project, build):
    root = project({"spring": {}, "autumn": {}})
    build(root)
    write(root / "campaigns/spring/campaign.yaml", "title: [\n")
    report = build(root)
    assert report.exit_code == 1
    assert report.removed == ()
    assert (root / "dist/spring/sms/en.txt").exists()
    assert lines(root)["spring/sms/en.txt"]["stale"] is True
    write(root / "campaigns/spring/campaign.yaml", campaign("sms", title="spring"))
    assert build(root).exit_code == 0
    assert lines(root)["spring/sms/en.txt"]["stale"] is False


def test_a_broken_project_file_builds_nothing_and_removes_nothing(project, build):
    root = project({"spring": {}, "autumn": {}})
    build(root)
    before = snapshot(root)
    write(
        root / "mops.toml",
        (root / "mops.toml").read_text().replace('locales = ["en"]', 'locales = ["de"]\nnonsense = 1'),
    )
    report = build(root)
    assert report.exit_code == 1
    assert report.built == report.removed == ()
    after = snapshot(root)
    assert {path: data for path, data in after.items() if path != "manifest.json"} == {
        path: data for path, data in before.items() if path != "manifest.json"
    }
    assert all(line["stale"] for line in lines(root).values())


def test_nothing_is_made_of_a_body_of_another_arm(project, build):
    more = "experiment: {vary: subject, arms: {a: 50%, b: 50%}}\n"
    root = project({"spring": {"campaign.yaml": campaign("sms", more=more), "message.b.md": message("the other")}})
    assert build(root).built == ("spring/sms/en", "spring/sms/en.b")
    write(root / "campaigns/spring/message.b.md", "---\nsubject: [\n---\nbroken")
    report = build(root)
    assert "spring/sms/en" in report.cached + report.built
    assert "spring/sms/en.b" not in report.built
    assert (root / "dist/spring/sms/en.b.txt").read_text() == "sms en.b\nthe other"


def test_a_defect_costs_one_unit_and_is_told_with_its_place(project, build):
    root = project({"spring": {"message.md": message("crash oh no")}, "autumn": {}})
    report = build(root)
    assert report.exit_code == 70
    assert report.built == ("autumn/sms/en",)
    [found] = report.diagnostics
    assert (found.code, found.span.path, found.span.line) == ("MC901", "campaigns/spring/campaign.yaml", 5)
    assert "RuntimeError: oh no" in report.crashes[0].trace
    assert not build(root).unchanged


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_missing_library_skips_and_is_no_error(project, build, jobs):
    root = project({"spring": {"message.md": message("missing")}, "autumn": {}})
    report = build(root, jobs=jobs)
    assert report.exit_code == 0
    assert [(s.path, s.kind) for s in report.skipped] == [("spring/sms/en", "sms")]
    assert manifest(root)["skipped"][0]["reason"] == "cairo is missing (apt install libcairo2)"
    again = build(root, strict=True)
    assert again.unchanged
    assert again.exit_code == 2


def test_a_skipped_artifact_is_tried_again_when_libraries_change(project, build, monkeypatch):
    from mops_cli.build import tools

    root = project({"spring": {"message.md": message("missing")}, "autumn": {}})
    build(root)
    monkeypatch.setattr(tools, "native_libraries", lambda: "other")
    assert build(root).built == ("spring/sms/en",)


def test_other_errors_of_a_channel_have_a_place(project, build):
    root = project({"spring": {"message.md": message("outside")}})
    [found] = build(root).diagnostics
    assert (found.code, found.message) == ("MC903", "the path leads out")


def test_a_mail_waits_for_its_pdf_in_vain(project, build):
    root = project(
        {"spring": {"campaign.yaml": campaign("email: {attach: [pdf]}", "pdf"), "message.md": message("fail no")}}
    )
    report = build(root)
    assert report.failed == ("spring/email/en", "spring/pdf/en")
    assert len(report.diagnostics) == 1


@pytest.mark.parametrize("path", ["../evil.txt", "/evil.txt", "spring/../../evil", "a//b", "a\\b", "spring/./x"])
def test_no_path_leads_out_of_dist(project, build, path, tmp_path):
    root = project({"spring": {"message.md": message(f"output {path}")}})
    with pytest.raises(OutsideProject):
        build(root)
    assert not list(tmp_path.rglob("evil*"))


def test_two_units_may_not_make_one_file_differently(project, build):
    root = project(
        {"spring": {"message.md": message("output same.txt")}, "autumn": {"message.md": message("output same.txt")}}
    )
    assert build(root).exit_code == 0
    write(root / "campaigns/autumn/campaign.yaml", campaign("push"))
    report = build(root)
    assert [found.code for found in report.diagnostics] == ["MC905"]


def test_a_link_in_dist_is_not_followed_out(project, build, tmp_path):
    root = project()
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "dist").mkdir()
    (root / "dist/spring").symlink_to(outside)
    with pytest.raises(OutsideProject):
        build(root)
    assert not list(outside.iterdir())


@pytest.mark.parametrize("name", ["dist", ".mops"])
def test_a_linked_folder_is_refused(project, build, tmp_path, name):
    root = project()
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / name).symlink_to(outside)
    with pytest.raises(OutsideProject):
        build(root)
    assert not list(outside.iterdir())


@pytest.mark.parametrize("name", ["dist", ".mops"])
def test_a_file_in_the_place_of_a_folder_is_a_sentence(project, build, name):
    root = project()
    write(root / name, "x")
    with pytest.raises(UsageError):
        build(root)


def test_a_folder_in_the_place_of_an_artifact_is_a_sentence(project, build):
    root = project()
    write(root / "dist/spring/sms/en.txt/note", "x")
    with pytest.raises(UsageError, match=r"dist/spring/sms/en\.txt"):
        build(root)


def test_a_manifest_that_was_tampered_with_removes_nothing_outside(project, build):
    root = project()
    build(root)
    write(root / "precious.txt", "x")
    found = manifest(root)
    found["artifacts"].append({"path": "../precious.txt"})
    write(root / "dist/manifest.json", json.dumps(found))
    write(root / "campaigns/spring/message.md", message("changed"))
    build(root)
    assert (root / "precious.txt").exists()


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, ExternalError), (errno.EACCES, UsageError), (errno.EIO, MopsError)]
)
def test_a_disk_that_refuses_is_a_sentence_and_loses_nothing(project, build, monkeypatch, number, kind):
    root = project({"spring": {}, "autumn": {}})
    build(root)
    before = snapshot(root)
    write(root / "campaigns/spring/message.md", message("changed"))

    def refuse(source, target, real=os.replace):
        if "/dist/" in str(target):
            raise OSError(number, os.strerror(number))
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, "replace", refuse)
        with pytest.raises(kind) as caught:
            build(root)
    assert "dist/spring/sms/en.txt" in caught.value.message
    assert snapshot(root) == before
    assert build(root).exit_code == 0
    assert (root / "dist/spring/sms/en.txt").read_text().endswith("changed")


def test_modes_do_not_depend_on_the_umask(project, build):
    root = project()
    before = os.umask(0o077)
    try:
        build(root)
    finally:
        os.umask(before)
    assert stat.S_IMODE((root / "dist/spring/sms/en.txt").stat().st_mode) == 0o644
    assert stat.S_IMODE((root / ".mops/cache/build-state.json").stat().st_mode) == 0o600


def test_a_full_disk_in_a_channel_is_no_defect_of_ours(project, build, monkeypatch):
    from mops_cli.build import execute

    def full(_unit):
        raise OSError(errno.ENOSPC, "No space left on device")

    root = project({"spring": {}})
    monkeypatch.setattr(execute, "_channel", full)
    [found] = build(root).diagnostics
    assert (found.code, found.message) == ("MC903", "the disk is full")
