"""What the tests of the ledger share: a shard, its people, and a worker process that really dies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from mops_cli.delivery.ledger.journal import opening
from mops_cli.delivery.ledger.records import Result
from mops_cli.model.delivery import Outcome, Recipient

SUBJECT = "mops.ledger.spring@1.email-abc-0"
OPENING = opening(SUBJECT, 1)
PEOPLE = {n: Recipient(n, 100 + n, f"p{n}@people.example", "en") for n in range(10)}
ROOT = Path(__file__).resolve().parents[3]


def result(index, outcome=Outcome.SENT, tried=1):
    return Result(index, 100 + index, outcome, 1_000, tried=tried)


def program(folder, lines, worker="dead"):
    """A worker process: its journal is ``journal``; ``lines`` are what it does."""
    return (
        "import os, sys; from pathlib import Path; from mops_cli.delivery.ledger.journal import Journal, opening\n"
        "from mops_cli.model.delivery import Answer, Outcome\n"
        f"journal = Journal(Path({str(folder)!r}), {worker!r})\n{lines}\n"
    )


def died(folder, lines, worker="dead"):
    """A worker that wrote some lines and was killed."""
    killed = program(folder, lines, worker) + "os.kill(os.getpid(), 9)"
    assert subprocess.run([sys.executable, "-c", killed], check=False, cwd=ROOT).returncode == -9


def lives(folder, lines, worker="alive"):
    """A worker that wrote some lines and stands still; the caller ends it."""
    waits = program(folder, lines, worker) + "print('ready', flush=True); sys.stdin.read()"
    made = subprocess.Popen(
        [sys.executable, "-c", waits], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert made.stdout.readline() == "ready\n"
    return made


def rebooted(folder, worker="dead"):
    """As if the machine had been started again since this journal was written."""
    place = folder / f"{worker}.log"
    head, _, rest = place.read_bytes().partition(b"\n")
    assert head.startswith(b"B ")
    place.write_bytes(b"B 00000000-0000-0000-0000-000000000000\n" + rest)
