"""Building again whenever a file changes: the only door to watchfiles."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mops_cli.build import pool, runner, scan, state
from mops_cli.errors import MopsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mops_cli.build.report import BuildReport
    from mops_cli.clock import Clock

    Changes = Iterable[set[str]]

DEBOUNCE = 50  # milliseconds of silence before a change counts: editors write in several steps
QUIET = 500  # milliseconds after which the system is asked again


def watch(
    root: str,
    clock: Clock,
    *,
    tell: Callable[[BuildReport], None],
    selection: Sequence[str] = (),
    jobs: int | None = None,
    changes: Changes | None = None,
    complain: Callable[[MopsError], None] | None = None,
) -> None:
    """Build, and build again after each change until interrupted or the stream of changes ends.

    Args:
        root: the project's folder.
        clock: for elapsed time only.
        tell: called with the report of each build.
        selection: selectors, as for a build.
        jobs: processes to use.
        changes: sets of changed paths; by default those the system reports.
        complain: called when a build could not be done at all (the disk is full, another run holds the
            project); watching goes on. Without it the error ends the watch.

    Raises:
        MopsError: A build could not be done at all and nobody listens.
    """

    def once(before: BuildReport | None = None) -> BuildReport | None:
        try:
            report = runner.build(root, clock, selection=selection, jobs=jobs)
        except MopsError as problem:
            if complain is None:
                raise
            complain(problem)
            return None
        if before is None or report.built or report.written or report.diagnostics != before.diagnostics:
            tell(report)
        return report

    first = once()
    pool.warm_up()
    for changed in changes if changes is not None else stream(root):
        if not changed:
            once(first)
        elif any(concerns(root, path) for path in changed):
            once()


def concerns(root: str, path: str) -> bool:
    """Whether a changed path belongs to the content (and not to ``dist/``, git or an editor's own files)."""
    relative = os.path.relpath(path, root) if os.path.isabs(path) else path
    parts = relative.replace(os.sep, "/").split("/")
    if any(part.startswith(".") or part.endswith(("~", ".swp", ".tmp")) for part in parts):
        return False
    return parts[0] in scan.CONTENT


def stream(root: str) -> Changes:
    """Changed paths as the system reports them, in bursts; ends on Ctrl-C.

    The first burst may be empty: from then on everything is seen, and what changed until then has to be looked for.
    """
    import logging

    from watchfiles import DefaultFilter
    from watchfiles import watch as system_watch

    logging.getLogger("watchfiles").setLevel(logging.CRITICAL)  # it has its own words for Ctrl-C
    ignored = [os.path.join(root, name) for name in (state.DIST, ".mops", ".git")]
    found = system_watch(
        root,
        debounce=DEBOUNCE,
        step=20,
        watch_filter=DefaultFilter(ignore_paths=ignored),
        raise_interrupt=False,
        rust_timeout=QUIET,
        yield_on_timeout=True,
    )
    started = False
    for burst in found:
        if burst or not started:
            yield {path for _, path in burst}
        started = True
