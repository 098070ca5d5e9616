"""Giving up a send for good: workers end their windows, what a dead one left open gets a name."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from mops_cli.clock import new_id
from mops_cli.delivery.ledger.giving_up import begun_shards, give_up
from mops_cli.delivery.ledger.journal import FOLDER, alive
from mops_cli.delivery.sending.audience import Audience
from mops_cli.errors import MopsError
from mops_cli.model.delivery import Recipient
from mops_cli.store.database import FOLDER as STATE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mops_cli.app.node import Node
    from mops_cli.delivery.sending.register import Send

LAST_WINDOWS = 15.0
"""Seconds that living workers have to finish their windows; then they are fenced, and these windows are in doubt."""
LOOK = 0.2
"""Seconds between two looks."""


async def settle(node: Node, row: Send) -> None:
    """Give everybody who may have been reached an outcome in the store; the send was stopped before.

    Raises:
        MopsError: The bus fails, or a record cannot be understood: the send stays stopped.
    """
    ground, journals = node.ground, node.ground.root / STATE / FOLDER
    shards = [f"{row.ledger}{number}" for number in range(row.shards)]
    until = ground.clock.elapsed() + LAST_WINDOWS
    begun = await begun_shards(node.bus, shards)
    while any(begun.values()) and ground.clock.elapsed() < until and _may_live(node, alive(journals)):
        await asyncio.sleep(LOOK)
        begun = await begun_shards(node.bus, begun)
    people = await node.owner.run(partial(_people, node, row))
    for subject in begun:
        await give_up(
            node.bus, subject, new_id(), row.plan, journals=journals, people=people,
            at=int(ground.clock.now().timestamp() * 1000),
        )  # fmt: skip
    await node.owner.caught_up()


def _may_live(node: Node, here: int) -> bool:
    return bool(here) or bool(node.ground.settings.config.nats.url)


def _people(node: Node, row: Send) -> Callable[[Sequence[int]], Mapping[int, Recipient]]:
    """Who the numbers of a send are; without its plan they stay numbers."""
    try:
        plan = node.ground.plan(row.plan)
        one = next(one for one in plan.sends if (one.send, one.channel) == (row.send, row.channel))
        audience = Audience(node.ground.folder(row.plan) / one.audience) if one.audience else None
    except MopsError:
        return lambda _: {}
    if audience is None:
        return lambda indices: {index: Recipient(index, 0, one.destinations[index], "") for index in indices}
    return lambda indices: {
        index: Recipient(index, contact, "", locale, variant)
        for index, contact, locale, variant in audience.read(sorted(indices))
    }
