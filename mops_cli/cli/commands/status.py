"""``mops status``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from mops_cli.cli.state import state_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def status(
    ctx: typer.Context,
    *,
    send: Annotated[str, typer.Argument(metavar="[SEND]", help="One send: campaign@occurrence.")] = "",
    most: Annotated[int, typer.Option("--most", "-n", metavar="N", min=1, help="How many to show.")] = 20,
) -> int:
    r"""Show sends and how far they are, from any shell, also while they run.

    With a send: why people got nothing, and who is in doubt.

    \b
    Examples:
      mops status
      mops status spring-launch@2027-03-15
    """
    from mops_cli.app import remote
    from mops_cli.cli.send_view import show_details, show_table

    state = state_of(ctx)
    here = state.ground()
    rows = asyncio.run(remote.ask(here, "overview", send=send, most=most))
    details = asyncio.run(remote.ask(here, "details", send=send)) if send and rows else {}
    if state.console.json:
        state.console.emit("status", {"sends": rows, "details": details})
        return 0
    if not rows:
        state.console.say(
            f"{state.console.mark('dim')} {f'{send} was never begun' if send else 'nothing was sent yet'}"
        )
        return 0
    show_table(state.console, rows)
    if details:
        show_details(state.console, send, details)
    return 0
