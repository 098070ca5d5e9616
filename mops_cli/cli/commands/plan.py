"""``mops plan``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from mops_cli.cli import completion
from mops_cli.cli.console import Console  # noqa: TC001  # as the other commands
from mops_cli.cli.state import state_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)

PENDING = 3


@app.command()
def plan(
    ctx: typer.Context,
    *,
    select: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SELECT]...",
            help="Campaigns: ids, globs, tag:…, spring/email.",
            autocompletion=completion.selectors,
        ),
    ] = None,
    out: Annotated[str, typer.Option("--out", "-o", metavar="FILE", help="Write the plan: mops send FILE.")] = "",
    environment: Annotated[
        str,
        typer.Option(
            "--env",
            "-e",
            metavar="NAME",
            help="One of [environments] (or MOPS_ENV).",
            autocompletion=completion.environments,
        ),
    ] = "",
    now: Annotated[bool, typer.Option("--now", help="Due now, whatever the schedule says.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Once more to everybody: a new send of its own.")] = False,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 3 when there is somebody to send to.")
    ] = False,
) -> int:
    r"""Show what a send would do, and freeze it: who gets what, when, at what cost; nothing is sent.

    Also who joined and left since the last plan, who is left out and why, what changed in the texts, three messages as
    people get them, and which guards would refuse. The file is small and signed: no addresses, no texts; the audience
    stays in .mops/plans/.

    \b
    Examples:
      mops plan spring-launch
      mops plan tag:spring --env production --out spring.plan
      mops plan --detailed-exitcode --json
    """
    from mops_cli.app import planning
    from mops_cli.app.looking import look
    from mops_cli.app.wishes import Wish
    from mops_cli.cli.plan_json import plan_json
    from mops_cli.cli.plan_view import PlanView
    from mops_cli.delivery.plan.zones import zone

    state = state_of(ctx)
    here = state.ground(environment)
    wish = Wish(tuple(select or ()), now=now, again=again, look=True)
    made = asyncio.run(look(here, wish))
    report = planning.report_of(here.root, made.id)
    if out:
        planning.write_plan(here.root, made, state.cwd / out)
    count = sum(one.count for one in made.sends)
    if state.console.json:
        state.console.emit("plan", {**plan_json(made, report), "file": out or None})
    else:
        place = zone(here.settings.config.project.fallback_zone, "mops.toml: project.fallback_zone")
        PlanView(state.console, place, state.clock.now()).show(made, report)
        _next(
            state.console, out, here.environment, unapproved=any(one.guard == "unapproved" for one in report.refusals)
        )
    return PENDING if detailed_exitcode and count else 0


def _next(console: Console, out: str, environment: str, *, unapproved: bool) -> None:
    """What to do now."""
    if not out:
        console.say("Next: mops plan --out FILE keeps it; mops send CAMPAIGN plans and sends")
        return
    env = f" --env {environment}" if environment != "local" else ""
    steps = [*([f"mops approve {out}"] if unapproved else []), f"mops send {out}{env}"]
    console.say(f"{console.mark('good')} wrote {out}")
    console.say(f"Next: {', then '.join(steps)}")
