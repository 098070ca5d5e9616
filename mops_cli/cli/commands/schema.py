"""``mops schema``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mops_cli.cli.state import state_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.callback()
def schema() -> None:
    """Write the JSON Schemas that editors complete from."""


@app.command()
def export(
    ctx: typer.Context,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Default: .mops/schemas of the project.")
    ] = None,
) -> int:
    r"""Write one JSON Schema (draft-07) a kind of file.

    Editors with a YAML language server read them through the first line of every scaffolded file:
    # yaml-language-server: $schema=../../.mops/schemas/campaign.json

    \b
    Examples:
      mops schema export
      mops schema export --out schemas/
    """
    from mops_cli.content.scaffold import write_schemas

    state = state_of(ctx)
    folder = state.cwd / out if out is not None else state.root() / ".mops" / "schemas"
    names = write_schemas(folder)
    if state.console.json:
        state.console.emit("schema", names)
        return 0
    for name in names:
        state.console.data(str((out or Path(".mops/schemas")) / name))
    state.console.say(f"{state.console.mark('good')} {len(names)} schemas")
    return 0
