"""What every bus promises: the same stories over the twin in memory and over a real nats-server."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from bus_worlds import InMemory, OverNats, Server, tell

from mops_cli.clock import FrozenClock, new_id
from mops_cli.delivery.bus.memory import MemoryBus
from mops_cli.delivery.bus.port import BusUnavailable, Fenced, NobodyAnswers, NotStored, Post, Refused
from mops_cli.errors import LockHeld, UsageError

SHARD = "mops.ledger.spring@1.email-abc-0"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("contract"))
    yield server
    server.end()


@pytest.fixture(params=["memory", "nats"])
def world(request):
    return InMemory() if request.param == "memory" else OverNats(request.getfixturevalue("server").joining)


async def records(bus, subject=SHARD):
    return [one.data for one in await bus.read(subject)]


# -- writing and reading


def test_what_was_published_is_read_in_order(world):
    async def story():
        async with world.bus() as bus:
            first = await bus.publish(SHARD, b"one", headers={"Kind": "open"})
            second = await bus.publish(SHARD, b"two", message_id="w.1.2")
            await bus.publish("mops.ledger.spring@1.email-abc-1", b"another shard")
            found = await bus.read(SHARD)
            assert [(one.sequence, one.data, one.subject) for one in found] == [
                (first, b"one", SHARD),
                (second, b"two", SHARD),
            ]
            assert found[0].headers["Kind"] == "open"
            assert found[1].message_id == "w.1.2"
            assert found[0].time.tzinfo is UTC
            assert [one.data for one in await bus.read(SHARD, start=second)] == [b"two"]
            assert [one.data for one in await bus.read("mops.ledger.spring@1.>")] == [b"one", b"two", b"another shard"]
            assert await bus.read("mops.ledger.autumn@1.email-abc-0") == []
            assert (await bus.last(SHARD)).data == b"two"
            assert await bus.last("mops.ledger.autumn@1.x") is None
            assert await bus.last_sequence("MOPS_LEDGER") == second + 1

    tell(story())


def test_many_records_of_a_subject_are_all_read(world):
    async def story():
        async with world.bus() as bus:
            await bus.publish_batch([(SHARD, b"%d" % n) for n in range(700)])
            assert await records(bus) == [b"%d" % n for n in range(700)]

    tell(story())


def test_bytes_of_any_kind_come_back(world):
    async def story():
        async with world.bus() as bus:
            for data in (b"", bytes(range(256)), b"\r\n" * 40, b"x" * 2_000_000):
                await bus.publish(SHARD, data)
                assert (await bus.last(SHARD)).data == data

    tell(story())


def test_the_same_id_is_stored_once(world):
    async def story():
        async with world.bus() as bus:
            name = new_id()
            first = await bus.publish(SHARD, b"one", message_id=name)
            assert await bus.publish(SHARD, b"one", message_id=name) == first
            assert len(await bus.read(SHARD)) == 1

    tell(story())


def test_a_subject_of_no_stream_is_refused_aloud(world):
    async def story():
        async with world.bus() as bus:
            with pytest.raises(NotStored, match=r"mops\.nowhere"):
                await bus.publish("mops.nowhere.x", b"")

    tell(story())


def test_many_tell_which_was_refused_and_what_was_stored(world):
    async def story():
        async with world.bus() as bus:
            wanted = [("mops.events.click", b"%d" % n) for n in range(200)]
            wanted[7] = ("mops.nowhere.x", b"lost")
            wanted.append(Post("mops.events.fenced", b"fenced", last=99_999_999))
            with pytest.raises(NotStored) as caught:
                await bus.publish_many(wanted)
            assert set(caught.value.failed) == {7, 200}
            assert sorted(caught.value.stored) == [n for n in range(200) if n != 7]
            assert len(await bus.read("mops.events.click")) == 199
            assert await bus.publish_many([]) == []

    tell(story())


def test_many_are_stored_in_their_order(world):
    async def story():
        async with world.bus() as bus:
            stored = await bus.publish_many([("mops.events.click", b"%d" % n) for n in range(300)])
            assert stored == list(range(stored[0], stored[0] + 300))
            assert await records(bus, "mops.events.click") == [b"%d" % n for n in range(300)]

    tell(story())


def test_too_large_a_message_is_a_mistake_of_the_caller(world):
    async def story():
        async with world.bus() as bus:
            with pytest.raises(UsageError, match="larger than the server takes"):
                await bus.publish(SHARD, b"x" * 8_000_001)

    tell(story())


# -- fences


def test_a_fence_holds_others_off(world):
    async def story():
        async with world.bus() as bus:
            mine = await bus.publish_fenced(SHARD, b"open", last=0, message_id=new_id())
            await bus.publish("mops.ledger.spring@1.email-abc-7", b"others do not disturb")
            mine = await bus.publish_fenced(SHARD, b"intent", last=mine, message_id=new_id())
            theirs = await bus.publish_fenced(SHARD, b"taken over", last=mine, message_id=new_id())
            with pytest.raises(Fenced) as caught:
                await bus.publish_fenced(SHARD, b"too late", last=mine, message_id=new_id())
            assert caught.value.last == theirs
            assert await records(bus) == [b"open", b"intent", b"taken over"]

    tell(story())


def test_an_own_record_once_more_is_no_fence(world):
    async def story():
        async with world.bus() as bus:
            name = new_id()
            stored = await bus.publish_fenced(SHARD, b"open", last=0, message_id=name)
            assert await bus.publish_fenced(SHARD, b"open", last=0, message_id=name) == stored
            assert await records(bus) == [b"open"]

    tell(story())


def test_after_a_purge_old_writers_are_held_off(world):
    async def story():
        async with world.bus() as bus:
            mine = await bus.publish_fenced(SHARD, b"open", last=0, message_id=new_id())
            assert await bus.purge("MOPS_LEDGER", "mops.ledger.spring@1.>") == 1
            with pytest.raises(Fenced) as caught:
                await bus.publish_fenced(SHARD, b"intent", last=mine, message_id=new_id())
            assert caught.value.last == 0
            assert await bus.publish_fenced(SHARD, b"open", last=0, message_id=new_id()) > mine

    tell(story())


def test_of_twenty_writers_one_gets_through(world):
    async def story():
        async with world.bus() as bus:
            tries = [bus.publish_fenced(SHARD, b"%d" % n, last=0, message_id=new_id()) for n in range(20)]
            came = await asyncio.gather(*tries, return_exceptions=True)
            assert sum(isinstance(one, int) for one in came) == 1
            assert sum(isinstance(one, Fenced) for one in came) == 19

    tell(story())


def test_twenty_publishers_at_once_lose_nothing(world):
    async def story():
        async with world.bus() as bus:

            async def one(number):
                return [await bus.publish(f"mops.events.kind{number}", b"%d" % n) for n in range(25)]

            stored = await asyncio.gather(*(one(number) for number in range(20)))
            assert len({sequence for some in stored for sequence in some}) == 500
            for number in range(20):
                assert await records(bus, f"mops.events.kind{number}") == [b"%d" % n for n in range(25)]

    tell(story())


# -- batches


def test_a_batch_over_two_shards_is_stored_as_one(world):
    async def story():
        async with world.bus() as bus:
            other = "mops.ledger.spring@1.email-abc-1"
            last = await bus.publish(other, b"open")
            stored = await bus.publish_batch([Post(SHARD, b"a", last=0), Post(other, b"b", last=last), (SHARD, b"c")])
            assert stored == [last + 1, last + 2, last + 3]
            assert await records(bus) == [b"a", b"c"]

    tell(story())


def test_one_stale_fence_refuses_the_whole_batch(world):
    async def story():
        async with world.bus() as bus:
            await bus.publish(SHARD, b"open")
            other = "mops.ledger.spring@1.email-abc-1"
            with pytest.raises(Fenced):
                await bus.publish_batch([(other, b"a"), Post(SHARD, b"b", last=0), (other, b"c")])
            assert await records(bus) == [b"open"]
            assert await records(bus, other) == []

    tell(story())


def test_a_second_fence_on_a_subject_of_a_batch_is_refused(world):
    async def story():
        async with world.bus() as bus:
            with pytest.raises(NotStored):
                await bus.publish_batch([Post(SHARD, b"a", last=0), Post(SHARD, b"b", last=0)])
            assert await records(bus) == []

    tell(story())


def test_batches_have_a_limit_and_may_be_empty(world):
    async def story():
        async with world.bus() as bus:
            assert await bus.publish_batch([]) == []
            assert len(await bus.publish_batch([("mops.events.x", b"")] * 1000)) == 1000
            with pytest.raises(UsageError, match="1001"):
                await bus.publish_batch([("mops.events.x", b"")] * 1001)

    tell(story())


# -- following


def test_a_follower_gets_everything_in_order_and_then_what_comes(world):
    async def story():
        async with world.bus() as bus:
            stored = await bus.publish_batch([("mops.events.a", b"%d" % n) for n in range(800)])
            got = []
            sizes = []

            async def follow():
                async for batch in bus.follow("MOPS_EVENTS", stored[100]):
                    sizes.append(len(batch))
                    got.extend(batch)
                    if len(got) == 900:
                        return

            following = asyncio.create_task(follow())
            await bus.publish_many([("mops.events.b", b"%d" % n) for n in range(200)])
            await following
            assert [one.sequence for one in got] == list(range(stored[100], stored[100] + 900))
            assert max(sizes) <= 500
            assert [one.data for one in got[:2]] == [b"100", b"101"]

    tell(story())


def test_a_follower_may_stop_at_the_end(world):
    async def story():
        async with world.bus() as bus:
            assert [one async for one in bus.follow("MOPS_DLQ", 1, until_idle=True)] == []
            await bus.publish_batch([("mops.dlq.x", b"%d" % n) for n in range(1000)])
            batches = [batch async for batch in bus.follow("MOPS_DLQ", 1, until_idle=True)]
            assert [one.data for batch in batches for one in batch] == [b"%d" % n for n in range(1000)]

    tell(story())


def test_a_follower_passes_over_what_was_purged(world):
    async def story():
        async with world.bus() as bus:
            stored = await bus.publish_batch([(f"mops.events.k{n % 2}", b"%d" % n) for n in range(10)])
            await bus.purge("MOPS_EVENTS", "mops.events.k0")
            batches = [batch async for batch in bus.follow("MOPS_EVENTS", stored[0], until_idle=True)]
            assert [one.data for batch in batches for one in batch] == [b"1", b"3", b"5", b"7", b"9"]
            assert await bus.purge("MOPS_EVENTS", below=stored[6]) == 3
            assert await records(bus, "mops.events.>") == [b"7", b"9"]

    tell(story())


# -- queues


async def queue(bus, lease=20.0):
    name = new_id()
    return await bus.work("MOPS_JOBS", f"mops.jobs.{name}.>", durable=f"jobs-{name}", lease=lease), f"mops.jobs.{name}"


def test_a_job_is_given_to_one_worker_and_leaves_when_done(world):
    async def story():
        async with world.bus() as bus:
            jobs, head = await queue(bus)
            assert await jobs.next(0.05) is None
            await bus.publish(f"{head}.s.0", b"shard 0")
            work = await jobs.next(5.0)
            assert (work.data, work.subject, work.deliveries) == (b"shard 0", f"{head}.s.0", 1)
            assert await jobs.next(0.05) is None
            await work.progress()
            await work.ack()
            await work.ack()  # harmless
            assert await bus.read(f"{head}.>") == []

    tell(story())


def test_who_waits_gets_the_job_that_comes(world):
    async def story():
        async with world.bus() as bus:
            jobs, head = await queue(bus)
            lanes = [asyncio.create_task(jobs.next(10.0)) for _ in range(5)]
            await asyncio.sleep(0)
            await bus.publish_many([(f"{head}.s.{n}", b"%d" % n) for n in range(5)])
            got = await asyncio.gather(*lanes)
            assert sorted(one.data for one in got) == [b"0", b"1", b"2", b"3", b"4"]

    tell(story())


def test_a_job_without_a_sign_of_life_goes_to_another(world):
    async def story():
        async with world.bus() as bus:
            jobs, head = await queue(bus, lease=1.0)
            await bus.publish(f"{head}.s.0", b"shard")
            first = await jobs.next(5.0)
            await world.later(1.1)
            second = await jobs.next(5.0)
            assert (second.data, first.deliveries, second.deliveries) == (b"shard", 1, 2)
            await second.ack()

    tell(story())


def test_a_job_given_back_comes_again_at_once_or_later(world):
    async def story():
        async with world.bus() as bus:
            jobs, head = await queue(bus)
            await bus.publish(f"{head}.s.0", b"shard")
            await (await jobs.next(5.0)).nak()
            again = await jobs.next(5.0)
            assert again.deliveries == 2
            await again.nak(0.5)
            assert await jobs.next(0.05) is None
            await world.later(0.6)
            last = await jobs.next(5.0)
            assert last.deliveries == 3
            await last.term()
            assert await jobs.next(0.05) is None
            assert await bus.read(f"{head}.>") == []

    tell(story())


def test_a_worker_that_gives_up_waiting_takes_no_job_with_it(world):
    async def story():
        async with world.bus() as bus:
            jobs, head = await queue(bus)
            waiting = asyncio.create_task(jobs.next(10.0))
            await asyncio.sleep(0.05)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            await bus.publish(f"{head}.s.0", b"shard")
            assert (await jobs.next(5.0)).data == b"shard"  # long before a lease would end

    tell(story())


def test_two_ends_of_one_queue_share_its_jobs(world):
    async def story():
        async with world.bus() as bus:
            name = new_id()
            ends = [await bus.work("MOPS_JOBS", f"mops.jobs.{name}.>", durable=f"jobs-{name}") for _ in range(2)]
            await bus.publish_many([(f"mops.jobs.{name}.s.{n}", b"%d" % n) for n in range(4)])
            got = [await ends[n % 2].next(5.0) for n in range(4)]
            assert sorted(one.data for one in got) == [b"0", b"1", b"2", b"3"]

    tell(story())


# -- schedules


def test_a_schedule_becomes_a_job_when_its_time_has_come(world):
    async def story():
        async with world.bus() as bus:
            jobs, head = await queue(bus)
            await bus.schedule(f"mops.schedule.retry.{new_id()}", f"{head}.s.0", b"again", 0.4)
            assert await jobs.next(0.05) is None
            await world.later(0.5)
            assert (await jobs.next(5.0)).data == b"again"
            assert await bus.read("mops.schedule.retry.>") == []

    tell(story())


def test_a_schedule_for_an_instant_that_has_passed_fires(world):
    async def story():
        async with world.bus() as bus:
            jobs, head = await queue(bus)
            await bus.schedule("mops.schedule.retry.old", f"{head}.s.0", b"at once", datetime(2020, 1, 1, tzinfo=UTC))
            await world.later(0.0)
            assert (await jobs.next(5.0)).data == b"at once"

    tell(story())


def test_a_new_schedule_replaces_the_old_one(world):
    async def story():
        async with world.bus() as bus:
            jobs, head = await queue(bus)
            await bus.schedule("mops.schedule.retry.a", f"{head}.s.0", b"old", 0.3)
            await bus.schedule("mops.schedule.retry.a", f"{head}.s.0", b"new", 0.3)
            await world.later(0.4)
            assert (await jobs.next(5.0)).data == b"new"
            assert await jobs.next(0.3) is None

    tell(story())


def test_a_schedule_that_was_taken_back_never_fires(world):
    async def story():
        async with world.bus() as bus:
            jobs, head = await queue(bus)
            await bus.schedule("mops.schedule.retry.a.1", f"{head}.s.1", b"1", 0.3)
            await bus.schedule("mops.schedule.retry.a.2", f"{head}.s.2", b"2", 0.3)
            await bus.schedule("mops.schedule.retry.b.1", f"{head}.s.3", b"3", 0.3)
            assert await bus.unschedule("mops.schedule.retry.a.>") == 2
            await world.later(0.4)
            assert (await jobs.next(5.0)).data == b"3"
            assert await jobs.next(0.2) is None

    tell(story())


def test_a_schedule_lies_in_the_stream_of_its_target(world):
    async def story():
        async with world.bus() as bus:
            with pytest.raises(UsageError, match="cannot be a schedule"):
                await bus.schedule("mops.schedule.wake.x", "mops.jobs.p.s.0", b"", 1.0)
            with pytest.raises(UsageError, match="cannot be a schedule"):
                await bus.schedule("mops.jobs.x", "mops.jobs.p.s.0", b"", 1.0)
            due = await bus.work("MOPS_SCHEDULE", "mops.due.>", durable="due")
            await bus.schedule("mops.schedule.wake.spring", "mops.due.send", b"spring", 0.1)
            await world.later(0.2)
            work = await due.next(5.0)
            assert (work.subject, work.data) == ("mops.due.send", b"spring")
            await work.ack()

    tell(story())


# -- talking


def test_a_question_is_answered(world):
    async def story():
        async with world.bus() as bus:

            async def twice(data):
                return data * 2

            answering = await bus.answer("mops.owner.twice", twice)
            assert await bus.ask("mops.owner.twice", b"ab", 5.0) == b"abab"
            assert await bus.ask("mops.owner.twice", b"", 5.0) == b""
            big = bytes(range(256)) * 20_000
            assert await bus.ask("mops.owner.twice", big, 10.0) == big * 2
            await answering.close()
            with pytest.raises(NobodyAnswers, match=r"mops\.owner\.twice"):
                await bus.ask("mops.owner.twice", b"ab", 5.0)

    tell(story())


def test_an_error_of_the_answerer_is_the_askers(world):
    async def story():
        async with world.bus() as bus:

            async def refuse(data):
                raise LockHeld("the store is busy", hint="wait a little")

            async def stumble(data):
                raise KeyError("ada@people.example")

            await bus.answer("mops.owner.refuse", refuse)
            await bus.answer("mops.owner.stumble", stumble)
            with pytest.raises(Refused) as caught:
                await bus.ask("mops.owner.refuse", b"", 5.0)
            assert (caught.value.message, caught.value.hint, caught.value.exit_code) == (
                "the store is busy",
                "wait a little",
                6,
            )
            asyncio.get_running_loop().set_exception_handler(lambda *_: None)
            with pytest.raises(Refused, match="KeyError") as caught:
                await bus.ask("mops.owner.stumble", b"", 5.0)
            assert "ada" not in caught.value.message

    tell(story())


def test_questions_are_answered_beside_each_other(world):
    async def story():
        async with world.bus() as bus:
            together = asyncio.Barrier(20)

            async def slow(data):
                await together.wait()
                return data

            await bus.answer("mops.owner.slow", slow)
            told = await asyncio.gather(*(bus.ask("mops.owner.slow", b"%d" % n, 10.0) for n in range(20)))
            assert told == [b"%d" % n for n in range(20)]

    tell(story())


def test_a_slow_answer_is_not_waited_for_for_ever(world):
    async def story():
        async with world.bus() as bus:

            async def never(data):
                await asyncio.Event().wait()
                return b""

            answering = await bus.answer("mops.owner.never", never)
            with pytest.raises(BusUnavailable, match="no answer"):
                await bus.ask("mops.owner.never", b"", 0.1)
            await answering.close()

    tell(story())


def test_calls_reach_all_who_listen_in_order(world):
    async def story():
        async with world.bus() as bus:
            heard = {"a": [], "b": []}
            full = asyncio.Event()

            def ear(name):
                async def hear(data):
                    heard[name].append(data)
                    if sum(map(len, heard.values())) == 15:
                        full.set()

                return hear

            await bus.subscribe("mops.control.>", ear("a"))
            other = await bus.subscribe("mops.control.stopped", ear("b"))
            for n in range(5):
                await bus.notify("mops.control.stopped", b"%d" % n)
                await bus.notify("mops.control.other", b"%d" % n)
            await full.wait()
            assert heard["b"] == [b"0", b"1", b"2", b"3", b"4"]
            assert heard["a"] == [b"%d" % (n // 2) for n in range(10)]
            await other.close()
            await other.close()

    tell(story())


# -- flags


def test_flags_are_seen_by_all(world):
    async def story():
        async with world.bus() as bus:
            assert await bus.flags.get("pause spring@1") is None
            await bus.flags.put("pause spring@1", b"by ada")
            await bus.flags.put("all", b"1")
            await bus.flags.put("all", b"2")
            assert await bus.flags.get("all") == b"2"
            seen = []
            async for name, value in bus.flags.watch():
                seen.append((name, value))
                if len(seen) == 2:
                    await bus.flags.clear("pause spring@1")
                if len(seen) == 3:
                    break
            assert seen == [("pause spring@1", b"by ada"), ("all", b"2"), ("pause spring@1", None)]
            assert await bus.flags.get("pause spring@1") is None

    tell(story())


# -- the twin's own


def test_the_twin_forgets_ids_and_drops_late_schedules_by_its_clock():
    async def story():
        clock = FrozenClock(datetime(2027, 1, 26, 16, 0, tzinfo=UTC))
        bus = MemoryBus(clock)
        first = await bus.publish(SHARD, b"one", message_id="a")
        assert await bus.publish(SHARD, b"one", message_id="a") == first
        await bus.advance(121)
        assert await bus.publish(SHARD, b"one", message_id="a") == first + 1
        await bus.schedule(
            "mops.schedule.retry.a", "mops.jobs.p.s.0", b"late", clock.now() + timedelta(hours=1), ttl=60
        )
        await bus.advance(2 * 3600)
        assert await bus.read("mops.jobs.>") == []
        await bus.close()

    tell(story())
