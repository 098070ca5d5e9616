"""The ledger becomes rows: each outcome exactly once, however the stream is cut and whatever comes twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sends_world import job, ledger, opened, result, rows, send, sends_by_subject, window

from mops_cli.delivery.ledger.records import LedgerDamaged
from mops_cli.delivery.sending import fold as folding
from mops_cli.delivery.sending.fold import STREAM, fold
from mops_cli.model.delivery import Outcome
from mops_cli.store.ingest import offset

ROOT = Path(__file__).resolve().parents[3]
SPRING, OTHER = send(), send("winter@2", "sms", "0123456789abcdef")
A, B, C = job(SPRING, 0).ledger, job(SPRING, 12).ledger, job(OTHER, 1).ledger
KNOWN = sends_by_subject(SPRING, OTHER)
RECORDS = [
    (A, window()),
    (A, window(result(0), result(1, Outcome.DEFERRED))),
    (C, window(result(0, Outcome.UNKNOWN), result(1, Outcome.SKIPPED))),
    (B, window(result(60), result(61, Outcome.FAILED))),
    (A, window(result(1, tried=2), number=2)),
    (A, window(number=3, closed=True)),
    (B, window(result(62, Outcome.LATE), number=2, closed=True)),
    (C, window(result(2, Outcome.REFUSED), number=2)),
]
ROWS = sorted(
    [(*SPRING.key, 0, n, 100 + n, "sent") for n in (0, 1)]
    + [(*SPRING.key, 12, n, 100 + n, word) for n, word in ((60, "sent"), (61, "failed"), (62, "late"))]
    + [(*OTHER.key, 1, n, 100 + n, word) for n, word in ((0, "unknown"), (1, "skipped"), (2, "refused"))]
)


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path) as made:
        yield made


def test_jobs_and_sends_call_a_shard_by_the_same_name():
    for one in (SPRING, OTHER, send("späte Grüße@1.2", "e mail", "-" * 16), send("a-1-", "b-", "abc-12-9xyz")):
        assert sends_by_subject(one)(job(one, 7).ledger) == (one, 7)


def test_every_final_outcome_becomes_a_row(store):
    folded = fold(store, ledger(*RECORDS), KNOWN)
    assert rows(store) == ROWS
    assert folded.outcomes == {
        SPRING.key: {"sent": 3, "failed": 1, "late": 1},
        OTHER.key: {"unknown": 1, "skipped": 1, "refused": 1},
    }
    assert (folded.closed, folded.strangers) == ([A, B], [])
    assert offset(store, STREAM) == len(RECORDS)


def test_a_row_has_all_that_the_record_says(store):
    fold(store, ledger((A, window(result(3, Outcome.REFUSED, said="554 no", code="5.7.1", variant="b")))), KNOWN)
    (row,) = store.records("SELECT * FROM deliveries")
    assert row == {
        "send": "spring@1", "campaign": "spring", "channel": "email", "step": "", "contact_id": 103, "destination": None,
        "locale": "en", "variant": "b", "outcome": "refused", "code": "5.7.1", "said": "554 no", "reference": "Q3",
        "occurred_at": datetime(2025, 12, 1, 9, 0, 0, 3_000, tzinfo=UTC).replace(tzinfo=None), "plan": "abcdef0123456789", "shard": 0, "number": 3,
    }  # fmt: skip


def test_a_destination_has_its_name(store):
    fold(store, ledger((A, window(result(0, contact_id=0, destination="instagram")))), KNOWN)
    assert store.rows("SELECT contact_id, destination FROM deliveries") == [(0, "instagram")]


@pytest.mark.parametrize("cut", range(len(RECORDS) + 1))
def test_batches_may_be_cut_anywhere(store, cut):
    messages = ledger(*RECORDS)
    for batch in (messages[:cut], messages[cut:]):
        fold(store, batch, KNOWN)
    assert rows(store) == ROWS
    assert offset(store, STREAM) == len(RECORDS)


@pytest.mark.parametrize("seed", range(15))
def test_what_comes_again_is_passed_over(store, seed):
    """The stream is read again from somewhere, after crashes, with other batches; the counts of batches add up."""
    source, messages = random.Random(seed), ledger(*RECORDS)
    counted = {}
    while offset(store, STREAM) < len(RECORDS):
        start = source.randint(0, offset(store, STREAM))
        folded = fold(store, messages[start : start + source.randint(0, len(RECORDS))], KNOWN)
        for key, outcomes in folded.outcomes.items():
            for word, count in outcomes.items():
                counted[key, word] = counted.get((key, word), 0) + count
        assert offset(store, STREAM) >= start
    assert rows(store) == ROWS
    assert sum(counted.values()) == len(ROWS)
    assert counted[SPRING.key, "sent"] == 3


def test_an_old_batch_changes_nothing(store):
    messages = ledger(*RECORDS)
    fold(store, messages, KNOWN)
    folded = fold(store, messages[2:5], KNOWN)
    assert (folded.outcomes, folded.closed, folded.put_off, folded.bad_addresses) == ({}, [], {}, {})
    assert offset(store, STREAM) == len(RECORDS)
    assert rows(store) == ROWS


def test_gaps_of_a_purge_are_no_gaps(store):
    messages = ledger(*RECORDS)
    fold(store, messages[:2], KNOWN)
    fold(store, messages[6:], KNOWN)
    assert offset(store, STREAM) == len(RECORDS)
    assert len(rows(store)) == 1 + 1 + 1


def test_sends_that_this_store_does_not_know_are_passed_over_and_told(store):
    folded = fold(store, ledger(*RECORDS), sends_by_subject(OTHER))
    assert [row[0] for row in rows(store)] == ["winter@2"] * 3
    assert folded.strangers == [A, A, B, A, A, B]
    assert offset(store, STREAM) == len(RECORDS)


@pytest.mark.parametrize("data", [b"", b"\xff", b'{"worker":"w","epoch":1,"number":1,"version":9}'])
def test_a_damaged_record_stops_the_fold_and_nothing_is_passed_over(store, data):
    """Its outcomes would be lost without a word: a newer version, or a person, has to look at it."""
    with pytest.raises(LedgerDamaged):
        fold(store, ledger((A, window(result(0))), (A, data), (B, window(result(60)))), KNOWN)
    assert rows(store) == []
    assert offset(store, STREAM) == 0


def test_who_is_put_off_is_told_until_there_is_an_outcome(store):
    first = fold(store, ledger((A, window(result(1, Outcome.DEFERRED), result(2, Outcome.DEFERRED, tried=0)))), KNOWN)
    assert first.put_off == {SPRING.key: {1: True, 2: True}}
    messages = ledger((A, b""), (A, window(result(1, tried=2), result(2, tried=1), number=2)))
    assert fold(store, messages[1:], KNOWN).put_off == {SPRING.key: {1: False, 2: False}}


def test_dead_addresses_are_marked_with_the_rows(store):
    store.run("INSERT INTO contacts (id, email, created_at, updated_at) VALUES (101, 'a@people.example', now(), now())")
    folded = fold(store, ledger((A, window(result(1, Outcome.BAD_ADDRESS), result(2)))), KNOWN)
    assert folded.bad_addresses == {"email": [101]}
    assert store.rows("SELECT contact_id, address, state FROM address_states") == [(101, "a@people.example", "bounced")]


def test_nobody_marks_the_address_of_a_destination(store):
    gone = result(1, Outcome.BAD_ADDRESS, contact_id=0, destination="instagram")
    assert fold(store, ledger((A, window(gone))), KNOWN).bad_addresses == {}


class Broken(Exception):
    pass


@pytest.mark.parametrize("where", ["_read", "_insert", "mark_dead", "advance"])
def test_rows_and_offset_are_stored_together_or_not_at_all(store, monkeypatch, where):
    store.run("INSERT INTO contacts (id, email, created_at, updated_at) VALUES (101, 'a@people.example', now(), now())")
    messages = ledger((A, window(result(0))), (A, window(result(1, Outcome.BAD_ADDRESS), number=2)))
    fold(store, messages[:1], KNOWN)
    before = rows(store)
    real = getattr(folding, where)

    def breaks(*arguments):
        real(*arguments)
        raise Broken

    with monkeypatch.context() as patched:
        patched.setattr(folding, where, breaks)
        with pytest.raises(Broken):
            fold(store, messages, KNOWN)
    assert rows(store) == before
    assert offset(store, STREAM) == 1
    assert store.one("SELECT count(*) FROM address_states") == (0,)
    fold(store, messages, KNOWN)
    assert len(rows(store)) == 2
    assert offset(store, STREAM) == 2


KILLED = """
import os, pathlib, signal, sys
sys.path.insert(0, "tests/unit/sending")
from sends_world import job, ledger, opened, result, send, sends_by_subject, window
from mops_cli.delivery.sending.fold import STREAM, fold
from mops_cli.store.ingest import offset
spring = send()
messages = ledger(*[(job(spring, 0).ledger, window(result(n), number=n)) for n in range(60)])
store = opened(pathlib.Path(sys.argv[1]))
real, point = store.run, sys.argv[2]
def run(statement, parameters=None):
    if point in statement and offset(store, STREAM) >= 20:
        if sys.argv[3] == "after":
            real(statement, parameters)
        os.kill(os.getpid(), signal.SIGKILL)
    return real(statement, parameters)
store.run = run
for first in range(0, 60, 10):
    fold(store, messages[first : first + 10], sends_by_subject(spring))
"""


STORED = {("COMMIT", "before"): 10}
"""Where it is not 20 records: a COMMIT sees the offset that it is about to store."""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("point", ["BEGIN", "INSERT INTO deliveries", "UPDATE stream_offsets", "COMMIT"])
def test_killed_at_any_point_rows_and_offset_agree(tmp_path, point, when):
    done = subprocess.run(
        [sys.executable, "-c", KILLED, os.fspath(tmp_path), point, when],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    with opened(tmp_path) as store:
        last = offset(store, STREAM)
        assert last == STORED.get((point, when), 20)
        assert store.one("SELECT count(*), count(DISTINCT number) FROM deliveries") == (last, last)
