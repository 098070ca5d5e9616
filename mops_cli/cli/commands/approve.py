"""``mops approve``."""

from __future__ import annotations

from typing import Annotated

import typer

from mops_cli.cli.state import state_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def approve(
    ctx: typer.Context,
    *,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A plan: mops plan --out FILE.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who agrees. Default: git's user.name.")] = "",
) -> int:
    r"""Agree to a plan: a name is bound to the hash of exactly these texts, people and times.

    Where an environment of mops.toml says approval = true (or how many must agree), mops send refuses a plan without it.
    Whatever changes the plan makes it another one, which nobody has approved.

    \b
    Examples:
      mops approve spring.plan
      mops approve spring.plan --by "Ida Sample"
    """
    from mops_cli.app import planning
    from mops_cli.build.git import user_name
    from mops_cli.delivery.plan.approvals import approve as agree
    from mops_cli.delivery.plan.approvals import needed

    state = state_of(ctx)
    root = state.root()
    plan = planning.read_plan_file(root, state.cwd / file)
    here = state.ground(plan.environment)
    given = agree(root / ".mops", plan.id, by or user_name(str(root)), state.clock.now())
    wanted = needed(here.settings.said, plan.environment)
    missing = max(0, wanted - len(given))
    if state.console.json:
        names = [{"by": one.by, "at": one.at.isoformat().replace("+00:00", "Z")} for one in given]
        state.console.emit(
            "approve", {"plan": plan.id, "environment": plan.environment, "approvals": names, "missing": missing}
        )
        return 0
    for one in plan.sends:
        state.console.data(f"{one.send} on {one.channel}: {one.count:,}")
    said = f"plan {plan.id[:8]} for {plan.environment} is approved by {', '.join(one.by for one in given)}"
    state.console.say(f"{state.console.mark('good')} {said}")
    env = f" --env {plan.environment}" if plan.environment != "local" else ""
    state.console.say(f"{missing} more must agree" if missing else f"Next: mops send {file}{env}")
    return 0
