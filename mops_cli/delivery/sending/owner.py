"""The owner of the store at work: answers workers, gives out shards, folds the ledger, knows when a send is over."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import msgspec

from mops_cli.delivery import jobs as queue
from mops_cli.delivery import questions
from mops_cli.delivery.bus.port import BATCH
from mops_cli.delivery.bus.subjects import token
from mops_cli.delivery.sending import answers, events, register
from mops_cli.delivery.sending.ahead import Ahead
from mops_cli.delivery.sending.fold import STREAM, Folded, fold
from mops_cli.delivery.worker.points import reached
from mops_cli.errors import MopsError
from mops_cli.store.ingest import advance, offset

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from mops_cli.clock import Clock
    from mops_cli.delivery.bus.port import Bus, Consumer, Message
    from mops_cli.delivery.sending.active import Active
    from mops_cli.delivery.sending.rates import Rates
    from mops_cli.store.database import Store

T = TypeVar("T")
QUEUE = "MOPS_JOBS"
DUE = "MOPS_SCHEDULE"
GATHER = 0.2
"""Seconds in which records of the ledger are gathered: one transaction costs as much for one as for hundreds."""


class LedgerLost(MopsError):
    """The stream that holds the ledger is not the one that this store has read."""

    exit_code = 5


class Owner:
    """Everything around one open store. All of its work on the store happens in one thread."""

    def __init__(self, store: Store, bus: Bus, clock: Clock, rates: Rates) -> None:
        """``rates`` are the providers' limits."""
        self._store = store
        self._bus = bus
        self._clock = clock
        self._rates = rates
        self._thread = ThreadPoolExecutor(1, "store")
        self._active: dict[tuple[str, str, str], Active] = {}
        self._ahead: dict[tuple[str, str, str], Ahead] = {}
        self._known: dict[str, register.Send] = {}  # by the beginning of their ledger subjects
        self._tasks: list[asyncio.Task[None]] = []
        self._folded = 0
        self._ingested = 0
        self.moved = asyncio.Condition()
        self.turn = asyncio.Lock()
        self.failed: MopsError | None = None

    # -- life

    async def start(self) -> None:
        """Begin to answer and to fold.

        Raises:
            LedgerLost: The bus has forgotten what this store knows.
        """
        self._folded = await self.run(partial(offset, self._store, STREAM))
        await self._compare()
        await self._bus.answer(questions.PEOPLE, self._people)
        await self._bus.answer(questions.PERMIT, self._permit)
        due = await self._bus.work(DUE, "mops.due.>", durable="owner")
        self._tasks += [asyncio.create_task(work) for work in (self._fold(), self._ingest(), self._wake(due))]

    async def close(self) -> None:
        """End the tasks; the store stays open."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._thread.shutdown(wait=True)

    async def run(self, work: Callable[[], T]) -> T:
        """Do something with the store, in its thread, when nobody else has the turn."""
        async with self.turn:
            return await self.run_in_turn(work)

    async def run_in_turn(self, work: Callable[[], T]) -> T:
        """The same for who has the turn."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    # -- sends

    async def take_on(self, work: Callable[[], list[Active]]) -> list[Active]:
        """Take sends under care that ``work`` loads from the store.

        It happens in the store's thread, between two batches of the ledger: none is counted twice or not at all.
        """

        def loaded() -> list[Active]:
            found = work()
            self._active.update((one.send.key, one) for one in found)
            return found

        return await self.run(loaded)

    @property
    def active(self) -> Iterable[Active]:
        """All sends under care."""
        return self._active.values()

    @property
    def folded(self) -> int:
        """The last record of the ledger that is in the store."""
        return self._folded

    async def caught_up(self) -> None:
        """Wait until everything that is in the ledger now is in the store."""
        last = await self._bus.last_sequence(STREAM)
        await self.until(lambda: self._folded >= last)

    def fail(self, problem: MopsError) -> None:
        """Something that goes on around this owner cannot go on: whoever waits is told."""
        self.failed = self.failed or problem
        task = asyncio.ensure_future(self._announce())
        self._tasks.append(task)

    async def _announce(self) -> None:
        async with self.moved:
            self.moved.notify_all()

    async def read_events(self) -> None:
        """Wait until every event that is on the bus now is in the store."""
        last = await self._bus.last_sequence(events.STREAM)
        await self.until(lambda: self._ingested >= last)

    async def until(self, ready: Callable[[], bool]) -> None:
        """Wait for a condition that changes when the ledger is folded.

        Raises:
            MopsError: Folding failed.
        """
        async with self.moved:
            await self.moved.wait_for(lambda: self.failed is not None or ready())
        if self.failed is not None:
            raise self.failed

    async def begin(self, one: Active, *, alone: bool) -> None:
        """Give out what is due and ask to be woken for the rest.

        ``alone``: no worker but those of this owner can hold a shard; jobs of a run before are then out of date.
        """
        await self._bus.notify(questions.STOPPED, f"+{one.send.send}".encode())
        waiting: set[str] = set()
        if alone:
            await self._bus.purge(QUEUE, _jobs_of(one.send))
        else:
            waiting = {message.subject for message in await self._bus.read(_jobs_of(one.send))}
        await self._bus.unschedule(_retries_of(one.send))
        await self.dispatch(one, waiting)
        for at in sorted({shard.at for shard in one.shards if shard.at > self._clock.now()}):
            wake = f"mops.schedule.wake.{token(one.send.send)}.{token(one.send.channel)}.{int(at.timestamp())}"
            await self._bus.schedule(wake, f"mops.due.{token(one.send.send)}", msgspec.msgpack.encode(one.send.key), at)

    async def dispatch(self, one: Active, waiting: Collection[str] = ()) -> int:
        """Put the jobs of all due shards into the queue, but for those that wait there; gives how many."""
        due = one.due(self._clock.now())
        jobs = [job for job in one.jobs(due) if job.subject not in waiting]
        reached("before-dispatch")
        for first in range(0, len(jobs), BATCH):
            batch = jobs[first : first + BATCH]
            await self._bus.publish_batch([(job.subject, queue.encoded(job)) for job in batch])
        one.given.update(shard.number for shard in due)
        reached("after-dispatch")
        return len(jobs)

    async def idle(self, one: Active) -> bool:
        """Whether no job of a send is in the queue or in the hands of a worker."""
        return await self._bus.last(_jobs_of(one.send)) is None

    async def next_try(self, one: Active) -> datetime | None:
        """When the first put off shard is visited again; None when none is."""
        found = await self._bus.read(_retries_of(one.send))
        times = [message.headers["Nats-Schedule"] for message in found if "Nats-Schedule" in message.headers]
        return min((datetime.fromisoformat(text.removeprefix("@at ")) for text in times), default=None)

    async def stop(self, key: tuple[str, str, str], state: str = register.STOPPED, why: str = "") -> None:
        """Stop giving out; workers end their windows and leave the rest."""
        await self.run(partial(register.set_state, self._store, key, state, why))
        rows = await self.run(partial(register.find, self._store, key[0], key[1]))
        row = next(one for one in rows if one.key == key)
        if (active := self._active.get(key)) is not None:
            active.becomes(state)
        await self._bus.notify(questions.STOPPED, row.send.encode())
        await self._bus.purge(QUEUE, _jobs_of(row))
        await self._bus.unschedule(_retries_of(row))

    async def finish(self, one: Active) -> None:
        """Close the books of a send whose recipients all have an outcome: the register, then the bus."""
        await self.run(partial(register.set_state, self._store, one.send.key, register.FINISHED))
        one.becomes(register.FINISHED)
        self._ahead.pop(one.send.key, None)
        await self._bus.purge(QUEUE, _jobs_of(one.send))
        await self._bus.unschedule(_retries_of(one.send))
        if all(other.state != register.RUNNING for other in self.active if other.send.send == one.send.send):
            await self._bus.purge(STREAM, f"mops.ledger.{token(one.send.send)}.>")

    async def _wake(self, due: Consumer) -> None:
        """Waves whose time has come."""
        while True:
            work = await due.next(60.0)
            if work is None:
                continue
            one = self._active.get(tuple(msgspec.msgpack.decode(work.data)))
            if one is not None and one.state == register.RUNNING:
                await self.dispatch(one)
            await work.ack()

    # -- the ledger

    async def _fold(self) -> None:
        try:
            async for batch in self._bus.follow(STREAM, self._folded + 1):
                reached("before-fold")
                folded = await self.run(partial(fold, self._store, batch, self._send_of))
                reached("after-fold")
                await self._take(folded, batch)
                await asyncio.sleep(GATHER)
        except asyncio.CancelledError:
            raise
        except MopsError as problem:
            self.fail(problem)

    async def _ingest(self) -> None:
        """Events become rows, from the stored offset on."""
        try:
            begin = await self.run(partial(offset, self._store, events.STREAM))
            if await self._bus.last_sequence(events.STREAM) < begin:  # another server, or its files are gone
                await self.run(partial(advance, self._store, events.STREAM, 0))
                begin = 0
            self._ingested = begin
            async for batch in self._bus.follow(events.STREAM, begin + 1):
                await self.run(partial(events.take, self._store, batch))
                async with self.moved:
                    self._ingested = batch[-1].sequence
                    self.moved.notify_all()
        except asyncio.CancelledError:
            raise
        except MopsError as problem:
            self.fail(problem)

    async def _take(self, folded: Folded, batch: list[Message]) -> None:
        """What the store knows now, the sends in memory must know too."""
        last = batch[-1].sequence
        for key, outcomes in folded.outcomes.items():
            if (one := self._active.get(key)) is not None and one.as_of < last:
                for outcome, count in outcomes.items():
                    one.counts[outcome] = one.counts.get(outcome, 0) + count
        for key, put_off in folded.put_off.items():
            if (one := self._active.get(key)) is not None:
                one.deferred |= {index for index, still in put_off.items() if still}
                one.deferred -= {index for index, still in put_off.items() if not still}
        for key, said in folded.said.items():
            if (one := self._active.get(key)) is not None:
                one.said = said
        for subject in folded.closed:
            found = self._send_of(subject)
            if found is not None and (one := self._active.get(found[0].key)) is not None:
                one.closed.add(found[1])
        async with self.moved:
            self._folded = last
            self.moved.notify_all()

    def _send_of(self, subject: str) -> tuple[register.Send, int] | None:
        head, dash, number = subject.rpartition("-")
        if head + dash not in self._known:
            self._known = {one.ledger: one for one in register.sends(self._store)}
        one = self._known.get(head + dash)
        return (one, int(number)) if one is not None and number.isdigit() else None

    async def _compare(self) -> None:
        last = await self._bus.last_sequence(STREAM)
        if last >= self._folded:
            return
        open_ones = await self.run(partial(register.sends, self._store, "unfinished"))
        if open_ones:
            raise LedgerLost(
                f"the ledger ends at record {last}, but this store has read {self._folded}: another server, or its files "
                f"were lost, while {open_ones[0].send} was under way",
                hint="bring .mops/nats back from where it is; or cancel the send: mops stop --cancel",
            )
        await self.run(partial(advance, self._store, STREAM, 0))
        self._folded = 0

    # -- answers

    async def _people(self, data: bytes) -> bytes:
        asked: questions.PeopleAsked = questions.unpack(questions.PeopleAsked, data)
        one = self._active.get((asked.send, asked.channel, asked.plan))
        if one is None or one.send.state != register.RUNNING:
            raise answers.NotRunning(f"{asked.send} on {asked.channel} is not running", hint="nothing to do")
        if one.audience is None:
            told = answers.destinations(one.destinations, asked)
        else:
            ahead = self._ahead.setdefault(one.send.key, Ahead(self._clock.elapsed))
            told = await self.run(partial(ahead.people, self._store, one, asked))
        return questions.pack(told)

    async def _permit(self, data: bytes) -> bytes:
        asked: questions.PermitAsked = questions.unpack(questions.PermitAsked, data)
        granted, wait = self._rates.take(asked.provider, asked.count)
        return questions.pack(questions.PermitTold(granted, wait))


def _jobs_of(one: register.Send) -> str:
    return f"mops.jobs.*.{token(one.send)}.{token(one.channel)}.>"


def _retries_of(one: register.Send) -> str:
    return f"mops.schedule.retry.{token(one.send)}.{token(one.channel)}.>"
