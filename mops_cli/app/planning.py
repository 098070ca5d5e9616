"""Plans as commands need them: ``dist/`` up to date, then a plan made, kept, read back and held against the present."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mops_cli.build import graph, selection, state, trace
from mops_cli.build.project import open_project
from mops_cli.build.runner import build
from mops_cli.delivery.plan import making, reading
from mops_cli.errors import MopsError, UsageError
from mops_cli.model.diagnostic import Severity
from mops_cli.store.database import FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mops_cli.build.project import Opened
    from mops_cli.clock import Clock
    from mops_cli.content.environments import InForce
    from mops_cli.delivery.plan.planfile import Plan
    from mops_cli.store.database import Store

PLACE = (FOLDER, reading.PLANS)


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
    opened = open_project(root)
    wanted = _wanted(opened, select)
    manifest = _built(root, opened, wanted, clock)
    made = making.Making(
        opened.repository, settings, manifest, root / "dist", store, clock.now(), at_once=now, again=again
    )
    return making.make(made, list(wanted), wanted)


def make_plan(
    root: Path, settings: InForce, select: Sequence[str], store: Store, clock: Clock, *, again: bool = False, now: bool = False
) -> Plan:  # fmt: skip
    """The plan that a send without a plan file makes for itself, under the same guards.

    Raises:
        MopsError: As :func:`draft_plan`, or a guard refuses.
    """
    return draft_plan(root, settings, select, store, clock, again=again, now=now)


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
    return read_plan_file(root, path)


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


def _built(root: Path, opened: Opened, wanted: Mapping[str, Sequence[str]], clock: Clock) -> Mapping[str, Any]:
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
