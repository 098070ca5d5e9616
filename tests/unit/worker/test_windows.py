"""What a lane is told by a window, and what the window makes of what the lane tells."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from visit_world import by_hand

from mops_cli.delivery.bus.memory import MemoryBus
from mops_cli.delivery.ledger.journal import Journal, JournalFull, remains
from mops_cli.delivery.ledger.log import ShardLog
from mops_cli.delivery.worker.window import Window
from mops_cli.model.delivery import Answer, Outcome, Outgoing, Recipient

SUBJECT = "mops.ledger.spring@1.email-abc-0"
PEOPLE = {n: Recipient(n, 100 + n, f"p{n}@people.example", "en") for n in range(4)}
MESSAGES = [Outgoing(n, f"k{n}", "news@demo.example", one.address, b"hello") for n, one in PEOPLE.items()]
SENT = Answer(Outcome.SENT, "250", "ok", "Q1")


class Lease:
    held = True

    def __call__(self):
        return self.held


class Desk:
    def __init__(self, folder):
        self.folder = folder
        self.journal = Journal(folder, "w")
        self.lease = Lease()
        self.log = ShardLog(MemoryBus(), SUBJECT, "w")
        by_hand(self.log.open("plan"))
        self.window = Window(self.log, self.journal, PEOPLE, self.lease, lambda: 5_000)

    def outcomes(self):
        return [one.outcome.value for one in self.window.results(MESSAGES)]

    def read(self):
        return remains(self.folder, "w", self.log.opening, own="w")


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    yield made
    made.journal.close()


def test_every_hand_over_is_in_the_journal_before_it_happens(desk):
    assert desk.window.begins(0)
    assert desk.read().begun == {0}
    desk.window.ends(0, SENT)
    assert desk.read().answers == {0: Answer(Outcome.SENT, "250", "", "Q1")}
    (first, *_) = desk.window.results(MESSAGES[:1])
    assert (first.index, first.contact_id, first.outcome, first.at, first.tried) == (0, 100, Outcome.SENT, 5_000, 1)


def test_nothing_begins_after_the_lease(desk):
    assert desk.window.begins(0)
    desk.lease.held = False
    assert not desk.window.begins(1)
    assert desk.read().begun == {0}
    desk.window.ends(0, SENT)  # what was under way has its answer all the same
    assert desk.outcomes()[:2] == ["sent", "deferred"]
    assert [one.tried for one in desk.window.results(MESSAGES)] == [1, 0, 0, 0]


def test_a_silent_lane_leaves_doubt_and_no_gap(desk):
    desk.window.begins(0)
    desk.window.begins(1)
    desk.window.ends(1, SENT)
    assert desk.outcomes() == ["unknown", "sent", "deferred", "deferred"]
    assert desk.window.results(MESSAGES)[0].said == "the provider gave no answer"


def test_a_refusal_before_the_dot_needs_no_line(desk):
    desk.window.ends(0, Answer(Outcome.BAD_ADDRESS, "5.1.1"))
    assert desk.read().begun == set()
    assert desk.outcomes()[0] == "bad-address"


def test_what_the_provider_never_saw_is_no_try(desk):
    desk.window.ends(0, Answer(Outcome.DEFERRED, said="no connection"))
    desk.window.ends(1, Answer(Outcome.DEFERRED, "4.7.0"))
    desk.window.begins(2)
    desk.window.ends(2, Answer(Outcome.DEFERRED))
    assert [one.tried for one in desk.window.results(MESSAGES[:3])] == [0, 1, 1]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("breaks_at", ["begin", "end"])
def test_a_full_disk_ends_the_window(desk, breaks_at):
    assert desk.window.begins(0)
    desk.window.ends(0, SENT)
    if breaks_at == "end":
        assert desk.window.begins(1)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, desk.journal._file)
    os.close(full)
    if breaks_at == "begin":
        assert not desk.window.begins(1)
    else:
        desk.window.ends(1, SENT)
    assert isinstance(desk.window.broken, JournalFull)
    assert not desk.window.begins(2)
    assert desk.outcomes() == ["sent", "sent" if breaks_at == "end" else "deferred", "deferred", "deferred"]


def test_a_lane_that_failed_sends_nothing_more(desk):
    desk.window.begins(0)
    problem = RuntimeError("a mistake")
    desk.window.breaks(problem)
    assert not desk.window.begins(1)
    assert desk.window.broken is problem
    assert desk.outcomes() == ["unknown", "deferred", "deferred", "deferred"]
