"""What the records of a shard say together."""

from __future__ import annotations

from ledger_words import result

from mops_cli.delivery.ledger.history import Open, history
from mops_cli.delivery.ledger.records import Record
from mops_cli.model.delivery import Outcome

OPEN = Record("a", 1, 0, opened="plan")


def of(*records):
    return history(list(enumerate(records, 1)))


def test_a_shard_without_records_is_new():
    found = of()
    assert (found.last, found.epoch, found.plan, found.results, found.meant, found.closed) == (
        0,
        0,
        "",
        {},
        None,
        False,
    )


def test_results_settle_what_was_meant():
    found = history(
        [
            (11, OPEN),
            (12, Record("a", 1, 1, meant=(0, 1))),
            (15, Record("a", 1, 2, done=(result(0), result(1, Outcome.DEFERRED)), meant=(2,))),
        ]
    )
    assert (found.last, found.epoch, found.plan) == (15, 1, "plan")
    assert found.settled == {0}
    assert found.meant == Open("a", 1, (2,))


def test_an_opening_leaves_the_window_of_the_dead_worker_open():
    found = of(
        OPEN, Record("a", 1, 1, meant=(0, 1)), Record("b", 2, 0, opened="plan"), Record("c", 3, 0, opened="plan")
    )
    assert (found.epoch, found.meant) == (3, Open("a", 1, (0, 1)))


def test_an_opening_that_names_no_plan_leaves_it_open_too():
    found = of(OPEN, Record("a", 1, 1, meant=(0, 1)), Record("b", 2, 0))
    assert found.meant == Open("a", 1, (0, 1))


def test_the_last_word_about_somebody_counts():
    found = of(
        OPEN,
        Record("a", 1, 1, done=(result(0, Outcome.DEFERRED, 1), result(1, Outcome.UNKNOWN))),
        Record("a", 1, 2, done=(result(0, Outcome.SENT, 2),)),
    )
    assert found.settled == {0, 1}
    assert found.in_doubt == (1,)
    assert [found.tried(index) for index in (0, 1, 2)] == [2, 1, 0]


def test_a_record_that_means_nobody_leaves_nothing_open():
    found = of(OPEN, Record("a", 1, 1, meant=(0,)), Record("a", 1, 2, done=(result(0),), closed=True))
    assert (found.meant, found.closed) == (None, True)
