"""``mops init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mops_cli.cli.state import State, state_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def init(
    ctx: typer.Context,
    *,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where; default: here.")] = Path(),
    template: Annotated[str, typer.Option(metavar="NAME", help="starter or empty.")] = "starter",
    name: Annotated[str, typer.Option(metavar="TEXT", help="The brand's name; default: the folder's.")] = "",
    no_input: Annotated[bool, typer.Option("--no-input", help="Ask nothing.")] = False,
) -> int:
    r"""Start a project: brand, sample people, and one message on every channel. Nothing is ever overwritten.

    \b
    Examples:
      mops init my-brand
      mops init my-brand --name "Aurora Roasters"
      mops init --template empty --no-input
    """
    from mops_cli.content.scaffold import init as make
    from mops_cli.content.scaffold import write_schemas

    state = state_of(ctx)
    place = state.cwd / folder
    if not name and not no_input:
        name = _ask(state, place)
    made = make(place, template=template, name=name)
    write_schemas(place / ".mops" / "schemas")
    if state.console.json:
        state.console.emit("init", {"written": made.written, "kept": made.kept})
        return 0
    for path in made.written:
        state.console.data(str(folder / path))
    for path in made.kept:
        state.console.say(f"{state.console.mark('warning')} {folder / path} was there and stays as it is")
    where = "" if folder == Path() else f"cd {folder} && "
    state.console.say(f"{state.console.mark('good')} {len(made.written)} files\nNext: {where}mops lint && mops build")
    return 0


def _ask(state: State, place: Path) -> str:
    """The brand's name, asked on a terminal only."""
    import sys

    if state.console.json or not (sys.stdin.isatty() and state.console.err.isatty()):
        return ""
    default = " ".join(word.capitalize() for word in place.resolve().name.replace("_", "-").split("-"))
    return str(typer.prompt("The brand's name", default=default, err=True))
