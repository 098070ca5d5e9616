"""One visit to one shard: take it, settle what is open, window after window, close it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from msgspec import structs

from mops_cli.delivery.bus.port import Fenced
from mops_cli.delivery.ledger.log import ShardLog
from mops_cli.delivery.ledger.records import Result, result_of
from mops_cli.delivery.ledger.recovery import RESEND, recover
from mops_cli.delivery.worker.points import reached
from mops_cli.delivery.worker.window import Window
from mops_cli.errors import MopsError
from mops_cli.model.delivery import WINDOW, Answer, Outcome, Recipient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from mops_cli.delivery.jobs import Job
    from mops_cli.delivery.ledger.journal import Journal
    from mops_cli.delivery.ledger.log import Fences
    from mops_cli.model.delivery import Composer, Lane, Outgoing


class Ended(StrEnum):
    """How a visit ended."""

    CLOSED = "closed"  # every recipient has a final outcome
    AGAIN = "again"  # some were put off by the provider: visit it again later
    STOPPED = "stopped"  # the send was stopped, or this worker ends: the rest is for another visit


class AtWork(Fenced):
    """This very process is at work on the shard: the queue gave its job out twice."""


class People(Protocol):
    """Where a worker gets the people of its shard from: the owner of the store."""

    async def people(self, job: Job, indices: Sequence[int]) -> Mapping[int, Recipient]:
        """Address, locale, fields and whether they may still be written to, as of now."""
        ...

    async def permits(self, job: Job, count: int) -> None:
        """Wait until the provider's rate allows ``count`` messages more."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a visit needs beside its job."""

    bus: Fences
    worker: str
    journal: Journal
    journals: Path
    people: People
    composer: Callable[[Job, str, str], Composer]  # by locale and variant
    now: Callable[[], int]  # milliseconds, UTC
    elapsed: Callable[[], float]  # seconds, monotonic
    may_send: Callable[[], bool] = field(default=lambda: True)
    stopped: Callable[[], bool] = field(default=lambda: False)
    window: int = WINDOW
    tries: int = 5  # hand-overs before a deferred recipient counts as failed
    fresh: float = 2.0  # seconds that what the owner said about people may be old


class Visit:
    """One visit; :meth:`run` does it."""

    def __init__(self, job: Job, lane: Lane, around: Surroundings) -> None:
        self._job = job
        self._lane = lane
        self._around = around
        self._log = ShardLog(around.bus, job.ledger, around.worker)
        self._people: dict[int, Recipient] = {}
        self._asked_at = 0.0
        self.results: list[Result] = []  # of this visit, for progress

    async def run(self) -> Ended:
        """Everything that can be done for this shard now.

        Raises:
            Fenced: Another worker has the shard, or another lane of this one; nothing more was sent.
            MopsError: The bus, the owner or the disk failed; what is open is settled at the next visit.
        """
        at_work = self._around.journal.at_work
        if self._log.subject in at_work:
            # Its journal is ours too: it would free people whom the other lane sends to.
            raise AtWork(0, self._log.subject)
        at_work.add(self._log.subject)
        try:
            return await self._visit()
        finally:
            at_work.discard(self._log.subject)

    async def _visit(self) -> Ended:
        reached("before-open")
        found = await self._log.open(self._job.plan)
        reached("after-open")
        if found.closed:
            return Ended.CLOSED
        todo = [i for i in self._job.indices if i not in found.settled and self._due(i)]
        open_ones = found.meant.indices if found.meant else ()
        await self._ask(sorted({*todo, *open_ones}))
        done = self._recover()
        todo = [i for i in todo if i not in {one.index for one in done}]
        stopped = False
        for window in _windows(todo, self._around.window):
            if self._around.stopped() or not await self._ready(window, done):
                stopped = True
                break
            done = await self._window(window, done)
            if done and all(one.outcome is Outcome.DEFERRED and not one.code for one in done):
                break  # nobody answers there: the rest waits for a later visit
        return await self._end(done, stopped=stopped)

    def _due(self, index: int) -> bool:
        """Whom a provider put off is tried again at a later visit, not at the same."""
        return self._job.attempt > 0 or index not in self._log.history.results

    def _recover(self) -> list[Result]:
        recovered = recover(
            self._log.history,
            self._log.subject,
            journals=self._around.journals,
            policy=self._job.policy,
            people=self._people,
            at=self._around.now(),
            own=self._around.worker,
        )
        return [self._last_try(one) for one in recovered.known]

    async def _ask(self, indices: Sequence[int]) -> None:
        if indices:
            self._people.update(await self._around.people.people(self._job, indices))
        self._asked_at = self._around.elapsed()

    async def _window(self, indices: Sequence[int], done: list[Result]) -> list[Result]:
        """Write the last results and the next intent, hand the messages over, gather the answers."""
        messages, refused = self._compose(indices)
        reached("before-intent")
        await self._log.write([*done, *refused], [one.index for one in messages])
        reached("after-intent")
        self.results += [*done, *refused]
        if not messages:
            return []
        told = Window(self._log, self._around.journal, self._people, self._around.may_send, self._around.now)
        try:
            await self._lane.deliver(messages, told)
        except Exception as problem:  # noqa: BLE001 - what is known is written down before anything else
            told.breaks(problem)
        reached("after-window")
        results = [self._last_try(one) for one in told.results(messages)]
        if told.broken is not None:
            await self._log.write(results)
            raise told.broken
        return results

    async def _ready(self, indices: Sequence[int], done: Sequence[Result]) -> bool:
        """Wait for the rate and ask about people again, if it is long ago; False when the send was stopped meanwhile."""
        try:
            await self._around.people.permits(self._job, len(indices))
            if self._around.stopped():
                return False
            if self._around.elapsed() - self._asked_at > self._around.fresh:
                await self._ask(indices)
        except MopsError:
            if done:  # what is known must not wait for another visit: there may be none
                await self._log.write(done)
            raise
        return True

    def _compose(self, indices: Sequence[int]) -> tuple[list[Outgoing], list[Result]]:
        """The window's messages, and results for those who get none."""
        messages: list[Outgoing] = []
        refused: list[Result] = []
        now = self._around.now()
        late = bool(self._job.not_after) and now > self._job.not_after
        for index in indices:
            one = self._people.get(index)
            if late or one is None or one.blocked:
                outcome = Outcome.LATE if late else Outcome.SKIPPED
                said = "" if late else (one.blocked if one else "not in the store any more")
                refused.append(self._not_sent(index, outcome, said, now))
                continue
            try:
                messages.append(self._around.composer(self._job, one.locale, one.variant).compose(one))
            except MopsError as problem:
                refused.append(self._not_sent(index, Outcome.FAILED, problem.message, now))
            except Exception as problem:  # noqa: BLE001 - one person's message never holds the others
                said = f"a mistake of MOPS while it was made ({type(problem).__name__})"
                refused.append(self._not_sent(index, Outcome.FAILED, said, now))
        return messages, refused

    def _not_sent(self, index: int, outcome: Outcome, said: str, now: int) -> Result:
        one = self._people.get(index) or Recipient(index, 0, "", "")
        return result_of(one, Answer(outcome, said=said), now, self._log.history.tried(index))

    def _last_try(self, one: Result) -> Result:
        """A recipient that was put off too often has failed; one in doubt is tried again where the policy says so."""
        if one.outcome is Outcome.UNKNOWN and self._job.policy == RESEND and one.tried < self._around.tries:
            return structs.replace(one, outcome=Outcome.DEFERRED)
        if one.outcome is not Outcome.DEFERRED or one.tried < self._around.tries:
            return one
        said = f"put off {one.tried} times, last: {one.said}".rstrip(": ")
        return structs.replace(one, outcome=Outcome.FAILED, said=said)

    async def _end(self, done: list[Result], *, stopped: bool) -> Ended:
        answers = {**{i: r.outcome for i, r in self._log.history.results.items()}, **{r.index: r.outcome for r in done}}
        put_off = any(outcome is Outcome.DEFERRED for outcome in answers.values())
        closed = not put_off and all(index in answers for index in self._job.indices)
        reached("before-result")
        if done or closed or self._log.history.meant:
            await self._log.write(done, closed=closed)
        reached("after-result")
        self.results += done
        if closed:
            return Ended.CLOSED
        return Ended.STOPPED if stopped else Ended.AGAIN


def _windows(indices: Iterable[int], size: int) -> Iterator[list[int]]:
    left = iter(indices)
    while window := list(islice(left, size)):
        yield window
