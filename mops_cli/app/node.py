"""A node: the bus, the open store with its owner, and workers. For the time of one command, or as ``mops up``."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, Self

from mops_cli.app import lending, orders
from mops_cli.app.brief import Brief
from mops_cli.app.workers import Ears, Workers
from mops_cli.delivery.bus.opening import opened_bus
from mops_cli.delivery.ledger.journal import FOLDER, alive, sweep
from mops_cli.delivery.sending import register, starting
from mops_cli.delivery.sending.limits import rates_of
from mops_cli.delivery.sending.owner import Owner
from mops_cli.delivery.worker import points
from mops_cli.store.database import FOLDER as STATE
from mops_cli.store.opening import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mops_cli.app.ground import Ground
    from mops_cli.delivery.bus.port import Bus
    from mops_cli.delivery.plan.planfile import Plan
    from mops_cli.delivery.sending.active import Active
    from mops_cli.errors import MopsError
    from mops_cli.store.database import Store

LAST_WINDOWS = 15.0
"""Seconds that workers of an owner that died have to finish their windows before their shards are given to others."""


class Node:
    """Use it with ``async with``; on leaving, windows are finished and everything is closed in order."""

    def __init__(self, ground: Ground, workers: int, tell: Callable[[str], None], *, stays: bool = False) -> None:
        """``workers`` is how many processes send; ``tell`` gets sentences for the log.

        ``stays``: it does not end with the send that it was made for, and takes those of other commands.
        """
        self.stays = stays
        self.ground = ground
        self._count = workers
        self._tell = tell
        self._stack = AsyncExitStack()
        self._workers: dict[str, Workers] = {}
        self._warm: Workers | None = None
        self._groups: list[Workers] = []
        self._kept: set[asyncio.Task[None]] = set()
        self.bus: Bus
        self.store: Store
        self.owner: Owner

    async def __aenter__(self) -> Self:
        """Start everything but workers; what fails is closed again."""
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """End everything: workers first, then the owner, the bus, the store."""
        await self._stack.aclose()

    async def _start(self) -> None:
        ground = self.ground
        points.arm(ground.variables)
        config = ground.settings.config
        self._stack.push_async_callback(self._end_workers)
        # The store first: who has it is the owner, and nobody else may start.
        self.store = open_store(ground.root, config, ground.clock)
        self._stack.callback(self.store.close)
        if self._count:
            self._warm = self._made()
            self._warm.warm()  # they load while everything else here begins
        self.bus = await self._stack.enter_async_context(opened_bus(ground.root, config, ground.variables))
        self.owner = Owner(self.store, self.bus, ground.clock, rates_of(config, ground.clock.elapsed))
        self._stack.push_async_callback(self.owner.close)
        await self.owner.start()
        await orders.listen(self)
        await lending.lend(self)
        self._stack.push_async_callback(self._end_workers)

    def keep(self, task: asyncio.Task[None]) -> None:
        """Hold on to a task until it is done."""
        self._kept.add(task)
        task.add_done_callback(self._kept.discard)

    # -- workers

    def staff(self, providers: Iterable[str]) -> None:
        """See that somebody works for these providers."""
        missing = tuple(sorted(set(providers) - set(self._workers)))
        if not missing:
            return
        brief = Brief(str(self.ground.root), self.ground.environment, self.bus.brief, missing)
        workers = self._warm or self._made()
        self._warm = None
        self._workers.update(dict.fromkeys(missing, workers))
        workers.start(brief)

    def _made(self) -> Workers:
        ears = Ears(self._tell, self._cannot_go_on, self._worker_died)
        workers = Workers(self._count, self.ground.root, self.ground.variables, ears)
        self._groups.append(workers)
        return workers

    def _cannot_go_on(self, problem: MopsError) -> None:
        self.owner.fail(problem)

    async def _end_workers(self) -> None:
        """Let all of them finish their windows; while they do, the owner answers and the bus is there."""
        await asyncio.gather(*(workers.close() for workers in self._groups))
        self._groups.clear()

    async def _worker_died(self) -> None:
        """What it held need not wait for its lease, when nobody else can hold anything."""
        folder = self.ground.root / STATE / FOLDER
        others = await asyncio.to_thread(alive, folder)
        if others or self.ground.settings.config.nats.url:
            return
        for one in [one for one in self.owner.active if one.state == register.RUNNING and not one.complete]:
            one.given.clear()
            await self.owner.begin(one, alone=True)

    # -- sends

    async def begin(self, plan: Plan) -> list[Active]:
        """Start what a plan says, or go on with it where it was left.

        Raises:
            MopsError: Another plan of the same send is under way; the audience is gone.
        """
        await self.owner.caught_up()
        begun = await self.owner.take_on(partial(starting.start, self.store, plan, self.ground))
        return await self._give_out(begun)

    async def resume(self, send: str = "") -> list[Active]:
        """Go on with sends that were interrupted; with a name, also with one that was stopped."""
        await self.owner.caught_up()
        loaded = await self.owner.take_on(partial(starting.load, self.store, self.ground, send))
        return await self._give_out(loaded)

    async def _give_out(self, sends: Sequence[Active]) -> list[Active]:
        if not sends:
            return []
        alone = not self.ground.settings.config.nats.url and await self._others_ended()
        self.staff(name for one in sends for name in one.staff)
        for one in sends:
            await self.owner.begin(one, alone=alone)
        return list(sends)

    async def _others_ended(self) -> bool:
        """Whether no worker runs here; those of a run before get the time to finish their windows."""
        patience = LAST_WINDOWS if not self._workers else 0.0
        return await asyncio.to_thread(alive, self.ground.root / STATE / FOLDER, patience) == 0

    async def settle(self, sends: Sequence[Active]) -> None:
        """Close the books of sends that are complete: state, ledger, journals."""
        for one in sends:
            if one.complete and one.state == register.RUNNING:
                await self.owner.finish(one)
        # A send that was stopped needs the journals of its dead workers when it goes on.
        if not await self.owner.run(partial(register.sends, self.store, "unfinished")):
            await asyncio.to_thread(sweep, self.ground.root / STATE / FOLDER)
