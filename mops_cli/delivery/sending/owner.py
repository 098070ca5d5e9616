"""The owner of the store at work: answers workers, gives out shards, folds the ledger, knows when a send is over."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from mops_cli.delivery import jobs as queue
from mops_cli.delivery import questions
from mops_cli.delivery.sending import answers, register
from mops_cli.delivery.sending.fold import STREAM, Folded, fold
from mops_cli.delivery.worker.points import reached
from mops_cli.errors import MopsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mops_cli.clock import Clock
    from mops_cli.delivery.bus.port import Bus, Message
    from mops_cli.delivery.sending.active import Active, Shard
    from mops_cli.delivery.sending.rates import Rates
    from mops_cli.store.database import Store

T = TypeVar("T")
QUEUE = "MOPS_JOBS"


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
        self._prefixes: dict[str, Active] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._folded = 0
        self.moved = asyncio.Condition()
        self.failed: MopsError | None = None

    # -- life

    async def start(self) -> None:
        """Begin to answer and to fold.

        Raises:
            LedgerLost: The bus has forgotten what this store knows.
        """
        self._folded = await self.run(partial(_offset, self._store))
        await self._compare()
        await self._bus.answer(questions.PEOPLE, self._people)
        await self._bus.answer(questions.PERMIT, self._permit)
        self._tasks.append(asyncio.create_task(self._fold()))

    async def close(self) -> None:
        """End the tasks; the store stays open."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._thread.shutdown(wait=True)

    async def run(self, work: Callable[[], T]) -> T:
        """Do something with the store, in its thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    # -- sends

    def add(self, one: Active) -> None:
        """Take a registered send under care; its shards are given out by :meth:`dispatch`."""
        self._active[one.send.key] = one
        self._prefixes[one.prefix] = one

    @property
    def active(self) -> Iterable[Active]:
        """All sends under care."""
        return self._active.values()

    async def caught_up(self) -> None:
        """Wait until everything that is in the ledger now is in the store."""
        last = await self._bus.last_sequence(STREAM)
        await self.until(lambda: self._folded >= last)

    async def until(self, ready: Callable[[], bool]) -> None:
        """Wait for a condition that changes when the ledger is folded.

        Raises:
            MopsError: Folding failed.
        """
        async with self.moved:
            await self.moved.wait_for(lambda: self.failed is not None or ready())
        if self.failed is not None:
            raise self.failed

    async def dispatch(self, one: Active, *, attempt: int = 0) -> int:
        """Put the jobs of all due shards into the queue; gives how many."""
        due = one.due(self._clock.now())
        await self._give(one, due, attempt)
        return len(due)

    async def _give(self, one: Active, shards: list[Shard], attempt: int) -> None:
        reached("before-dispatch")
        made = list(one.jobs(shards, attempt))
        await self._bus.publish_many([(job.subject, queue.encoded(job)) for job in made])
        one.given.update(shard.number for shard in shards)
        reached("after-dispatch")

    async def stop(self, one: Active, why: str) -> None:
        """Stop giving out; workers end their windows and leave the rest."""
        await self._bus.notify(questions.STOPPED, one.send.send.encode())
        await self.run(partial(register.set_state, self._store, one.send.key, register.STOPPED, why))

    # -- the ledger

    async def _fold(self) -> None:
        try:
            async for batch in self._bus.follow(STREAM, self._folded + 1):
                reached("before-fold")
                folded = await self.run(partial(fold, self._store, batch, self._send_of))
                reached("after-fold")
                await self._take(folded, batch)
        except asyncio.CancelledError:
            raise
        except MopsError as problem:
            async with self.moved:
                self.failed = problem
                self.moved.notify_all()

    async def _take(self, folded: Folded, batch: list[Message]) -> None:
        for key, outcomes in folded.outcomes.items():
            one = self._active.get(key)
            for outcome, count in outcomes.items() if one else ():
                one.counts[outcome] = one.counts.get(outcome, 0) + count  # type: ignore[union-attr]
        for subject in folded.closed:
            place = self._place(subject)
            if place is not None:
                place[0].closed.add(place[1])
        async with self.moved:
            self._folded = batch[-1].sequence
            self.moved.notify_all()

    def _place(self, subject: str) -> tuple[Active, int] | None:
        head, dash, number = subject.rpartition("-")
        one = self._prefixes.get(head + dash)
        return (one, int(number)) if one is not None and number.isdigit() else None

    def _send_of(self, subject: str) -> tuple[register.Send, int] | None:
        place = self._place(subject)
        return (place[0].send, place[1]) if place else None

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
        await self.run(partial(_restart, self._store))
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
            told = await self.run(partial(answers.people, self._store, one.audience, asked, others=one.others))
        return questions.pack(told)

    async def _permit(self, data: bytes) -> bytes:
        asked: questions.PermitAsked = questions.unpack(questions.PermitAsked, data)
        granted, wait = self._rates.take(asked.provider, asked.count)
        return questions.pack(questions.PermitTold(granted, wait))


def _offset(store: Store) -> int:
    from mops_cli.store.ingest import offset

    return offset(store, STREAM)


def _restart(store: Store) -> Any:
    from mops_cli.store.ingest import advance

    return advance(store, STREAM, 0)
