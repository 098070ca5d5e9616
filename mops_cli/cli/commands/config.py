"""``mops config``."""

from __future__ import annotations

from typing import Annotated

import typer

from mops_cli.cli.state import state_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.callback()
def config() -> None:
    """Show the settings in force and where each comes from."""


@app.command()
def show(
    ctx: typer.Context,
    *,
    prefix: Annotated[str, typer.Argument(metavar="KEY", help="Only keys that begin so, e.g. sms.")] = "",
    origin: Annotated[bool, typer.Option("--origin", help="Say where each value comes from.")] = False,
) -> int:
    r"""Print every setting of mops.toml with its value; secrets are never printed.

    \b
    Examples:
      mops config show
      mops config show --origin
      mops config show project. --json
    """
    from mops_cli.build.project import open_project
    from mops_cli.cli.settings import settings

    state = state_of(ctx)
    opened = open_project(state.root())
    found = [item for item in settings(opened.repository.config, state.console.env) if item.key.startswith(prefix)]
    if state.console.json:
        state.console.emit("config", [item.as_json() for item in found], opened.diagnostics)
        return 0
    columns = ("KEY", "VALUE", "ORIGIN") if origin else ("KEY", "VALUE")
    state.console.table(columns, [(item.key, item.shown, item.origin)[: len(columns)] for item in found])
    return 0
