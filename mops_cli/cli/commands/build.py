"""``mops build``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mops_cli.cli import completion
from mops_cli.cli.build_view import build_and_show, record_build, render
from mops_cli.cli.diagnostics_view import FORMAT_HELP, check_format
from mops_cli.cli.state import state_of

if TYPE_CHECKING:
    from mops_cli.build.report import BuildReport
    from mops_cli.cli.state import State

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def build(
    ctx: typer.Context,
    *,
    selectors: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SELECTOR", help="What to build; default: everything.", autocompletion=completion.selectors
        ),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            "-s",
            metavar="SELECTOR",
            help="The same as a bare selector.",
            autocompletion=completion.selectors,
        ),
    ] = None,
    base: Annotated[str, typer.Option(metavar="REF", help="What state:modified compares with.")] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Exit 2 when an artifact had to be skipped.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Build everything, changed or not.")] = False,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Build again whenever a file changes.")] = False,
    jobs: Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="Processes to use.")] = None,
    json_lines: Annotated[
        bool, typer.Option("--json-lines", help="One JSON envelope a line: progress as it comes, then the result.")
    ] = False,
    output_format: Annotated[
        str, typer.Option(metavar="FORMAT", help=FORMAT_HELP, autocompletion=completion.formats)
    ] = "full",
) -> int:
    r"""Make every channel's artifacts in dist/.

    Only what changed, and what depends on it, is made again. An error in one message costs the artifacts of that
    message; their last good version stays. Exit code 1 when there are errors.

    \b
    Selectors (one grammar everywhere):
      spring-launch   newsletter-*   tag:product   channel:sms   path:content/blocks/hero
      state:modified --base main     +x and x+ for what x needs and what needs x
      a,b: both must hold; a b: either

    \b
    Examples:
      mops build
      mops build spring-launch,channel:email     of this campaign, the mail
      mops build channel:sms channel:push        both of these
      mops build --watch
      mops build --strict --json
      mops build --watch --json-lines
    """
    state, name = state_of(ctx), check_format(output_format)
    chosen = [*(selectors or ()), *(select or ())]
    if json_lines:
        state.console.json = state.console.json_lines = True
    if watch:
        return _watch(state, chosen, name)
    return build_and_show(state, selection=chosen, base=base, jobs=jobs, strict=strict, force=force, output_format=name)


def _watch(state: State, chosen: list[str], name: str) -> int:
    from mops_cli.build import runs
    from mops_cli.build.watch import watch as run_watch

    root = state.root()

    def tell(report: BuildReport) -> None:
        run = runs.begin(str(root), "build", ("--watch", *chosen), state.clock)
        run.begin -= report.seconds
        record_build(run, state.clock, report)
        render(state.console, root, report, name)

    state.console.say(f"watching {root.name}/ (Ctrl-C ends)")
    run_watch(
        str(root),
        state.clock,
        selection=chosen,
        tell=tell,
        complain=lambda problem: state.console.complain(f"{state.console.mark('error')} {problem.message}"),
    )
    return 0
