"""``mops demo``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mops_cli.cli.state import state_of
from mops_cli.errors import ProjectNotFound

if TYPE_CHECKING:
    from mops_cli.app.showing import Shown
    from mops_cli.build.report import BuildReport
    from mops_cli.cli.console import Console
    from mops_cli.cli.state import State

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def demo(
    ctx: typer.Context,
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to put the sample project.")] = Path("mops-demo"),
) -> int:
    r"""Build every channel, lay the results side by side on one page, and send the launch to made-up people.

    In a project, that project is shown. Elsewhere a sample project is written to ./mops-demo first. The page is a
    file, .mops/demo/index.html; it asks no network. The mail goes to a server on this machine that keeps nothing.

    \b
    Examples:
      mops demo
      mops demo /srv/try-mops
    """
    from mops_cli.build import runs
    from mops_cli.build.runner import build
    from mops_cli.cli.build_view import record_build
    from mops_cli.cli.progress import Progress
    from mops_cli.cli.sheet import write_sheet

    state = state_of(ctx)
    root, started = _project(state, folder)
    progress = Progress(state.console, lines=False)
    run = runs.begin(str(root), "demo", (), state.clock)
    report = build(str(root), state.clock, progress=progress)
    progress.end()
    record_build(run, state.clock, report)
    begin = state.clock.elapsed()
    page = write_sheet(root)
    seconds = state.clock.elapsed() - begin
    if not state.console.json:
        _tell(state, root, report, page, started=started, seconds=seconds)
    shown = _send(state, root) if not report.exit_code else None
    if not state.console.json:
        _next(state, root, report)
    else:
        data = {**report.as_json(), "project": str(root), "page": str(page), "sent": shown and shown.as_json()}
        state.console.emit("demo", data, report.diagnostics)
    return report.exit_code


def _send(state: State, root: Path) -> Shown | None:
    """Send the launch to a mail server of this machine, and say what came of it."""
    import asyncio

    from mops_cli.app.showing import show
    from mops_cli.build.project import open_project
    from mops_cli.cli.send_view import DemoScreen, tell_shown

    screen = DemoScreen(state.console)
    try:
        shown = asyncio.run(show(root, open_project(root).repository, state.clock, screen))
    finally:
        screen.end()
    if shown is not None and not state.console.json:
        tell_shown(state.console, shown)
    return shown


def _project(state: State, folder: Path) -> tuple[Path, float | None]:
    """The project here, or a fresh sample with the seconds it took."""
    try:
        return state.root(), None
    except ProjectNotFound:
        if state.project is not None:
            raise
    place = state.cwd / folder
    if (place / "mops.toml").is_file():
        return place.resolve(), None
    from mops_cli.content.scaffold import init, write_schemas

    begin = state.clock.elapsed()
    init(place, name="Harbour Light")
    write_schemas(place / ".mops" / "schemas")
    return place.resolve(), state.clock.elapsed() - begin


def _tell(state: State, root: Path, report: BuildReport, page: Path, *, started: float | None, seconds: float) -> None:
    """At most twenty lines: what was done, what there is, where to look, what to try."""
    console, good = state.console, state.console.mark("good")
    if started is not None:
        console.say(f"{good} sample project in {_short(root, state.cwd)}/ · {started:.1f} s")
    state_name = console.mark("error" if report.exit_code else "good")
    console.say(f"{state_name} {report.total} artifacts · {report.seconds:.1f} s")
    for line in _channels(report):
        console.say(f"    {line}")
    for reason in sorted({skipped.reason for skipped in report.skipped})[:2]:
        console.say(f"{console.mark('warning')} {len(report.skipped)} skipped: {reason}")
    _problems(console, report)
    console.say(f"{good} all channels on one page · {seconds:.1f} s")
    console.data(f"Open {page.as_uri()}")


def _next(state: State, root: Path, report: BuildReport) -> None:
    """Three things to try."""
    first = min((str(artifact["campaign"]) for artifact in report.artifacts if artifact["campaign"]), default="welcome")
    folder = _short(root, state.cwd)
    state.console.say("Next:" if folder == "." else f"Next, in {folder}:")
    for command, why in (
        ("mops lint", "every mistake with its line and its cure"),
        (f"mops ls {first}", "what each channel is made from"),
        ("mops build --watch", f"then edit campaigns/{first}/message.md"),
    ):
        state.console.say(f"    {command:32} {why}")


def _channels(report: BuildReport) -> list[str]:
    """``email 12 · sms 8 · …`` in one or two lines."""
    counts: dict[str, int] = {}
    for artifact in report.artifacts:
        channel = str(artifact["channel"]) or "shared"
        counts[channel] = counts.get(channel, 0) + 1
    words = [f"{channel} {count}" for channel, count in counts.items()]
    return [" · ".join(words[at : at + 8]) for at in range(0, len(words), 8)]


def _problems(console: Console, report: BuildReport) -> None:
    from mops_cli.cli.console import tally
    from mops_cli.lint.formats.concise import line

    if report.diagnostics:
        console.say(f"{console.mark('warning')} {tally(report.diagnostics)}: run `mops lint`")
        for found in [found for found in report.diagnostics if found.severity == "error"][:3]:
            console.say(f"    {line(found)}")


def _short(path: Path, cwd: Path) -> str:
    """A path as a person would type it from here."""
    try:
        relative = path.relative_to(cwd.resolve())
    except ValueError:
        return str(path)
    return str(relative)
