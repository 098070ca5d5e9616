"""``mops ls``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mops_cli.cli import completion
from mops_cli.cli.state import state_of

if TYPE_CHECKING:
    from mops_cli.cli.console import Console
    from mops_cli.cli.listing import Line

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def ls(
    ctx: typer.Context,
    *,
    selectors: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SELECTOR", help="As for `mops build`; default: everything.", autocompletion=completion.selectors
        ),
    ] = None,
    artifacts: Annotated[bool, typer.Option("--artifacts", "-a", help="One line an artifact of dist/.")] = False,
) -> int:
    r"""List campaigns and channels: what each is made from, and what lies in dist/.

    "derived" comes from message.md, "written" from an override file of that channel. Files that all
    campaigns share (pictures, fonts, the web app, notices) come last, without a campaign. Nothing is written.

    \b
    Examples:
      mops ls
      mops ls channel:sms
      mops ls spring-launch --artifacts
      mops ls --json | jq '.data[].campaign'
    """
    from mops_cli.build.project import open_project
    from mops_cli.cli import listing, schema_files

    state = state_of(ctx)
    schema_files.refresh(state.root())
    opened = open_project(state.root())
    lines = listing.lines(opened, selectors or ())
    # With a selector only what was asked for; what is shared belongs to no campaign.
    lines += [] if selectors else listing.shared(state.root())
    if state.console.json:
        state.console.emit("ls", [line.as_json() for line in lines], opened.diagnostics)
    elif artifacts:
        _artifacts(state.console, lines)
    else:
        _table(state.console, lines)
    return 0


def _table(console: Console, lines: list[Line]) -> None:
    from mops_cli.cli.console import counted, size_of

    rows = [
        (line.campaign or "(shared)", line.channel, line.stem or "-", line.made_from, counted(len(line.artifacts), "file") if line.artifacts else "-", size_of(line.bytes))
        for line in lines
    ]  # fmt: skip
    console.table(("CAMPAIGN", "CHANNEL", "LOCALE", "FROM", "DIST", "SIZE"), rows)
    messages = [line for line in lines if line.campaign]
    campaigns = len({line.campaign for line in messages})
    console.say(
        f"{counted(campaigns, 'campaign')}, {counted(len(messages), 'message')}, {sum(bool(line.artifacts) for line in messages)} built"
    )


def _artifacts(console: Console, lines: list[Line]) -> None:
    from mops_cli.cli.console import size_of

    rows = [
        (f"dist/{artifact['path']}", str(artifact["kind"]), size_of(int(str(artifact["bytes"]))))
        for line in lines
        for artifact in line.artifacts
    ]
    console.table(("PATH", "KIND", "SIZE"), rows)
