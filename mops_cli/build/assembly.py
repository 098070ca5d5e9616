"""The full build: look, load, compare, build what changed, write, tell."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.build import cache, graph, pool, scan, selection, state, tools, trace, unchanged
from mops_cli.build.ending import finish
from mops_cli.build.execute import Outcome, Workshop, crashed
from mops_cli.build.project import Opened, open_project
from mops_cli.build.trace import Made, Present, Trace
from mops_cli.build.writer import Writer
from mops_cli.errors import MopsError
from mops_cli.model.artifact import Output
from mops_cli.model.diagnostic import Diagnostic, Span, error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mops_cli.build.graph import Unit
    from mops_cli.build.report import BuildReport
    from mops_cli.clock import Clock

    Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: see :func:`mops_cli.build.runner.build`."""

    selection: tuple[str, ...] = ()
    base: str = ""
    jobs: int | None = None
    force: bool = False
    progress: Progress | None = None


@dataclass(slots=True)
class Build:
    """A build under way. ``next`` is the state to be saved; ``done`` the units that were built, failed or not."""

    opened: Opened
    units: tuple[Unit, ...]
    waits: dict[Unit, tuple[Unit, ...]]
    present: Present
    writer: Writer
    workshop: Workshop
    objects: cache.Objects
    traces: dict[str, Trace]
    next: state.State
    chosen: tuple[Unit, ...] = ()
    fresh: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    owners: dict[str, tuple[str, str]] = field(default_factory=dict)


def run(root: str, order: Order, clock: Clock, *, strict: bool, begin: float) -> BuildReport:
    """Build; the caller holds the lock.

    Raises:
        MopsError: The project cannot be read, a selector is unknown, or something cannot be written.
    """
    work = prepare(root, force=order.force)
    work.chosen = selection.select(
        work.opened.repository, work.units, work.traces, order.selection, root=root, base=order.base
    ).units
    try:
        _build_all(work, order)
    except BaseException:
        # Interrupted, or the disk is full: what is done is done, and the manifest says so.
        with contextlib.suppress(MopsError):
            finish(work)
        raise
    report = finish(work)
    return report.timed(clock.elapsed() - begin, strict=strict)


def prepare(root: str, *, force: bool = False) -> Build:
    """Look at all files, load the project, and find out what is still right.

    The files are looked at before they are loaded: one that changes in between is built again next time.

    Raises:
        MopsError: The project cannot be read at all.
    """
    known = state.load(root)
    tick = scan.now(state.cache_folder(root))
    code = tools.code(known.code, known.tick)
    inputs = unchanged.look_at_inputs(root, known)
    outputs = scan.walk(f"{root}/{state.DIST}", (".",), known.outputs, known.output_tick)
    environment = tools.environment(code)
    native = tools.native_libraries()
    traces, same = trace.load(root, environment)
    objects = cache.Objects(root, environment)
    opened = open_project(root, objects)
    writer = Writer(root, dict(outputs))
    writer.sweep()
    present = Present(root, inputs, writer.present)
    units = graph.units(opened.repository)
    work = Build(
        opened=opened,
        units=units,
        waits=graph.edges(opened.repository, units),
        present=present,
        writer=writer,
        workshop=Workshop(opened.repository, opened.files, objects, opened.broken, opened.refused),
        objects=objects,
        traces=traces,
        next=state.State(environment=environment, native=native, tick=tick, code=dict(code)),
    )
    retry_skipped = native != known.native
    if same and not force:
        work.fresh = {
            unit.id
            for unit in units
            if unit.id in traces
            and not (retry_skipped and traces[unit.id].skipped)
            and trace.fresh(traces[unit.id], present)
        }
    for unit, others in work.waits.items():
        if any(other.id not in work.fresh for other in others):
            work.fresh.discard(unit.id)
    work.owners = {made.path: (unit, made.sha256) for unit in work.fresh for made in traces[unit].outputs}
    return work


def _build_all(work: Build, order: Order) -> None:
    """Build the chosen units that are not fresh, here or in several processes."""
    stale = [unit for unit in work.chosen if unit.id not in work.fresh]
    # A mail that is to be built needs its PDF, chosen or not.
    needed = [other for unit in stale for other in work.waits.get(unit, ()) if other.id not in work.fresh]
    groups = graph.chains(dict.fromkeys([*stale, *needed]), work.waits)
    total = sum(map(len, groups))
    workers = pool.worth(groups, order.jobs)

    def build(group: Iterable[Unit]) -> Iterator[tuple[Unit, Outcome]]:
        return _build_group(work, group)

    outcomes = pool.run(groups, build, workers) if workers > 1 else (o for group in groups for o in build(group))
    for unit, outcome in outcomes:
        _absorb(work, unit, outcome)
        if order.progress:
            order.progress(len(work.done), total, unit.id)


def _build_group(work: Build, group: Iterable[Unit]) -> Iterator[tuple[Unit, Outcome]]:
    """Build units one after the other; a later one may attach what an earlier one made."""
    here: dict[Unit, Outcome] = {}
    for unit in group:
        made: dict[str, tuple[Output, ...]] = {}
        blocked = ""
        for other in work.waits.get(unit, ()):
            if other in here:
                made[other.channel] = here[other].outputs
                blocked = blocked or (other.id if here[other].failed else "")
            elif other.id in work.fresh:
                kept = work.traces[other.id].outputs
                made[other.channel] = tuple(Output(m.path, m.kind, work.writer.read(m.path)) for m in kept)
            else:  # its process died
                blocked = blocked or other.id
        outcome = Outcome(blocked=blocked) if blocked else work.workshop.build(unit, made)
        here[unit] = outcome
        yield unit, outcome
        if unit in work.waits:
            here.clear()


def _absorb(work: Build, unit: Unit, outcome: Outcome) -> None:
    """Write what a unit made and note what it was made of; a failed one leaves its last good files alone.

    Raises:
        MopsError: Something cannot be written.
    """
    if outcome.crash and not outcome.diagnostics:
        outcome.diagnostics = (crashed(outcome.crash, place_of(work, unit)),)
    if not outcome.failed:
        outcome.diagnostics += _clashes(work, unit, outcome.outputs)
    inputs = trace.inputs_of(unit, outcome.asked, work.present)
    if outcome.failed:
        old = work.traces.get(unit.id) or Trace()
        work.traces[unit.id] = Trace(
            inputs=inputs,
            outputs=old.outputs,
            variables=old.variables,
            links=old.links,
            derived=old.derived,
            failed=True,
            diagnostics=outcome.diagnostics,
            crash=outcome.crash,
        )
        work.done.add(unit.id)
        return
    made = []
    for output in outcome.outputs:
        digest = work.writer.put(output.path, output.data)
        work.owners[output.path] = (unit.id, digest)
        made.append(Made(output.path, output.kind, digest, len(output.data)))
    work.traces[unit.id] = Trace(
        inputs=inputs,
        outputs=tuple(made),
        skipped=outcome.skipped,
        variables=outcome.variables,
        links=outcome.links,
        derived=outcome.derived,
        diagnostics=outcome.diagnostics,
        branches=outcome.branches,
    )
    work.done.add(unit.id)


def _clashes(work: Build, unit: Unit, outputs: tuple[Output, ...]) -> tuple[Diagnostic, ...]:
    """Errors for files that another unit made differently (names may differ in case only on some systems)."""
    found = []
    for output in outputs:
        other, digest = work.owners.get(output.path, (unit.id, ""))
        if other != unit.id and digest != scan.sha256(output.data):
            message = f"{unit.id} and {other} both make {output.path}, with different content"
            found.append(
                error("MC905", message, place_of(work, unit), "rename one of them so that each has a file of its own")
            )
    return tuple(found)


def place_of(work: Build, unit: Unit) -> Span:
    """Where the project asks for this unit."""
    folder = work.opened.repository.campaigns.get(unit.campaign)
    if folder is None:
        fonts = work.opened.repository.brand.fonts
        if unit == graph.NOTICE and fonts is not None:
            return fonts.source.at("roles")
        return work.opened.repository.config.source.at("push")
    return folder.campaign.source.key("channels", unit.channel)
