"""From a plan to sends under way: registered before anything leaves, loaded again after a crash."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mops_cli.delivery.sending import register
from mops_cli.delivery.sending.active import Active, Shard
from mops_cli.delivery.sending.audience import Audience
from mops_cli.delivery.worker.points import reached
from mops_cli.errors import MopsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mops_cli.delivery.plan.planfile import Plan, SendPlan
    from mops_cli.store.database import Store


class AnotherPlan(MopsError):
    """The send is under way with another plan."""

    exit_code = 5


def start(store: Store, root: Path, plan: Plan, providers: Mapping[tuple[str, str], str]) -> list[Active]:
    """Register every send of a plan and give those that have something left to do.

    ``providers`` says who takes a send on a channel. What is registered already goes on; what is finished is left.

    Raises:
        AnotherPlan: One of the sends is under way with another plan.
    """
    begun = []
    for one in plan.sends:
        rows = register.find(store, one.send, one.channel)
        mine = next((row for row in rows if row.plan == plan.id), None)
        under_way = [row for row in rows if row.plan != plan.id and row.state in {register.RUNNING, register.STOPPED}]
        if under_way and mine is None:
            raise AnotherPlan(
                f"{one.send} on {one.channel} is under way with another plan ({under_way[0].plan[:8]})",
                hint=f"go on with it: mops resume {one.send}; or give it up: mops stop {one.send} --cancel",
            )
        if mine is None:
            reached("before-register")
            mine = _registered(store, plan, one, providers[one.send, one.channel])
            reached("after-register")
        if mine.state in {register.RUNNING, register.STOPPED}:
            begun.append(_active(store, root, mine, one))
    return begun


def load(store: Store, root: Path, plans: Mapping[str, Plan], send: str = "") -> list[Active]:
    """Sends that are not at their end (all, or one by its name), with the plans they belong to."""
    loaded = []
    for row in register.sends(store, "unfinished"):
        plan = plans.get(row.plan)
        found = next((s for s in plan.sends if (s.send, s.channel) == (row.send, row.channel)), None) if plan else None
        if found is not None and send in {"", row.send}:
            loaded.append(_active(store, root, row, found))
    return loaded


def _registered(store: Store, plan: Plan, one: SendPlan, provider: str) -> register.Send:
    now = store.clock.now()
    times = [wave.at for wave in one.waves]
    made = register.Send(
        one.send, one.channel, one.campaign, one.topic, plan.id, plan.environment, provider, one.policy,
        register.RUNNING, one.count, sum(1 for _ in one.shards()), min(times, default=now), max(times, default=now), one.not_after,
        now, now,
    )  # fmt: skip
    register.begin(store, made)
    return made


def _active(store: Store, root: Path, row: register.Send, one: SendPlan) -> Active:
    shards = [Shard(shard.number, shard.first, shard.rows, shard.at) for shard in one.shards()]
    audience = Audience(root / one.audience) if one.audience else None
    others = any(other.plan != row.plan for other in register.find(store, row.send, row.channel))
    if row.state == register.STOPPED:
        register.set_state(store, row.key, register.RUNNING)
        row = replace(row, state=register.RUNNING)
    return Active(
        row, shards, audience, tuple(one.destinations), one.transactional, others, row.state, dict(row.outcomes)
    )
