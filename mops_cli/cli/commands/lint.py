"""``mops lint``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mops_cli.cli import completion
from mops_cli.cli.console import counted, tally
from mops_cli.cli.diagnostics_view import FORMAT_HELP, check_format, show
from mops_cli.cli.state import state_of

if TYPE_CHECKING:
    from pathlib import Path

    from mops_cli.cli.console import Console
    from mops_cli.lint.engine import Report

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def lint(
    ctx: typer.Context,
    *,
    fix: Annotated[bool, typer.Option("--fix", help="Make the changes that are safe, then check again.")] = False,
    select: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODES", help="Only these codes or families, e.g. ML,MB401.", autocompletion=completion.families
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(metavar="CODES", help="Not these codes or families.", autocompletion=completion.families),
    ] = None,
    output_format: Annotated[
        str, typer.Option(metavar="FORMAT", help=FORMAT_HELP, autocompletion=completion.formats)
    ] = "full",
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Accept today's findings in mops-baseline.json.")
    ] = False,
    no_baseline: Annotated[bool, typer.Option("--no-baseline", help="Show accepted findings too.")] = False,
) -> int:
    r"""Find mistakes, each with its line and its cure.

    Reads every file, runs every channel in memory and applies the rules. Nothing is written to dist/. Exit code 1
    when an error is found; warnings and notes leave it at 0.

    \b
    Examples:
      mops lint                          everything
      mops lint --fix                    repair what is safe to repair
      mops lint --select ML --ignore ML104
      mops lint --output-format sarif > mops.sarif
      mops rule ML104                    what a code means

    Accept a finding where it stands with a comment and a reason:  # mops: ignore[ML102] partner has no https yet
    """
    from mops_cli.cli import schema_files
    from mops_cli.lint import engine

    state = state_of(ctx)
    root, name = state.root(), check_format(output_format)
    schema_files.refresh(root)
    report = engine.lint(
        root, select=select or (), ignore=ignore or (), use_baseline=not (no_baseline or write_baseline)
    )
    if fix and report.fixable:
        state.console.say(f"fixed {engine.fix(root, report)} of {len(report.findings)} findings")
        report = engine.lint(root, select=select or (), ignore=ignore or (), use_baseline=not no_baseline)
    if write_baseline:
        return _write_baseline(state.console, root, report)
    _render(state.console, report, name)
    return report.exit_code


def _render(console: Console, report: Report, name: str) -> None:
    if console.json:
        console.emit("lint", _data(report), report.findings)
        return
    show(console, report.findings, report.texts, name)
    words = [tally(report.findings)]
    if report.fixable:
        words.append(f"{report.fixable} fixable with --fix")
    if report.suppressed:
        words.append(f"{report.suppressed} accepted by comments")
    if report.accepted:
        words.append(f"{report.accepted} accepted by the baseline")
    looked = f"{counted(report.campaigns, 'campaign')} and {counted(report.artifacts, 'artifact')} looked at"
    sign = console.mark("error" if report.exit_code else "good")
    console.say(f"{sign} {', '.join(words)} ({looked})")


def _data(report: Report) -> dict[str, object]:
    return {
        "findings": len(report.findings),
        "fixable": report.fixable,
        "suppressed": report.suppressed,
        "accepted": report.accepted,
        "campaigns": report.campaigns,
        "artifacts": report.artifacts,
    }


def _write_baseline(console: Console, root: Path, report: Report) -> int:
    from mops_cli.lint import baseline

    (root / baseline.NAME).write_text(baseline.write(report.findings, report.texts), encoding="utf-8")
    console.say(
        f"{console.mark('good')} {len(report.findings)} findings accepted in {baseline.NAME}; only new ones are shown from now on"
    )
    return 0
