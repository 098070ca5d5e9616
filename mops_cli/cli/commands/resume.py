"""``mops resume``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from mops_cli.cli.state import state_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def resume(
    ctx: typer.Context,
    *,
    send: Annotated[str, typer.Argument(metavar="[SEND]", help="One send; default: all that were interrupted.")] = "",
    environment: Annotated[
        str, typer.Option("--env", "-e", metavar="NAME", help="One of [environments] (or MOPS_ENV).")
    ] = "",
    workers: Annotated[int, typer.Option(metavar="N", min=1, max=64, help="Worker processes.")] = 1,
    wait: Annotated[
        str, typer.Option(metavar="TIME", help="How long to wait for what a provider puts off.")
    ] = "90 seconds",
) -> int:
    r"""Go on with sends that were interrupted or stopped. Nobody gets a message twice.

    Exit code 4: some are left, and it says why.

    \b
    Examples:
      mops resume
      mops resume spring-launch@2027-03-15 --env production
    """
    from mops_cli.app import sending
    from mops_cli.cli.send_view import Screen, seconds_of, show_sent

    state = state_of(ctx)
    manner = sending.Manner(workers, seconds_of("--wait", wait))
    here = state.ground(environment)
    screen, begin = Screen(state.console), state.clock.elapsed()
    try:
        sent = asyncio.run(sending.resume(here, send, manner, screen))
    finally:
        screen.end()
    if not sent.sends and not state.console.json:
        state.console.say(f"{state.console.mark('good')} nothing to go on with in {here.environment}")
        return 0
    return show_sent(state.console, sent, state.clock.elapsed() - begin)
