"""Plans that were made before, and what has changed since."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from mops_cli.delivery.plan import frozen
from mops_cli.delivery.plan.reading import PLANS, read_plan
from mops_cli.delivery.plan.report import Moves
from mops_cli.errors import MopsError
from mops_cli.store.queries import queries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from mops_cli.delivery.plan.planfile import Plan, SendPlan
    from mops_cli.store.database import Store

KEPT = timedelta(days=30)
"""So long a plan that nobody sent is kept."""


def earlier(state: Path, environment: str, now: datetime) -> list[Plan]:
    """The plans of an environment that were made before now, the newest first; damaged ones are passed over."""
    found = [plan for plan in _all(state) if plan.environment == environment and plan.made_at < now]
    return sorted(found, key=lambda plan: plan.made_at, reverse=True)


def _all(state: Path) -> Iterator[Plan]:
    for folder in (state / PLANS).glob("[0-9a-f]*"):
        try:
            yield read_plan(folder)
        except MopsError:
            continue


def last_of(plans: list[Plan], campaign: str, channel: str) -> tuple[Plan, SendPlan] | None:
    """The newest plan that holds a campaign on a channel."""
    return next(
        ((plan, one) for plan in plans for one in plan.sends if (one.campaign, one.channel) == (campaign, channel)),
        None,
    )


def moves(store: Store, before: tuple[Plan, SendPlan], after: tuple[Plan, SendPlan]) -> Moves | None:
    """Who came and who went between two plans; None for destinations, and when an audience is gone."""
    plans = store.folder / PLANS
    files = [plans / plan.id / one.audience for plan, one in (before, after)]
    if not (before[1].audience and after[1].audience and all(file.is_file() for file in files)):
        return None
    about: dict[str, Any] = {"plan": before[0].id, "made_at": before[0].made_at, "before": before[1].count}
    if before[1].audience_hash == after[1].audience_hash:
        return Moves(**about, joined=0, left=0)
    joined, left, who_joined, who_left = frozen.between(store, *files)
    return Moves(**about, joined=joined, left=left, who_joined=who_joined, who_left=who_left)


def sweep(store: Store, now: datetime) -> None:
    """Take old plans away: those that nobody sent, unless they are the last of a campaign on a channel."""
    plans = store.folder / PLANS
    begun = {plan for (plan,) in store.rows(queries("mops_cli.delivery", "plans")["begun"])}
    last: set[tuple[str, str, str]] = set()
    for plan in sorted(_all(store.folder), key=lambda plan: plan.made_at, reverse=True):
        mine = {(plan.environment, one.campaign, one.channel) for one in plan.sends}
        if plan.id not in begun and plan.made_at < now - KEPT and mine <= last:
            shutil.rmtree(plans / plan.id, ignore_errors=True)
        last |= mine
    for left in plans.glob(".new-*"):  # of runs that were killed
        if left.stat().st_mtime < now.timestamp() - timedelta(days=1).total_seconds():
            shutil.rmtree(left, ignore_errors=True)
