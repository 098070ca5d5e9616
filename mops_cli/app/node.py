"""A node: the bus, the open store with its owner, and workers. For the time of one command, or as ``mops up``."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Self

from mops_cli.app.brief import Brief
from mops_cli.app.workers import Workers
from mops_cli.delivery.bus.opening import opened_bus
from mops_cli.delivery.ledger.journal import FOLDER, sweep
from mops_cli.delivery.sending import register, starting
from mops_cli.delivery.sending.limits import rates_of
from mops_cli.delivery.sending.owner import Owner
from mops_cli.store.opening import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from mops_cli.clock import Clock
    from mops_cli.content.environments import InForce
    from mops_cli.delivery.bus.port import Bus
    from mops_cli.delivery.plan.planfile import Plan
    from mops_cli.delivery.sending.active import Active
    from mops_cli.store.database import Store

STORE_FOLDER = ".mops"


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a node stands: the project, its settings in force, the process's variables, the clock."""

    root: Path
    settings: InForce
    variables: Mapping[str, str]
    clock: Clock


class Node:
    """Use it with ``async with``; on leaving, windows are finished and everything is closed in order."""

    def __init__(self, ground: Ground, workers: int, tell: Callable[[str], None]) -> None:
        """``workers`` is how many processes send; ``tell`` gets sentences for the log."""
        self.ground = ground
        self._count = workers
        self._tell = tell
        self._stack = AsyncExitStack()
        self.bus: Bus
        self.store: Store
        self.owner: Owner
        self.workers: Workers

    async def __aenter__(self) -> Self:
        """Start everything; what fails is closed again."""
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """End everything."""
        await self._stack.aclose()

    async def _start(self) -> None:
        ground = self.ground
        # The store first: who has it is the owner, and nobody else may start.
        self.store = open_store(ground.root, ground.settings.config, ground.clock)
        self._stack.callback(self.store.close)
        self.bus = await self._stack.enter_async_context(opened_bus(ground.root, ground.settings.config, ground.variables))
        brief = Brief(str(ground.root), ground.settings.environment, self.bus.brief, self._providers())
        self.workers = Workers(self._count, brief, ground.variables, self._tell)
        self.owner = Owner(self.store, self.bus, ground.clock, rates_of(ground.settings.config, ground.clock.elapsed))
        await self.owner.start()
        self._stack.push_async_callback(self.owner.close)
        self.workers.start()
        self._stack.push_async_callback(self.workers.close)

    def _providers(self) -> tuple[str, ...]:
        return starting.providers_of(self.ground.settings)

    # -- sends

    async def begin(self, plan: Plan) -> list[Active]:
        """Start what a plan says, or go on with it where it was left.

        Raises:
            MopsError: Another plan of the same send is under way; the audience is gone.
        """
        await self._load_unfinished()
        await self.owner.caught_up()
        begun = await self.owner.run(partial(starting.start, self.store, self.ground, plan))
        return [await self._give_out(one) for one in begun]

    async def resume(self, send: str = "") -> list[Active]:
        """Go on with sends that were interrupted or stopped; all of them without a name."""
        resumed = await self._load_unfinished(send)
        await self.owner.caught_up()
        return [await self._give_out(one) for one in resumed]

    async def _load_unfinished(self, send: str = "") -> list[Active]:
        loaded = await self.owner.run(partial(starting.load, self.store, self.ground, send))
        for one in loaded:
            self.owner.add(one)
        return loaded

    async def _give_out(self, one: Active) -> Active:
        self.owner.add(one)
        await self.owner.clear_queue(one)
        await self.owner.dispatch(one)
        return one

    async def settle(self, sends: Sequence[Active]) -> None:
        """Close the books of sends that are complete: state, ledger, journals."""
        for one in sends:
            if one.complete and one.state == register.RUNNING:
                await self.owner.finish(one)
        if not any(one.state == register.RUNNING for one in self.owner.active):
            await asyncio.to_thread(sweep, self.ground.root / STORE_FOLDER / FOLDER)
