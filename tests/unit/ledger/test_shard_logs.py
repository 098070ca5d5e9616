"""A shard's log: who holds it writes, who lost it is refused, and what is open is settled by evidence alone."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest

from mops_cli.delivery.bus.memory import MemoryBus
from mops_cli.delivery.bus.port import Fenced
from mops_cli.delivery.ledger.history import history
from mops_cli.delivery.ledger.journal import Journal, JournalFull, remains, sweep
from mops_cli.delivery.ledger.log import ShardLog, read_history
from mops_cli.delivery.ledger.records import LedgerDamaged, Record, Result, decoded, encoded
from mops_cli.delivery.ledger.recovery import recover
from mops_cli.model.delivery import Answer, Outcome, Recipient

SUBJECT = "mops.ledger.spring@1.email-abc-0"
PEOPLE = {n: Recipient(n, 100 + n, f"p{n}@people.example", "en") for n in range(10)}


def result(index, outcome=Outcome.SENT, tried=1):
    return Result(index, 100 + index, outcome, 1_000, tried=tried)


def run(story):
    return asyncio.run(story)


def test_a_record_comes_back_as_it_was():
    record = Record("w1", 2, 7, done=(result(3), result(4, Outcome.UNKNOWN)), meant=(5, 6))
    assert decoded(encoded(record)) == record


@pytest.mark.parametrize("data", [b"", b"{}", b"null", b'{"worker": 1}', b"\xff\xfe"])
def test_what_is_no_record_is_named(data):
    with pytest.raises(LedgerDamaged):
        decoded(data, SUBJECT)


def test_a_record_of_a_newer_version_is_not_guessed_at():
    with pytest.raises(LedgerDamaged, match="version 9"):
        decoded(b'{"worker": "w", "epoch": 1, "number": 1, "version": 9}')


def test_results_settle_what_was_meant():
    found = history(
        [
            (11, Record("w", 1, 0, opened="plan")),
            (12, Record("w", 1, 1, meant=(0, 1))),
            (15, Record("w", 1, 2, done=(result(0), result(1, Outcome.DEFERRED)), meant=(2,))),
        ]
    )
    assert (found.last, found.epoch, found.plan) == (15, 1, "plan")
    assert found.settled == {0}
    assert found.meant is not None
    assert found.meant.indices == (2,)


def test_an_opening_leaves_the_window_of_the_dead_worker_open():
    found = history(
        [(1, Record("a", 1, 0, opened="p")), (2, Record("a", 1, 1, meant=(0, 1))), (3, Record("b", 2, 0, opened="p"))]
    )
    assert found.meant is not None
    assert (found.meant.worker, found.meant.epoch, found.meant.indices) == ("a", 1, (0, 1))


def test_the_second_worker_fences_the_first():
    async def story():
        bus = MemoryBus()
        await bus.start()
        first, second = ShardLog(bus, SUBJECT, "a"), ShardLog(bus, SUBJECT, "b")
        await first.open("plan")
        await first.write(meant=(0, 1))
        found = await second.open("plan")
        assert found.epoch == 2
        assert found.meant.worker == "a"
        with pytest.raises(Fenced):
            await first.write((result(0), result(1)), (2, 3))
        await second.write((result(0), result(1)), closed=True)
        assert (await read_history(bus, SUBJECT)).closed
        assert (await first.open("plan")).closed  # only read: a closed shard is opened no more
        return await bus.read(SUBJECT)

    assert len(run(story())) == 4


def died(tmp_path, lines):
    """A worker that wrote some lines and was killed."""
    program = (
        "import os, sys; from pathlib import Path; from mops_cli.delivery.ledger.journal import Journal\n"
        "from mops_cli.model.delivery import Answer, Outcome\n"
        f"journal = Journal(Path({str(tmp_path)!r}), 'dead')\n{lines}\nos.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -9


def open_window(worker="dead", meant=(0, 1, 2, 3)):
    return history([(1, Record(worker, 1, 0, opened="p")), (2, Record(worker, 1, 1, meant=meant))])


LINES = f"""
journal.begins({SUBJECT!r}, 0); journal.ends({SUBJECT!r}, 0, Answer(Outcome.SENT, '250', 'ok', 'Q1'))
journal.begins({SUBJECT!r}, 1); journal.ends({SUBJECT!r}, 1, Answer(Outcome.BAD_ADDRESS, '5.1.1'))
journal.begins({SUBJECT!r}, 2); journal.begins('another', 3)"""


def test_a_dead_workers_journal_shrinks_the_doubt(tmp_path):
    died(tmp_path, LINES)
    found = recover(open_window(), SUBJECT, journals=tmp_path, policy="hold", people=PEOPLE, at=5)
    assert {one.index: (one.outcome, one.code, one.reference) for one in found.known} == {
        0: (Outcome.SENT, "250", "Q1"),
        1: (Outcome.BAD_ADDRESS, "5.1.1", ""),
        2: (Outcome.UNKNOWN, "", ""),
    }
    assert found.again == (3,)
    assert [one.contact_id for one in found.known] == [100, 101, 102]


def test_for_receipts_a_second_message_is_better_than_none(tmp_path):
    died(tmp_path, LINES)
    found = recover(open_window(), SUBJECT, journals=tmp_path, policy="resend", people=PEOPLE, at=5)
    assert [one.index for one in found.known] == [0, 1]
    assert found.again == (2, 3)


def test_without_the_journal_the_whole_window_is_in_doubt(tmp_path):
    found = recover(open_window(), SUBJECT, journals=tmp_path, policy="hold", people=PEOPLE, at=5)
    assert [one.outcome for one in found.known] == [Outcome.UNKNOWN] * 4
    assert found.again == ()


def test_the_journal_of_a_worker_that_lives_frees_nobody(tmp_path):
    journal = Journal(tmp_path, "alive")
    journal.begins(SUBJECT, 0)
    assert remains(tmp_path, "alive", SUBJECT) is None
    found = recover(open_window("alive"), SUBJECT, journals=tmp_path, policy="hold", people=PEOPLE, at=5)
    assert [one.outcome for one in found.known] == [Outcome.UNKNOWN] * 4
    journal.close()
    assert remains(tmp_path, "alive", SUBJECT).begun == {0}


def test_a_worker_may_read_its_own_journal(tmp_path):
    journal = Journal(tmp_path, "me")
    journal.begins(SUBJECT, 0)
    found = recover(open_window("me"), SUBJECT, journals=tmp_path, policy="hold", people=PEOPLE, at=5, own="me")
    assert found.again == (1, 2, 3)
    journal.close()


def test_a_line_that_was_cut_off_never_left(tmp_path):
    (tmp_path / "cut.log").write_bytes(b"D 0 %s\nD 1 %s" % (SUBJECT.encode(), SUBJECT.encode()))
    assert remains(tmp_path, "cut", SUBJECT).begun == {0}


def test_a_second_try_forgets_the_answer_to_the_first(tmp_path):
    journal = Journal(tmp_path, "twice")
    journal.begins(SUBJECT, 0)
    journal.ends(SUBJECT, 0, Answer(Outcome.DEFERRED, "451"))
    journal.begins(SUBJECT, 0)
    journal.close()
    left = remains(tmp_path, "twice", SUBJECT)
    assert (left.begun, left.answers) == ({0}, {})


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
def test_after_a_full_disk_nothing_is_written_any_more(tmp_path):
    journal = Journal(tmp_path, "full")
    real, journal._file = journal._file, os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(JournalFull, match="No space left"):
        journal.begins(SUBJECT, 0)
    os.close(journal._file)
    journal._file = real  # there is room again; a torn line may stand there
    with pytest.raises(JournalFull):
        journal.begins(SUBJECT, 1)
    journal.close()


def test_journals_of_the_living_are_not_swept(tmp_path):
    died(tmp_path, "")
    journal = Journal(tmp_path, "alive")
    assert sweep(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["alive.log"]
    journal.close(keep=False)
    assert not any(tmp_path.iterdir())
