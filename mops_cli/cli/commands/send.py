"""``mops send``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from mops_cli.cli.state import state_of
from mops_cli.content.environments import LOCAL

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def send(
    ctx: typer.Context,
    *,
    what: Annotated[
        list[str], typer.Argument(metavar="CAMPAIGN|FILE", help="Campaigns (ids, globs, tag:…), or a plan file.")
    ],
    environment: Annotated[
        str, typer.Option("--env", "-e", metavar="NAME", help="One of [environments] (or MOPS_ENV).")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    expect: Annotated[
        int, typer.Option("--expect-recipients", metavar="N", help="With --yes: refuse any other number.")
    ] = -1,
    now: Annotated[bool, typer.Option("--now", help="Now, whatever the schedule says.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Once more to everybody: a new send of its own.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Plan, show, and send nothing.")] = False,
    workers: Annotated[int, typer.Option(metavar="N", min=1, max=64, help="Worker processes.")] = 1,
    test: Annotated[
        list[str] | None,
        typer.Option("--test", metavar="ADDRESS", help="Only a test, to addresses or a list of [seeds]."),
    ] = None,
    persona: Annotated[str, typer.Option(metavar="NAME", help="With --test: as which sample person.")] = "",
    wait: Annotated[
        str, typer.Option(metavar="TIME", help="How long to wait for what a provider puts off.")
    ] = "90 seconds",
) -> int:
    r"""Send campaigns: plan them, show the plan, ask, send, and account for everybody.

    Doing it again sends to nobody twice: a send is campaign@occurrence. What was interrupted is resumed by the same
    command, or by mops resume. Without --env the environment is `local`, where messages become files in .mops/outbox.
    Exit code 4: some are left, and it says why; 5: a guard refused.

    \b
    Examples:
      mops send spring-launch
      mops send spring.plan --env production --yes --expect-recipients 48211
      mops send spring-launch --dry-run
      mops send spring-launch --test me@my-brand.example --env production
    """  # fmt: skip
    from mops_cli.app import sending
    from mops_cli.app.wishes import Wish
    from mops_cli.cli.send_asking import Asking
    from mops_cli.cli.send_tests import send_tests
    from mops_cli.cli.send_view import seconds_of, show_sent

    state = state_of(ctx)
    if test:
        return send_tests(state, state.ground(environment), what, test, persona)
    manner = sending.Manner(workers, seconds_of("--wait", wait))
    here = state.ground(environment)
    file = state.cwd / what[0] if len(what) == 1 and (state.cwd / what[0]).is_file() else None
    screen = Asking(
        state, yes=yes, expect=expect, dry_run=dry_run, from_file=file is not None, local=here.environment == LOCAL
    )
    wish = Wish(tuple(what), str(file or ""), now=now, again=again)
    begin = state.clock.elapsed()
    try:
        sent = asyncio.run(sending.send(here, wish, manner, screen))
    finally:
        screen.end()
    return show_sent(state.console, sent, state.clock.elapsed() - begin) if sent else 0
