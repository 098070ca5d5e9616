"""Many processes, killed processes, other places: the same bytes in the end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import build_fakes
import pytest
from build_fakes import campaign, message, snapshot, write

from mops_cli.build import lock
from mops_cli.errors import LockHeld

SCRIPT = Path(build_fakes.__file__)


def start(root, *arguments, **options):
    environment = {**os.environ, "PYTHONPATH": str(SCRIPT.parent), **options.pop("env", {})}
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(root), *arguments],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )  # fmt: skip


def finish(process):
    out, err = process.communicate(timeout=60)
    assert not err, err.decode()
    return process.returncode, out.decode()


def many(count=12, lines=("memo x", "asset assets/a.bin", "link https://aurora.example/x")):
    return {
        f"c{number:02}": {
            "campaign.yaml": campaign("email: {attach: [pdf]}", "sms", "pdf", title=f"C{number}"),
            "message.md": message(*lines, f"number {number}"),
        }
        for number in range(count)
    }


FILES = {"content/assets/a.bin": "A" * 1000}


def test_one_process_and_several_give_the_same_bytes(project, build):
    root = project(many(), FILES)
    assert build(root, jobs=1).exit_code == 0
    one = snapshot(root)
    shutil.rmtree(root / "dist")
    shutil.rmtree(root / ".mops")
    report = build(root, jobs=3)
    assert report.exit_code == 0
    assert len(report.built) == 36
    assert snapshot(root) == one


def test_a_process_that_dies_costs_one_unit(project, build):
    campaigns = many(6, ("hello",))
    campaigns["c03"]["message.md"] = message("die pdf")
    root = project(campaigns, FILES)
    report = build(root, jobs=2)
    assert report.exit_code == 70
    assert report.failed == ("c03/email/en", "c03/pdf/en")
    assert len(report.built) == 16
    [found] = [found for found in report.diagnostics if found.code == "MC901"]
    assert "signal 9" in found.message
    assert found.span.path == "campaigns/c03/campaign.yaml"


def test_progress_counts_every_unit(project, build):
    seen = []
    build(project(many(3), FILES), jobs=2, progress=lambda done, total, unit: seen.append((done, total, unit)))
    assert [done for done, _, _ in seen] == list(range(1, 10))
    assert {total for _, total, _ in seen} == {9}


def test_two_clones_give_the_same_bytes(tmp_path):
    roots = [tmp_path / "one" / "clone", tmp_path / "a longer place ü" / "x"]
    names = list(many())
    for root, order in zip(roots, (names, names[::-1]), strict=True):
        build_fakes.project(root, {name: many()[name] for name in order}, FILES)
    settings = [
        {"env": {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"}, "cwd": "/", "umask": 0o022},
        {
            "env": {"PYTHONHASHSEED": "77", "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"},
            "cwd": str(roots[1]),
            "umask": 0o077,
        },
    ]
    for root, jobs, options in zip(roots, "13", settings, strict=True):
        assert finish(start(root, jobs, **options))[0] == 0
    assert snapshot(roots[0]) == snapshot(roots[1])


def test_two_builds_at_once_do_no_harm(project):
    root = project(many(8, ("nap 0.03", "asset assets/a.bin")), FILES)
    both = [start(root, "2"), start(root, "2")]
    assert [finish(process)[0] for process in both] == [0, 0]
    once = snapshot(root)
    shutil.rmtree(root / "dist")
    shutil.rmtree(root / ".mops")
    assert finish(start(root))[0] == 0
    assert snapshot(root) == once


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_a_killed_build_leaves_a_good_state(project, jobs):
    campaigns = many(10, ("nap 0.01", "memo y", "asset assets/a.bin"))
    root = project(campaigns, FILES)
    assert finish(start(root))[0] == 0
    for round_number in range(5):
        if (root / "campaigns/c99").exists():
            shutil.move(root / "campaigns/c99", root / "campaigns/c00")
        for name in campaigns:
            text = campaigns[name]["message.md"] + f"round {round_number}\n"
            if (round_number + int(name[1:])) % 4 == 0:
                text += "fail on purpose\n"
            write(root / "campaigns" / name / "message.md", text)
        if round_number % 2:
            shutil.move(root / "campaigns/c00", root / "campaigns/c99")
        process = start(root, jobs)
        time.sleep(0.25 + 0.06 * round_number)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        for path, data in snapshot(root).items():
            if path.endswith(".txt"):
                assert data.startswith((b"email", b"sms", b"pdf")), path
    for name in campaigns:
        write(root / "campaigns" / name / "message.md", campaigns[name]["message.md"])
    assert finish(start(root, jobs))[0] == 0
    after = snapshot(root)
    assert not [path for path in after if path.rsplit("/", 1)[-1].startswith(".")]
    shutil.rmtree(root / "dist")
    shutil.rmtree(root / ".mops")
    assert finish(start(root))[0] == 0
    assert snapshot(root) == after


def test_a_held_lock_names_its_holder(project, build):
    root = project()
    ready = f"import time, sys\nfrom mops_cli.build import lock\nwith lock.hold({str(root)!r}, 'build'):\n print('held', flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", ready], stdout=subprocess.PIPE)
    try:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LockHeld, match=rf"mops build \(process {holder.pid}\)"):
            build(root, wait=0.1)
    finally:
        holder.kill()
        holder.communicate()
    assert build(root).exit_code == 0  # a lock dies with its holder
    assert lock.owner(str(root)) == {}


def test_an_interrupt_keeps_what_is_done(project, build):
    root = project(many(6, ("hello",)), FILES)

    def stop(done, total, unit):
        if done == 7:
            raise KeyboardInterrupt

    for jobs in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            build(root, jobs=jobs, progress=stop, force=True)
    report = build(root)
    assert report.exit_code == 0
    assert len(report.built) == 18 - 7


def test_nothing_to_do_imports_nothing_heavy(project):
    root = project(many(3), FILES)
    assert finish(start(root))[0] == 0
    code = (
        "import sys\nfrom mops_cli.build.runner import build\nfrom mops_cli.clock import SystemClock\n"
        f"assert build({str(root)!r}, SystemClock()).unchanged\n"
        "heavy = {'msgspec', 'jinja2', 'yaml', 'markdown_it', 'babel', 'fluent', 'typer', 'rich', 'watchfiles', 'multiprocessing'}\n"
        "print(sorted(heavy & set(sys.modules)), len(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("[]"), done.stdout


def test_nothing_to_do_reads_no_file_twice(project, build, monkeypatch):
    from mops_cli.build import scan

    root = project(many(3), FILES)
    build(root)
    long_ago = 1_700_000_000
    for folder in ("campaigns", "content", "dist"):
        for path in (root / folder).rglob("*"):
            os.utime(path, (long_ago, long_ago))
    assert build(root).unchanged
    time.sleep(0.06)  # times of change are now older than the last look
    assert build(root).unchanged

    def refuse(*_):
        raise AssertionError("read again")

    monkeypatch.setattr(scan.hashlib, "file_digest", refuse)
    assert build(root).unchanged


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_defect_outside_a_channel_costs_one_unit(project, build, monkeypatch, jobs):
    from mops_cli.build import execute

    def broken(job, outputs):
        if job.folder.id == "c01":
            raise ZeroDivisionError("oops")
        return (), []

    monkeypatch.setattr(execute, "measure", broken)
    report = build(project({name: {} for name in ("c00", "c01", "c02")}), jobs=jobs)
    assert report.failed == ("c01/sms/en",)
    assert "ZeroDivisionError: oops" in report.crashes[0].trace


def test_a_defect_of_the_build_itself_costs_one_unit(project, build, monkeypatch):
    from mops_cli.build import execute

    real = execute.Workshop.build

    def broken(self, unit, made):
        if unit.campaign == "c01":
            raise ZeroDivisionError("oops")
        return real(self, unit, made)

    monkeypatch.setattr(execute.Workshop, "build", broken)
    report = build(project({name: {} for name in ("c00", "c01", "c02")}), jobs=2)
    assert report.failed == ("c01/sms/en",)
    assert "oops" in report.crashes[0].summary
