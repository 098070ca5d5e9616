"""What was meant and has no result: settled by evidence alone, in every case there is."""

from __future__ import annotations

from itertools import product

import pytest
from ledger_words import OPENING, PEOPLE, SUBJECT, died, lives, rebooted, result

from mops_cli.delivery.ledger.history import history
from mops_cli.delivery.ledger.journal import Journal, boot, opening
from mops_cli.delivery.ledger.records import Record
from mops_cli.delivery.ledger.recovery import HOLD, RESEND, Recovered, recover
from mops_cli.model.delivery import Answer, Outcome

pytestmark = pytest.mark.skipif(not boot(), reason="this system does not say when it was started")

NONE, BEGUN, SENT, GONE, LATER, BROKE = range(6)
"""Who: nothing was written, the dot went out, the answers: taken, nobody there, later, the connection broke."""
LINES = f"""
for index in range(1, 6):
    journal.begins({OPENING!r}, index)
journal.ends({OPENING!r}, 2, Answer(Outcome.SENT, '250', 'ok', 'Q1'))
journal.ends({OPENING!r}, 3, Answer(Outcome.BAD_ADDRESS, '5.1.1'))
journal.ends({OPENING!r}, 4, Answer(Outcome.DEFERRED, '4.2.0'))
journal.ends({OPENING!r}, 5, Answer(Outcome.UNKNOWN))
"""
ALL = (NONE, BEGUN, SENT, GONE, LATER, BROKE)


def open_window(worker="dead", meant=ALL):
    return history([(1, Record(worker, 1, 0, opened="p")), (2, Record(worker, 1, 1, meant=meant))])


def settled(tmp_path, policy, found=None, **more):
    return recover(found or open_window(), SUBJECT, journals=tmp_path, policy=policy, people=PEOPLE, at=5, **more)


def words(found):
    return {one.index: one.outcome for one in found.known}


ANSWERED = {SENT: Outcome.SENT, GONE: Outcome.BAD_ADDRESS, LATER: Outcome.DEFERRED}
DOUBT = dict.fromkeys(ALL, Outcome.UNKNOWN)
CASES = {
    # the writer: dead, dead since a new start of the machine, alive, of another machine
    (HOLD, "dead"): ({**ANSWERED, BEGUN: Outcome.UNKNOWN, BROKE: Outcome.UNKNOWN}, (NONE,)),
    (HOLD, "rebooted"): ({**DOUBT, **ANSWERED}, ()),
    (HOLD, "alive"): (DOUBT, ()),
    (HOLD, "gone"): (DOUBT, ()),
    (RESEND, "dead"): (ANSWERED, (NONE, BEGUN, BROKE)),
    (RESEND, "rebooted"): (ANSWERED, (NONE, BEGUN, BROKE)),
    (RESEND, "alive"): ({}, ALL),
    (RESEND, "gone"): ({}, ALL),
}


@pytest.mark.parametrize(("policy", "writer"), CASES)
def test_every_case(tmp_path, policy, writer):
    process = None
    if writer == "alive":
        process = lives(tmp_path, LINES, "dead")
    elif writer != "gone":
        died(tmp_path, LINES)
    if writer == "rebooted":
        rebooted(tmp_path)
    try:
        found = settled(tmp_path, policy)
    finally:
        if process is not None:
            process.kill()
            process.communicate()
    assert (words(found), found.again) == CASES[policy, writer]


def test_there_is_a_case_for_everything():
    assert set(CASES) == set(product((HOLD, RESEND), ("dead", "rebooted", "alive", "gone")))


def test_what_is_known_has_all_that_a_result_needs(tmp_path):
    died(tmp_path, LINES)
    found = {one.index: one for one in settled(tmp_path, HOLD).known}
    assert (found[SENT].contact_id, found[SENT].code, found[SENT].reference, found[SENT].at) == (102, "250", "Q1", 5)
    assert (found[SENT].locale, found[SENT].tried) == ("en", 1)
    assert found[BEGUN].said == "the worker died between the hand-over and the answer"


def test_a_try_that_was_answered_counts(tmp_path):
    died(tmp_path, LINES)
    before = (result(LATER, Outcome.DEFERRED, tried=2), result(NONE, Outcome.DEFERRED, tried=1))
    found = history([(1, Record("dead", 1, 0, opened="p")), (2, Record("dead", 1, 1, done=before, meant=ALL))])
    known = {one.index: one.tried for one in settled(tmp_path, HOLD, found).known}
    assert known[LATER] == 3
    assert NONE not in known


def test_nothing_open_is_nothing_to_settle(tmp_path):
    assert settled(tmp_path, HOLD, history([(1, Record("dead", 1, 0, opened="p"))])) == Recovered()


def test_somebody_who_left_the_store_still_gets_a_name(tmp_path):
    known = recover(open_window(meant=(77,)), SUBJECT, journals=tmp_path, policy=HOLD, people={}, at=5).known
    assert [(one.index, one.outcome) for one in known] == [(77, Outcome.UNKNOWN)]


def test_its_own_journal_frees_a_worker_that_goes_on(tmp_path):
    journal = Journal(tmp_path, "me")
    journal.begins(OPENING, 0)
    found = settled(tmp_path, HOLD, open_window("me", (0, 1, 2)), own="me")
    assert (words(found), found.again) == ({0: Outcome.UNKNOWN}, (1, 2))
    journal.close()


def test_what_was_done_in_an_earlier_opening_says_nothing_about_this_one(tmp_path):
    journal = Journal(tmp_path, "me")
    journal.begins(opening(SUBJECT, 1), 0)
    journal.ends(opening(SUBJECT, 1), 0, Answer(Outcome.DEFERRED, "450"))
    journal.close()
    found = history(
        [
            (1, Record("me", 1, 0, opened="p")),
            (2, Record("me", 1, 1, meant=(0,))),
            (3, Record("me", 1, 2, done=(result(0, Outcome.DEFERRED),))),
            (4, Record("me", 2, 0, opened="p")),
            (5, Record("me", 2, 1, meant=(0,))),
        ]
    )
    assert settled(tmp_path, HOLD, found) == Recovered((), (0,))
