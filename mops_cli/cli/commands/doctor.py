"""``mops doctor``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from mops_cli.cli.state import state_of

if TYPE_CHECKING:
    from mops_cli.cli.checkup import Check
    from mops_cli.cli.console import Console

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def doctor(ctx: typer.Context) -> int:
    r"""Check that this machine and this project are ready: Python, libraries, fonts, project, disk.

    Each line is ok, warn or fail, with the command that repairs it. Exit code 1 when something fails. Nothing is
    installed or changed, and no other host is asked.

    \b
    Examples:
      mops doctor
      mops doctor --json
    """
    from mops_cli.cli.checkup import examine

    state = state_of(ctx)
    checks = examine(state)
    if state.console.json:
        state.console.emit("doctor", [check.as_json() for check in checks])
    else:
        _show(state.console, checks)
    return 1 if any(check.state == "fail" for check in checks) else 0


def _show(console: Console, checks: list[Check]) -> None:
    styles = {"ok": "good", "warn": "warning", "fail": "error"}
    width = max(len(check.name) for check in checks)
    for check in checks:
        console.data(f"{console.style(f'{check.state:4}', styles[check.state])}  {check.name:{width}}  {check.message}")
        if check.fix:
            console.data(f"      {'':{width}}  {console.style('fix:', 'info')} {check.fix}")
    bad = sum(check.state == "fail" for check in checks)
    console.say(f"{len(checks)} checks, {bad} failed" if bad else f"{len(checks)} checks, all good or nearly")
