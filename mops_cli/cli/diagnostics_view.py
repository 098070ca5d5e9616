"""Printing findings in the asked format, with colours where the terminal has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.cli.console import HUMAN
from mops_cli.errors import UsageError
from mops_cli.lint.formats import FORMATS, render
from mops_cli.lint.formats.full import render_one

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.cli.console import Console
    from mops_cli.model.diagnostic import Diagnostic

FORMAT_HELP = "full, concise, json, github, gitlab, sarif or junit."


def check_format(name: str) -> str:
    """The format's name.

    Raises:
        UsageError: There is no such format.
    """
    if name not in FORMATS:
        from mops_cli.model.suggest import advice

        raise UsageError(f'there is no output format "{name}"', hint=advice(name, FORMATS, what="formats"))
    return name


def show(console: Console, findings: Sequence[Diagnostic], texts: Mapping[str, str], name: str = "full") -> None:
    """Print findings on stdout; on a GitHub runner annotations come beside the text."""
    if name == "full":
        for found in findings:
            console.data(render_one(found, texts.get(found.span.path, ""), console.style))
    else:
        text = render(name, findings, texts)
        if text:
            console.data(text.rstrip("\n"))
    if name in HUMAN and findings and console.env.get("GITHUB_ACTIONS") == "true":
        console.data(render("github", findings, texts).rstrip("\n"))
