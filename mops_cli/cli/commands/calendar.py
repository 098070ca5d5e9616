"""``mops calendar``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mops_cli.cli import completion
from mops_cli.cli.state import state_of

if TYPE_CHECKING:
    from mops_cli.delivery.plan.calendar import Entry

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def calendar(
    ctx: typer.Context,
    *,
    ics: Annotated[bool, typer.Option("--ics", help="An iCalendar file, for calendar programs.")] = False,
    past: Annotated[bool, typer.Option("--past", help="Also what is over.")] = False,
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
) -> int:
    r"""List when campaigns are sent: their schedules by time, already in their windows.

    Only what is written in campaigns counts; nothing is planned or sent. A time without a zone is on each person's own
    clock.

    \b
    Examples:
      mops calendar
      mops calendar --ics > sends.ics
      mops calendar --past --json
    """
    from mops_cli.build.project import open_project
    from mops_cli.delivery.plan import calendar as plans

    state = state_of(ctx)
    here = state.ground(environment)
    now, config = state.clock.now(), here.settings.config
    opened = open_project(here.root)
    found = [
        one
        for one in plans.entries(opened.repository, config, now)
        if past or max(one.last, one.until or one.last) >= now
    ]
    if ics:
        state.console.out.write(plans.ics(config.project.id, config.project.name, found, now))
        return 0
    if state.console.json:
        state.console.emit("calendar", [_json(one) for one in found])
        return 0
    if not found:
        state.console.say(f"{state.console.mark('dim')} no campaign has a schedule{'' if past else ' ahead'}")
        return 0
    state.console.table(("WHEN", "CLOCK", "CAMPAIGN", "CHANNELS", "TITLE"), map(_row, found))
    return 0


def _row(one: Entry) -> tuple[str, ...]:
    from mops_cli.delivery.plan.calendar import local

    clock = "each person's own" if one.zone == "contact" else one.zone
    return local(one), clock, one.campaign, ", ".join(one.channels), one.title


def _json(one: Entry) -> dict[str, object]:
    def utc(at: object) -> object:
        return None if at is None else str(at).replace(" ", "T").replace("+00:00", "Z")

    return {
        "campaign": one.campaign,
        "send": one.send,
        "title": one.title,
        "channels": one.channels,
        "tags": one.tags,
        "zone": one.zone,
        "local": f"{one.wall:%Y-%m-%dT%H:%M}",
        "window": one.window or None,
        "first_at": utc(one.first),
        "last_at": utc(one.last),
        "not_after": utc(one.until),
    }
