"""``mops config``."""

from __future__ import annotations

from typing import Annotated

import typer

from mops_cli.cli import completion
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
    environment: Annotated[
        str,
        typer.Option(
            "--env",
            "-e",
            metavar="NAME",
            help="With [environments.NAME] over the rest.",
            autocompletion=completion.environments,
        ),
    ] = "",
) -> int:
    r"""Print every setting in force with its value; secrets and the values of .env are never printed.

    With --env (or MOPS_ENV) the tables of [environments.NAME] lie over those of the same names, and each value is
    shown with its origin: a line of mops.toml, the environment, a variable, or the default.

    A value such as "env:SMTP_PASSWORD" names a variable: of the shell, or else of .env beside mops.toml. MOPS_*
    settings may stand there too.

    \b
    Examples:
      mops config show
      mops config show --origin
      mops config show --env production
      mops config show project. --json
    """
    from mops_cli.build.project import open_project
    from mops_cli.cli import schema_files
    from mops_cli.cli.settings import settings

    state = state_of(ctx)
    schema_files.refresh(state.root())
    opened = open_project(state.root())
    variables = state.variables()
    environment = environment or variables.get("MOPS_ENV") or ""
    everything = settings(opened.repository.config, variables, environment)
    found = [item for item in everything if item.key.startswith(prefix)]
    if state.console.json:
        state.console.emit("config", [item.as_json() for item in found], opened.diagnostics)
        return 0
    columns = ("KEY", "VALUE", "ORIGIN") if origin or environment else ("KEY", "VALUE")
    state.console.table(columns, [(item.key, item.shown, item.origin)[: len(columns)] for item in found])
    return 0
