"""The use cases of sending: a plan or campaigns through a node, from the first guard to the closed books."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from mops_cli.app import reporting
from mops_cli.app.driving import Rest, drive
from mops_cli.app.node import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mops_cli.app.ground import Ground
    from mops_cli.delivery.plan.planfile import Plan
    from mops_cli.delivery.sending.active import Active
    from mops_cli.store.database import Store


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
    """Whom a use case tells and asks."""

    def tell(self, sentence: str) -> None:
        """A sentence for the log; it holds no personal data."""
        ...

    def watch(self, sends: Sequence[Active]) -> None:
        """How far the sends are."""
        ...

    def confirm(self, plan: Plan, store: Store) -> bool:
        """Show a plan and ask whether it shall be sent."""
        ...


async def send(ground: Ground, planned: Callable[[Store], Plan], manner: Manner, screen: Screen) -> Sent | None:
    """Plan, ask, send; None when it was not wanted. ``planned`` makes or reads the plan with the open store.

    Raises:
        MopsError: A guard refuses, something outside fails; what was begun can be resumed.
    """
    async with Node(ground, manner.workers, screen.tell) as node:
        plan = await node.owner.run(partial(planned, node.store))
        if not await node.owner.run(partial(screen.confirm, plan, node.store)):
            return None
        sends = await node.begin(plan)
        rest = await _driven(node, sends, manner, screen)
        return await _report(node, sorted({one.send for one in plan.sends}), rest)


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
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    with suppress(NotImplementedError, RuntimeError, ValueError):  # only a main thread can hear them
        for one in signals:
            loop.add_signal_handler(one, stop.set)
    try:
        return await drive(node, sends, screen.watch, stop, patience=manner.patience)
    finally:
        with suppress(NotImplementedError, RuntimeError, ValueError):
            for one in signals:
                loop.remove_signal_handler(one)


async def _report(node: Node, names: Sequence[str], rest: Rest) -> Sent:
    def read() -> Sent:
        rows = [row for name in names for row in reporting.overview(node.store, name, most=1000)]
        return Sent(rows, {name: reporting.details(node.store, name) for name in names}, rest)

    return await node.owner.run(read)
