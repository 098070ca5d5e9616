"""``mops suppress``."""

from __future__ import annotations

from typing import Annotated

import typer

from mops_cli.cli.state import state_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)

Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="The address itself; only its keyed hash is kept.")]
ChannelName = Annotated[str, typer.Option(metavar="NAME", help="email, sms, push or chat.")]


@app.callback()
def suppress() -> None:
    """Addresses that are never written to, kept as keyed hashes; they outlive the contact."""


@app.command()
def add(
    ctx: typer.Context, *, address: Address, channel: ChannelName = "email",
    reason: Annotated[
        str, typer.Option(metavar="NAME", help="manual, unsubscribed, bounced, complained or erased.")
    ] = "manual",
    source: Annotated[str, typer.Option(metavar="TEXT", help="Who asked for it.")] = "command",
) -> int:  # fmt: skip
    r"""Never write to this address.

    \b
    Examples:
      mops suppress add mara@people.example
      mops suppress add +4930123456 --channel sms --reason complained
    """
    from mops_cli.audience import suppression
    from mops_cli.cli.people_room import room

    state = state_of(ctx)
    with room(state, make=True) as (store, _):
        new = suppression.add(store, channel, address, reason=reason, source=source)
    return _done(ctx, "suppressed" if new else "suppressed before", changed=new)


@app.command()
def remove(ctx: typer.Context, *, address: Address, channel: ChannelName = "email") -> int:
    r"""Write to this address again.

    \b
    Examples:
      mops suppress remove mara@people.example
    """
    from mops_cli.audience import suppression
    from mops_cli.cli.people_room import room

    state = state_of(ctx)
    with room(state) as (store, _):
        gone = suppression.remove(store, channel, address)
    return _done(ctx, "no longer suppressed" if gone else "not suppressed", changed=gone)


def _done(ctx: typer.Context, said: str, *, changed: bool) -> int:
    console = state_of(ctx).console
    if console.json:
        console.emit("suppress", {"state": said, "changed": changed})
    else:
        console.say(f"{console.mark('good')} the address is {said}")
    return 0


@app.command()
def show(
    ctx: typer.Context,
    *,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Ask about one; without it, totals.")] = "",
    channel: ChannelName = "email",
) -> int:
    r"""Say whether and why an address is suppressed, or how many are.

    \b
    Examples:
      mops suppress show
      mops suppress show mara@people.example --json
    """
    from mops_cli.audience import suppression
    from mops_cli.cli.people_room import plain, room, shown

    state = state_of(ctx)
    with room(state) as (store, _):
        if address:
            found = suppression.why(store, channel, address)
            rows = [dict(zip(("reason", "source", "since"), found, strict=True))] if found else []
        else:
            names = ("channel", "reason", "addresses")
            rows = [dict(zip(names, row, strict=True)) for row in suppression.totals(store)]
    if state.console.json:
        state.console.emit("suppress-show", plain(rows))
    elif rows:
        state.console.table(tuple(map(str.upper, rows[0])), [tuple(map(shown, row.values())) for row in rows])
    else:
        state.console.say("not suppressed" if address else "No address is suppressed.")
    return 0
