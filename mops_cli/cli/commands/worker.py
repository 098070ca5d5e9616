"""``mops worker``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from mops_cli.cli.state import state_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def worker(
    ctx: typer.Context,
    *,
    providers: Annotated[
        list[str] | None, typer.Argument(metavar="[PROVIDER]...", help="For whom to send; default: every provider.")
    ] = None,
    environment: Annotated[
        str, typer.Option("--env", "-e", metavar="NAME", help="One of [environments] (or MOPS_ENV).")
    ] = "",
) -> int:
    r"""Send for a node that runs elsewhere: joins its bus ([nats] url in mops.toml). Ends with Ctrl-C, window finished.

    The folder .mops/plans of the node must be here too (a shared folder, or a copy).

    \b
    Examples:
      mops worker --env production
      mops worker relay-1 relay-2 --env production
    """
    from mops_cli.app import sending
    from mops_cli.cli.send_view import Screen

    state = state_of(ctx)
    here = state.ground(environment)
    screen = Screen(state.console)
    state.console.say(f"{state.console.mark('good')} working for {here.environment}; Ctrl-C ends it")
    asyncio.run(sending.work_for(here, providers or (), screen))
    return 0
