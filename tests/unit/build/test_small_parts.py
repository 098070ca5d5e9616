"""The cache, the run records, the watch, the arms."""

from __future__ import annotations

import os
import stat
import threading
from datetime import UTC, datetime

import pytest
from build_fakes import campaign, message, write

from mops_cli.build import cache, graph, runs, tools
from mops_cli.build.project import open_project
from mops_cli.build.watch import concerns, stream, watch
from mops_cli.clock import FrozenClock, SystemClock
from mops_cli.errors import MopsError, UsageError


@pytest.fixture
def objects(tmp_path):
    return cache.Objects(str(tmp_path), "env")


def places(tmp_path):
    return sorted(path for path in (tmp_path / cache.FOLDER).rglob("*") if path.is_file())


def test_the_cache_computes_once(objects, tmp_path):
    calls = []
    for _ in range(3):
        assert objects("pdf", b"key", lambda: calls.append(1) or b"data") == b"data"
    assert calls == [1]
    assert (objects.hits, objects.misses) == (2, 1)
    assert cache.Objects(str(tmp_path), "other")("pdf", b"key", lambda: b"new") == b"new"
    assert objects("png", b"key", lambda: b"other kind") == b"other kind"


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[:-1],
        lambda raw: raw + b"x",
        lambda raw: b"",
        lambda raw: raw[:-1] + b"?",
        lambda raw: b"MOPS1\n",
    ],
)
def test_a_damaged_object_is_computed_again(objects, tmp_path, damage):
    objects("pdf", b"key", lambda: b"data")
    [place] = places(tmp_path)
    place.write_bytes(damage(place.read_bytes()))
    assert objects("pdf", b"key", lambda: b"data") == b"data"
    assert objects.misses == 2
    assert objects("pdf", b"key", lambda: b"never") == b"data"


def test_what_was_used_longest_ago_goes_first(tmp_path):
    objects = cache.Objects(str(tmp_path), "env", limit=5000)
    for number in range(10):
        objects("x", bytes([number]), lambda: b"d" * 1000)
        newest = max(places(tmp_path), key=lambda path: path.stat().st_ctime_ns)
        os.utime(newest, (1000 + number, 1000 + number))
    objects("x", bytes([0]), lambda: b"never")  # used just now
    assert objects.trim() > 0
    assert sum(path.stat().st_size for path in places(tmp_path)) <= 4000
    assert objects("x", bytes([0]), lambda: b"gone") == b"d" * 1000
    assert objects("x", bytes([1]), lambda: b"gone") == b"gone"


def test_a_cache_that_cannot_be_written_costs_nothing(objects, monkeypatch):
    def refuse(*_, **__):
        raise UsageError("no")

    monkeypatch.setattr(cache.atomic, "write", refuse)
    assert objects("pdf", b"key", lambda: b"data") == b"data"


def test_many_threads_share_the_cache(tmp_path):
    found = []

    def work():
        mine = cache.Objects(str(tmp_path), "env")
        found.extend(mine("x", bytes([number % 5]), lambda n=number: b"%d" % (n % 5)) for number in range(50))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 200
    assert set(found) == {b"0", b"1", b"2", b"3", b"4"}


def test_two_processes_compute_an_object_once(tmp_path):
    import multiprocessing
    import time

    def work(pipe):
        def compute():
            time.sleep(0.3)
            pipe.send("computed")
            return b"slow"

        assert cache.Objects(str(tmp_path), "env")("x", b"key", compute) == b"slow"
        pipe.send("done")

    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    both = [context.Process(target=work, args=(theirs,)) for _ in range(2)]
    for process in both:
        process.start()
    said = sorted(ours.recv() for _ in range(3))
    for process in both:
        process.join()
    assert said == ["computed", "done", "done"]
    assert [path.suffix for path in places(tmp_path)] == [""]


def test_a_computation_that_fails_lets_go(objects):
    with pytest.raises(ZeroDivisionError):
        objects("x", b"key", lambda: 1 // 0)
    assert objects("x", b"key", lambda: b"fine") == b"fine"


def test_a_run_leaves_a_private_record(tmp_path):
    import json

    clock = FrozenClock(datetime(2026, 11, 24, 9, tzinfo=UTC))
    run = runs.begin(str(tmp_path), "build", ("--strict",), clock)
    clock.tick(1.5)
    assert run.attach("crash-1.txt", "trace") == f".mops/runs/{run.id}/crash-1.txt"
    run.finish(clock, 1, built=3)
    place = tmp_path / run.path / "run.json"
    record = json.loads(place.read_text())
    assert (record["command"], record["exit_code"], record["seconds"], record["built"]) == ("build", 1, 1.5, 3)
    assert record["started"] == "2026-11-24T09:00:00Z"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700


def test_old_records_go(tmp_path):
    clock = FrozenClock(datetime(2026, 11, 24, 9, tzinfo=UTC))
    made = []
    for _ in range(7):
        run = runs.begin(str(tmp_path), "build", (), clock, keep=3)
        run.finish(clock, 0)
        made.append(run.id)
        clock.tick(1)
    assert runs.ids(str(tmp_path)) == made[-3:]


def test_watching_builds_after_each_change(project):
    root = project()

    def changes():
        write(root / "campaigns/spring/message.md", message("fail wrong"))
        yield {str(root / "campaigns/spring/message.md")}
        yield {str(root / "dist/spring/sms/en.txt"), str(root / ".git/index")}
        write(root / "campaigns/spring/message.md", message("right"))
        yield {"campaigns/spring/message.md"}

    reports = []
    watch(str(root), SystemClock(), tell=reports.append, changes=changes())
    assert [report.exit_code for report in reports] == [0, 1, 0]


def test_a_change_during_the_first_build_is_not_lost(project):
    root = project({"spring": {"campaign.yaml": campaign("sms")}})
    reports = []

    def changes():
        yield set()  # the watch begins; nothing has changed
        write(root / "campaigns/spring/message.md", message("News"))
        yield set()

    watch(str(root), SystemClock(), tell=reports.append, changes=changes())
    assert len(reports) == 2


def test_watching_survives_a_build_that_cannot_be_done(project):
    root = project()

    def changes():
        (root / "mops.toml").rename(root / "away")
        write(root / ".mops/x", "")
        yield {"mops.toml"}
        (root / "away").rename(root / "mops.toml")
        yield {"mops.toml"}

    reports, problems = [], []
    watch(str(root), SystemClock(), tell=reports.append, changes=changes(), complain=problems.append)
    assert reports[-1].exit_code == 0
    with pytest.raises(MopsError):
        watch(str(root), SystemClock(), tell=reports.append, selection=["nothing"], changes=())


@pytest.mark.parametrize(
    ("path", "yes"),
    [
        ("campaigns/x/message.md", True),
        ("mops.toml", True),
        ("brand/fonts/a.woff2", True),
        ("dist/x", False),
        (".mops/cache/tick", False),
        ("campaigns/x/.message.md.swp", False),
        ("campaigns/x/message.md~", False),
        ("README.md", False),
    ],
)
def test_which_changes_concern_a_build(tmp_path, path, yes):
    assert concerns(str(tmp_path), path) is yes
    assert concerns(str(tmp_path), str(tmp_path / path)) is yes


def test_the_system_reports_changes(tmp_path):
    write(tmp_path / "campaigns/a.md", "x")
    timer = threading.Timer(0.3, write, (tmp_path / "campaigns/a.md", "y"))
    timer.start()
    try:
        assert any(path.endswith("a.md") for burst in stream(str(tmp_path)) for path in burst)
    finally:
        timer.cancel()


EXPERIMENT = "experiment: {vary: subject, arms: {a: 34%, b: 33%, c: 33%}}\n"


@pytest.mark.parametrize(
    ("files", "sms", "email"),
    [
        ({}, ("",), ("",)),
        ({"message.b.md": message("b")}, ("", "b"), ("", "b")),
        ({"message.c.md": message("c"), "message.b.md": message("b")}, ("", "b", "c"), ("", "b", "c")),
        ({"message.md": "---\nsubject: A\nvariants:\n  b: {subject: B}\n---\nx\n"}, ("",), ("", "b")),
        ({"message.md": "---\nsubject: A\nvariants:\n  b: {summary: B}\n---\nx\n"}, ("", "b"), ("", "b")),
        ({"message.md": "---\nsubject: A\nvariants:\n  b: {sms: B}\n---\nx\n"}, ("", "b"), ("",)),
        ({"sms.c.txt": "c"}, ("", "c"), ("",)),
    ],
)
def test_an_arm_has_artifacts_of_its_own_where_it_differs(project, files, sms, email):
    root = project({"spring": {"campaign.yaml": campaign("sms", more=EXPERIMENT), **files}})
    folder = open_project(root).repository.campaigns["spring"]
    assert graph.variants(folder, "sms") == sms
    assert graph.variants(folder, "email") == email


def test_units_have_ids_that_can_be_read_back():
    for unit in (graph.Unit("spring", "email", "de", "b"), graph.Unit("x", "sms", "en"), graph.WEB_APP):
        assert graph.parse(unit.id) == unit


def test_versions_are_those_of_the_libraries():
    from importlib.metadata import version

    found = tools.versions()
    for name in ("jinja2", "weasyprint", "mjml-python", "markdown-it-py", "css-inline"):
        assert found[name] == version(name)
