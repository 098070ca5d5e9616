"""``mops stop``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from mops_cli.cli.state import state_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def stop(
    ctx: typer.Context,
    *,
    send: Annotated[str, typer.Argument(metavar="SEND", help="campaign@occurrence, as in mops status.")],
    cancel: Annotated[bool, typer.Option("--cancel", help="For good: it cannot be resumed.")] = False,
) -> int:
    r"""Stop a send: windows that are under way are finished, everybody else waits for `mops resume`.

    \b
    Examples:
      mops stop spring-launch@2027-03-15
      mops stop spring-launch@2027-03-15 --cancel
    """
    from mops_cli.app import sending
    from mops_cli.cli.send_view import show_table

    state = state_of(ctx)
    here = state.ground()
    rows = asyncio.run(sending.stop(here, send, cancel=cancel))
    if state.console.json:
        state.console.emit("status", {"sends": rows, "details": {}})
        return 0
    show_table(state.console, rows)
    if not cancel:
        state.console.say(f"{state.console.mark('good')} stopped; go on with: mops resume {send}")
    return 0
