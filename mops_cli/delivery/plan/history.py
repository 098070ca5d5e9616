"""Plans that were made before, and what has changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mops_cli.delivery.plan import frozen
from mops_cli.delivery.plan.reading import PLANS, read_plan
from mops_cli.delivery.plan.report import Moves
from mops_cli.errors import MopsError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from mops_cli.delivery.plan.planfile import Plan, SendPlan
    from mops_cli.store.database import Store


def earlier(state: Path, environment: str, now: datetime) -> list[Plan]:
    """The plans of an environment that were made before now, the newest first; damaged ones are passed over."""
    found = []
    for folder in (state / PLANS).glob("[0-9a-f]*"):
        try:
            plan = read_plan(folder)
        except MopsError:
            continue
        if plan.environment == environment and plan.made_at < now:
            found.append(plan)
    return sorted(found, key=lambda plan: plan.made_at, reverse=True)


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
