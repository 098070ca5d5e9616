"""``mops store``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # Typer reads the annotations when it runs
from typing import Annotated

import typer

from mops_cli.cli.state import state_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.callback()
def store() -> None:
    """The file that holds contacts, consent and events."""


@app.command()
def info(ctx: typer.Context) -> int:
    r"""Show what the store holds: version, rows a table, how far each stream has been read.

    \b
    Examples:
      mops store info
      mops store info --json
    """
    from mops_cli.cli.console import size_of
    from mops_cli.cli.people_room import room
    from mops_cli.store import opening

    state = state_of(ctx)
    with room(state) as (opened, _):
        found = opening.facts(opened)
    if state.console.json:
        state.console.emit("store-info", found)
        return 0
    tables, offsets = found["tables"], found["offsets"]
    state.console.data(f"version {found['version']}, {size_of(int(str(found['bytes'])))}")
    state.console.table(("TABLE", "ROWS"), [(name, str(rows)) for name, rows in tables.items()])
    if offsets:
        state.console.data("")
        state.console.table(("STREAM", "READ UP TO"), [(name, str(last)) for name, last in offsets.items()])
    return 0


@app.command()
def backup(ctx: typer.Context, *, file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to.")]) -> int:
    r"""Write the store and its suppression key into one file that only you can read.

    \b
    Examples:
      mops store backup ~/backups/aurora-2026-11-24.mops
    """
    from mops_cli.cli.console import size_of
    from mops_cli.cli.people_room import room
    from mops_cli.store import backup as backups

    state = state_of(ctx)
    with room(state) as (opened, _):
        about = backups.backup(opened, state.cwd / file)
    if state.console.json:
        state.console.emit("store-backup", about)
    else:
        state.console.say(f"{state.console.mark('good')} {file}, {size_of(int(str(about['bytes'])))}")
    return 0


@app.command()
def restore(ctx: typer.Context, *, file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")]) -> int:
    r"""Put a backup in the place of the store; what was there is kept beside it as .mops/mops.duckdb.before-restore.

    The store is then as it was when the backup was made; `mops store rebuild` also brings back what came after it.

    \b
    Examples:
      mops store restore ~/backups/aurora-2026-11-24.mops
    """
    from mops_cli.store import backup as backups

    state = state_of(ctx)
    about = backups.restore(state.root(), state.cwd / file, state.clock)
    if state.console.json:
        state.console.emit("store-restore", about)
    else:
        state.console.say(f"{state.console.mark('good')} the store is as it was at {about['made_at']}")
    return 0


@app.command()
def rebuild(
    ctx: typer.Context,
    *,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A backup; without it, the last one that was made here.")
    ] = None,
) -> int:
    r"""Make the store anew: a backup, then everything that was written about people since, then the events of the bus.

    What was there is kept as .mops/mops.duckdb.before-restore. Where there never was a backup, everything is replayed from
    the beginning. Sends since the backup are not in it: look at `mops status` before you send again.

    \b
    Examples:
      mops store rebuild
      mops store rebuild ~/backups/aurora-2026-11-24.mops
    """
    import asyncio

    from mops_cli.app import rebuilding
    from mops_cli.cli.console import counted
    from mops_cli.content.environments import config_of

    state = state_of(ctx)
    root = state.root()
    place = state.cwd / file if file else None
    found = asyncio.run(rebuilding.rebuild(root, place, config_of(root), state.variables().everything(), state.clock))
    if state.console.json:
        data = {"backup": found.backup, "entries": found.entries, "events": found.events, "complete": not found.gap}
        state.console.emit("store-rebuild", data)
        return 0
    base = found.backup or "nothing"
    entries, events = counted(found.entries, "entry", "entries"), counted(found.events, "event")
    state.console.say(f"{state.console.mark('good')} rebuilt from {base}, {entries} about people and {events}")
    if found.gap:
        state.console.say(f"{state.console.mark('warning')} the bus no longer has all events since the backup")
    return 0
