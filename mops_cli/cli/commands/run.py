"""``mops run``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from mops_cli.cli.state import state_of
from mops_cli.errors import LockHeld, UsageError

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def run(
    ctx: typer.Context,
    *,
    due: Annotated[bool, typer.Option("--due", help="Send what is due now: waves, retries, what was interrupted.")],
    environment: Annotated[
        str, typer.Option("--env", "-e", metavar="NAME", help="One of [environments] (or MOPS_ENV).")
    ] = "",
    workers: Annotated[int, typer.Option(metavar="N", min=1, max=64, help="Worker processes.")] = 1,
) -> int:
    r"""Send what is due, then end: for cron. Safe every minute; a second run at the same time ends at once with 0.

    \b
    Examples:
      * * * * * cd /srv/aurora && mops run --due --env production -q
    """
    from mops_cli.app import sending
    from mops_cli.cli.send_view import Screen, show_sent

    state = state_of(ctx)
    if not due:
        raise UsageError("say what to run", hint="mops run --due")
    here = state.ground(environment)
    screen, begin = Screen(state.console), state.clock.elapsed()
    try:
        sent = asyncio.run(sending.run_due(here, sending.Manner(workers, patience=0.0), screen))
    except LockHeld as held:
        state.console.say(f"{state.console.mark('good')} {held.message}; nothing to do here")
        return 0
    finally:
        screen.end()
    if sent is None or (not sent.sends and not state.console.json):
        state.console.say(f"{state.console.mark('good')} nothing is due in {here.environment}")
        return 0
    return show_sent(state.console, sent, state.clock.elapsed() - begin)
