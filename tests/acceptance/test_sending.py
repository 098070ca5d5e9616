"""Sending as people use it: commands in a shell, a real message server, a mail server that keeps a list."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest
from sending_world import SEND, World, make_world

PEOPLE = 120


@pytest.fixture
def world(tmp_path):
    made = make_world(tmp_path / "project", PEOPLE)
    yield made
    made.close()


def asked(world: World, *words: str, code: int = 0):
    """The data of a command with --json."""
    process = subprocess.run(
        [sys.executable, "-m", "mops_cli", "--json", *words],
        cwd=world.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == code, process.stdout + process.stderr
    return json.loads(process.stdout)["data"]


def said(world: World, *words: str, code: int = 0) -> str:
    ended = world.ended(world.mops(*words))
    assert ended == code, world.said[-1]
    return world.said[-1]


def slow(world: World, rate: str) -> None:
    settings = world.root / "mops.toml"
    settings.write_text(settings.read_text().replace('type = "smtp"', f'type = "smtp"\nrate = "{rate}"'))


def until_some_mails(world: World, process) -> None:
    import os

    while not world.server.mails() and process.poll() is None:
        os.sched_yield()


def test_without_an_environment_nothing_leaves_the_machine(world):
    said(world, "send", "hello")
    assert not world.server.mails()
    outbox = list((world.root / ".mops/outbox/new").iterdir())
    assert len(outbox) == PEOPLE
    assert (world.root / ".mops/outbox").stat().st_mode & 0o077 == 0


def test_a_dry_run_shows_and_sends_nothing(world):
    text = said(world, "send", "hello", "--env", "test", "--dry-run")
    assert f"{PEOPLE}" in text
    assert not world.server.mails()
    assert asked(world, "status")["sends"] == []


def test_again_reaches_nobody_twice_and_again_on_purpose_everybody(world):
    count = str(PEOPLE)
    said(world, "send", "hello", "--env", "test", "--yes", "--expect-recipients", count)
    text = said(world, "send", "hello", "--env", "test", "--yes")
    assert "nobody to send to" in text
    assert set(world.server.mails().values()) == {1}
    said(world, "send", "hello", "--env", "test", "--yes", "--expect-recipients", count, "--again")
    assert set(world.server.mails().values()) == {2}


def test_guards_before_anything_leaves(world):
    assert "--expect-recipients" in said(world, "send", "hello", "--env", "test", "--yes", code=2)
    assert f"add --yes --expect-recipients {PEOPLE}" in said(world, "send", "hello", "--env", "test", code=2)
    text = said(world, "send", "hello", "--env", "test", "--yes", "--expect-recipients", "7", code=5)
    assert "--expect-recipients says 7" in text
    assert 'did you mean "hello"?' in said(world, "send", "helo", "--env", "test", code=2)
    assert 'no environment "tset"' in said(world, "send", "hello", "--env", "tset", code=2)
    assert not world.server.mails()


def test_the_ledger_names_everybody_and_no_address(world):
    said(world, "send", "hello", "--env", "test", "--yes", "--expect-recipients", str(PEOPLE))
    rows = asked(world, "ledger", SEND)["recipients"]
    assert len(rows) == PEOPLE
    assert {row["outcome"] for row in rows} == {"sent"}
    assert "@people.example" not in json.dumps(rows)
    assert 'there is no outcome "snt"' in said(world, "ledger", SEND, "--outcome", "snt", code=2)
    status = asked(world, "status", SEND)
    assert status["sends"][0]["state"] == "finished"
    assert status["details"]["in_doubt"] == []


def test_stop_in_the_middle_and_resume(world):
    slow(world, "40/second")
    process = world.send()
    until_some_mails(world, process)
    process.send_signal(signal.SIGINT)
    code = world.ended(process)
    assert code == 130
    assert "go on with: mops resume" in world.said[-1]
    assert "Traceback" not in world.said[-1]
    assert 0 < len(world.server.mails()) < PEOPLE
    said(world, "resume", "--env", "test")
    world.holds(most_in_doubt=0)


def test_a_stopped_send_waits_for_a_person_and_a_cancelled_one_for_nobody(world):
    slow(world, "40/second")
    process = world.send()
    until_some_mails(world, process)
    process.kill()
    process.wait(10)
    said(world, "stop", SEND)
    assert asked(world, "status")["sends"][0]["state"] == "stopped"
    assert "nothing to go on with" in said(world, "resume", "--env", "test")
    said(world, "stop", SEND, "--cancel")
    assert asked(world, "status")["sends"][0]["state"] == "cancelled"
    assert "is not under way" in said(world, "stop", SEND, code=2)
    before = sum(world.server.mails().values())
    assert "nothing to go on with" in said(world, "resume", SEND, "--env", "test")
    assert sum(world.server.mails().values()) == before


def test_a_rate_is_kept(world):
    slow(world, "60/second")
    said(world, "send", "hello", "--env", "test", "--yes", "--expect-recipients", str(PEOPLE))
    times = sorted(float(line.split("\t")[0]) for line in world.server.log.read_text().splitlines())
    # The first second's worth at once, the rest evenly.
    assert times[-1] - times[0] >= (PEOPLE - 60 - 50) / 60 * 0.9


def test_a_node_does_what_other_shells_ask(world):
    node = world.mops("up", "--env", "test")
    assert node.stdout is not None
    line = node.stdout.readline()
    assert "up in" in line, line
    said(world, "send", "hello", "--env", "test", "--yes", "--expect-recipients", str(PEOPLE))
    assert len(world.server.mails()) == PEOPLE
    assert asked(world, "status")["sends"][0]["state"] == "finished"
    assert len(asked(world, "ledger", SEND)["recipients"]) == PEOPLE
    assert "mops up" not in said(world, "run", "--due", "--env", "test")
    node.send_signal(signal.SIGTERM)
    assert world.ended(node) == 0
    assert "down" in world.said[-1]
    assert set(world.server.mails().values()) == {1}


def test_run_due_has_nothing_to_do_or_another_run_is_active(world):
    assert "nothing is due" in said(world, "run", "--due", "--env", "test")
    slow(world, "40/second")
    process = world.send()
    until_some_mails(world, process)
    assert "another run" in said(world, "run", "--due", "--env", "test")
    process.kill()
    process.wait(10)
    said(world, "run", "--due", "--env", "test")
    world.holds(most_in_doubt=0)


def test_consent_withdrawn_after_the_plan_is_respected(world):
    said(world, "plan", "hello", "--env", "test", "--out", "hello.plan")
    said(world, "consent", "withdraw", "person7@people.example", "news", "--source", "a letter")
    said(world, "send", "hello.plan", "--env", "test", "--yes")
    assert "person7@people.example" not in world.server.mails()
    rows = asked(world, "ledger", SEND, "--outcome", "skipped")["recipients"]
    assert [row["said"] for row in rows] == ["consent withdrawn"]


def test_a_message_server_that_is_not_there(world):
    settings = world.root / "mops.toml"
    settings.write_text(settings.read_text() + '\n[nats]\nurl = "nats://127.0.0.1:1"\n')
    text = said(world, "send", "hello", "--env", "test", "--yes", "--expect-recipients", str(PEOPLE), code=75)
    assert "Traceback" not in text
    assert not world.server.mails()


def test_a_test_goes_to_ourselves_and_into_no_ledger(world):
    settings = world.root / "mops.toml"
    settings.write_text(settings.read_text() + '\n[seeds]\nteam = ["one@team.example", "two@team.example"]\n')
    text = said(world, "send", "hello", "--env", "test", "--test", "team", "--test", "me@chaos.example")
    assert "3 test messages of hello" in text
    assert set(world.server.mails()) == {"one@team.example", "two@team.example", "me@chaos.example"}
    assert "team.example" not in text
    assert asked(world, "status")["sends"] == []
    assert 'did you mean "team"?' in said(world, "send", "hello", "--env", "test", "--test", "taem", code=2)
    assert 'no persona "adda"' in said(
        world, "send", "hello", "--env", "test", "--test", "team", "--persona", "adda", code=2
    )


@pytest.fixture
def node(world):
    process = world.mops("up", "--env", "test")
    line = process.stdout.readline()
    assert "up in" in line, line
    yield process
    process.send_signal(signal.SIGTERM)
    assert world.ended(process) == 0


def test_people_can_be_changed_while_a_node_runs(world, node):
    more = "".join(f"new{number}@people.example,New {number}\n" for number in range(3_000))
    (world.root / "more.csv").write_text("email,first_name\n" + more)
    text = said(world, "contacts", "import", "more.csv", "--consent", "news", "--source", "a form")
    assert "3000 new" in text.replace(",", "")
    rows = asked(world, "sql", "SELECT count(*) AS n, min(created_at) AS first FROM contacts")["rows"]
    assert rows[0]["n"] == PEOPLE + 3_000
    said(world, "consent", "withdraw", "new7@people.example", "news", "--source", "a letter")
    said(world, "suppress", "add", "new8@people.example")
    shown = asked(world, "contacts", "show", "new7@people.example")
    assert "withdrawn" in json.dumps(shown)
    assert "only questions" in said(world, "sql", "DELETE FROM contacts", code=2)
    count = PEOPLE + 3_000 - 2
    said(world, "send", "hello", "--env", "test", "--yes", "--expect-recipients", str(count))
    assert len(world.server.mails()) == count
    assert node.poll() is None


def test_what_a_dead_command_began_is_taken_back(world, node):
    """An import is killed in the middle while a node has the store: all of it or nothing is there, and the node goes on."""
    more = "".join(f"new{number}@people.example,New {number}\n" for number in range(200_000))
    (world.root / "more.csv").write_text("email,first_name\n" + more)
    process = world.mops("contacts", "import", "more.csv")
    import time

    time.sleep(1.5)  # somewhere in the middle
    process.kill()
    process.wait(10)
    rows = asked(world, "sql", "SELECT count(*) AS n FROM contacts")["rows"]
    assert rows[0]["n"] in (PEOPLE, PEOPLE + 200_000)
    said(world, "consent", "withdraw", "person7@people.example", "news", "--source", "a letter")
    assert node.poll() is None
