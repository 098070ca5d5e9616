"""How long builds take: cold, with fonts and pictures known, with one line changed, with nothing changed.

    python benchmarks/build_speed.py [--times N]

Each run is a whole fresh process of the command on a copy of the showcase with one campaign that speaks on every
channel in two locales. Prints one JSON line a promise; exit code 1 when one does not hold.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import measure
from measure import MOPS, ROOT, Cost

if TYPE_CHECKING:
    from pathlib import Path

PARTS = ("mops.toml", "brand", "content", "segments", "campaigns")
CAMPAIGN = "spring-roast"
PAGES = ("pdf", "print")
BUILD = (*MOPS, "build")
STATE = (".mops/cache/build-state.json", ".mops/cache/build-traces.json")


def main() -> int:
    """Measure all promises."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    times = parser.parse_args().times
    with measure.folder() as folder:
        project, plain = copy(folder / "all"), copy(folder / "plain", drop=PAGES)
        build(project)  # Python compiles the package once
        floor = measure.python_start()
        hold = [
            cold(project, times, floor),
            warm(project, times, floor),
            unchanged(project, times),
            watched(plain, max(times, 5), floor),
            changed("one changed line, without PDFs, in a fresh process", plain, times, floor, 1.2),
            changed("one changed line, with PDFs", project, times, floor, 2.5),
            start_up(times, floor),
        ]
    return 0 if all(hold) else 1


def copy(target: Path, drop: tuple[str, ...] = ()) -> Path:
    """The showcase with one campaign, without some channels."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, target / part)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target / part)
    for other in (target / "campaigns").iterdir():
        if other.name != CAMPAIGN:
            shutil.rmtree(other)
    settings = target / "campaigns" / CAMPAIGN / "campaign.yaml"
    kept = [
        row
        for row in settings.read_text().splitlines()
        if not row.strip().startswith(tuple(f"{d}:" for d in drop or ("\0",)))
    ]
    settings.write_text("\n".join(kept) + "\n")
    return target


def edit(project: Path, word: object, *names: str) -> None:
    """Add a line of copy to the campaign's messages."""
    for name in names or ("message.md",):
        message = project / "campaigns" / CAMPAIGN / name
        text = message.read_text().rsplit("\n\nBench line", 1)[0].rstrip()
        message.write_text(f"{text}\n\nBench line {word} of the copy.\n")


def build(project: Path) -> Cost:
    """One build."""
    return measure.run(BUILD, project)


def cold(project: Path, times: int, floor: float) -> bool:
    """Nothing known."""
    cost = measure.best(lambda: build(project), times, lambda _: measure.forget(project, "dist", ".mops"))
    return measure.line(
        "one campaign, all channels, two locales, cold", cost, 8.0, reference=floor, reference_name="python -c pass"
    )


def warm(project: Path, times: int, floor: float) -> bool:
    """All messages changed and nothing in ``dist/``, but the cache of fonts and pictures kept."""

    def before(number: int) -> None:
        measure.forget(project, "dist", *STATE)
        edit(project, f"warm {number}", "message.md", "message.de.md")

    cost = measure.best(lambda: build(project), times, before)
    return measure.line("the same with fonts known", cost, 4.0, reference=floor, reference_name="python -c pass")


def unchanged(project: Path, times: int) -> bool:
    """Nothing to do."""
    build(project)
    cost = measure.best(lambda: build(project), max(times, 5))
    return measure.line(
        "no change", cost, 0.4, reference=measure.hashing(project), reference_name="read and hash every file"
    )


def changed(name: str, project: Path, times: int, floor: float, limit: float) -> bool:
    """One line of one message."""
    build(project)
    cost = measure.best(lambda: build(project), times, lambda number: edit(project, number))
    return measure.line(name, cost, limit, reference=floor, reference_name="python -c pass")


def watched(project: Path, times: int, floor: float) -> bool:
    """One line of one message while ``mops build --watch`` runs: from the end of writing it to the report."""
    command = (*BUILD, "--watch")
    with subprocess.Popen(
        command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        reports = iter(process.stderr or ())
        next(line for line in reports if "artifacts" in line)

        def once(number: int) -> Cost:
            time.sleep(2)  # the watch must be asleep, as it is while somebody writes
            edit(project, f"watched {number}")
            start = time.perf_counter()
            report = next(line for line in reports if "artifacts" in line)
            if " written" not in report:
                sys.exit(f"nothing was built: {report}")
            return Cost(time.perf_counter() - start, 0.0)

        costs = sorted((once(number) for number in range(times)), key=lambda cost: cost.wall)
        process.send_signal(signal.SIGINT)
    return measure.line(
        "one changed line, without PDFs, watching",
        costs[len(costs) // 2],
        0.6,
        reference=floor,
        reference_name="python -c pass",
    )


def start_up(times: int, floor: float) -> bool:
    """``mops --help``: the promise is about processor time."""
    cost = measure.best(lambda: measure.run((*MOPS, "--help"), ROOT), max(times, 5))
    wanted = Cost(cost.cpu, cost.cpu)
    return measure.line("mops --help (CPU)", wanted, 0.25, reference=floor, reference_name="python -c pass")


if __name__ == "__main__":
    sys.exit(main())
