"""``mops segments test``: every file of ``segments/tests/``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.errors import UsageError
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from mops_cli.cli.state import State
    from mops_cli.model.diagnostic import Diagnostic

FOLDER = "segments/tests/"


def run_all(state: State, names: list[str]) -> int:
    """Run the tests of these names, or all of them."""
    from mops_cli.audience.segments import trials
    from mops_cli.audience.segments.asking import load
    from mops_cli.build.project import open_project
    from mops_cli.cli.console import counted
    from mops_cli.cli.diagnostics_view import show
    from mops_cli.content.reader import Reader
    from mops_cli.model.content import SegmentTest

    opened = open_project(state.root())
    config = opened.repository.config.value
    segments = load(opened.repository.segments, config)
    paths = [path for path in opened.files.listing(FOLDER.rstrip("/")) if path.endswith(".yaml")]
    known = {path.removeprefix(FOLDER).removesuffix(".yaml"): path for path in paths}
    for name in names:
        if name not in known:
            raise UsageError(f'there is no test "{name}"', hint=advice(name, known, what="tests"))
    found: list[Diagnostic] = []
    results: list[tuple[str, bool]] = []
    for name in names or sorted(known):
        reader = Reader(opened.files)
        test = reader.model(known[name], SegmentTest, name, "a test of a segment")
        wrong = reader.found if test is None else trials.run(test, segments, config, state.clock)
        found += wrong
        results.append((name, not wrong))
    passed = sum(good for _, good in results)
    if state.console.json:
        data = {"tests": [{"test": name, "passed": good} for name, good in results]}
        state.console.emit("segment-tests", data, found)
        return 1 if found else 0
    if found:
        texts = {path: (opened.files.read_bytes(path) or b"").decode("utf-8", "replace") for path in known.values()}
        show(state.console, found, texts, "full")
    mark = state.console.mark("error" if found else "good")
    state.console.say(f"{mark} {counted(len(results), 'test')}, {passed} passed")
    return 1 if found else 0
