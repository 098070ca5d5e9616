"""``mops fonts``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mops_cli.cli.state import state_of

if TYPE_CHECKING:
    from mops_cli.cli.console import Console
    from mops_cli.cli.font_adding import Adding

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.callback()
def fonts() -> None:
    """Add fonts to the brand, and see which file draws what on which channel."""


@app.command()
def report(ctx: typer.Context) -> int:
    r"""Show the brand's fonts by role and channel: files, sizes, licences, fallbacks, and characters nobody draws.

    Every artifact is made in memory and its characters are compared with the fonts. Exit code 1 when text on paper or
    in a picture would be unreadable, or a font may not be published.

    \b
    Examples:
      mops fonts report
      mops fonts report --json | jq '.data.channels[].missing'
    """
    from mops_cli.cli import font_report
    from mops_cli.cli.console import tally
    from mops_cli.cli.diagnostics_view import show

    state = state_of(ctx)
    found = font_report.examine(state.root())
    if state.console.json:
        state.console.emit("fonts", font_report.as_json(found), found.findings)
        return found.exit_code
    font_report.show(state.console, found)
    if found.findings:
        state.console.data("")
        show(state.console, found.findings, {}, "concise")
    state.console.say(f"{state.console.mark('error' if found.exit_code else 'good')} {tally(found.findings)}")
    return found.exit_code


@app.command()
def add(
    ctx: typer.Context,
    *,
    family: Annotated[str, typer.Argument(metavar="FAMILY", help="A family, e.g. Inter, or a package of one.")],
    source: Annotated[str, typer.Option("--from", metavar="WHERE", help="A font file or folder, npm, or debian.")] = "",
    role: Annotated[str, typer.Option(metavar="ROLE", help="body, heading, mono, or a name of yours.")] = "body",
    weights: Annotated[str, typer.Option(metavar="LIST", help="Weights, with commas between them.")] = "400,700",
    italic: Annotated[bool, typer.Option("--italic", help="Slanted files too.")] = False,
    licence: Annotated[str, typer.Option(metavar="SPDX", help="The licence, where the source does not say.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")] = False,
) -> int:
    r"""Copy a font and its licence into brand/fonts/ and name it in brand/fonts.yaml.

    The only command that may ask a package registry for something, and only with --from npm or --from debian (or a
    package's name), through npm or apt-get on this machine. A build never does.

    \b
    Examples:
      mops fonts add Inter --from npm                      the package @fontsource/inter
      mops fonts add fonts-inter --role heading            a Debian package
      mops fonts add "Acme Sans" --from ~/fonts/acme/ --licence LicenseRef-Acme
      mops fonts add Inter --from npm --weights 400,600 --italic --dry-run
    """
    from mops_cli.cli.font_adding import Wish, plan, write

    state = state_of(ctx)
    root = state.root()
    wish = Wish(family, source, role, weights, italic=italic, licence=licence, here=state.cwd)
    made = plan(root, wish)
    if not dry_run:
        write(root, made)
    if state.console.json:
        state.console.emit("fonts-add", {**made.as_json(), "dry_run": dry_run})
    else:
        _tell(state.console, made, dry_run=dry_run)
    return 0


def _tell(console: Console, made: Adding, *, dry_run: bool) -> None:
    for path in made.files:
        console.data(path)
    for remark in made.remarks:
        console.say(f"{console.mark('warning')} {remark}")
    if dry_run:
        console.data("")
        console.data(made.block.rstrip("\n"))
        console.say("Nothing was written; leave --dry-run out to write it.")
    else:
        console.say(f"{console.mark('good')} {made.family} plays {made.role}. Next: mops fonts report")
