"""The no-change path: proves that there is nothing to build without loading the project.

Standard library only, on purpose: ``mops build`` with nothing to do costs little more than starting Python.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mops_cli.build import scan, state, tools
from mops_cli.errors import MopsError

if TYPE_CHECKING:
    from mops_cli.build.report import BuildReport
    from mops_cli.clock import Clock


def unchanged(root: str, clock: Clock, *, strict: bool = False) -> BuildReport | None:
    """The report of a build with nothing to do, or None when the full build must decide."""
    start = clock.elapsed()
    known = state.load(root)
    if not known.complete or (known.repeat.get("skipped") and known.native != tools.native_libraries()):
        return None
    tick = _tick(root)
    code = tools.code(known.code, known.tick)
    if not _same(code, known.code) or tools.environment(code) != known.environment:
        return None
    inputs = look_at_inputs(root, known)
    if not _same(inputs, known.inputs) or any(os.path.lexists(os.path.join(root, path)) for path in known.absent):
        return None
    outputs = scan.look(os.path.join(root, state.DIST), known.outputs, known.outputs, known.output_tick)
    if not _same(outputs, known.outputs):
        return None
    try:
        report = state.unpack_report(
            known.repeat, os.path.join(root, state.DIST), strict=strict, seconds=clock.elapsed() - start
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    if tick and (code.read or inputs.read or outputs.read):
        known.code, known.inputs, known.outputs = dict(code), dict(inputs), dict(outputs)
        known.tick = known.output_tick = tick
        _remember(root, known)
    return report


def look_at_inputs(root: str, known: state.State) -> scan.Table:
    """All files of the content folders, and the other files that units asked for."""
    table = scan.walk(root, scan.CONTENT, known.inputs, known.tick)
    rest = [path for path in known.inputs if path not in table]
    others = scan.look(root, rest, known.inputs, known.tick, wary=True)
    table.update(others)
    table.read += others.read
    return table


def _same(table: scan.Table, known: dict[str, scan.Seen]) -> bool:
    """Whether the same files are there with the same contents."""
    if not table.read:
        return len(table) == len(known) and table.keys() == known.keys()
    return table.keys() == known.keys() and all(seen.sha256 == known[path].sha256 for path, seen in table.items())


def _tick(root: str) -> int:
    """The present, before anything is looked at; 0 when the project cannot be written to."""
    try:
        return scan.now(state.cache_folder(root))
    except MopsError:
        return 0


def _remember(root: str, known: state.State) -> None:
    """Keep the new times, so that the next look need not read these files again.

    A project that cannot be written to, or is being built by another run, simply stays as it is.
    """
    from mops_cli.build import lock

    try:
        with lock.hold(root, "build", wait=0):
            state.save(root, known)
    except MopsError:
        return
