"""Where a build begins: first the proof that there is nothing to do, and only then everything that is heavy."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mops_cli.build import lock, state
from mops_cli.build.unchanged import unchanged

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mops_cli.build.report import BuildReport
    from mops_cli.clock import Clock

    Progress = Callable[[int, int, str], None]


def build(
    root: str,
    clock: Clock,
    *,
    selection: Sequence[str] = (),
    base: str = "",
    jobs: int | None = None,
    strict: bool = False,
    force: bool = False,
    wait: float = lock.WAIT,
    progress: Progress | None = None,
) -> BuildReport:
    """Bring ``dist/`` up to date.

    Args:
        root: the project's folder.
        clock: for elapsed time only; no artifact depends on it.
        selection: selectors (see ``selection``); none means everything.
        base: the git revision that ``state:modified`` compares with.
        jobs: processes to use; None lets the amount of work decide.
        strict: a skipped artifact makes the exit code 2.
        force: build everything, whatever is known.
        wait: seconds to wait for another run.
        progress: called with done, total and the unit's id.

    Raises:
        MopsError: The project cannot be read, ``dist/`` cannot be written, a selector is unknown, or another
            run holds the project.
    """
    root = os.path.realpath(root)
    begin = clock.elapsed()
    state.check_folders(root)
    everything = not selection and not force
    report = unchanged(root, clock, strict=strict) if everything else None
    if report is not None:
        return report
    with lock.hold(root, "build", wait=wait):
        # Whoever held the lock may have done it all; looking again costs next to nothing.
        report = unchanged(root, clock, strict=strict) if everything else None
        if report is not None:
            return report
        from mops_cli.build import assembly

        order = assembly.Order(tuple(selection), base, jobs, force, progress)
        return assembly.run(root, order, clock, strict=strict, begin=begin)
