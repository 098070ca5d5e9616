"""The end of a build: what no longer belongs goes, the manifest is written, the state is kept."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from mops_cli.build import graph, manifest, scan, state, tools, trace
from mops_cli.build.echoes import without_echoes
from mops_cli.build.report import BuildReport
from mops_cli.build.writer import MANIFEST
from mops_cli.model.diagnostic import Diagnostic, Span, in_order, info

if TYPE_CHECKING:
    from mops_cli.build.assembly import Build
    from mops_cli.build.trace import Trace

_STRANGERS = 5


def finish(work: Build) -> BuildReport:
    """Clean up ``dist/``, write the manifest and the state, and report.

    Raises:
        MopsError: Something cannot be written.
    """
    traces = _kept(work)
    writer = work.writer
    ours = writer.ours()
    claimed = {made.path for kept in traces.values() for made in kept.outputs} | {MANIFEST}
    writer.remove(path for path in ours - claimed if path)
    data = manifest.render(traces, tools.versions())
    writer.put(MANIFEST, data)
    strangers = _strangers(sorted(set(writer.present) - claimed))
    report = _report(work, traces, strangers)
    _save(work, traces, claimed, report)
    writer.close()
    work.objects.trim()
    return report


def _kept(work: Build) -> dict[str, Trace]:
    """The traces that stay: of every unit there is, and of units that errors hide."""
    units = {unit.id for unit in work.units}
    kept: dict[str, Trace] = {}
    for unit, known in work.traces.items():
        if unit in units:
            old = unit not in work.fresh and unit not in work.done
            kept[unit] = replace(known, stale=True) if old else known
        elif _hidden(unit, work.opened.broken):
            kept[unit] = replace(known, failed=True, diagnostics=(), crash=None)
    return kept


def _hidden(unit: str, broken: frozenset[str]) -> bool:
    """Whether a unit is only gone because its campaign, or the project file, could not be read."""
    campaign = graph.parse(unit).campaign
    return "mops.toml" in broken or any(
        path.startswith(f"campaigns/{campaign}/" if campaign else "campaigns/") for path in broken
    )


def _report(work: Build, traces: dict[str, Trace], strangers: list[Diagnostic]) -> BuildReport:
    chosen = {unit.id for unit in work.chosen} | work.done
    told = {unit: traces[unit] for unit in sorted(traces) if unit in chosen or traces[unit].failed}
    found = [diagnostic for known in told.values() for diagnostic in known.diagnostics]
    failed = [unit for unit, known in told.items() if known.failed]
    return BuildReport(
        dist=os.path.join(work.opened.root, state.DIST),
        total=len({made.path for known in traces.values() for made in known.outputs}),
        built=tuple(sorted(work.done.difference(failed))),
        cached=tuple(sorted(work.fresh.intersection(chosen))),
        failed=tuple(failed),
        written=tuple(sorted(path for path in work.writer.written if path != MANIFEST)),
        removed=tuple(work.writer.removed),
        skipped=tuple(skipped for known in told.values() for skipped in known.skipped),
        diagnostics=tuple(without_echoes(in_order([*work.opened.diagnostics, *found, *strangers]))),
        branches=tuple(branch for known in told.values() for branch in known.branches),
        crashes=tuple(known.crash for known in told.values() if known.crash),
    )


def _save(work: Build, traces: dict[str, Trace], claimed: set[str], report: BuildReport) -> None:
    root = work.opened.root
    keep = work.next
    keep.inputs, keep.absent = work.present.files, tuple(sorted(work.present.absent))
    keep.outputs = {path: seen for path, seen in work.writer.present.items() if path in claimed}
    keep.output_tick = scan.now(state.cache_folder(root))
    settled = all(unit.id in traces and not traces[unit.id].stale for unit in work.units)
    keep.complete = settled and not report.crashes
    keep.repeat = state.pack_report(report)
    trace.save(root, keep.environment, traces)
    state.save(root, keep)


def _strangers(paths: list[str]) -> list[Diagnostic]:
    """Notes on files in ``dist/`` that no build made; they are left alone."""
    found = [
        info(
            "MC906",
            f"dist/{path} was not made by mops and is left alone",
            Span(f"dist/{path}"),
            "keep your own files elsewhere, e.g. content/assets/",
        )
        for path in paths[:_STRANGERS]
    ]
    if len(paths) > _STRANGERS:
        more = len(paths) - _STRANGERS
        found.append(
            info(
                "MC906",
                f"and {more} more files in dist/ were not made by mops",
                Span("dist"),
                "keep your own files elsewhere",
            )
        )
    return found
