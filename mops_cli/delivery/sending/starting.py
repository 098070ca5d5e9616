"""From a plan to sends under way: registered before anything leaves, loaded again after a crash."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from mops_cli.delivery.sending import register
from mops_cli.delivery.sending.active import Active
from mops_cli.delivery.sending.audience import Audience
from mops_cli.delivery.sending.fold import STREAM
from mops_cli.delivery.worker.points import reached
from mops_cli.errors import MopsError
from mops_cli.store.ingest import offset

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mops_cli.delivery.plan.planfile import Plan, SendPlan
    from mops_cli.store.database import Store


OPEN = frozenset({register.RUNNING, register.STOPPED})


class Ground(Protocol):
    """What starting a send needs to know of its surroundings."""

    @property
    def environment(self) -> str:
        """The environment in force."""
        ...

    def providers(self, one: SendPlan) -> Sequence[str]:
        """Who takes a send, by names in ``mops.toml``: one for all people, or one for each destination.

        Raises:
            UsageError: Nobody does, or a provider's table has a mistake.
        """
        ...

    def plan(self, plan_id: str) -> Plan:
        """A plan that was written before.

        Raises:
            MopsError: It is gone, or not what it was.
        """
        ...

    def links(self, plan: Plan, one: SendPlan) -> Sequence[Mapping[str, object]]:
        """Where the links of a send lead, as rows of the store."""
        ...

    def folder(self, plan_id: str) -> Path:
        """Where its audience lies."""
        ...


class AnotherPlan(MopsError):
    """The send is under way with another plan."""

    exit_code = 5


def start(store: Store, plan: Plan, ground: Ground) -> list[Active]:
    """Register every send of a plan and give those that have something left to do.

    What is registered already goes on; what is finished is left alone.

    Raises:
        AnotherPlan: One of the sends is under way with another plan.
    """
    reached("before-register")
    with store.transaction():  # all of a plan or nothing: what is not registered cannot be resumed
        rows = [_register(store, plan, one, ground) for one in plan.sends]
    reached("after-register")
    return [_active(store, ground, row, one) for row, one in zip(rows, plan.sends, strict=True) if row.state in OPEN]


def load(store: Store, ground: Ground, send: str = "") -> list[Active]:
    """Sends that are not at their end: those that run, or the one of this name even when it was stopped."""
    loaded = []
    for row in register.sends(store, "unfinished"):
        if row.environment != ground.environment or not (
            row.send == send or (not send and row.state == register.RUNNING)
        ):
            continue
        plan = ground.plan(row.plan)
        one = next(one for one in plan.sends if (one.send, one.channel) == (row.send, row.channel))
        loaded.append(_active(store, ground, row, one))
    return loaded


def _register(store: Store, plan: Plan, one: SendPlan, ground: Ground) -> register.Send:
    rows = register.find(store, one.send, one.channel)
    mine = next((row for row in rows if row.plan == plan.id), None)
    other = next((row for row in rows if row.plan != plan.id and row.state in OPEN), None)
    if other and not mine:
        raise AnotherPlan(
            f"{one.send} on {one.channel} is under way with another plan ({other.plan[:8]})",
            hint=f"go on with it: mops resume {one.send}; or give it up: mops stop {one.send} --cancel",
        )
    if mine:
        return mine
    register.store_links(store, ground.links(plan, one))
    return _registered(store, plan, one, ", ".join(dict.fromkeys(ground.providers(one))))


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


def _active(store: Store, ground: Ground, row: register.Send, one: SendPlan) -> Active:
    shards = list(one.shards())
    done = register.by_shard(store, row.key)
    if row.state == register.STOPPED:
        register.set_state(store, row.key, register.RUNNING)
        row = replace(row, state=register.RUNNING)
    return Active(
        row,
        shards,
        Audience(ground.folder(row.plan) / one.audience) if one.audience else None,
        one.destinations,
        tuple(ground.providers(one)) if one.destinations else (),
        one.transactional,
        others=any(other.plan != row.plan for other in register.find(store, row.send, row.channel)),
        as_of=offset(store, STREAM),
        counts=dict(row.outcomes),
        closed={shard.number for shard in shards if done.get(shard.number, 0) >= shard.rows},
    )
