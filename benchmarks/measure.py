"""Running a command in a fresh process and saying what it cost, with a plain reference in the same run."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
MOPS = (sys.executable, "-m", "mops_cli")


@dataclass(frozen=True)
class Cost:
    """Seconds on the wall, seconds of processor, and the peak memory of all processes together in MB."""

    wall: float
    cpu: float
    memory: float = 0.0


def run(command: Sequence[str], cwd: Path, *, memory: bool = False, codes: Sequence[int] = (0,)) -> Cost:
    """Run a command once; any other exit code than the expected ends the benchmark with its output."""
    with tempfile.TemporaryFile() as out:
        before, start = os.times(), time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, stdout=out, stderr=subprocess.STDOUT, env=_environment())
        watcher = _Memory(process.pid) if memory else None
        code = process.wait()
        wall, after = time.perf_counter() - start, os.times()
        peak = watcher.stop() if watcher else 0.0
        if code not in codes:
            out.seek(0)
            sys.exit(f"{' '.join(command)} ended with {code}:\n{out.read().decode(errors='replace')[-3000:]}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(wall, cpu, peak)


def _environment() -> dict[str, str]:
    """This one, but with Python's compiled files allowed: an installed package has them."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def best(action: Callable[[], Cost], times: int, before: Callable[[int], None] | None = None) -> Cost:
    """The median run of several by wall time; ``before`` prepares each and is not counted."""
    costs = []
    for number in range(times):
        if before:
            before(number)
        costs.append(action())
    return sorted(costs, key=lambda cost: cost.wall)[len(costs) // 2]


def python_start() -> float:
    """What starting Python and doing nothing costs here and now: the floor under everything else."""
    return statistics.median(run((sys.executable, "-c", "pass"), ROOT).wall for _ in range(5))


def hashing(folder: Path) -> float:
    """Seconds to read and hash every file of a project once, in this process."""
    start = time.perf_counter()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and ".mops" not in path.parts:
            hashlib.sha256(path.read_bytes()).digest()
    return time.perf_counter() - start


def line(name: str, cost: Cost, limit: float, *, reference: float, reference_name: str, **facts: object) -> bool:
    """Print one result as a line of JSON; tells whether the promise holds."""
    holds = cost.wall <= limit
    result = {
        "benchmark": name,
        "seconds": round(cost.wall, 3),
        "cpu_seconds": round(cost.cpu, 3),
        "limit_seconds": limit,
        "holds": holds,
        "reference": reference_name,
        "reference_seconds": round(reference, 4),
        "ratio": round(cost.wall / reference, 1) if reference else None,
        **facts,
    }
    print(json.dumps(result), flush=True)
    return holds


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder."""
    with tempfile.TemporaryDirectory(prefix="mops-bench-") as name:
        yield Path(name)


def forget(project: Path, *parts: str) -> None:
    """Remove parts of a project (``dist``, ``.mops``)."""
    for part in parts:
        place = project / part
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)


class _Memory:
    """Samples the memory of a process and all its children (shared pages counted once, by PSS)."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """The peak in MB."""
        self._ended.set()
        self._thread.join()
        return round(self._peak / 1024, 1)

    def _work(self) -> None:
        while not self._ended.wait(0.05):
            self._peak = max(self._peak, sum(_pss(pid) for pid in _family(self._pid)))


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                found.extend(int(child) for child in (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _pss(pid: int) -> int:
    """Proportional memory of a process in KB; 0 when it has ended."""
    try:
        for entry in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if entry.startswith("Pss:"):
                return int(entry.split()[1])
    except OSError:
        pass
    return 0
