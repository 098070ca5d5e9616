"""A plan that is only looked at: made here, or by the node that has the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from mops_cli.app.remote import connected
from mops_cli.app.wishes import planned
from mops_cli.build.runner import build
from mops_cli.delivery import questions
from mops_cli.errors import LockHeld, UsageError
from mops_cli.store.opening import open_store

if TYPE_CHECKING:
    from mops_cli.app.ground import Ground
    from mops_cli.app.wishes import Wish
    from mops_cli.delivery.plan.planfile import Plan


async def look(ground: Ground, wish: Wish) -> Plan:
    """The plan of a wish; when it was asked for (``wish.look``), with a report beside it.

    Raises:
        LockHeld: Something else than a node has the store.
        MopsError: There is nothing to plan.
    """
    try:
        with open_store(ground.root, ground.settings.config, ground.clock) as store:
            return planned(ground, wish, store)
    except LockHeld as held:
        build(str(ground.root), ground.clock)  # here: the node's sends need not wait for it
        async with connected(ground, held) as node:
            plan = ground.plan(await node.order(questions.PLAN, msgspec.to_builtins(wish)))
    if plan.environment != ground.environment:
        raise UsageError(
            f"mops up runs in {plan.environment}, and plans for {plan.environment} alone",
            hint=f"add --env {plan.environment}, or start mops up --env {ground.environment}",
        )
    return plan
