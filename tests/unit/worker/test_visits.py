"""One visit to a shard: everybody gets what is due to them, whatever the provider, the owner and people do."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from visit_world import (
    AFTER_DOT,
    AT_DOT,
    BEFORE,
    EARLY,
    LATER,
    NO,
    NOBODY,
    OK,
    Owner,
    Plain,
    ScriptedLane,
    by_hand,
    pause,
)  # fmt: skip

from mops_cli.delivery.bus.port import BusUnavailable, Refused
from mops_cli.delivery.ledger.history import history
from mops_cli.delivery.ledger.journal import JournalFull
from mops_cli.delivery.ledger.log import ShardLog
from mops_cli.delivery.worker.shard import Ended
from mops_cli.errors import MopsError
from mops_cli.model.delivery import Answer, Outcome

SKIPPED, FAILED, LATE, UNKNOWN, DEFERRED = (
    Outcome.SKIPPED, Outcome.FAILED, Outcome.LATE, Outcome.UNKNOWN, Outcome.DEFERRED,
)  # fmt: skip


def run(world, process, job=None, **more):
    world.running = process
    return by_hand(process.visit(job or world.job, **more).run())


def last_words(world):
    return history(world.records()).results


def test_every_answer_of_a_provider_has_its_outcome(worlds):
    scripts = dict(enumerate([[OK], [NOBODY], [NO], [EARLY], [AFTER_DOT], [AT_DOT], [OK]]))
    world = worlds(people=7, window=3, scripts=scripts)
    assert run(world, world.process()) is Ended.CLOSED
    world.holds()
    assert [one.value for _, one in sorted(world.outcomes().items())] == [
        "sent", "bad-address", "refused", "bad-address", "unknown", "unknown", "sent",
    ]  # fmt: skip
    assert world.server.taken == {0: 1, 4: 1, 6: 1}


def test_a_window_is_written_down_before_its_first_message_leaves(worlds):
    world = worlds(people=6, window=3)
    seen = []

    class Watching(ScriptedLane):
        async def deliver(self, messages, told):
            seen.append((world.meant(), set(world.outcomes())))
            await super().deliver(messages, told)

    process = world.process()
    run(world, process, lane=Watching(process))
    assert seen == [({0, 1, 2}, set()), ({3, 4, 5}, {0, 1, 2})]  # the results go with the next intent


def test_nobody_who_was_dealt_with_is_written_to_again(worlds):
    world = worlds()
    for _ in range(3):
        assert run(world, world.process()) is Ended.CLOSED
    assert set(world.server.taken.values()) == {1}
    assert len(world.records()) == 5


def test_an_empty_shard_is_closed(worlds):
    world = worlds(people=0)
    assert run(world, world.process()) is Ended.CLOSED


# -- people


def test_whom_the_owner_blocks_gets_nothing_and_the_reason_is_kept(worlds):
    world = worlds(people=4, window=2)
    world.blocked = {0: "withdrawn", 1: "suppressed", 3: "already sent"}
    assert run(world, world.process()) is Ended.CLOSED
    assert world.server.taken == {2: 1}
    assert {i: (one.outcome, one.said, one.contact_id) for i, one in last_words(world).items() if i != 2} == {
        0: (SKIPPED, "withdrawn", 100), 1: (SKIPPED, "suppressed", 101), 3: (SKIPPED, "already sent", 103),
    }  # fmt: skip


def test_somebody_whom_the_owner_does_not_know_is_skipped_by_number(worlds):
    world = worlds(people=3)

    class Forgetful(Owner):
        async def people(self, job, indices):
            return {index: one for index, one in (await super().people(job, indices)).items() if index != 1}

    process = world.process()
    assert run(world, process, people=Forgetful(process)) is Ended.CLOSED
    assert (last_words(world)[1].outcome, last_words(world)[1].said) == (SKIPPED, "not in the store any more")
    assert world.server.taken == {0: 1, 2: 1}


class Wrong(MopsError):
    exit_code = 5


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (Wrong("contact.name is empty"), "contact.name is empty"),
        (KeyError("name"), "a mistake of MOPS while it was made (KeyError)"),
    ],
)
def test_one_message_that_cannot_be_made_does_not_hold_the_others(worlds, problem, said):
    class Picky(Plain):
        def compose(self, recipient):
            if recipient.index == 1:
                raise problem
            return super().compose(recipient)

    world = worlds(people=4, window=4)
    assert run(world, world.process(), composer=lambda job, locale, variant: Picky()) is Ended.CLOSED
    assert world.server.taken == {0: 1, 2: 1, 3: 1}
    assert (last_words(world)[1].outcome, last_words(world)[1].said) == (FAILED, said)


def test_people_are_asked_for_again_when_what_is_known_is_old(worlds):
    world = worlds(people=6, window=2)
    time, asked = [0.0], []

    class Asked(Owner):
        async def people(self, job, indices):
            asked.append(list(indices))
            return await super().people(job, indices)

    class Slow(ScriptedLane):
        async def deliver(self, messages, told):
            await super().deliver(messages, told)
            time[0] += 3.0
            world.blocked = {4: "withdrawn"}

    process = world.process()
    run(world, process, lane=Slow(process), people=Asked(process), elapsed=lambda: time[0])
    assert asked == [[0, 1, 2, 3, 4, 5], [2, 3], [4, 5]]
    assert last_words(world)[4].outcome is SKIPPED
    assert 4 not in world.server.taken


def test_after_not_after_nobody_gets_anything(worlds):
    from msgspec import structs

    world = worlds(people=4, window=2)
    late = structs.replace(world.job, not_after=1_500)

    class Slow(ScriptedLane):
        async def deliver(self, messages, told):
            await super().deliver(messages, told)
            world.now = 1_501

    process = world.process()
    assert run(world, process, late, lane=Slow(process)) is Ended.CLOSED
    assert [one.value for _, one in sorted(world.outcomes().items())] == ["sent", "sent", "late", "late"]
    assert world.server.taken == {0: 1, 1: 1}


# -- another time


def test_who_is_put_off_is_tried_at_the_next_visit_and_not_before(worlds):
    world = worlds(people=4, window=2, scripts={1: [LATER]})
    assert run(world, world.process()) is Ended.AGAIN
    assert (last_words(world)[1].outcome, last_words(world)[1].tried) == (DEFERRED, 1)
    assert run(world, world.process()) is Ended.AGAIN  # the same job once more
    assert world.server.taken == {0: 1, 2: 1, 3: 1}
    assert run(world, world.process(), world.later(world.job)) is Ended.CLOSED
    assert (last_words(world)[1].outcome, last_words(world)[1].tried) == (Outcome.SENT, 2)
    world.holds()


@pytest.mark.parametrize("tries", [1, 3])
def test_who_is_put_off_too_often_has_failed(worlds, tries):
    world = worlds(people=2, scripts={1: [LATER] * 9}, tries=tries)
    world.to_the_end()
    assert last_words(world)[1].tried == tries
    assert last_words(world)[1].outcome is FAILED
    assert last_words(world)[1].said == f"put off {tries} times, last: 450 later"


def test_a_try_of_a_dead_worker_counts_and_is_the_last_one(worlds):
    """It dies after the journal has the answer, which is in no record yet."""
    world = worlds(people=1, scripts={0: [LATER] * 9}, tries=1)
    steps = ["after-journal", "the answer was told"]
    probe = worlds(people=1, scripts={0: [LATER] * 9}, tries=1)
    process = probe.process()
    probe.live(process, probe.job)
    for step in steps:
        world = worlds(people=1, scripts={0: [LATER] * 9}, tries=1)
        world.to_the_end([("dies_at", process.steps.index(step) + 1)])
        assert (last_words(world)[0].outcome, last_words(world)[0].tried) == (FAILED, 1)


def test_when_nobody_answers_the_rest_waits_and_nobody_has_failed(worlds):
    world = worlds(people=6, window=2, scripts={index: [BEFORE] * 20 for index in range(6)}, tries=2)
    job = world.job
    for _ in range(10):
        assert run(world, world.process(), job) is Ended.AGAIN
        job = world.later(job)
    assert set(last_words(world)) == {0, 1}
    assert not world.outcomes()
    world.server.scripts = {}
    assert run(world, world.process(), job) is Ended.CLOSED
    assert world.server.taken == dict.fromkeys(range(6), 1)


def test_a_send_that_may_be_sent_twice_is_tried_again_after_a_broken_connection(worlds):
    world = worlds(people=2, policy="resend", scripts={0: [AT_DOT, OK], 1: [AFTER_DOT, OK]})
    world.to_the_end()
    world.holds()
    assert world.server.taken == {0: 1, 1: 2}


def test_at_the_last_try_it_stays_in_doubt_by_name(worlds):
    world = worlds(people=1, policy="resend", scripts={0: [AT_DOT] * 9}, tries=3)
    world.to_the_end()
    assert (last_words(world)[0].outcome, last_words(world)[0].tried) == (UNKNOWN, 3)


# -- ends before the end


def test_a_stop_lets_the_window_end_and_leaves_the_rest(worlds):
    world = worlds(people=6, window=2)
    process = world.process()
    assert run(world, process, stopped=lambda: sum(world.server.taken.values()) >= 1) is Ended.STOPPED
    assert world.server.taken == {0: 1, 1: 1}
    assert set(world.outcomes()) == {0, 1}
    assert world.meant() == set()
    assert run(world, world.process()) is Ended.CLOSED
    world.holds()


def test_a_stop_is_heard_after_a_wait_for_the_rate(worlds):
    world = worlds(people=4, window=2)
    told = []

    class Waits(Owner):
        async def permits(self, job, count):
            await super().permits(job, count)
            if world.server.taken:
                told.append("stop")  # while it waits, somebody stops the send

    process = world.process()
    assert run(world, process, people=Waits(process), stopped=lambda: bool(told)) is Ended.STOPPED
    assert world.server.taken == {0: 1, 1: 1}
    assert set(world.outcomes()) == {0, 1}


@pytest.mark.parametrize("problem", [BusUnavailable("nobody answers"), Refused("spring@1 is not running", exit_code=5)])
@pytest.mark.parametrize("of", ["permits", "people"])
def test_what_is_known_is_written_down_when_the_owner_fails(worlds, problem, of):
    world = worlds(people=4, window=2)

    class Fails(Owner):
        async def permits(self, job, count):
            self.ask("permits")

        async def people(self, job, indices):
            self.ask("people")
            return await super().people(job, indices)

        def ask(self, what):
            if what == of and world.server.taken:
                raise problem

    process = world.process()
    with pytest.raises(type(problem)):
        run(world, process, people=Fails(process), fresh=-1.0)
    assert {index: one.value for index, one in world.outcomes().items()} == {0: "sent", 1: "sent"}
    assert world.meant() == set()


def test_a_lease_that_is_over_stops_the_window_and_nobody_is_in_doubt(worlds):
    world = worlds(people=4, window=4)
    process = world.process()
    ended = run(world, process, may_send=lambda: sum(world.server.taken.values()) < 2)
    assert ended is Ended.AGAIN
    assert world.server.taken == {0: 1, 1: 1}
    assert {one.outcome for index, one in last_words(world).items() if index > 1} == {DEFERRED}
    assert run(world, world.process(), world.later(world.job)) is Ended.CLOSED
    world.holds()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_in_the_middle_of_a_window(worlds):
    world = worlds(people=6, window=4)

    class Fills(ScriptedLane):
        async def deliver(self, messages, told):
            await super().deliver(messages[:2], told)
            full = os.open("/dev/full", os.O_WRONLY)
            os.dup2(full, process.journal._file)
            os.close(full)
            await super().deliver(messages[2:], told)

    process = world.process()
    with pytest.raises(JournalFull):
        run(world, process, lane=Fills(process))
    assert world.server.taken == {0: 1, 1: 1}
    assert world.meant() == set()  # nothing is left to guess
    process.die()
    assert run(world, world.process()) is Ended.AGAIN
    assert run(world, world.process(), world.later(world.job)) is Ended.CLOSED
    world.holds()


# -- lanes that break their word


class Raises(ScriptedLane):
    """Takes the first, fails over the second, before or after its dot."""

    def __init__(self, process, begins):
        super().__init__(process)
        self._begins = begins

    async def deliver(self, messages, told):
        await super().deliver(messages[:1], told)
        if self._begins and told.begins(messages[1].index):
            self._server.taken[messages[1].index] += 1
        raise RuntimeError("a mistake in a provider")


@pytest.mark.parametrize("begins", [True, False])
def test_a_lane_that_raises_leaves_no_more_doubt_than_there_is(worlds, begins):
    world = worlds(people=4, window=4)
    process = world.process()
    with pytest.raises(RuntimeError, match="a mistake in a provider"):
        run(world, process, lane=Raises(process, begins))
    process.die()
    assert [last_words(world)[index].outcome.value for index in range(4)] == [
        "sent", "unknown" if begins else "deferred", "deferred", "deferred",
    ]  # fmt: skip
    assert run(world, world.process(), world.later(world.job)) is Ended.CLOSED
    assert Counter(world.server.taken.values()) == {1: 4}


def test_a_lane_that_never_answers_leaves_doubt(worlds):
    class Silent(ScriptedLane):
        async def deliver(self, messages, told):
            for one in messages:
                assert told.begins(one.index)
                await pause()

    world = worlds(people=2)
    process = world.process()
    assert run(world, process, lane=Silent(process)) is Ended.CLOSED
    assert set(world.outcomes().values()) == {UNKNOWN}


def test_a_service_that_says_what_cannot_be_written_loses_nobody(worlds):
    class Odd(ScriptedLane):
        async def deliver(self, messages, told):
            for one in messages:
                assert told.begins(one.index)
                self._server.taken[one.index] += 1
                told.ends(one.index, Answer(Outcome.SENT, "2 0 0", "\ud800" * 9_000, "\ud800\nD 1 x\n" * 9_000))

    world = worlds(people=60, window=50)
    process = world.process()
    assert run(world, process, lane=Odd(process)) is Ended.CLOSED
    world.holds()


# -- fences


def test_a_visit_that_lost_its_shard_between_intent_and_result(worlds):
    """The second opens the shard while the first has handed over two of its four messages."""
    from mops_cli.delivery.bus.port import Fenced

    world = worlds(people=8, window=4)

    class Overtaken(ScriptedLane):
        async def deliver(self, messages, told):
            await super().deliver(messages[:2], told)
            by_hand(ShardLog(world.bus, world.job.ledger, "another").open("plan"))
            lease.append("over")
            await super().deliver(messages[2:], told)

    lease = []
    process = world.process()
    with pytest.raises(Fenced):
        run(world, process, lane=Overtaken(process), may_send=lambda: not lease)
    assert world.server.taken == {0: 1, 1: 1}
    assert world.meant() == {0, 1, 2, 3}
    assert run(world, world.process()) is Ended.CLOSED  # the first still lives: nobody may read its journal
    assert [one.value for _, one in sorted(world.outcomes().items())] == ["unknown"] * 4 + ["sent"] * 4
    assert max(world.server.taken.values()) == 1
