"""Exactly once: the offset and the rows are one; gaps are refused; nothing that was sent is lost."""

import os
import signal
import subprocess
import sys
from datetime import datetime
from decimal import Decimal

import pytest

from mops_cli.store.ingest import Gap, ingest, offset

EVENTS = {"purchase": {"amount": "money"}}


def event(number, **more):
    return number, {"id": f"e{number}", "kind": "purchase", "contact": 1, **more}


def test_a_batch_is_stored_once_however_often_it_comes(opened):
    store = opened(events=EVENTS)
    batch = [event(1), event(2), event(3)]
    assert [ingest(store, "E", batch), ingest(store, "E", batch), ingest(store, "E", [event(3), event(4)])] == [3, 0, 1]
    assert store.one("SELECT count(*), count(DISTINCT id) FROM events") == (4, 4)
    assert offset(store, "E") == 4
    assert offset(store, "other") == 0


@pytest.mark.parametrize("numbers", [(2, 3), (1, 3), (1, 2, 2)])
def test_a_gap_is_refused_and_nothing_is_stored(opened, numbers):
    store = opened(events=EVENTS)
    with pytest.raises(Gap) as told:
        ingest(store, "E", [event(number) for number in numbers])
    assert told.value.exit_code == 75
    assert offset(store, "E") == 0
    assert store.one("SELECT count(*) FROM events") == (0,)


def test_declared_fields_become_columns_and_everything_else_is_kept(opened):
    store = opened(events=EVENTS)
    ingest(store, "E", [
        event(1, occurred_at="2026-01-01T10:00:00+02:00", data={"amount": 12.5, "order": "A"}, shape="new"),
        event(2, data={"amount": "much"}, value="3.5", machine_score="0.2"),
        event(3, occurred_at="yesterday", data="a text"),
    ])  # fmt: skip
    rows = store.rows('SELECT occurred_at, "purchase.amount", data::JSON::VARCHAR FROM events ORDER BY id')
    assert rows[0] == (datetime(2026, 1, 1, 8), Decimal("12.5"), '{"order":"A","shape":"new"}')  # noqa: DTZ001  # the store's instants have no zone  # fmt: skip
    assert rows[1][1:] == (None, '{"amount":"much"}')
    assert rows[2] == (datetime(2026, 11, 24, 12), None, '{"data":"a text"}')  # noqa: DTZ001  # the store's instants have no zone


def test_consent_events_reach_the_log_in_the_same_transaction(opened):
    store = opened()
    ingest(store, "E", [
        (1, {"kind": "consent.given", "contact": 5, "channel": "email", "source": "form", "data": {"topic": "news"}}),
        (2, {"kind": "consent.withdrawn", "contact": 5, "channel": "email", "data": {"topic": "news"}}),
    ])  # fmt: skip
    assert store.rows("SELECT contact_id, state FROM consent") == [(5, "withdrawn")]
    assert store.one("SELECT count(*) FROM consent_log") == (2,)


KILLED = """
import os, pathlib, signal, sys
from mops_cli.clock import SystemClock
from mops_cli.store import ingest
from mops_cli.store.opening import open_store
from tests.unit.store.conftest import settings
store = open_store(pathlib.Path(sys.argv[1]), settings(), SystemClock())
EVENT = {
    "kind": "consent.given", "channel": "email", "data": {"topic": "news"}, "occurred_at": "2026-11-24T12:00:00Z",
}
real, point, seen = store.run, sys.argv[2], []
def run(statement, parameters=None):
    if point in statement and ingest.offset(store, "E") >= 200 - 100:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(statement, parameters)
store.run = run
while ingest.offset(store, "E") < 1000:
    last = ingest.offset(store, "E")
    ingest.ingest(store, "E", [(n, EVENT | {"id": str(n), "contact": n}) for n in range(last + 1, last + 101)])
"""


@pytest.mark.parametrize(
    "point", ["BEGIN", "INSERT INTO events", "INSERT INTO consent_log", "UPDATE stream_offsets", "COMMIT"]
)
def test_killed_at_any_point_nothing_is_lost_or_doubled(opened, tmp_path, point):
    root = os.fspath(tmp_path)
    done = subprocess.run([sys.executable, "-c", KILLED, root, point], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    store = opened()
    last = offset(store, "E")
    assert last % 100 == 0  # whole batches only
    assert store.one("SELECT count(*), count(DISTINCT id) FROM events") == (last, last)
    # What was killed between the journal and the commit is known to the consent log already; it is not said twice.
    event = {
        "kind": "consent.given",
        "channel": "email",
        "data": {"topic": "news"},
        "occurred_at": "2026-11-24T12:00:00Z",
    }
    ingest(store, "E", [(n, event | {"id": str(n), "contact": n}) for n in range(last + 1, 1001)])
    assert store.one("SELECT count(*), count(DISTINCT contact_id) FROM consent_log") == (1000, 1000)
