"""A project with contacts, a mail server that writes down what it takes, and commands that can be killed.

The truth is the server's list: one line a mail, written before its 250. The ledger is held against it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from mops_cli.clock import SystemClock
from mops_cli.content.environments import config_of
from mops_cli.delivery.sending import register
from mops_cli.store.opening import open_store

PROJECT = {
    "mops.toml": """\
[project]
id = "chaos"
name = "Chaos"
url = "https://chaos.example"
locales = ["en"]

[senders.news]
name = "Chaos"
email = "news@chaos.example"

[topics.news]
title = "News"

[fields.contact.first_name]
type = "text"

[providers.relay]
type = "smtp"
host = "127.0.0.1"
port = {port}
lanes = {lanes}
retry = ["1 second", "2 seconds"]
patience = {dot = 2}

[environments.test]
provider = "relay"
""",
    "brand/identity.yaml": """\
legal_name: Chaos Ltd
address: {street: 1 Sample Street, postal_code: "12345", city: Sampleton, country: Exampleland}
""",
    "content/personas/ada.yaml": "title: Ada\nlocale: en\ncontact: {first_name: Ada}\n",
    "campaigns/hello/campaign.yaml": "title: Hello\ntopic: news\nchannels:\n  email: {layout: base, sender: news}\n",
    "campaigns/hello/message.md": """\
---
subject: Hello {{ contact.first_name | default("you") }}
---

# Hello {{ contact.first_name | default("you") }}

Read [the news](https://chaos.example/news).
""",
}
SEND = "hello@once"
LIMIT = 240.0
"""Seconds after which a command of a trial is a failure of its own."""


@dataclass
class Sinked:
    """A mail server in its own process."""

    process: subprocess.Popen[str]
    port: int
    log: Path

    def mails(self) -> Counter[str]:
        """How many mails each address got."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return Counter(line.split("\t")[2] for line in lines)

    def close(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)
        if self.process.stdout is not None:
            self.process.stdout.close()


def sink(folder: Path, *faults: str) -> Sinked:
    """Start a mail server that errs as told (``drop=100``)."""
    log = folder / "sink.log"
    words = [part for fault in faults for part in ("--fail", fault)]
    process = subprocess.Popen(
        [sys.executable, "-m", "mops_cli.delivery.providers.sink", "--port", "0", "--log", str(log), *words],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    return Sinked(process, int(process.stdout.readline()), log)


def address(number: int) -> str:
    """The address of the contact with this number."""
    return f"person{number}@people.example"


@dataclass
class World:
    """One project for one trial."""

    root: Path
    people: int
    server: Sinked
    said: list[str] = field(default_factory=list)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def close(self) -> None:
        """End everything that a trial may have left."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait(10)
            if process.stdout is not None:
                process.stdout.close()
        self.server.close()

    # -- commands

    def mops(self, *words: str, kill_at: str = "", **variables: str) -> subprocess.Popen[str]:
        """Start a command; ``kill_at`` is a named point of `delivery/worker/points.py`."""
        environment = {**os.environ, **variables, "PYTHONUNBUFFERED": "1"}
        environment.pop("MOPS_KILL_AT", None)
        if kill_at:
            environment["MOPS_KILL_AT"] = kill_at
        process = subprocess.Popen(
            [sys.executable, "-m", "mops_cli", *words], cwd=self.root, env=environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.started.append(process)
        return process

    def send(self, *words: str, kill_at: str = "") -> subprocess.Popen[str]:
        """Start the send of the campaign."""
        return self.mops(
            "send", "hello", "--env", "test", "--yes", "--expect-recipients", str(self.people), *words, kill_at=kill_at
        )

    def resume(self, *words: str, kill_at: str = "") -> subprocess.Popen[str]:
        """Start going on with it."""
        return self.mops("resume", "--env", "test", *words, kill_at=kill_at)

    def ended(self, process: subprocess.Popen[str]) -> int:
        """Wait for a command; keeps what it said."""
        text, _ = process.communicate(timeout=LIMIT)
        self.said.append(text)
        return process.returncode

    def to_the_end(self, most: int = 6) -> None:
        """Resume until nothing is open."""
        for _ in range(most):
            code = self.ended(self.resume())
            assert code in (0, 4), self.said[-1]
            if self.row().state == register.FINISHED:
                return
        raise AssertionError("it does not come to an end:\n" + "\n".join(self.said[-2:]))

    # -- what came of it

    def row(self) -> register.Send:
        """The register's row of the send."""
        with self.store() as store:
            rows = register.find(store, SEND)
        assert len(rows) == 1, self.said
        return rows[0]

    def store(self):
        """The open store; nobody else may have it."""
        return open_store(self.root, config_of(self.root), SystemClock())

    def outcomes(self) -> dict[str, str]:
        """Outcome by address."""
        with self.store() as store:
            rows = store.rows(
                "SELECT c.email, d.outcome FROM deliveries d JOIN contacts c ON c.id = d.contact_id WHERE d.send = $send",
                {"send": SEND},
            )
        found = Counter(email for email, _ in rows)
        assert not [one for one, count in found.items() if count > 1], "somebody has two outcomes"
        return dict(rows)

    def holds(self, *, most_in_doubt: int, refused: int = 0) -> None:
        """The promise: nobody lost, nobody twice, every doubt named and few of them."""
        row, outcomes, mails = self.row(), self.outcomes(), self.server.mails()
        assert row.state == register.FINISHED, (row, self.said[-1])
        assert len(outcomes) == self.people == row.recipients
        twice = {one: count for one, count in mails.items() if count > 1}
        assert not twice, f"doubled: {len(twice)}"
        sent = {one for one, outcome in outcomes.items() if outcome == "sent"}
        lost = sent - set(mails)
        assert not lost, f"said to be sent, and never arrived: {len(lost)}"
        unknown = {one for one, outcome in outcomes.items() if outcome == "unknown"}
        assert set(mails) - sent <= unknown, "arrived, and the ledger denies it"
        assert len(unknown) <= most_in_doubt, f"{len(unknown)} in doubt"
        others = self.people - len(sent) - len(unknown)
        assert others == refused, Counter(outcomes.values())


def make_world(root: Path, people: int, *faults: str, lanes: int = 4, beside: Path | None = None) -> World:
    """A project whose contacts all agreed, and a mail server, which keeps its list ``beside`` the project."""
    root.mkdir(parents=True)
    server = sink(beside or root.parent, *faults)
    for name, text in PROJECT.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        filled = (
            text.replace("{port}", str(server.port)).replace("{lanes}", str(lanes)) if name == "mops.toml" else text
        )
        path.write_text(filled, encoding="utf-8")
    rows = "".join(f"{address(number)},Person {number}\n" for number in range(people))
    (root / "people.csv").write_text("email,first_name\n" + rows, encoding="utf-8")
    world = World(root, people, server)
    code = world.ended(
        world.mops("contacts", "import", "people.csv", "--consent", "news", "--source", "a form on the site")
    )
    assert code == 0, world.said[-1]
    return world


def children(pid: int) -> dict[int, str]:
    """Living child processes of a process, with their command lines."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            stat = (place / "stat").read_text().rpartition(")")[2].split()
            if int(stat[1]) == pid:
                found[int(place.name)] = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, IndexError, ValueError):
            continue
    return found
