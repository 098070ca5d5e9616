"""The guards of a plan: each looks at one thing and gives the refusal, or None when nothing speaks against sending."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.delivery.plan import approvals, frozen
from mops_cli.delivery.plan.content import content_of
from mops_cli.delivery.plan.making import choose_now
from mops_cli.delivery.plan.reading import PLANS
from mops_cli.delivery.plan.refusals import Drifted, Guarded, Late, OtherEnvironment, Quiet, Stale, Unapproved
from mops_cli.delivery.plan.schedule import GRACE
from mops_cli.delivery.plan.windows import hours_of
from mops_cli.delivery.plan.zones import wall_time, zone
from mops_cli.errors import UsageError
from mops_cli.model.values import percent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from mops_cli.delivery.plan.making import Making
    from mops_cli.delivery.plan.planfile import Plan, SendPlan

TOLERANCE = "2%"
"""So large a part of an audience may come and go between plan and send; ``drift`` of an environment says otherwise."""
FEW = 10
"""So few may always."""


@dataclass(frozen=True, slots=True)
class Change:
    """Who joined and who left a send since a plan, and how many it had."""

    joined: int
    left: int
    planned: int


def guards(plan: Plan, making: Making, *, counted: bool = True) -> Iterator[Guarded]:
    """Everything that speaks against sending a plan now. ``counted``: also count the audience again.

    Raises:
        MopsError: Something that the plan needs is not there any more: a campaign, a segment.
    """
    wrong = (environment(plan, making.settings.environment), approval(plan, making.store.folder, making))
    yield from (one for one in wrong if one is not None)
    yield from lateness(plan, making.now)
    yield from quietness(plan, making)
    yield from staleness(plan, making)
    if counted:
        yield from drift(plan, making)


def environment(plan: Plan, name: str) -> Guarded | None:
    """It was made for this environment."""
    if plan.environment == name:
        return None
    return OtherEnvironment(
        f"the plan is for {plan.environment}, not for {name}", hint=f"add --env {plan.environment}, or plan again"
    )


def approval(plan: Plan, state: Path, making: Making) -> Guarded | None:
    """As many agreed as the environment asks for.

    Raises:
        Tampered: Somebody changed the approvals by hand.
    """
    wanted = approvals.needed(making.settings.said, plan.environment)
    given = approvals.approvals_of(state, plan.id) if wanted else ()
    if len(given) >= wanted:
        return None
    missing = wanted - len(given)
    who = "nobody has approved it" if not given else f"{missing} more must approve it"
    return Unapproved(
        f"{plan.environment} asks for approval, and {who} (plan {plan.id[:8]})",
        hint="mops plan --out FILE, then: mops approve FILE, then: mops send FILE",
    )


def lateness(plan: Plan, now: datetime) -> Iterator[Guarded]:
    """Some of each send can still be in time."""
    for one in plan.sends:
        limit = latest(one)
        if limit is not None and now > limit:
            yield too_late(one, limit)
        elif not one.count and one.excluded.get("too late"):
            yield too_late(one, None)


def quietness(plan: Plan, making: Making) -> Iterator[Guarded]:
    """What is sent as soon as somebody sends it is not sent in the quiet hours that have begun since."""
    for one in plan.sends:
        quiet = hours_of(making.config, None, one.channel, "", transactional=one.transactional).quiet
        if one.scheduled or quiet is None:
            continue
        now = [part for part in one.zones if part.at <= making.now and quiet.holds(_wall(making.now, part.zone))]
        if now:
            yield Quiet(
                f"{one.send} on {one.channel}: quiet hours have begun for {sum(part.people for part in now):,} people"
                f" ({now[0].zone})",
                hint="plan again: they are due when the quiet hours end",
            )


def _wall(now: datetime, name: str) -> datetime:
    return wall_time(now, zone(name, "the plan"))


def latest(one: SendPlan) -> datetime | None:
    """The moment after which a send is not begun; None: any time will do."""
    if not one.waves:
        return None
    if one.not_after is not None:
        return one.not_after
    return max(wave.at for wave in one.waves) + GRACE if one.scheduled else None


def too_late(one: SendPlan, limit: datetime | None) -> Late:
    """The refusal of a send whose time is over."""
    when = f" since {limit:%Y-%m-%d %H:%M} UTC" if limit else ""
    return Late(
        f"{one.send} on {one.channel} is too late{when}",
        hint="set another schedule, or send it whatever the schedule says: --now",
    )


def staleness(plan: Plan, making: Making) -> Iterator[Guarded]:
    """Each campaign's content is what lies in ``dist/`` now; what other campaigns do does not matter."""
    for one in plan.sends:
        now = content_of(making.manifest, making.dist, one.campaign, one.channel)
        changed = sorted(path for path in now.keys() | one.content.keys() if now.get(path) != one.content.get(path))
        if changed:
            more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
            yield Stale(
                f"{one.campaign} on {one.channel} has changed since the plan was made: {changed[0]}{more}",
                hint="plan again and look at it: mops plan",
            )


def drift(plan: Plan, making: Making) -> Iterator[Guarded]:
    """Each audience is about the one that was planned."""
    part = tolerance(making)
    for one in plan.sends:
        found = change(plan, one, making)
        if found is None or found.joined + found.left <= max(FEW, part * found.planned):
            continue
        yield Drifted(
            f"{one.campaign} on {one.channel} has drifted: {found.joined:,} joined and {found.left:,} left"
            f" since {found.planned:,} were planned ({part:.0%} may)",
            hint="plan again and look who: mops plan",
        )


def change(plan: Plan, one: SendPlan, making: Making) -> Change | None:
    """What became of an audience since a plan; None for destinations."""
    if not one.audience:
        return None
    choose_now(making, plan, one)
    joined, left = frozen.drift(making.store, making.store.folder / PLANS / plan.id / one.audience)
    return Change(joined, left, one.count)


def tolerance(making: Making) -> float:
    """The part of an audience that may change, 0 to 1.

    Raises:
        UsageError: The setting is no share.
    """
    try:
        return percent(str(making.settings.said.get("drift", TOLERANCE)))
    except ValueError as problem:
        raise UsageError(f"[environments.{making.settings.environment}] drift: {problem}") from None
