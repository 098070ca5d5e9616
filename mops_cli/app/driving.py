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
    """Why the driving ended: ``done``, or what is left and when it goes on (None: only a person can make it).

    ``put_off``: a provider put some of it off; ``said`` is what it said last. ``by_node``: a node that runs goes on with it.
    """

    done: bool
    interrupted: bool = False
    next_at: datetime | None = None
    put_off: bool = False
    said: str = ""
    by_node: bool = False


async def drive(
    node: Node,
    sends: Sequence[Active],
    watch: Callable[[Sequence[Active]], None],
    stop: asyncio.Event,
    *,
    patience: float,
) -> Rest:
    """Wait until the sends are done, or nobody got an outcome for ``patience`` seconds and only later tries are left.

    ``watch`` is called whenever something moved. ``stop`` ends it early; what was begun is finished or resumable.

    Raises:
        MopsError: The ledger cannot be read, the workers cannot go on.
    """
    elapsed = node.ground.clock.elapsed
    settled, since = -1, elapsed()
    while not stop.is_set():
        moved = await news(node, stop, QUIET)
        watch(sends)
        if _over(sends):
            break
        if (count := sum(one.settled for one in sends)) != settled:
            settled, since = count, elapsed()
        if moved:
            continue
        at = await _next(node, sends)  # before: a retry that comes due meanwhile is in the queue then
        if await _busy(node, sends):
            continue
        await node.owner.caught_up()
        until = (at - node.ground.clock.now()).total_seconds() if at is not None else 0.0
        if not _over(sends) and (at is None or elapsed() - since + until > patience):
            await node.settle(sends)
            return Rest(done=False, next_at=at, put_off=await _put_off(node, sends), said=_said(sends))
    await node.settle(sends)
    return Rest(_over(sends), interrupted=stop.is_set())


def _over(sends: Sequence[Active]) -> bool:
    return not _open(sends)


async def news(node: Node, stop: asyncio.Event, quiet: float | None) -> bool:
    """Whether the ledger moved before ``quiet`` seconds were over, or ``stop`` was set (None: wait for ever)."""
    before = node.owner.folded
    moved = asyncio.ensure_future(node.owner.until(lambda: node.owner.folded > before))
    stopped = asyncio.ensure_future(stop.wait())
    done, left = await asyncio.wait({moved, stopped}, timeout=quiet, return_when=asyncio.FIRST_COMPLETED)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    if moved in done:
        moved.result()
    return moved in done


def _open(sends: Sequence[Active]) -> list[Active]:
    return [one for one in sends if not one.complete and one.state == register.RUNNING]


async def _busy(node: Node, sends: Sequence[Active]) -> bool:
    """Whether something is due, in the queue, or in the hands of a worker."""
    now = node.ground.clock.now()
    for one in _open(sends):
        if one.due(now) or not await node.owner.idle(one):
            return True
    return False


async def _put_off(node: Node, sends: Sequence[Active]) -> bool:
    return any([await node.owner.next_try(one) is not None for one in _open(sends)])


def _said(sends: Sequence[Active]) -> str:
    return next((one.said for one in _open(sends) if one.said), "")


async def _next(node: Node, sends: Sequence[Active]) -> datetime | None:
    """When something happens again by itself; None = never."""
    now = node.ground.clock.now()
    times: list[datetime] = []
    for one in _open(sends):
        times += [at for at in (one.next_at(now), await node.owner.next_try(one)) if at is not None]
    return min(times, default=None)
