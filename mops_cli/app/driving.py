"""Seeing sends through: wait while something moves, know when nothing more can happen now, close the books."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.delivery.sending import register

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from mops_cli.app.node import Node
    from mops_cli.delivery.sending.active import Active

QUIET = 0.5
"""Seconds without any news after which it is asked whether there can be some."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Why the driving ended: ``done``, or what is left and when it goes on (None: only a person can make it)."""

    done: bool
    interrupted: bool = False
    next_at: datetime | None = None


async def drive(
    node: Node,
    sends: Sequence[Active],
    watch: Callable[[Sequence[Active]], None],
    stop: asyncio.Event,
    *,
    patience: float,
) -> Rest:
    """Wait until the sends are done or nothing of them happens for longer than ``patience`` seconds.

    ``watch`` is called whenever something moved. ``stop`` ends it early; what was begun is finished or resumable.

    Raises:
        MopsError: The ledger cannot be read, the workers cannot go on.
    """
    while not stop.is_set():
        news = await _news(node, stop)
        watch(sends)
        if _over(sends):
            break
        if news:
            continue
        at = await _next(node, sends)
        if at is True:
            continue
        await node.owner.caught_up()
        if not _over(sends) and (at is None or (at - node.ground.clock.now()).total_seconds() > patience):
            await node.settle(sends)
            return Rest(done=False, next_at=at)
    await node.settle(sends)
    return Rest(_over(sends), interrupted=stop.is_set())


def _over(sends: Sequence[Active]) -> bool:
    return all(one.complete or one.state != register.RUNNING for one in sends)


async def _news(node: Node, stop: asyncio.Event) -> bool:
    """Whether the ledger moved before the quiet time was over."""
    before = node.owner.folded
    moved = asyncio.ensure_future(node.owner.until(lambda: node.owner.folded > before))
    stopped = asyncio.ensure_future(stop.wait())
    done, left = await asyncio.wait({moved, stopped}, timeout=QUIET, return_when=asyncio.FIRST_COMPLETED)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    if moved in done:
        moved.result()
    return moved in done


async def _next(node: Node, sends: Sequence[Active]) -> datetime | bool | None:
    """When something happens again: True = now, None = never by itself."""
    now = node.ground.clock.now()
    times: list[datetime] = []
    for one in sends:
        if one.complete or one.state != register.RUNNING:
            continue
        if one.due(now) or not await node.owner.idle(one):
            return True
        times += [at for at in (one.next_at(now), await node.owner.next_try(one)) if at is not None]
    return min(times, default=None)
