"""The use cases of sending: a plan or campaigns through a node, from the first guard to the closed books."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from mops_cli.app import orders, remote, reporting
from mops_cli.app.brief import Brief
from mops_cli.app.driving import Rest, drive, news
from mops_cli.app.node import Node
from mops_cli.app.wishes import planned
from mops_cli.app.working import work
from mops_cli.build.runner import build
from mops_cli.delivery import questions
from mops_cli.delivery.bus.opening import opened_bus
from mops_cli.delivery.providers.table import LOCAL_OUTBOX
from mops_cli.delivery.sending import register, starting
from mops_cli.errors import LockHeld
from mops_cli.store.opening import exists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mops_cli.app.ground import Ground
    from mops_cli.app.wishes import Wish
    from mops_cli.delivery.plan.planfile import Plan
    from mops_cli.delivery.sending.active import Active
    from mops_cli.store.database import Store


WATCH = 0.5
"""Seconds between two looks at a send that a node does."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How to send: with how many worker processes, and how long to wait for what a provider put off (seconds)."""

    workers: int = 1
    patience: float = 90.0


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of it: the register's rows as data, reasons and doubts by send, and why it ended."""

    sends: Sequence[dict[str, Any]]
    details: dict[str, dict[str, Any]]
    rest: Rest


class Screen(Protocol):
    """Whom a use case tells how it goes."""

    def tell(self, sentence: str) -> None:
        """A sentence for the log; it holds no personal data."""
        ...

    def count(self, done: int, total: int) -> None:
        """How far they are when another process sends."""
        ...

    def watch(self, sends: Sequence[Active]) -> None:
        """How far the sends are."""
        ...


class AskingScreen(Screen, Protocol):
    """Whom it also asks."""

    def confirm(self, plan: Plan) -> bool:
        """Show a plan and ask whether it shall be sent."""
        ...


async def send(ground: Ground, wish: Wish, manner: Manner, screen: AskingScreen) -> Sent | None:
    """Plan, ask, send; None when it was not wanted. When a node runs, it does the work and this command watches.

    Raises:
        MopsError: A guard refuses, something outside fails; what was begun can be resumed.
    """
    try:
        async with Node(ground, manner.workers, screen.tell) as node:
            plan = await node.owner.run(partial(planned, ground, wish, node.store))
            names = sorted({one.send for one in plan.sends})
            begun = await node.owner.run(partial(_begun, node.store, plan)) if not wish.file else []
            if begun:
                screen.tell(f"{', '.join(begun)} was begun before; going on with it")
                sends = [active for name in begun for active in await node.resume(name)]
            elif not await node.owner.run(partial(screen.confirm, plan)):
                return None
            else:
                sends = await node.begin(plan)
            rest = await _driven(node, sends, manner, screen)
            return await _report(node, names, rest)
    except LockHeld as held:
        return await _sent_by_node(ground, wish, screen, held)


def _begun(store: Store, plan: Plan) -> list[str]:
    """Sends of a plan that are under way with the plan of an earlier call."""
    found = [row for one in plan.sends for row in register.find(store, one.send, one.channel)]
    return sorted({row.send for row in found if row.plan != plan.id and row.state in starting.OPEN})


async def _sent_by_node(ground: Ground, wish: Wish, screen: AskingScreen, held: LockHeld) -> Sent | None:
    await asyncio.to_thread(build, str(ground.root), ground.clock)  # here: the node's sends need not wait for it
    async with remote.connected(ground, held) as node:
        plan = ground.plan(await node.order(questions.PLAN, msgspec.to_builtins(wish)))
        if not screen.confirm(plan):
            return None
        await node.order(questions.SEND, {"plan": plan.id})
        names = sorted({one.send for one in plan.sends})
        stop = asyncio.Event()
        with _signals(stop):
            while not stop.is_set():
                rows = [row for name in names for row in await node.read("overview", send=name)]
                screen.count(
                    sum(row["recipients"] - row["left"] for row in rows), sum(row["recipients"] for row in rows)
                )
                if all(row["state"] != register.RUNNING or row["waiting"] for row in rows):
                    break
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), WATCH)
        details = {name: await node.read("details", send=name) for name in names}
        done = all(row["state"] == register.FINISHED for row in rows)
        return Sent(rows, details, Rest(done, interrupted=stop.is_set(), by_node=True))


async def resume(ground: Ground, name: str, manner: Manner, screen: Screen) -> Sent:
    """Go on with sends that were interrupted (all, or the one of this name, which may have been stopped).

    Raises:
        MopsError: As :func:`send`.
    """
    async with Node(ground, manner.workers, screen.tell) as node:
        sends = await node.resume(name)
        rest = await _driven(node, sends, manner, screen)
        return await _report(node, sorted({one.send.send for one in sends}), rest)


async def _driven(node: Node, sends: Sequence[Active], manner: Manner, screen: Screen) -> Rest:
    stop = asyncio.Event()
    with _signals(stop):
        return await drive(node, sends, screen.watch, stop, patience=manner.patience)


@contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    """The first Ctrl-C (or SIGTERM) sets ``stop``; the second ends the process where it stands, and nothing is lost."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)

    def heard(number: int) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    try:
        for one in numbers:
            loop.add_signal_handler(one, heard, one)
    except (RuntimeError, ValueError):  # not the main thread: whoever has it hears them
        yield
        return
    try:
        yield
    finally:
        for one in numbers:
            loop.remove_signal_handler(one)


async def _report(node: Node, names: Sequence[str], rest: Rest) -> Sent:
    def read() -> Sent:
        rows = [row for name in names for row in reporting.overview(node.store, name, most=1000)]
        return Sent(rows, {name: reporting.details(node.store, name) for name in names}, rest)

    return await node.owner.run(read)


async def stop(ground: Ground, name: str, *, cancel: bool) -> list[dict[str, Any]]:
    """Stop a send (``cancel``: give it up for good); gives its rows.

    Raises:
        UsageError: It is not under way.
        LockHeld: Something else than a node has the store.
    """
    try:
        async with Node(ground, 0, lambda _: None) as node:
            state = register.CANCELLED if cancel else register.STOPPED
            await node.owner.caught_up()
            return await orders.stop(node, name, state)
    except LockHeld as held:
        async with remote.connected(ground, held) as running:
            found: list[dict[str, Any]] = await running.order(questions.STOP, {"send": name, "cancel": cancel})
        return found


async def serve(ground: Ground, manner: Manner, screen: Screen, ready: Callable[[Node], None]) -> None:
    """Be the node of a project until a signal comes: go on with what is unfinished, take orders, wake for waves.

    Raises:
        LockHeld: Another node runs.
        MopsError: The bus or the store fails for good.
    """
    stop = asyncio.Event()
    with _signals(stop):
        async with Node(ground, manner.workers, screen.tell, stays=True) as node:
            await node.resume()
            ready(node)
            while not stop.is_set():
                await news(node, stop, None)
                screen.watch(list(node.owner.active))
                await node.settle(list(node.owner.active))


async def run_due(ground: Ground, manner: Manner, screen: Screen) -> Sent | None:
    """Store what happened, go on with everything whose time has come, for cron; None when there was nothing to send.

    Raises:
        LockHeld: Another run is active.
    """
    if not exists(ground.root):
        return None
    async with Node(ground, manner.workers, screen.tell) as node:
        await node.owner.read_events()
        sends = await node.resume()
        if not sends:
            return None
        rest = await _driven(node, sends, manner, screen)
        return await _report(node, sorted({one.send.send for one in sends}), rest)


async def work_for(ground: Ground, providers: Sequence[str], screen: Screen) -> None:
    """Be a worker of a node that runs elsewhere, until a signal comes.

    Raises:
        BusUnavailable: The bus is not there.
        UsageError: A provider cannot be made.
    """
    names = tuple(providers) or tuple(ground.settings.config.providers) or (LOCAL_OUTBOX,)
    stop = asyncio.Event()
    with _signals(stop):
        async with opened_bus(ground.root, ground.settings.config, ground.variables, ground.clock) as bus:
            brief = Brief(str(ground.root), ground.environment, bus.brief, names, alone=False)
            await work(brief, asyncio.ensure_future(_set(stop)), screen.tell)


async def _set(stop: asyncio.Event) -> None:
    await stop.wait()
