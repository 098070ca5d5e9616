"""Building in several processes: workers are forked with the project in memory and fed one group at a time.

A worker that dies (a fault in a native library) costs the unit it was at, not the build; another takes its place.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import traceback
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from mops_cli.build.execute import Outcome
from mops_cli.build.report import Crash
from mops_cli.channels import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from mops_cli.build.graph import Unit

    Group = tuple[Unit, ...]
    Results = list[tuple[Unit, Outcome]]
    Build = Callable[[Group], Iterator[tuple[Unit, Outcome]]]

MOST = 8
LIBRARIES = (
    "babel.dates",
    "babel.numbers",
    "css_inline",
    "fluent.runtime",
    "jinja2.sandbox",
    "markdown_it",
    "mjml",
    "mops_cli.channels.measure",
    "mops_cli.channels.mjml.compiler",
    "mops_cli.channels.mjml.inline",
    "mops_cli.design.raster",
    "mops_cli.design.subset",
    "tinycss2",
    "uharfbuzz",
)
"""What channels load when they first need it; without what would look at the machine (Pango, the system's fonts)."""


class _Worker(NamedTuple):
    process: BaseProcess
    pipe: Connection


def processors() -> int:
    """How many processes may run at once, at most eight."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), MOST)
    return min(os.cpu_count() or 1, MOST)


def worth(groups: Sequence[Group], jobs: int | None) -> int:
    """How many processes this work is worth; 1 means: build here."""
    if not hasattr(os, "fork") or len(groups) < 2:
        return 1
    most = jobs if jobs is not None else processors()
    cost = sum(unit.cost for group in groups for unit in group)
    # A fork and its own imports cost about a quarter of a second.
    return max(1, min(most, len(groups), int(cost / 0.25) if jobs is None else most))


def warm_up() -> None:
    """Load what building needs, so that workers forked from now on have it: for a process that builds again and again."""
    for name in (*CHANNELS.values(), *LIBRARIES):
        with contextlib.suppress(Exception):  # told by the unit that needs it
            import_module(name)


def run(groups: Sequence[Group], build: Build, workers: int) -> Iterator[tuple[Unit, Outcome]]:
    """Build all groups in ``workers`` processes and give each unit's outcome as it comes."""
    from multiprocessing import connection

    waiting = list(reversed(groups))
    busy: dict[Connection, tuple[_Worker, list[Unit]]] = {}
    for channel in sorted({unit.channel for group in groups for unit in group} & CHANNELS.keys()):
        with contextlib.suppress(Exception):  # a channel that cannot be imported is told by the unit that needs it
            import_module(CHANNELS[channel])
    gc.collect()
    gc.freeze()  # the workers share the project's memory as long as nobody touches it
    try:
        while waiting or busy:
            while waiting and len(busy) < workers:
                worker = _start(build)
                _give(worker, waiting.pop(), busy)
            for ready in connection.wait(list(busy)):
                yield from _take(ready, busy, waiting)  # type: ignore[arg-type]
    finally:
        gc.unfreeze()
        for worker, _ in busy.values():
            worker.process.kill()
            worker.process.join()


def _give(worker: _Worker, group: Group, busy: dict[Connection, tuple[_Worker, list[Unit]]]) -> None:
    busy[worker.pipe] = (worker, list(group))
    with contextlib.suppress(OSError):  # a dead worker is noticed when its pipe is read
        worker.pipe.send(group)


def _take(
    pipe: Connection, busy: dict[Connection, tuple[_Worker, list[Unit]]], waiting: list[Group]
) -> Iterator[tuple[Unit, Outcome]]:
    """One message of a worker: an outcome, or its end."""
    worker, units = busy[pipe]
    found = _receive(pipe)
    if isinstance(found, str):
        del busy[pipe]
        worker.process.join()
        yield units[0], _died(units[0], worker.process.exitcode, found)
        if len(units) > 1:
            waiting.append(tuple(units[1:]))
        return
    unit, outcome = found
    units.remove(unit)
    if not units:
        del busy[pipe]
        if waiting:
            _give(worker, waiting.pop(), busy)
        else:
            _dismiss(worker)
    yield unit, outcome


def _receive(pipe: Connection) -> tuple[Unit, Outcome] | str:
    """An outcome; or, from a worker that has ended, the trace of its error ("" when it could not say)."""
    try:
        found: tuple[Unit, Outcome] | str = pipe.recv()
    except (EOFError, OSError):
        return ""
    return found


def _dismiss(worker: _Worker) -> None:
    with contextlib.suppress(OSError):
        worker.pipe.send(None)
    worker.pipe.close()
    worker.process.join(5)


def _died(unit: Unit, code: int | None, trace: str) -> Outcome:
    """The outcome of a unit whose worker ended: by a signal, or by an error outside of the channel."""
    if trace:
        reason = trace.strip().splitlines()[-1]
    else:
        reason = f"its process was ended by signal {-(code or 0)}" if (code or 0) < 0 else f"its process ended ({code})"
    return Outcome(crash=Crash(unit.id, reason, trace))


def _start(build: Build) -> _Worker:
    from multiprocessing import get_context

    context = get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, ours, build), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _work(pipe: Connection, parents_end: Connection, build: Build) -> None:
    """A worker's life: groups in, outcomes out, until it is dismissed or its parent is gone."""
    parents_end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    while True:
        try:
            group = pipe.recv()
            if group is None:
                return
            for found in build(group):
                pipe.send(found)
        except (EOFError, OSError):
            return
        except Exception:  # noqa: BLE001 -- the parent tells it as a crash of the unit at hand, with this as the trace
            with contextlib.suppress(OSError):
                pipe.send(traceback.format_exc())
            return
