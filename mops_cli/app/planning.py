"""Plans as commands need them: ``dist/`` up to date, then a plan made, kept, read back and held against the present."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from mops_cli.build import graph, selection, state, trace
from mops_cli.build.project import open_project
from mops_cli.build.runner import build
from mops_cli.delivery.plan import checking, content, history, making, reading
from mops_cli.delivery.plan.making import Making
from mops_cli.delivery.plan.refusals import GivenUp, PlanGone, Stale
from mops_cli.delivery.plan.report import kept
from mops_cli.delivery.plan.writing import encoded, write_private
from mops_cli.delivery.sending import register
from mops_cli.errors import MopsError, UsageError
from mops_cli.model.diagnostic import Severity
from mops_cli.store.database import FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mops_cli.build.project import Opened
    from mops_cli.clock import Clock
    from mops_cli.content.environments import InForce
    from mops_cli.delivery.plan.planfile import Plan, SendPlan
    from mops_cli.delivery.plan.report import Report
    from mops_cli.store.database import Store

PLACE = (FOLDER, reading.PLANS)
UNDER_WAY = frozenset({register.RUNNING, register.STOPPED})


class NotBuilt(MopsError):
    """Content that is to be sent has errors."""

    exit_code = 1


def draft_plan(
    root: Path, settings: InForce, select: Sequence[str], store: Store, clock: Clock, *, again: bool = False, now: bool = False
) -> Plan:  # fmt: skip
    """A plan of campaigns as they are now, whatever guards would say; ``dist/`` is brought up to date before.

    Args:
        root: the project's folder.
        settings: in force.
        select: selectors; none means every campaign.
        store: the open store.
        clock: the present.
        again: an occurrence of its own: everybody gets it once more.
        now: due now, whatever the schedule says.

    Raises:
        NotBuilt: The content has errors.
        MopsError: Nothing is selected; see :func:`mops_cli.delivery.plan.making.make`.
    """
    made, wanted = ready(root, settings, select, store, clock)
    return making.make(replace(made, at_once=now, again=again), list(wanted), wanted)


def look_at_plan(
    root: Path, settings: InForce, select: Sequence[str], store: Store, clock: Clock, *, again: bool = False, now: bool = False
) -> Plan:  # fmt: skip
    """A plan as :func:`draft_plan` makes it; beside it lies everything that people want to know before they agree.

    Raises:
        MopsError: As :func:`draft_plan`.
    """
    from mops_cli.app.plan_report import look

    made, wanted = ready(root, settings, select, store, clock)
    made = replace(made, at_once=now, again=again)
    before = history.earlier(store.folder, settings.environment, made.now)
    plan = making.make(made, list(wanted), wanted)
    look(made, plan, before)
    return plan


def report_of(root: Path, plan_id: str) -> Report:
    """What :func:`look_at_plan` left beside a plan.

    Raises:
        PlanGone: Nobody looked at it.
    """
    try:
        return kept(root.joinpath(*PLACE, plan_id))
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        raise PlanGone(f"the plan {plan_id[:8]} has no report", hint=reading.AGAIN) from None


def write_plan(root: Path, plan: Plan, place: Path) -> None:
    """Write a plan's signed file, which only its owner can read.

    Raises:
        UsageError: It cannot be written there.
    """
    write_private(place, encoded(root / FOLDER, plan))


def make_plan(
    root: Path, settings: InForce, select: Sequence[str], store: Store, clock: Clock, *, again: bool = False, now: bool = False
) -> Plan:  # fmt: skip
    """The plan that a send without a plan file makes for itself, under the same guards.

    What is under way already is gone on with: then it is the plan with which it was begun, unless it is wanted again or
    now.

    Raises:
        MopsError: As :func:`draft_plan`, or a guard refuses.
    """
    made, wanted = ready(root, settings, select, store, clock)
    made = replace(made, at_once=now, again=again)
    begun = None if again or now else _begun(root, store, making.names(made, wanted))
    if begun is not None:
        return begun
    plan = making.make(made, list(wanted), wanted)
    for refusal in checking.guards(plan, made, counted=False):
        raise refusal
    return plan


def ready(
    root: Path, settings: InForce, select: Sequence[str], store: Store, clock: Clock
) -> tuple[Making, dict[str, list[str]]]:
    """What plans are made of, with ``dist/`` up to date; and the selected campaigns with their channels.

    Raises:
        NotBuilt: The content has errors.
        UsageError: Nothing is selected.
    """
    opened = open_project(root)
    wanted = _wanted(opened, select)
    manifest = _built(root, wanted, clock)
    return Making(opened.repository, settings, manifest, root / "dist", store, clock.now()), wanted


def _begun(root: Path, store: Store, names: Sequence[tuple[str, str]]) -> Plan | None:
    """The plan with which all of these sends (by send and channel) were begun and not finished."""
    found = set()
    for send, channel in names:
        rows = [row for row in register.find(store, send, channel) if row.state in UNDER_WAY]
        found.add(rows[-1].plan if rows else "")
    return load_plan(root, found.pop()) if len(found) == 1 and "" not in found else None


def load_plan(root: Path, plan_id: str) -> Plan:
    """A plan that was made before, with its audiences and content as they were.

    Raises:
        PlanGone: It is not on this machine.
        Tampered: Something of it was changed.
    """
    folder = root.joinpath(*PLACE, plan_id)
    plan = reading.read_plan(folder)
    reading.verify_files(folder, plan)
    return plan


def read_plan_file(root: Path, path: Path) -> Plan:
    """The plan of a file that ``mops plan --out`` wrote.

    Raises:
        UsageError: It is no plan, or cannot be read.
        PlanGone: Its audience is not on this machine.
        Tampered: Something of it was changed.
    """
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise UsageError(
            f"{path.name} cannot be read: {problem.strerror}", hint="mops plan --out FILE makes one"
        ) from None
    plan = reading.decoded(data, root / FOLDER, shown=path.name)
    load_plan(root, plan.id)
    return plan


def sendable(root: Path, settings: InForce, path: Path, store: Store, clock: Clock) -> Plan:
    """The plan of a file, when nothing speaks against sending it now.

    Raises:
        MopsError: As :func:`read_plan_file`, or a guard refuses.
    """
    plan = read_plan_file(root, path)
    refusal = checking.environment(plan, settings.environment)
    if refusal is not None:
        raise refusal
    states = [_state(store, one, plan) for one in plan.sends]
    if register.CANCELLED in states:
        raise GivenUp(f"the plan {plan.id[:8]} was begun and given up", hint="plan again: whom it reached is left out")
    if all(states):
        return plan  # it goes on where it was left, as it was planned
    made = present(root, settings, plan, store, clock)
    for refusal in checking.guards(plan, made):
        raise refusal
    return plan


def present(root: Path, settings: InForce, plan: Plan, store: Store, clock: Clock) -> Making:
    """What the campaigns of a plan are made of now.

    Raises:
        Stale: A campaign is gone, or does not speak on a channel any more.
        NotBuilt: The content has errors.
    """
    opened = open_project(root)
    for one in plan.sends:
        folder = opened.repository.campaigns.get(one.campaign)
        if folder is None or one.channel not in folder.campaign.value.channels.active():
            raise Stale(f"{one.campaign} on {one.channel} is not in the project any more", hint="plan again: mops plan")
    wanted: dict[str, list[str]] = {}
    for one in plan.sends:
        wanted.setdefault(one.campaign, []).append(one.channel)
    manifest = _built(root, wanted, clock)
    return Making(opened.repository, settings, manifest, root / "dist", store, clock.now())


def _state(store: Store, one: SendPlan, plan: Plan) -> str:
    """What became of a send with this plan; empty: it was not begun."""
    rows = register.find(store, one.send, one.channel)
    return next((row.state for row in rows if row.plan == plan.id), "")


def _wanted(opened: Opened, select: Sequence[str]) -> dict[str, list[str]]:
    """Campaigns with their channels, as selected."""
    units = graph.units(opened.repository)
    traces, _ = trace.load(opened.root, state.load(opened.root).environment)
    found: dict[str, list[str]] = {}
    for unit in selection.select(opened.repository, units, traces, select, root=opened.root).units:
        if unit.campaign and unit.channel not in found.setdefault(unit.campaign, []):
            found[unit.campaign].append(unit.channel)
    if not found:
        raise UsageError("there is no campaign to plan", hint="`mops new campaign NAME` makes one")
    return found


def content_now(root: Path, campaign: str, channel: str, clock: Clock) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """The files of a campaign on a channel as they are in ``dist/`` now, built before, and its locales.

    Raises:
        NotBuilt: The content has errors.
    """
    manifest = _built(root, {campaign: [channel]}, clock)
    found = content.content_of(manifest, root / "dist", campaign, channel)
    return found, content.locales_of(manifest, found, channel)


def _built(root: Path, wanted: Mapping[str, Sequence[str]], clock: Clock) -> Mapping[str, Any]:
    """The manifest of ``dist/``, with everything that is wanted up to date.

    Raises:
        NotBuilt: Some of it has errors.
    """
    chosen = {f"{campaign}/{channel}" for campaign, channels in wanted.items() for channel in channels}
    report = build(str(root), clock)
    broken = sorted(unit for unit in report.failed if "/".join(unit.split("/")[:2]) in chosen)
    if broken:
        first = next((one for one in report.diagnostics if one.severity is Severity.ERROR), None)
        said = f": {first.span.path}:{first.span.line}: {first.message}" if first else ""
        raise NotBuilt(f"{broken[0]} cannot be built{said}", hint="run `mops build`: it says everything that is wrong")
    found: Mapping[str, Any] = json.loads((root / "dist" / "manifest.json").read_bytes())
    return found
