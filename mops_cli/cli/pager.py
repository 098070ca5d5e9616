"""Long pages on a terminal go through a pager; everywhere else they are written as they are."""

from __future__ import annotations

import contextlib
import io
import shutil
import sys
from typing import TYPE_CHECKING

from mops_cli.clock import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TextIO

    from mops_cli.cli.console import Console


def show(console: Console, text: str) -> None:
    """Print a text: through the pager when it is longer than the terminal, else at once."""
    command = command_for(text, console.out, console.env)
    if not command or not _run(command, text):
        console.data(text.rstrip("\n"))


def command_for(text: str, out: TextIO, env: Mapping[str, str]) -> list[str]:
    """The pager to call for a text; empty when it is to be printed.

    ``NO_PAGER`` (any value) and ``PAGER=cat`` switch it off; ``PAGER`` names another one than ``less``.
    """
    import shlex

    if env.get("NO_PAGER") or env.get("TERM") == "dumb" or not out.isatty() or not sys.stdin.isatty():
        return []
    if text.count("\n") < shutil.get_terminal_size().lines:
        return []
    try:
        command = shlex.split(env.get("PAGER", "less -FRX"))
    except ValueError:  # a quotation mark too few
        return []
    if not command or command == ["cat"] or shutil.which(command[0]) is None:
        return []
    # Colours must come through less, whatever its own settings are.
    return [*command, "-R"] if command == ["less"] else command


def paged_help(run: Callable[[], int]) -> int:
    """Run what prints a help page, and show the page like other long ones."""
    from mops_cli.cli.console import Console

    out = sys.stdout
    if not out.isatty() or environment().get("NO_PAGER"):
        return run()
    with contextlib.redirect_stdout(io.StringIO()) as page:
        code = run()
    show(Console(out=out), page.getvalue())
    return code


def _run(command: list[str], text: str) -> bool:
    """Hand the text to the pager; whether somebody could read it."""
    import subprocess

    try:
        done = subprocess.run(  # noqa: S603  # the person's own choice
            command, input=text, text=True, encoding="utf-8", errors="replace", check=False
        )
    except OSError:
        return False
    return done.returncode != 127  # a shell's "no such command"
