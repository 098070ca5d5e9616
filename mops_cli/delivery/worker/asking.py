"""The owner of the store, as a worker sees it over the bus."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from mops_cli.delivery.questions import (
    PEOPLE,
    PERMIT,
    PeopleAsked,
    PeopleTold,
    PermitAsked,
    PermitTold,
    pack,
    unpack,
)
from mops_cli.errors import ExternalError
from mops_cli.model.delivery import Recipient

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence

    from mops_cli.delivery.jobs import Job

T = TypeVar("T")
PATIENCE = 30.0
"""Seconds that the owner may take to answer about one shard."""


class Ending(ExternalError):
    """This worker ends: what it waited for is not waited for any more."""


class Asks(Protocol):
    """What is needed of the bus."""

    async def ask(self, subject: str, data: bytes, timeout: float) -> bytes:  # noqa: ASYNC109 - it is the bus's own
        """A question and its answer."""
        ...


class RemotePeople:
    """The people of a shard, from the owner (the port ``People``)."""

    def __init__(
        self,
        bus: Asks,
        fields: Callable[[Job], Sequence[str]],
        limited: Callable[[str], bool],
        ends: asyncio.Future[None],
    ) -> None:
        """``fields`` are what a job's templates read; ``limited`` says whether a provider has a rate.

        When ``ends`` is done, nothing is waited for.
        """
        self._ends = ends
        self._bus = bus
        self._fields = fields
        self._limited = limited
        self._granted: dict[str, int] = {}

    async def people(self, job: Job, indices: Sequence[int]) -> Mapping[int, Recipient]:
        """Address, locale, fields and whether they may still be written to, as of now."""
        fields = list(self._fields(job))
        asked = PeopleAsked(job.send, job.channel, job.plan, job.topic, job.transactional, list(indices), fields)
        told: PeopleTold = unpack(PeopleTold, await self._or_end(self._bus.ask(PEOPLE, pack(asked), PATIENCE)))
        found: dict[int, Recipient] = {}
        for index, contact_id, address, locale, variant, blocked, *values in told.rows:
            contact = dict(zip(fields, values, strict=True))
            found[index] = Recipient(index, contact_id, address, locale, variant, contact, blocked)
        return found

    async def permits(self, job: Job, count: int) -> None:
        """Wait until the provider's rate allows ``count`` messages more; the owner grants in slices."""
        if not self._limited(job.provider):
            return
        while self._granted.get(job.provider, 0) < count:
            short = count - self._granted.get(job.provider, 0)
            told: PermitTold = unpack(
                PermitTold, await self._or_end(self._bus.ask(PERMIT, pack(PermitAsked(job.provider, short)), PATIENCE))
            )
            self._granted[job.provider] = self._granted.get(job.provider, 0) + told.granted
            if self._granted[job.provider] < count:
                await self._or_end(asyncio.sleep(told.wait))  # the owner says when there is more
        self._granted[job.provider] -= count

    async def _or_end(self, waited: Coroutine[Any, Any, T]) -> T:
        """What is waited for, unless this worker ends before.

        Raises:
            Ending: It does.
        """
        task = asyncio.ensure_future(waited)
        await asyncio.wait((task, self._ends), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        task.cancel()
        raise Ending("this worker ends", hint="another one goes on")
