"""The register of sends: what was started, how far it is, what came of it and of whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sends_world import NOW, job, ledger, opened, result, send, sends_by_subject, window

from mops_cli.delivery.sending import register
from mops_cli.delivery.sending.fold import fold
from mops_cli.model.delivery import Outcome


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path) as made:
        yield made


def begun(store, *sends):
    for one in sends:
        register.begin(store, one)
    return sends


def folded(store, one, *results, shard=0):
    """Results as the ledger has them, one batch after what is stored."""
    from mops_cli.delivery.sending.fold import STREAM
    from mops_cli.store.ingest import offset

    subject = job(one, shard).ledger
    filler = [(subject, window())] * offset(store, STREAM)
    fold(store, ledger(*filler, (subject, window(*results))), sends_by_subject(one))


def test_what_begins_is_found_as_it_was(store):
    (one,) = begun(store, send())
    assert register.find(store, "spring@1") == [one]
    assert register.find(store, "spring@1", "email") == [one]
    assert register.find(store, "spring@1", "sms") == register.find(store, "summer@1") == []


def test_a_send_may_have_no_times(store):
    (one,) = begun(store, send(first_at=None, last_at=None, not_after=None))
    assert register.find(store, one.send) == [one]


def test_times_of_other_zones_are_the_same_instants(store):
    from zoneinfo import ZoneInfo

    berlin = datetime(2026, 12, 1, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    begun(store, send(first_at=berlin))
    (found,) = register.find(store, "spring@1")
    assert (found.first_at, found.first_at.tzinfo) == (NOW, UTC)


def test_sends_are_listed_the_newest_first_and_what_is_unfinished(store):
    late = NOW + timedelta(minutes=5)
    first, sms, second = begun(store, send(), send(channel="sms"), send("summer@1", started_at=late, changed_at=late))
    assert register.sends(store) == [second, first, sms]
    register.set_state(store, first.key, register.FINISHED)
    register.set_state(store, sms.key, register.STOPPED)
    assert [one.key for one in register.sends(store, "unfinished")] == [sms.key, second.key]


def test_a_state_is_of_one_plan_and_channel(store):
    first, other = begun(store, send(), send(plan="b" * 16))
    store.clock.tick(60)
    register.set_state(store, first.key, register.STOPPED, "stopped by hand")
    found = {one.key: one for one in register.find(store, "spring@1")}
    changed = found[first.key]
    assert (changed.state, changed.why, changed.changed_at) == (
        "stopped",
        "stopped by hand",
        NOW + timedelta(minutes=1),
    )
    assert found[other.key] == other


def test_the_end_of_a_send_is_kept(store):
    (one,) = begun(store, send())
    store.clock.tick(60)
    register.set_state(store, one.key, register.FINISHED)
    (found,) = register.find(store, "spring@1")
    assert (found.state, found.finished_at) == ("finished", NOW + timedelta(minutes=1))
    register.set_state(store, one.key, register.RUNNING)
    assert register.find(store, "spring@1")[0].finished_at == NOW + timedelta(minutes=1)


def test_counts_are_of_one_send_channel_and_plan(store):
    first, sms, again = begun(store, send(), send(channel="sms"), send(plan="b" * 16))
    folded(store, first, result(0), result(1), result(2, Outcome.UNKNOWN), result(3, Outcome.DEFERRED))
    folded(store, sms, result(0, Outcome.FAILED))
    folded(store, again, result(5), shard=2)
    found = {one.key: one for one in register.find(store, "spring@1")}
    assert found[first.key].outcomes == {"sent": 2, "unknown": 1}
    assert (found[first.key].settled, found[first.key].left, found[first.key].in_doubt) == (3, 97, 1)
    assert found[sms.key].outcomes == {"failed": 1}
    assert found[again.key].outcomes == {"sent": 1}
    assert register.by_shard(store, first.key) == {0: 3}
    assert register.by_shard(store, again.key) == {2: 1}
    assert {one.key: one.outcomes for one in register.sends(store)} == {key: one.outcomes for key, one in found.items()}


def test_doubts_are_named(store):
    (one,) = begun(store, send())
    folded(store, one, *(result(n, Outcome.UNKNOWN, said="the connection broke") for n in (7, 3)), result(4))
    found = register.doubts(store, "spring@1")
    assert [(row["number"], row["contact_id"], row["said"]) for row in found] == [
        (3, 103, "the connection broke"), (7, 107, "the connection broke"),
    ]  # fmt: skip
    assert len(register.doubts(store, "spring@1", most=1)) == 1
    assert register.doubts(store, "summer@1") == []


def test_reasons_are_counted(store):
    (one,) = begun(store, send())
    skipped = [result(n, Outcome.SKIPPED, said="consent withdrawn", code="") for n in range(3)]
    folded(store, one, result(9), *skipped, result(5, Outcome.BAD_ADDRESS, code="5.1.1", said="550 nobody"))
    found = [(row["outcome"], row["code"], row["said"], row["people"]) for row in register.reasons(store, "spring@1")]
    assert found == [("skipped", None, "consent withdrawn", 3), ("bad-address", "5.1.1", "550 nobody", 1)]


def test_the_ledger_is_read_page_by_page(store):
    (one,) = begun(store, send())
    folded(store, one, *(result(n, Outcome.FAILED if n % 2 else Outcome.SENT) for n in range(7)))
    pages = [register.recipients(store, "spring@1", most=3, skip=skip) for skip in (0, 3, 6, 9)]
    assert [[row["number"] for row in page] for page in pages] == [[0, 1, 2], [3, 4, 5], [6], []]
    assert [row["number"] for row in register.recipients(store, "spring@1", "failed")] == [1, 3, 5]
    assert pages[0][1]["contact_id"] == 101


def test_one_person_has_all_that_was_sent_to_them(store):
    first, summer = begun(store, send(), send("summer@1"))
    folded(store, first, result(1), result(2))
    folded(store, summer, result(1, Outcome.REFUSED, at=1_764_666_000_000))
    assert [(row["send"], row["outcome"]) for row in register.of_contact(store, 101)] == [
        ("summer@1", "refused"), ("spring@1", "sent"),
    ]  # fmt: skip
    assert register.of_contact(store, 999) == []


LINK = {
    "reference": "r1", "send": "spring@1", "campaign": "spring", "channel": "email", "locale": "en", "variant": "",
    "link": 1, "url": "https://demo.example/a", "tracked": True,
}  # fmt: skip


def links(store):
    return store.rows("SELECT reference, link, url, tracked FROM links ORDER BY ALL")


def test_links_are_stored_once_however_often_a_send_begins(store):
    both = [LINK, {**LINK, "link": 2, "url": "https://demo.example/b", "tracked": False}]
    for _ in range(2):
        register.store_links(store, both)
    assert links(store) == [("r1", 1, "https://demo.example/a", True), ("r1", 2, "https://demo.example/b", False)]
    register.store_links(store, [{**LINK, "reference": "r2"}])
    register.store_links(store, [])
    assert len(links(store)) == 3


def test_links_that_cannot_be_stored_leave_the_old_ones(store):
    register.store_links(store, [LINK])
    with pytest.raises(Exception, match=r".+"):
        register.store_links(store, [{**LINK, "url": None}])
    assert len(links(store)) == 1
