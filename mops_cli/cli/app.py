"""The Typer application: global options and the table of commands."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path  # noqa: TC003  # Typer reads the annotations when it runs
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from mops_cli import __version__
from mops_cli.cli.console import Console
from mops_cli.cli.state import State
from mops_cli.cli.table import COMMANDS

GLOBAL_OPTIONS = """
Common options, before or after the command:

\b
  --project DIR            the folder with mops.toml (default: here or above)
  --json                   one JSON envelope on stdout
  --color WHEN             auto, always or never
  -q, --quiet              only results and errors
  -v, --verbose            say more
"""

INTERRUPTED = 130


def keep_lines(command: Any) -> None:
    r"""Let a paragraph that begins with ``\b`` keep its lines: raw docstrings hold the two letters, not the sign."""
    if command.help:
        command.help = command.help.replace("\\b\n", "\b\n")
    for inner in (getattr(command, "commands", None) or {}).values():
        keep_lines(inner)


class Commands(TyperGroup):
    """The commands, imported when they are called."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        keep_lines(self)
        names: dict[str, Any] = dict.fromkeys(COMMANDS)
        self.commands = names  # for suggestions; get_command imports

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import the command's module."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"mops_cli.cli.commands.{cmd_name}")
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        command.epilog = GLOBAL_OPTIONS
        keep_lines(command)
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The table under its headings, without importing anything."""
        for heading in dict.fromkeys(section for section, _ in COMMANDS.values()):
            with formatter.section(heading):
                formatter.write_dl([(name, line) for name, (section, line) in COMMANDS.items() if section == heading])


app = typer.Typer(
    cls=Commands,
    name="mops",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(value: bool) -> None:
    if not value:
        return
    if "--json" in sys.argv:
        from mops_cli.cli.versions import as_json

        typer.echo(as_json())
    else:
        typer.echo(f"mops {__version__}")
    raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    ctx: typer.Context,
    *,
    project: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder with mops.toml.", envvar="MOPS_PROJECT")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON envelope on stdout.")] = False,
    color: Annotated[str, typer.Option(metavar="WHEN", help="auto, always or never.", envvar="MOPS_COLOR")] = "auto",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only results and errors.")] = False,
    verbose: Annotated[int, typer.Option("--verbose", "-v", count=True, help="Say more.")] = 0,
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    r"""Marketing operations as code: one message in git becomes every channel's artifact, on brand.

    \b
    Start here:
      mops demo                 a sample project, built and shown
      mops init my-brand        a project of your own
      mops lint && mops build   check it, make it
    """
    if color not in {"auto", "always", "never"}:
        raise typer.BadParameter(f"{color!r} is not one of auto, always, never", param_hint="--color")
    console = Console(json=json, color=color, verbosity=-1 if quiet else verbose)  # type: ignore[arg-type]
    ctx.obj = State(console=console, project=project)
    ctx.obj.use_dotenv()
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def invoke(arguments: list[str]) -> int:
    """Parse the arguments and run the command; a wrong command line becomes a sentence and exit code 2."""
    try:
        code = typer.main.get_command(app).main(args=arguments, prog_name="mops", standalone_mode=False)
    except TyperException as exc:
        return _usage(exc, arguments)
    except typer.Abort:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _usage(exc: TyperException, arguments: list[str]) -> int:
    """A wrong command line: the sentence, and where to read on."""
    ctx = getattr(exc, "ctx", None)
    path = ctx.command_path if ctx is not None else "mops"
    message, hint = exc.format_message(), f"`{path} --help` shows what it takes"
    if not {"--json", "--json-lines"}.isdisjoint(arguments):
        from mops_cli.cli import failure

        failure.emit(Console(), arguments, "UsageError", message, hint)
    sys.stderr.write(f"error: {message}\nhelp: {hint}\n")
    return exc.exit_code
