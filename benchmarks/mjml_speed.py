"""The MJML step against npm mjml 4.18: warm, same files, same run.

    python benchmarks/mjml_speed.py [--rounds 15]

Prints JSON lines: the bare compile (mrml alone, what the ratio of engines is) and our full step (reading with places,
validation, repairs, inlined styles, balance). npm mjml is installed into a temporary folder, so Node and the registry
must be reachable; without them only our own times are printed. Every document gets an inlined style sheet, so that
inlining is really done.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mjml_equivalence import DATA, SETS, documents

from mops_cli.channels.mjml import MjmlOptions, compile_mjml
from mops_cli.channels.mjml.places import plain_locate

STYLE = '<mj-style inline="inline">.note div { color: #333333 !important; } p { margin: 0 0 12px; }</mj-style>'
NPM = "mjml@4.18.0"
SCRIPT = """
const mjml = require('mjml');
const { documents, rounds } = JSON.parse(require('fs').readFileSync(0));
const best = documents.map(() => Infinity);
for (let round = 0; round <= rounds; round++) {
  documents.forEach((source, index) => {
    const start = process.hrtime.bigint();
    try { mjml(source, { validationLevel: 'soft' }); } catch (error) { /* counted all the same */ }
    const took = Number(process.hrtime.bigint() - start) / 1e6;
    if (round > 0 && took < best[index]) best[index] = took;
  });
}
console.log(JSON.stringify(best));
"""


def with_style(source: str) -> str:
    """The document with an inlined style sheet in its head."""
    if "<mj-head>" in source:
        return source.replace("<mj-head>", f"<mj-head>{STYLE}", 1)
    return source.replace("<mj-body", f"<mj-head>{STYLE}</mj-head><mj-body", 1)


def large(times: int = 12) -> str:
    """A newsletter of many sections, about 70 kB as HTML."""
    picture = '<mj-image src="https://aurora.example/a.jpg" alt="A cup" width="120px" padding="0 10px" />'
    column = (
        f'<mj-column width="33%">{picture}<mj-text css-class="note"><p>Three new single origins.</p></mj-text>'
        '<mj-button href="https://aurora.example/?a=1&amp;b=2" background-color="#0a5">Taste it</mj-button></mj-column>'
    )
    section = f'<mj-section background-color="#ffffff" padding="10px 0">{column * 3}</mj-section>'
    return f"<mjml><mj-head><mj-title>News</mj-title></mj-head><mj-body>{section * times}</mj-body></mjml>"


def best(action, rounds: int) -> float:
    """The shortest of some runs, in milliseconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def bare(source: str) -> None:
    """The engine alone."""
    from mjml import mjml2html

    try:
        mjml2html(source)
    except ValueError:
        return


def full(source: str) -> None:
    """Everything we do."""
    compile_mjml(source, locate=plain_locate("mail.mjml", source), options=MjmlOptions(google_fonts=True))


def npm_times(sources: list[str], rounds: int) -> list[float]:
    """Milliseconds of npm mjml for each document; empty when Node or the package cannot be had."""
    if shutil.which("npm") is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        install = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, NPM], capture_output=True, check=False
        )
        if install.returncode:
            return []
        Path(folder, "run.js").write_text(SCRIPT, "utf-8")
        request = json.dumps({"documents": sources, "rounds": rounds})
        ran = subprocess.run(["node", "run.js"], input=request, cwd=folder, capture_output=True, text=True, check=True)
        return json.loads(ran.stdout)


def report(name: str, ours: list[float], theirs: list[float], goal: float) -> bool:
    """Print one line; whether the goal is met."""
    line: dict[str, object] = {"measure": name, "documents": len(ours), "ours_ms": round(sum(ours), 2)}
    met = True
    if theirs:
        ratio = sum(theirs) / sum(ours)
        median = statistics.median(their / our for our, their in zip(ours, theirs, strict=True))
        met = ratio >= goal
        line |= {"npm_ms": round(sum(theirs), 2), "ratio": round(ratio, 1), "median_ratio": round(median, 1)}
        line |= {"goal": goal, "met": met}
    print(json.dumps(line))
    return met


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    sources = [large()]
    if DATA.exists():
        sources += [source for folder in SETS for _, source, _ in documents(folder)]
    sources = [with_style(source) for source in sources]
    theirs = npm_times(sources, rounds)
    if not theirs:
        print("npm mjml cannot be had here; only our own times follow", file=sys.stderr)
    engine = [best(lambda source=source: bare(source), rounds) for source in sources]
    step = [best(lambda source=source: full(source), rounds) for source in sources]
    met = report("bare compile", engine, theirs, 25)
    met = report("full step", step, theirs, 5) and met
    met = report("full step, newsletter of 12 sections", step[:1], theirs[:1], 5) and met
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
