"""What the bus promises when confirmations get lost and the server is killed: stored once, told truly, nothing skipped."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal

import pytest
from bus_worlds import Wire, joining_of, kill, plain_server, served, tell, until

from mops_cli.clock import new_id
from mops_cli.delivery.bus.joining import Joining
from mops_cli.delivery.bus.nats_bus import connect
from mops_cli.delivery.bus.port import BusUnavailable, Fenced, NotStored, Post
from mops_cli.delivery.bus.streams import StreamDiffers

SHARD = "mops.ledger.spring@1.email-abc-0"


class Relayed:
    """A bus behind a wire that can be cut, and another one beside it that sees what really is stored."""

    def __init__(self, folder):
        self.folder = folder

    async def __aenter__(self):
        self._served = served(self.folder)
        self.server, self.beside = await self._served.__aenter__()
        self._wire = Wire(self.server.running.port).open()
        self.wire = await self._wire.__aenter__()
        port = self.wire.port
        self.bus = await connect(Joining((f"nats://127.0.0.1:{port}",), self.server.running.token))
        return self

    async def __aexit__(self, *_):
        await self.bus.close()
        await self._wire.__aexit__(None, None, None)
        await self._served.__aexit__(None, None, None)

    async def lose_the_answer(self, call, subject, meanwhile=None):
        """Let the server do what is asked, and lose what it says."""
        before = len(await self.beside.read(subject))
        self.wire.deaf = True
        task = asyncio.create_task(call)
        async with asyncio.timeout(10):
            while len(await self.beside.read(subject)) == before:  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.002)
        if meanwhile is not None:
            await meanwhile()
        self.wire.deaf = False
        self.wire.cut()
        return await task


def test_a_record_whose_confirmation_was_lost_is_found_again(tmp_path):
    async def story():
        async with Relayed(tmp_path) as world:
            first = await world.bus.publish_fenced(SHARD, b"open", last=0, message_id="w.1.0")
            call = world.bus.publish_fenced(SHARD, b"intent", last=first, message_id="w.1.1")
            assert await world.lose_the_answer(call, SHARD) == first + 1
            await world.bus.publish_fenced(SHARD, b"result", last=first + 1, message_id="w.1.2")
            assert [one.data for one in await world.beside.read(SHARD)] == [b"open", b"intent", b"result"]

    tell(story())


def test_after_a_lost_confirmation_anothers_record_is_not_taken_for_ours(tmp_path):
    async def story():
        async with Relayed(tmp_path) as world:
            call = world.bus.publish_fenced(SHARD, b"intent", last=0, message_id="w.1.1")

            async def take_over():
                newest = (await world.beside.last(SHARD)).sequence
                await world.beside.publish_fenced(SHARD, b"taken over", last=newest, message_id="v.2.0")

            with pytest.raises(Fenced) as caught:
                await world.lose_the_answer(call, SHARD, take_over)
            assert caught.value.last == 2

    tell(story())


def test_a_plain_message_whose_confirmation_was_lost_is_stored_once(tmp_path):
    async def story():
        async with Relayed(tmp_path) as world:
            call = world.bus.publish("mops.events.click", b"one")
            assert await world.lose_the_answer(call, "mops.events.click") == 1
            call = world.bus.publish_many([("mops.events.click", b"%d" % n) for n in range(100)])
            assert sorted(await world.lose_the_answer(call, "mops.events.click")) == list(range(2, 102))
            assert len(await world.beside.read("mops.events.click")) == 101

    tell(story())


@pytest.mark.parametrize("last", [None, 0], ids=["plain", "fenced"])
def test_a_batch_whose_confirmation_was_lost_is_stored_once(tmp_path, last):
    async def story():
        async with Relayed(tmp_path) as world:
            batch = [Post(SHARD, b"0", last=last), *(Post(SHARD, b"%d" % n) for n in range(1, 50))]
            assert await world.lose_the_answer(world.bus.publish_batch(batch), SHARD) == list(range(1, 51))
            assert len(await world.beside.read(SHARD)) == 50

    tell(story())


def test_work_that_nobody_waited_for_any_more_goes_to_another(tmp_path):
    async def story():
        async with Relayed(tmp_path) as world:
            jobs = await world.bus.work("MOPS_JOBS", "mops.jobs.p.>", durable="p")
            others = await world.beside.work("MOPS_JOBS", "mops.jobs.p.>", durable="p")
            waiting = asyncio.create_task(jobs.next(20.0))
            await asyncio.sleep(0.05)
            world.wire.cut()
            await world.beside.publish("mops.jobs.p.s.0", b"shard")
            for task in asyncio.as_completed([waiting, asyncio.create_task(others.next(20.0))]):
                assert (await task).data == b"shard"
                break
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)

    tell(story())


# -- the server dies


def test_publishers_lose_nothing_while_the_server_is_killed(tmp_path):
    async def story():
        async with served(tmp_path) as (server, bus):
            done = []

            async def one(number):
                for n in range(40):
                    await bus.publish(f"mops.events.k{number}", b"%d" % n)
                    done.append(n)

            writing = [asyncio.create_task(one(number)) for number in range(20)]
            for deaths in range(1, 4):
                await until(lambda so_far=150 * deaths: len(done) > so_far)
                kill(server)
                await until(lambda deaths=deaths: server.restarts == deaths)
            await asyncio.gather(*writing)
            for number in range(20):
                assert [one.data for one in await bus.read(f"mops.events.k{number}")] == [b"%d" % n for n in range(40)]

    tell(story(), 60)


def test_a_fenced_log_stays_whole_while_the_server_is_killed(tmp_path):
    async def story():
        async with served(tmp_path) as (server, bus):
            last = 0
            for number in range(200):
                if number in (50, 100, 150):
                    kill(server)
                last = await bus.publish_fenced(SHARD, b"%d" % number, last=last, message_id=f"w.1.{number}")
            assert [one.data for one in await bus.read(SHARD)] == [b"%d" % n for n in range(200)]

    tell(story(), 60)


def test_batches_are_whole_or_not_there_while_the_server_is_killed(tmp_path):
    async def story():
        async with served(tmp_path) as (server, bus):
            for number in range(12):
                batch = asyncio.create_task(
                    bus.publish_batch([("mops.events.x", b"%d.%d" % (number, n)) for n in range(500)])
                )
                if number % 4 == 1:
                    await asyncio.sleep(0.002 * number)
                    kill(server)
                stored = await batch
                assert len(stored) == 500
                assert [one.sequence for one in await bus.read("mops.events.x", start=stored[0])] == stored
            assert len(await bus.read("mops.events.x")) == 6000

    tell(story(), 60)


def test_a_follower_skips_nothing_over_deaths_of_the_server(tmp_path):
    async def story():
        async with served(tmp_path) as (server, bus):
            got = []

            async def follow():
                async for batch in bus.follow("MOPS_EVENTS", 1):
                    got.extend(one.sequence for one in batch)
                    if len(got) >= 3000:
                        return

            following = asyncio.create_task(follow())
            for number in range(30):
                await bus.publish_batch([("mops.events.x", b"")] * 100)
                if number in (5, 15, 25):
                    await until(lambda so_far=100 * number - 300: len(got) > so_far)
                    kill(server)
            await following
            assert got == list(range(1, 3001))

    tell(story(), 60)


def test_a_follower_without_news_is_still_there_after_a_restart(tmp_path):
    async def story():
        async with served(tmp_path) as (server, bus):
            stream = bus.follow("MOPS_EVENTS", 1)
            first = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(0.05)
            kill(server)
            await until(lambda: server.restarts == 1)
            await bus.publish("mops.events.x", b"news")
            assert [one.data for one in await first] == [b"news"]
            await stream.aclose()

    tell(story())


def test_workers_go_on_after_the_server_was_killed(tmp_path):
    async def story():
        async with served(tmp_path) as (server, bus):
            jobs = await bus.work("MOPS_JOBS", "mops.jobs.p.>", durable="p", lease=1.0)
            await bus.publish_many([(f"mops.jobs.p.s.{n}", b"%d" % n) for n in range(3)])
            held = await jobs.next(5.0)
            waiting = [asyncio.create_task(jobs.next(20.0)) for _ in range(3)]
            kill(server)
            await until(lambda: server.restarts == 1)
            await held.progress()
            await held.ack()
            got = [await one for one in waiting[:2]]
            await bus.publish("mops.jobs.p.s.3", b"3")
            got.append(await waiting[2])
            for one in got:
                await one.ack()
            left = await jobs.next(1.5)  # what was on its way at the death comes again
            while left is not None:
                await left.ack()
                left = await jobs.next(1.5)
            assert {one.data for one in got} <= {b"0", b"1", b"2", b"3"}
            assert await bus.read("mops.jobs.>") == []

    tell(story())


def test_an_empty_queue_is_no_error_while_the_server_is_away(tmp_path):
    async def story():
        async with served(tmp_path) as (server, bus):
            jobs = await bus.work("MOPS_JOBS", "mops.jobs.p.>", durable="p")
            os.kill(server.running.pid, signal.SIGSTOP)
            assert await jobs.next(0.2) is None
            os.kill(server.running.pid, signal.SIGCONT)
            await bus.publish("mops.jobs.p.s.0", b"shard")
            assert (await jobs.next(10.0)).data == b"shard"

    tell(story())


def test_questions_and_calls_survive_the_death_of_the_server(tmp_path):
    async def story():
        async with served(tmp_path) as (server, owner):
            worker = await connect(joining_of(server.running), streams=False)
            asked, heard = asyncio.Event(), asyncio.Event()
            go_on = asyncio.Event()

            async def slow(data):
                asked.set()
                await go_on.wait()
                return data

            async def hear(data):
                heard.set()

            await owner.answer("mops.owner.slow", slow)
            await owner.subscribe("mops.control.x", hear)
            question = asyncio.create_task(worker.ask("mops.owner.slow", b"who", 20.0))
            await asked.wait()
            kill(server)
            await until(lambda: server.restarts == 1)
            go_on.set()
            assert await question == b"who"
            await worker.notify("mops.control.x", b"")
            await heard.wait()
            await worker.close()

    tell(story())


def test_a_schedule_that_came_due_while_the_server_was_away_fires_or_is_dropped(tmp_path):
    async def story():
        async with served(tmp_path) as (server, bus):
            jobs = await bus.work("MOPS_JOBS", "mops.jobs.p.>", durable="p")
            await bus.schedule("mops.schedule.retry.a", "mops.jobs.p.s.0", b"late is fine", 0.3)
            await bus.schedule("mops.schedule.retry.b", "mops.jobs.p.s.1", b"too late", 0.3, ttl=0.5)
            with server.files.starting.open("wb") as held:  # nobody can start it meanwhile
                fcntl.flock(held, fcntl.LOCK_EX)
                kill(server)
                await asyncio.sleep(2.2)  # the schedules' time and more passes
            await until(lambda: server.restarts == 1)
            assert (await jobs.next(5.0)).data == b"late is fine"
            assert await jobs.next(0.5) is None

    tell(story())


def test_a_server_that_stays_away_is_told(tmp_path):
    async def story():
        async with plain_server(tmp_path / "s", f'jetstream {{ store_dir: "{tmp_path}" }}') as port:
            joining = Joining((f"nats://127.0.0.1:{port}",))
            bus = await connect(joining, patience=0.5)
            jobs = await bus.work("MOPS_JOBS", "mops.jobs.p.>", durable="p")
        for call in (
            lambda: bus.publish("mops.events.x", b""),
            lambda: bus.publish_fenced(SHARD, b"", last=0, message_id=new_id()),
            lambda: bus.publish_many([("mops.events.x", b"")]),
            lambda: bus.publish_batch([("mops.events.x", b"")]),
            lambda: bus.read(SHARD),
            lambda: bus.last(SHARD),
            lambda: anext(bus.follow("MOPS_EVENTS", 1)),
            lambda: bus.ask("mops.owner.x", b"", 0.2),
            lambda: bus.notify("mops.control.x", b""),
            lambda: jobs.next(5.0),
        ):
            with pytest.raises(BusUnavailable) as caught:
                await call()
            assert caught.value.exit_code == 75
            assert str(port) in caught.value.message or "no answer" in caught.value.message
        await bus.close()

    tell(story())


def test_a_full_stream_is_told(tmp_path):
    async def story():
        config = f'jetstream {{ store_dir: "{tmp_path}", max_file_store: 2MB }}'
        async with plain_server(tmp_path / "s", config) as port:
            bus = await connect(Joining((f"nats://127.0.0.1:{port}",)))
            with pytest.raises(NotStored) as caught:
                await bus.publish_many([("mops.events.x", b"x" * 500_000)] * 10)
            assert 4 <= len(caught.value.stored) <= 8
            with pytest.raises(NotStored) as caught:
                await bus.publish("mops.ledger.x", b"")
            assert "storage is full" in caught.value.hint
            await bus.close()

    tell(story())


def test_a_deleted_stream_is_told(tmp_path):
    async def story():
        async with served(tmp_path) as (_, bus):
            await bus._link.api("STREAM.DELETE.MOPS_EVENTS")
            with pytest.raises(NotStored, match="no stream"):
                await bus.publish("mops.events.x", b"")
            with pytest.raises(NotStored, match="no stream"):
                await bus.publish_batch([("mops.events.x", b"")] * 2)
            with pytest.raises(BusUnavailable):
                await bus.read("mops.events.x")
            with pytest.raises(BusUnavailable):
                await anext(bus.follow("MOPS_EVENTS", 1))
            with pytest.raises(BusUnavailable):
                await bus.last_sequence("MOPS_EVENTS")
            assert await bus.reconcile() == ["MOPS_EVENTS created"]
            assert await bus.publish("mops.events.x", b"") == 1

    tell(story())


# -- streams as code


def test_streams_are_brought_to_what_they_must_be_without_losing_anything(tmp_path):
    async def story():
        async with served(tmp_path) as (_, bus):
            await bus.publish("mops.events.x", b"kept")
            config = await bus._link.stream_info("MOPS_EVENTS")
            changed = config | {
                "max_age": 3600_000_000_000,
                "subjects": ["mops.events.>", "mops.newer.>"],
                "max_msgs": 9,
            }
            assert await bus._link.change("STREAM.UPDATE.MOPS_EVENTS", changed) == ""
            assert await bus.reconcile() == ["MOPS_EVENTS changed: max_age, max_msgs"]
            assert (await bus._link.stream_info("MOPS_EVENTS"))["subjects"] == ["mops.events.>", "mops.newer.>"]
            assert await bus.reconcile() == []
            assert [one.data for one in await bus.read("mops.events.x")] == [b"kept"]

    tell(story())


def test_a_stream_of_another_make_is_refused(tmp_path):
    async def story():
        async with plain_server(tmp_path / "s", f'jetstream {{ store_dir: "{tmp_path}" }}') as port:
            joining = Joining((f"nats://127.0.0.1:{port}",))
            bus = await connect(joining, streams=False)
            await bus._link.api(
                "STREAM.CREATE.MOPS_LEDGER",
                {"name": "MOPS_LEDGER", "subjects": ["mops.ledger.>"], "retention": "workqueue", "storage": "file"},
            )
            with pytest.raises(StreamDiffers, match="retention workqueue, and must have limits"):
                await bus.reconcile()
            await bus._link.api("STREAM.DELETE.MOPS_LEDGER")
            await bus._link.api("STREAM.CREATE.OTHER", {"name": "OTHER", "subjects": ["mops.ledger.>"]})
            with pytest.raises(StreamDiffers, match="MOPS_LEDGER cannot be created") as caught:
                await bus.reconcile()
            assert "nats.prefix" in caught.value.hint
            await bus.close()

    tell(story())


def test_two_projects_share_a_server_by_prefix(tmp_path):
    async def story():
        async with served(tmp_path, prefix="aurora-live") as (server, ours):
            theirs = await connect(joining_of(server.running, prefix="aurora-test"))
            await ours.publish_batch([Post(SHARD, b"live", last=0)])
            await theirs.publish_fenced(SHARD, b"test", last=0, message_id="a")
            found = await theirs.read("mops.ledger.>")
            assert [(one.subject, one.data) for one in found] == [(SHARD, b"test")]
            assert (await ours.last(SHARD)).subject == SHARD
            jobs = await ours.work("MOPS_JOBS", "mops.jobs.p.>", durable="p")
            await ours.schedule("mops.schedule.retry.x", "mops.jobs.p.s.1", b"job", 0.05)
            assert await (await theirs.work("MOPS_JOBS", "mops.jobs.p.>", durable="p")).next(0.2) is None
            assert (await jobs.next(5.0)).subject == "mops.jobs.p.s.1"
            await ours.flags.put("pause", b"1")
            assert await theirs.flags.get("pause") is None
            assert await anext(ours.flags.watch()) == ("pause", b"1")
            await theirs.purge("MOPS_LEDGER", "mops.ledger.>")
            assert [
                one.data for batch in [b async for b in ours.follow("MOPS_LEDGER", 1, until_idle=True)] for one in batch
            ] == [b"live"]
            await theirs.close()

    tell(story())
