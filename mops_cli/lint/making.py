"""Running every channel in memory, for the findings and for the rules that look at artifacts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.lint.context import Made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.build.execute import Outcome, Workshop
    from mops_cli.build.graph import Unit
    from mops_cli.build.project import Opened
    from mops_cli.build.report import Crash
    from mops_cli.model.artifact import Output, Skipped
    from mops_cli.model.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class Making:
    """What came of all units: what was made, what was found, what could not be made here, defects of ours."""

    made: tuple[Made, ...] = ()
    found: tuple[Diagnostic, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    crashes: tuple[Crash, ...] = ()


def make_all(opened: Opened) -> Making:
    """What every channel makes of every campaign; nothing is written but the cache of drawn pictures."""
    from mops_cli.build import cache, graph, pool, tools
    from mops_cli.build.execute import Workshop

    memo = cache.Objects(opened.root, tools.environment(tools.code({}, 0)))
    workshop = Workshop(opened.repository, opened.files, memo, opened.broken, opened.refused)
    units = graph.units(opened.repository)
    groups = graph.chains(units, graph.edges(opened.repository, units))

    def work(group: tuple[Unit, ...]) -> Iterator[tuple[Unit, Outcome]]:
        return _group(workshop, group)

    workers = pool.worth(groups, None)
    found = pool.run(groups, work, workers) if workers > 1 else (pair for group in groups for pair in work(group))
    outcomes = list(found)
    outcomes.sort(key=lambda pair: units.index(pair[0]))
    return Making(
        made=tuple(_made(opened, unit, outcome) for unit, outcome in outcomes if unit.campaign),
        found=tuple(found for _, outcome in outcomes for found in outcome.diagnostics),
        skipped=tuple(skipped for _, outcome in outcomes for skipped in outcome.skipped),
        crashes=tuple(outcome.crash for _, outcome in outcomes if outcome.crash is not None),
    )


def _group(workshop: Workshop, group: tuple[Unit, ...]) -> Iterator[tuple[Unit, Outcome]]:
    """One group in its order; a later unit gets what the earlier ones made."""
    made: dict[str, tuple[Output, ...]] = {}
    for unit in group:
        outcome = workshop.build(unit, {name: outputs for name, outputs in made.items() if name != unit.channel})
        made[unit.channel] = outcome.outputs
        yield unit, outcome


def _made(opened: Opened, unit: Unit, outcome: Outcome) -> Made:
    return Made(
        folder=opened.repository.campaigns[unit.campaign],
        channel=unit.channel,
        locale=unit.locale,
        variant=unit.variant,
        outputs=outcome.outputs,
        inputs=outcome.asked,
        links=outcome.links,
    )
