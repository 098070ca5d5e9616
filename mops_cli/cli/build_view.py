"""Printing what a build did."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from mops_cli.cli.console import HUMAN, counted, tally
from mops_cli.errors import MopsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from mops_cli.build.report import BuildReport
    from mops_cli.build.runs import Run
    from mops_cli.cli.console import Console
    from mops_cli.cli.state import State
    from mops_cli.clock import Clock
    from mops_cli.model.diagnostic import Diagnostic

MOST_SKIPPED = 8


def build_and_show(
    state: State,
    *,
    selection: Sequence[str] = (),
    base: str = "",
    jobs: int | None = None,
    strict: bool = False,
    force: bool = False,
    output_format: str = "full",
) -> int:
    """Build the project and print what was done; returns the exit code."""
    from mops_cli.build import runs
    from mops_cli.build.runner import build
    from mops_cli.cli import schema_files
    from mops_cli.cli.progress import Progress

    root, progress = state.root(), Progress(state.console)
    schema_files.refresh(root)
    run = runs.begin(str(root), "build", tuple(selection), state.clock)
    try:
        report = build(
            str(root),
            state.clock,
            selection=selection,
            base=base,
            jobs=jobs,
            strict=strict,
            force=force,
            progress=progress,
        )
    except MopsError as problem:
        record(run, state.clock, problem.exit_code, error=problem.message)
        raise
    progress.end()
    record_build(run, state.clock, report)
    render(state.console, root, report, output_format)
    return report.exit_code


def record_build(run: Run, clock: Clock, report: BuildReport) -> None:
    """Keep what a build did, and the traces of defects, in ``.mops/runs/``."""
    facts = report.as_json()
    for number, crash in enumerate(report.crashes, 1):
        with contextlib.suppress(MopsError):
            run.attach(f"crash-{number}.txt", f"{crash.unit}\n{crash.trace}")
    record(
        run,
        clock,
        report.exit_code,
        built=facts["built"],
        failed=facts["failed"],
        written=facts["written"],
        removed=facts["removed"],
        skipped=facts["skipped"],
        diagnostics=[found.as_json() for found in report.diagnostics],
    )


def record(run: Run, clock: Clock, exit_code: int, **facts: object) -> None:
    """Write a run's record; a project that cannot be written to goes without."""
    with contextlib.suppress(MopsError):
        run.finish(clock, exit_code, **facts)


def render(console: Console, root: Path, report: BuildReport, name: str = "full") -> None:
    """Findings on stdout, the rest on stderr; or one envelope."""
    if console.json:
        console.emit("build", {**report.as_json(), "manifest": list(report.artifacts)}, report.diagnostics)
        return
    told = [found for found in report.diagnostics if _is_told(console, found)]
    if told or name not in HUMAN:
        from mops_cli.cli.diagnostics_view import show

        show(console, told, texts_of(root, told), name)
    _skipped(console, report)
    for branch in report.branches:
        if branch.missed:
            place = branch.missed[0]
            console.detail(
                f"{branch.path}: personas reach {branch.reached} of {branch.total} branches (not {place.path}:{place.line})"
            )
    for crash in report.crashes:
        console.complain(f"{console.mark('error')} {crash.unit}: {crash.summary} (details in .mops/runs/)")
    state = "error" if report.exit_code else "good"
    console.say(f"{console.mark(state)} {summary(report)}")  # type: ignore[arg-type]


def _is_told(console: Console, found: Diagnostic) -> bool:
    """Notes are for ``mops lint`` and ``--verbose``; with ``--quiet`` only errors count."""
    least = -1 if console.verbosity < 0 else 0 if console.verbosity == 0 else 1
    return {"error": -1, "warning": 0, "info": 1}[found.severity.value] <= least


def summary(report: BuildReport) -> str:
    """``47 artifacts, 3 written, 0.31 s``, with what went wrong."""
    words = [counted(report.total, "artifact")]
    idle = "nothing written" if report.failed else "nothing to do"
    words.append(f"{len(report.written)} written" if report.written or report.removed else idle)
    for count, word in (
        (len(report.removed), "removed"),
        (len(report.skipped), "skipped"),
        (len(report.failed), "failed"),
    ):
        if count:
            words.append(f"{count} {word}")
    if report.diagnostics:
        words.append(tally(report.diagnostics))
    return f"{', '.join(words)} in {report.seconds:.2f} s"


def texts_of(root: Path, findings: Iterable[Diagnostic]) -> Mapping[str, str]:
    """The texts of the files that findings name."""
    from mops_cli.content.files import ProjectFiles
    from mops_cli.content.text import MAX_TEXT_BYTES

    files = ProjectFiles(root)
    texts = {}
    for path in sorted({found.span.path for found in findings}):
        try:
            data = files.read_bytes(path) or b""
        except MopsError:  # the finding says why
            data = b""
        data = data if len(data) <= MAX_TEXT_BYTES else b""
        texts[path] = data.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    return texts


def _skipped(console: Console, report: BuildReport) -> None:
    """What could not be made here, grouped by reason."""
    reasons: dict[str, list[str]] = {}
    for skipped in report.skipped:
        reasons.setdefault(skipped.reason, []).append(skipped.path)
    for reason, paths in reasons.items():
        console.say(f"{console.mark('warning')} skipped {counted(len(paths), 'artifact')}: {reason}")
        for path in paths[:MOST_SKIPPED]:
            console.detail(f"    {path}")
    if any("library" in reason for reason in reasons):
        from mops_cli.cli.checkup import APT

        # One line for all of them: who lacks one library mostly lacks the others too.
        console.say(f"  help: {APT}")
