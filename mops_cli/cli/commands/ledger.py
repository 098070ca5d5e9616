"""``mops ledger``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from mops_cli.cli.state import state_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def ledger(
    ctx: typer.Context,
    *,
    send: Annotated[str, typer.Argument(metavar="SEND", help="campaign@occurrence, as in mops status.")],
    outcome: Annotated[str, typer.Option(metavar="NAME", help="Only these: sent, failed, unknown, skipped, …")] = "",
    most: Annotated[int, typer.Option("--most", "-n", metavar="N", min=1, help="How many to show.")] = 1000,
    skip: Annotated[int, typer.Option(metavar="N", min=0, help="Leave out the first ones.")] = 0,
) -> int:
    r"""List what came of every recipient of a send, by the contact's number.

    \b
    Examples:
      mops ledger spring-launch@2027-03-15 --outcome unknown
      mops ledger spring-launch@2027-03-15 --json -n 100000
    """
    from mops_cli.app import remote
    from mops_cli.errors import UsageError
    from mops_cli.model.delivery import Outcome
    from mops_cli.model.suggest import advice

    state = state_of(ctx)
    known = [one.value for one in Outcome if one.final]
    if outcome and outcome not in known:
        raise UsageError(f'there is no outcome "{outcome}"', hint=advice(outcome, known, what="outcomes"))
    here = state.ground()
    rows = asyncio.run(remote.ask(here, "recipients", send=send, outcome=outcome, most=most, skip=skip))
    if state.console.json:
        state.console.emit("ledger", {"send": send, "recipients": rows})
        return 0
    shown = [
        (
            row["destination"] or str(row["contact_id"]), row["channel"], row["outcome"],
            " ".join(part for part in (row["code"], row["said"]) if part) or "-", row["occurred_at"],
        )
        for row in rows
    ]  # fmt: skip
    state.console.table(("WHO", "CHANNEL", "OUTCOME", "ANSWER", "AT"), shown)
    if len(rows) == most:
        state.console.say(f"the first {most:,}; more with --skip {skip + most}")
    return 0
