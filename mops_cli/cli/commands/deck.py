"""``mops deck``."""

from __future__ import annotations

from typing import Annotated

import typer

from mops_cli.cli import completion
from mops_cli.cli.diagnostics_view import FORMAT_HELP
from mops_cli.cli.state import state_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.callback()
def deck() -> None:
    """Draw decks, lay out their sources, and check them."""


@app.command()
def render(
    ctx: typer.Context,
    *,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A deck: a file that ends in .dsh.", autocompletion=completion.decks)
    ],
    formats: Annotated[
        list[str] | None,
        typer.Option("--format", metavar="NAME", help="png (default), svg, pdf or xml; may be repeated."),
    ] = None,
    size: Annotated[
        list[str] | None,
        typer.Option(metavar="SIZE", help="1200x630, instagram, instagram.story, or all; may be repeated."),
    ] = None,
    out: Annotated[str, typer.Option(metavar="DIR", help="Where the files go; nothing is written elsewhere.")] = ".",
    page: Annotated[
        int, typer.Option(metavar="N", min=0, show_default=False, help="Only this page; the first is 1.")
    ] = 0,
    scale: Annotated[int, typer.Option(metavar="N", min=1, max=8, help="Pixels for each pixel of a PNG.")] = 1,
    contact_sheet: Annotated[
        bool, typer.Option("--contact-sheet", help="One PNG with all sizes side by side and their safe zones.")
    ] = False,
    var: Annotated[
        list[str] | None,
        typer.Option("--var", metavar="NAME=VALUE", help="A value that the deck may use; may be repeated."),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Where `random` begins.")] = 1,
    compat: Annotated[bool, typer.Option("--compat", help="As the old tools understand it.")] = False,
    rasterizer: Annotated[str, typer.Option(metavar="NAME", help="cairo, or resvg where it is installed.")] = "cairo",
) -> int:
    r"""Draw a deck: PNG, SVG, PDF, or its model as XML.

    In a project a deck has the brand's colours, fonts and data, and the values of the campaign that names it. Elsewhere
    it is drawn in the fonts that MOPS brings. A deck of several pages becomes name-01.png, name-02.png; several sizes
    become name-1080x1350.png and so on. Exit code 1 when the deck has errors; then nothing is written.

    \b
    Examples:
      mops deck render card.dsh
      mops deck render card.dsh --size 1200x630 --format png --format svg --out pictures
      mops deck render card.dsh --size instagram --size linkedin --scale 2
      mops deck render card.dsh --size all --contact-sheet --out pictures
      mops deck render poster.dsh --format pdf --var city=Hamburg
    """
    from mops_cli.cli import deck_rendering

    asked = deck_rendering.Asked(
        file=file, formats=formats or [], sizes=size or [], out=out, page=page, scale=scale, sheet=contact_sheet,
        variables=var or [], seed=seed, compat=compat, rasterizer=rasterizer,
    )  # fmt: skip
    return deck_rendering.run(state_of(ctx), asked)


@app.command()
def fmt(
    ctx: typer.Context,
    *,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATHS]", help="Decks and folders; default: all here.", autocompletion=completion.decks
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit code 1 when something would change.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change, and change nothing.")] = False,
) -> int:
    r"""Lay out the sources of decks in the one way.

    Blocks are indented by a tab a level, blanks between words and empty lines become one. What a deck draws does not
    change: texts, numbers, comments, data and running text stay letter for letter.

    \b
    Examples:
      mops deck fmt
      mops deck fmt content/decks --check
      mops deck fmt card.dsh --diff
    """
    from mops_cli.cli import deck_layout

    return deck_layout.run(state_of(ctx), paths or [], check=check, diff=diff)


@app.command()
def lint(
    ctx: typer.Context,
    *,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATHS]", help="Decks and folders; default: all here.", autocompletion=completion.decks
        ),
    ] = None,
    output_format: Annotated[
        str, typer.Option(metavar="FORMAT", help=FORMAT_HELP, autocompletion=completion.formats)
    ] = "full",
    compat: Annotated[bool, typer.Option("--compat", help="As the old tools understand them.")] = False,
) -> int:
    r"""Check decks: their words, names and files, and what the finished pictures look like.

    Unknown words, wrong arguments, open blocks, missing files and characters that no font has are errors. Values that
    nothing uses, text too small for a phone, too pale, over the edge or outside of a platform's safe zone, and slides
    without `alt` are warnings. Decks that other decks take in are judged through those. Exit code 1 when an error is
    found. `mops lint` says the same as part of everything else.

    \b
    Examples:
      mops deck lint
      mops deck lint campaigns/spring/card.dsh
      mops deck lint --output-format github
    """
    from mops_cli.cli import deck_linting

    return deck_linting.run(state_of(ctx), paths or [], output_format, compat=compat)
