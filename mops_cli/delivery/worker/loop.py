"""A worker: lanes of its providers, each taking one shard after the other from the queue."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mops_cli.delivery import jobs as queue
from mops_cli.delivery.bus.port import Fenced
from mops_cli.delivery.questions import STOPPED
from mops_cli.delivery.worker.asking import Ending
from mops_cli.delivery.worker.points import reached
from mops_cli.delivery.worker.shard import Ended, Visit
from mops_cli.errors import ExternalError, MopsError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mops_cli.delivery.bus.port import Bus, Consumer, Work
    from mops_cli.delivery.worker.shard import Surroundings
    from mops_cli.model.delivery import Lane, Provider

LEASE = 20.0
"""Seconds that a shard is ours without a sign of life (``ack_wait`` of the queue)."""
IDLE = 30.0
"""Seconds that a lane waits for a job before it asks again."""
BEAT = 4.0
"""Seconds between signs of life."""


@dataclass(slots=True)
class Lease:
    """Until when a shard is surely ours, on the monotonic clock."""

    until: float = 0.0


class Worker:
    """Takes jobs until it is told to end."""

    def __init__(
        self,
        bus: Bus,
        providers: Sequence[Provider],
        around: Surroundings,
        tell: Callable[[str], None],
        waits: Callable[[str], Sequence[float]],
    ) -> None:
        """``tell`` gets sentences for the log; they hold no personal data.

        ``waits`` gives the seconds before each further try of what a provider puts off.
        """
        self._waits = waits
        self._bus = bus
        self._providers = providers
        self._around = around
        self._tell = tell
        self._ends = asyncio.Event()
        self._stopped: set[str] = set()

    def end(self) -> None:
        """Finish the windows that are under way and take nothing more."""
        self._ends.set()

    async def run(self) -> None:
        """Work until :meth:`end`, or until something outside fails for good.

        Raises:
            MopsError: The bus is gone, the disk is full: what is open is settled at the next start.
        """
        await self._bus.subscribe(STOPPED, self._on_stop)
        lanes = [(one, number) for one in self._providers for number in range(one.lanes)]
        consumers = {one.name: await self._consumer(one.name) for one in self._providers}
        tasks = [asyncio.create_task(self._lane(one, consumers[one.name])) for one, _ in lanes]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            self._ends.set()  # the other lanes finish their windows
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _consumer(self, provider: str) -> Consumer:
        return await self._bus.work("MOPS_JOBS", queue.filter_of(provider), durable=queue.durable_of(provider))

    async def _on_stop(self, data: bytes) -> None:
        name = data.decode()
        if name.startswith("+"):
            self._stopped.discard(name[1:])
        else:
            self._stopped.add(name)

    async def _lane(self, provider: Provider, consumer: Consumer) -> None:
        lane = await provider.open()
        try:
            while not self._ends.is_set():
                work = await self._next(consumer)
                if work is not None:
                    await self._visit(work, lane)
        finally:
            with suppress(ExternalError, OSError):
                await lane.close()

    async def _next(self, consumer: Consumer) -> Work | None:
        """The next job, None when there is none for long or this worker ends."""
        job = asyncio.ensure_future(consumer.next(IDLE))
        ends = asyncio.ensure_future(self._ends.wait())
        try:
            await asyncio.wait((job, ends), return_when=asyncio.FIRST_COMPLETED)
            return job.result() if job.done() else None
        finally:
            for one in (job, ends):
                one.cancel()  # a job that comes now goes back to the queue
            await asyncio.gather(job, ends, return_exceptions=True)

    async def _visit(self, work: Work, lane: Lane) -> None:
        try:
            job = queue.decoded(work.data)
        except MopsError as problem:
            self._tell(problem.message)
            await work.nak(30.0)  # a newer worker may know it
            return
        lease = Lease(self._around.elapsed() + LEASE)
        beat = asyncio.create_task(self._beat(work, lease))
        around = replace(
            self._around,
            may_send=lambda: self._around.elapsed() < lease.until,
            tries=1 + len(self._waits(job.provider)),
            stopped=lambda: self._ends.is_set() or job.send in self._stopped,
        )
        try:
            ended = await Visit(job, lane, around).run()
        except Fenced:
            self._tell(f"shard {job.shard} of {job.send} was taken over by another worker")
            return
        except Ending:
            await work.nak()
            return
        except MopsError as problem:
            await self._failed(work, job, problem)
            return
        finally:
            beat.cancel()
            with suppress(asyncio.CancelledError):
                await beat
        await self._settle(work, job, ended)

    async def _failed(self, work: Work, job: queue.Job, problem: MopsError) -> None:
        self._tell(f"shard {job.shard} of {job.send}: {problem.message}")
        if problem.exit_code == ExternalError.exit_code:
            raise problem
        await work.ack()  # out of date: the send is over, its content is another one

    async def _settle(self, work: Work, job: queue.Job, ended: Ended) -> None:
        if ended is Ended.AGAIN:
            later = replace_job(job, attempt=job.attempt + 1)
            waits = self._waits(job.provider)
            wait = waits[min(job.attempt, len(waits) - 1)]
            await self._bus.schedule(queue.retry_subject(job), later.subject, queue.encoded(later), wait)
        reached("before-ack")
        if ended is Ended.STOPPED and job.send not in self._stopped:
            await work.nak(0.0)  # this worker ends; another may go on at once
        else:
            await work.ack()

    async def _beat(self, work: Work, lease: Lease) -> None:
        """Signs of life while a shard is worked on; without one the shard becomes another's."""
        while True:
            await asyncio.sleep(BEAT)
            sent = self._around.elapsed()
            with suppress(ExternalError):
                await work.progress()
                lease.until = sent + LEASE


def replace_job(job: queue.Job, *, attempt: int) -> queue.Job:
    """The same shard for a later visit."""
    from msgspec import structs

    return structs.replace(job, attempt=attempt)
