"""A shard's log: who holds it writes, who lost it is refused."""

from __future__ import annotations

import asyncio

import pytest
from ledger_words import SUBJECT, result

from mops_cli.delivery.bus.memory import MemoryBus
from mops_cli.delivery.bus.port import Fenced
from mops_cli.delivery.ledger.log import ShardLog, read_history
from mops_cli.delivery.ledger.records import LedgerDamaged, decoded


def run(story):
    return asyncio.run(story)


def test_the_second_worker_fences_the_first():
    async def story():
        bus = MemoryBus()
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


class Between:
    """A bus on which somebody else moves right after the first reading."""

    def __init__(self, bus, other):
        self._bus, self._other = bus, other
        self.publish_fenced = bus.publish_fenced

    async def read(self, subject):
        found = await self._bus.read(subject)
        if self._other is not None:
            other, self._other = self._other, None
            await other.open("plan")
        return found


@pytest.mark.parametrize("name", ["b", "a"], ids=["another worker", "the same worker"])
def test_of_two_that_open_at_once_one_holds_the_shard(name):
    async def story():
        bus = MemoryBus()
        first = ShardLog(bus, SUBJECT, "a")
        second = ShardLog(Between(bus, first), SUBJECT, name)
        assert (await second.open("plan")).epoch == 2
        assert first.opening != second.opening
        with pytest.raises(Fenced):
            await first.write(meant=(0, 1))
        await second.write(meant=(0, 1))
        return [decoded(one.data).number for one in await bus.read(SUBJECT)]

    assert run(story()) == [0, 0, 1]


def test_a_record_whose_confirmation_was_lost_is_known_again():
    async def story():
        bus = MemoryBus()
        calls = []

        class Forgetful:
            read = bus.read

            async def publish_fenced(self, subject, data, **how):
                calls.append(how["message_id"])
                first = await bus.publish_fenced(subject, data, **how)
                assert await bus.publish_fenced(subject, data, **how) == first
                return first

        log = ShardLog(Forgetful(), SUBJECT, "a")
        await log.open("plan")
        await log.write(meant=(0,))
        await log.write((result(0),), closed=True)
        assert len(set(calls)) == 3
        return await bus.read(SUBJECT)

    assert len(run(story())) == 3


def test_a_shard_with_a_record_that_nobody_understands_is_not_opened():
    async def story():
        bus = MemoryBus()
        await bus.publish(SUBJECT, b"?")
        with pytest.raises(LedgerDamaged):
            await ShardLog(bus, SUBJECT, "a").open("plan")
        return await bus.read(SUBJECT)

    assert len(run(story())) == 1
