"""A send that is given up leaves nobody without a name whom it may have reached."""

from __future__ import annotations

import asyncio

import pytest
from ledger_words import OPENING, PEOPLE, SUBJECT, died, lives, result

from mops_cli.delivery.bus.memory import MemoryBus
from mops_cli.delivery.bus.port import Fenced
from mops_cli.delivery.ledger.giving_up import begun_shards, give_up
from mops_cli.delivery.ledger.log import ShardLog, read_history
from mops_cli.model.delivery import Outcome

LINES = f"""
journal.begins({OPENING!r}, 0); journal.ends({OPENING!r}, 0, Answer(Outcome.SENT, '250'))
journal.begins({OPENING!r}, 1)"""


def run(story):
    return asyncio.run(story)


async def begun(name="dead"):
    """A shard whose worker is in the middle of a window."""
    bus = MemoryBus()
    log = ShardLog(bus, SUBJECT, name)
    await log.open("plan")
    await log.write((result(9),), (0, 1, 2))
    return bus, log


async def given_up(bus, folder):
    return await give_up(
        bus, SUBJECT, "owner", "plan", journals=folder, people=lambda indices: PEOPLE, at=5
    )  # fmt: skip


def outcomes(history):
    return {index: (one.outcome.value, one.contact_id) for index, one in history.results.items() if index != 9}


def test_after_the_death_of_its_worker(tmp_path):
    died(tmp_path, LINES)

    async def story():
        bus, _ = await begun()
        assert await begun_shards(bus, [SUBJECT, f"{SUBJECT}-none"]) == {SUBJECT: True}
        assert await given_up(bus, tmp_path) == 2
        assert await begun_shards(bus, [SUBJECT]) == {SUBJECT: False}
        assert await given_up(bus, tmp_path) == 0
        return await read_history(bus, SUBJECT)

    assert outcomes(run(story())) == {0: ("sent", 100), 1: ("unknown", 101)}


def test_a_worker_that_lives_is_fenced_and_its_window_is_in_doubt(tmp_path):
    process = lives(tmp_path, LINES)

    async def story():
        bus, log = await begun("alive")
        assert await given_up(bus, tmp_path) == 3
        with pytest.raises(Fenced):
            await log.write((result(0), result(1), result(2)))
        return await read_history(bus, SUBJECT)

    try:
        assert outcomes(run(story())) == {0: ("unknown", 100), 1: ("unknown", 101), 2: ("unknown", 102)}
    finally:
        process.kill()
        process.communicate()


def test_a_window_that_another_opening_left_open_is_found(tmp_path):
    async def story():
        bus, _ = await begun()
        await ShardLog(bus, SUBJECT, "second").open("plan")
        assert await begun_shards(bus, [SUBJECT]) == {SUBJECT: True}
        return await given_up(bus, tmp_path)

    assert run(story()) == 3


def test_what_is_at_rest_is_left_alone(tmp_path):
    async def story():
        bus, log = await begun()
        await log.write((result(0), result(1), result(2, Outcome.DEFERRED)))
        assert await begun_shards(bus, [SUBJECT]) == {SUBJECT: False}
        await log.write((result(2),), closed=True)
        assert await begun_shards(bus, [SUBJECT]) == {}
        assert await given_up(bus, tmp_path) == 0
        return len(await bus.read(SUBJECT))

    assert run(story()) == 4


def test_a_worker_between_two_windows_is_fenced_too(tmp_path):
    """It may not have heard of the stop, and what it knows about people is fresh enough for another window."""

    async def story():
        bus, log = await begun()
        await log.write((result(0), result(1), result(2)))
        assert await given_up(bus, tmp_path) == 0
        with pytest.raises(Fenced):
            await log.write(meant=(3, 4))

    run(story())
