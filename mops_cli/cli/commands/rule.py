"""``mops rule``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mops_cli.cli import completion, pager
from mops_cli.cli.state import state_of

if TYPE_CHECKING:
    from mops_cli.cli.console import Console
    from mops_cli.lint.catalog import Page

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def rule(
    ctx: typer.Context,
    *,
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", help="A code such as ML104.", autocompletion=completion.codes)
    ] = None,
    list_all: Annotated[bool, typer.Option("--list", help="All codes with one line each.")] = False,
) -> int:
    r"""Explain a finding: what it means, why it matters, and what to write instead.

    A page that is longer than the terminal goes through PAGER (default: less); NO_PAGER=1 prints it.

    \b
    Examples:
      mops rule ML104
      mops rule --list
      mops rule --list --json
    """
    from mops_cli.errors import UsageError
    from mops_cli.lint.catalog import page, pages

    console = state_of(ctx).console
    if list_all or code is None:
        _list(console, list(pages().values()))
        return 0
    found = page(code)
    if found is None:
        from mops_cli.model.suggest import nearest

        near = nearest(code.upper(), pages())
        hint = f"did you mean {near}? " if near else ""
        raise UsageError(f'there is no rule "{code}"', hint=f"{hint}`mops rule --list` shows all")
    _page(console, found)
    return 0


def _list(console: Console, found: list[Page]) -> None:
    if console.json:
        console.emit("rules", [_data(item) for item in found])
        return
    console.table(
        ("CODE", "NAME", "FIX", "WHAT"), [(i.code, i.name, "fix" if i.fixable else "", i.summary) for i in found]
    )


def _page(console: Console, found: Page) -> None:
    if console.json:
        console.emit("rule", _data(found))
        return
    lines = [console.style(f"{found.code} {found.name}", "title"), ""]
    lines += [
        console.style(line.lstrip("# "), "title") if line.startswith("#") else line for line in found.text.splitlines()
    ]
    if found.fixable:
        lines += ["", "Can be repaired by `mops lint --fix`."]
    pager.show(console, "\n".join(lines) + "\n")


def _data(found: Page) -> dict[str, object]:
    return {
        "code": found.code,
        "name": found.name,
        "summary": found.summary,
        "fixable": found.fixable,
        "text": found.text,
    }
