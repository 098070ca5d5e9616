"""``mops up``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from mops_cli.cli.state import state_of

if TYPE_CHECKING:
    from mops_cli.app.node import Node

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def up(
    ctx: typer.Context,
    *,
    environment: Annotated[
        str, typer.Option("--env", "-e", metavar="NAME", help="One of [environments] (or MOPS_ENV).")
    ] = "",
    workers: Annotated[int, typer.Option(metavar="N", min=0, max=64, help="Worker processes.")] = 1,
) -> int:
    r"""Run the node of this project: it owns the store, sends what is due, answers other commands. Ends with Ctrl-C.

    With --workers 0 it leaves the sending to `mops worker` on other machines.

    \b
    Examples:
      mops up --env production
    """
    from mops_cli.app import sending
    from mops_cli.cli.send_view import Screen

    state = state_of(ctx)
    here = state.ground(environment)
    screen, begin = Screen(state.console), state.clock.elapsed()

    def ready(node: Node) -> None:
        under_way = sum(1 for _ in node.owner.active)
        seconds = state.clock.elapsed() - begin
        state.console.say(
            f"{state.console.mark('good')} up in {seconds:.1f} s · {here.environment} · {under_way} sends under way · "
            "Ctrl-C ends it"
        )

    try:
        asyncio.run(sending.serve(here, sending.Manner(workers), screen, ready))
    finally:
        screen.end()
    state.console.say(f"{state.console.mark('good')} down; what is unfinished goes on at the next start")
    return 0
