"""``mops segments``."""

from __future__ import annotations

from typing import Annotated

import typer

from mops_cli.cli.state import state_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)

Name = Annotated[str, typer.Argument(metavar="SEGMENT", help="A file of segments/, without .yaml.")]
At = Annotated[str, typer.Option("--at", metavar="TIME", help="As if it were this moment (UTC): 2026-03-01.")]


@app.callback()
def segments() -> None:
    """Ask who is in a segment, how many, and why."""


@app.command("ls")
def ls(ctx: typer.Context, *, at: At = "") -> int:
    r"""List the segments with how many contacts are in each.

    \b
    Examples:
      mops segments ls
      mops segments ls --json
    """
    from mops_cli.audience.segments import asking
    from mops_cli.cli.segment_room import room

    state = state_of(ctx)
    with room(state, at) as here:
        rows = [
            (name, None if name not in here.segments.trees else asking.count(here.store, here.segments, name, here.now))
            for name in here.segments.sources
        ]
        titles = {name: loaded.value.title for name, loaded in here.segments.sources.items()}
    if state.console.json:
        data = [{"segment": name, "title": titles[name], "contacts": count} for name, count in rows]
        state.console.emit("segments", data, here.findings)
        return 0
    shown = [(name, "-" if count is None else f"{count:,}", titles[name]) for name, count in rows]
    state.console.table(("SEGMENT", "CONTACTS", "TITLE"), shown)
    return 0


@app.command()
def preview(
    ctx: typer.Context,
    *,
    name: Name,
    most: Annotated[int, typer.Option("--most", "-n", metavar="N", min=1, max=1000, help="How many to show.")] = 10,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show addresses in full.")] = False,
    at: At = "",
) -> int:
    r"""Show the first contacts of a segment, always in the same order, with their addresses masked.

    \b
    Examples:
      mops segments preview active-customers
      mops segments preview active-customers -n 3 --reveal
    """
    from mops_cli.audience.addresses import masked
    from mops_cli.audience.segments import asking
    from mops_cli.cli.segment_room import room

    state = state_of(ctx)
    with room(state, at) as here:
        here.need(name)
        count = asking.count(here.store, here.segments, name, here.now)
        ids = asking.preview(here.store, here.segments, name, here.now, most)
        people = here.addresses(ids)
    show = (lambda text: text) if reveal else masked
    rows = [(str(number), *(show(part) if part else "-" for part in people[number])) for number in ids]
    if state.console.json:
        data = [{"contact": int(row[0]), "email": row[1], "phone": row[2]} for row in rows]
        state.console.emit("segment", {"segment": name, "contacts": count, "first": data}, here.findings)
        return 0
    state.console.table(("CONTACT", "EMAIL", "PHONE"), rows)
    state.console.say(f"{state.console.mark('good')} {count:,} contacts in {name}, {len(rows)} shown")
    return 0


@app.command()
def explain(
    ctx: typer.Context,
    *,
    name: Name,
    contact: Annotated[str, typer.Option(metavar="WHO", help="A contact's number or email: which line fails?")] = "",
    at: At = "",
) -> int:
    r"""Show how each line of a segment narrows everybody down; for one contact, which line fails.

    \b
    Examples:
      mops segments explain active-customers
      mops segments explain active-customers --contact mara@people.example
    """
    from mops_cli.cli.segment_room import room
    from mops_cli.cli.segment_view import show_funnel, show_verdicts

    state = state_of(ctx)
    with room(state, at) as here:
        here.need(name)
        if contact:
            return show_verdicts(state.console, here, name, here.contact(contact))
        return show_funnel(state.console, here, name)


@app.command()
def diff(
    ctx: typer.Context,
    *,
    name: Name,
    since: Annotated[str, typer.Option(metavar="TIME", help="The earlier moment (UTC): 2026-03-01.")] = "",
    base: Annotated[str, typer.Option(metavar="REF", help="The earlier version, as git has it: main, v1.")] = "",
    head: Annotated[str, typer.Option(metavar="REF", help="With --base: the later one (default: your files).")] = "",
    most: Annotated[int, typer.Option("--most", "-n", metavar="N", min=0, max=1000, help="How many to show.")] = 10,
    at: At = "",
) -> int:
    r"""Compare a segment at two moments, or two versions of it in git: who joins, who leaves, how many stay.

    Versions are asked of the same people at the same moment, with the fields that mops.toml declares now.

    \b
    Examples:
      mops segments diff active-customers --since 2026-11-01
      mops segments diff active-customers --base main
      mops segments diff active-customers --base v1 --head v2
    """
    from mops_cli.audience.segments import asking
    from mops_cli.cli.segment_room import instant, room
    from mops_cli.cli.segment_versions import versions
    from mops_cli.cli.segment_view import show_difference
    from mops_cli.errors import UsageError

    if bool(since) == bool(base) or (head and not base):
        raise UsageError(
            "say what to compare with", hint="either --since TIME, or --base REF with or without --head REF"
        )
    state = state_of(ctx)
    with room(state, at) as here:
        if since:
            here.need(name)
            before = asking.members(here.segments, name, instant(since))
            after = asking.members(here.segments, name, here.now)
        else:
            before, after = versions(state, here, name, base, head)
        found = asking.difference(here.store, before, after)
        people = here.addresses([*found.joined[:most], *found.left[:most]])
    if state.console.json:
        data = {"segment": name, "joined": found.joined, "left": found.left, "stayed": found.stayed}
        state.console.emit("segment-diff", data, here.findings)
        return 0
    return show_difference(state.console, found, people, most)


@app.command("test")
def trial(
    ctx: typer.Context,
    *,
    names: Annotated[list[str] | None, typer.Argument(metavar="[TEST]...", help="Files of segments/tests/.")] = None,
) -> int:
    r"""Run the tests of segments: given these people and events, these are in. The store is not touched.

    A test is a file of segments/tests/. Exit code 1 when somebody is in who should not be, or the other way round.

    \b
    Examples:
      mops segments test
      mops segments test active-customers
    """
    from mops_cli.cli.segment_tests import run_all

    return run_all(state_of(ctx), names or [])
