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


MOST_OF_A_FILE = 100
"""Findings of one file that are printed for people; machines get them all."""

_LOUDEST_FIRST = ("error", "warning", "info")


def for_people(findings: Sequence[Diagnostic]) -> tuple[list[Diagnostic], dict[str, int]]:
    """What is printed of ``findings``, in their order, and how many are left out by file: errors are kept longest."""
    by_path: dict[str, list[int]] = {}
    for number, found in enumerate(findings):
        by_path.setdefault(found.span.path, []).append(number)
    kept: set[int] = set()
    left: dict[str, int] = {}
    for path, numbers in by_path.items():
        ranked = sorted(numbers, key=lambda number: (_LOUDEST_FIRST.index(findings[number].severity.value), number))
        kept.update(ranked[:MOST_OF_A_FILE])
        if len(numbers) > MOST_OF_A_FILE:
            left[path] = len(numbers) - MOST_OF_A_FILE
    return [findings[number] for number in sorted(kept)], left


def show(console: Console, findings: Sequence[Diagnostic], texts: Mapping[str, str], name: str = "full") -> None:
    """Print findings on stdout; on a GitHub runner annotations come beside the text."""
    everything, left = findings, dict[str, int]()
    if name in HUMAN:
        findings, left = for_people(findings)
    if name == "full":
        for found in findings:
            console.data(render_one(found, texts.get(found.span.path, ""), console.style))
    else:
        text = render(name, findings, texts)
        if text:
            console.data(text.rstrip("\n"))
    for path, count in left.items():
        console.data(f"and {count:,} more of these in {path}")
    if name in HUMAN and findings and console.env.get("GITHUB_ACTIONS") == "true":
        console.data(render("github", everything, texts).rstrip("\n"))
