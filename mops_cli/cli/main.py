"""The way in: run a command line, and turn whatever happens into an exit code and a sentence.

Typer is loaded only when it is needed: a plain ``mops build`` is what watchers, hooks and pipelines call again and
again, and Typer with Rich would take half of the time in which it finds that nothing changed.
"""

from __future__ import annotations

from mops_cli.cli import interrupt

interrupt.end_at_once()  # before anything else is loaded: a hasty Ctrl-C is no traceback

import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING  # noqa: E402

from mops_cli.cli.console import Console  # noqa: E402
from mops_cli.cli.state import State  # noqa: E402
from mops_cli.clock import environment  # noqa: E402
from mops_cli.errors import MopsError  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

VALUE_OPTIONS = frozenset({"--project", "--color"})
FLAG_OPTIONS = frozenset({"--json", "-q", "--quiet", "-v", "-vv", "--verbose"})


_COLLECTIONS = (50_000, 20, 100)
"""A command makes many objects and ends: looking for circles among them as often as by default takes a quarter of it."""

PLAIN = frozenset({"--json", "-q", "--quiet"})
PLAIN_ENVIRONMENT = frozenset({"MOPS_PROJECT", "MOPS_COLOR"})


def run(argv: list[str] | None = None) -> int:
    """Run the command line and return its exit code. Never raises, never shows a traceback."""
    arguments = hoist(sys.argv[1:] if argv is None else argv)
    if interrupt.is_program():
        import gc

        gc.set_threshold(*_COLLECTIONS)
    try:
        interrupt.raise_again()
        code = _run(arguments)
        interrupt.is_over()
    except KeyboardInterrupt:
        interrupt.end_at_once()
        code = _interrupted()
    return code


def _run(arguments: list[str]) -> int:
    """The exit code of a command; only an interrupt is raised."""
    import warnings

    warnings.simplefilter("ignore")  # a third party's deprecations are not the reader's problem
    _open_streams()
    try:
        code = _invoke(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        return _closed_pipe()
    except OSError as exc:
        return _refused(exc, arguments)
    except Exception as exc:  # noqa: BLE001  # the last net: a bug gets a file, not a traceback on the screen
        return _crashed(exc, arguments)
    return code


def _open_streams() -> None:
    """Give a process that was started without stdout or stderr (``mops ls >&-``) something to write to."""
    import os

    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123  # for the process's life


def _crashed(exc: Exception, arguments: list[str]) -> int:
    from mops_cli.app.crash import crash_sentence, write_crash

    said = crash_sentence(exc, write_crash(exc, arguments, Path.cwd()))
    if not {"--json", "--json-lines"}.isdisjoint(arguments):
        from mops_cli.cli import failure

        what, _, where = said.partition("\n")
        failure.emit(Console(), arguments, "Crash", what, where)
    sys.stderr.write(said + "\n")
    return 70


def _refused(problem: OSError, arguments: list[str]) -> int:
    """The machine said no: a closed folder and a full disk are no defects of ours, other things are."""
    from mops_cli.app.crash import refusal

    said = refusal(problem)
    if said is None:
        return _crashed(problem, arguments)
    _let_go_of_stdout()
    return _told(said, ())


def _invoke(arguments: list[str]) -> int:
    try:
        code = _completion(arguments)
        if code is None:
            code = _plain_build(arguments)
        if code is None:
            code = _typer(arguments)
    except MopsError as exc:
        return _told(exc, arguments)
    return _interrupted() if code == 130 else code


def _completion(arguments: list[str]) -> int | None:
    """What a shell asks for at every Tab, answered without Typer where that is possible; None for everything else."""
    if arguments or "_MOPS_COMPLETE" not in environment():
        return None
    from mops_cli.cli.quick_completion import answer

    said = answer(environment())
    if said is None:
        return None
    sys.stdout.write(said + "\n")
    return 0


def _typer(arguments: list[str]) -> int:
    """Everything but the plain build; a help page is shown like other long pages."""
    from mops_cli.cli.app import invoke

    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    if own and {"-h", "--help"}.isdisjoint(own):
        return invoke(arguments)
    from mops_cli.cli.pager import paged_help

    return paged_help(lambda: invoke(arguments))


def _told(exc: MopsError, arguments: Sequence[str]) -> int:
    """Say what went wrong and what to do; gives the exit code."""
    console = Console()
    if not {"--json", "--json-lines"}.isdisjoint(arguments):
        from mops_cli.cli import failure

        failure.emit(console, arguments, type(exc).__name__, exc.message, exc.hint)
    sys.stderr.write(f"{console.style('error:', 'error', stream=sys.stderr)} {exc.message}\n")
    if exc.hint:
        sys.stderr.write(f"{console.style('help:', 'info', stream=sys.stderr)} {exc.hint}\n")
    return exc.exit_code


def _plain_build(arguments: list[str]) -> int | None:
    """``mops build`` without options of its own, done without Typer; None for everything else."""
    if [word for word in arguments if word not in PLAIN] != ["build"] or not PLAIN_ENVIRONMENT.isdisjoint(
        environment()
    ):
        return None
    from mops_cli.cli.build_view import build_and_show

    quiet = not {"-q", "--quiet"}.isdisjoint(arguments)
    state = State(Console(json="--json" in arguments, verbosity=-1 if quiet else 0))
    state.use_dotenv()
    return build_and_show(state)


def _interrupted() -> int:
    sys.stderr.write("\ninterrupted; nothing half-written is left behind\n")
    return 130


def _closed_pipe() -> int:
    """The reader went away (``mops ls | head``): end quietly."""
    _let_go_of_stdout()
    return 0


def _let_go_of_stdout() -> None:
    """Send what is still buffered nowhere: Python writes it when it ends, and would complain once more."""
    import os

    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def hoist(argv: list[str]) -> list[str]:
    """Put the global options first, wherever they were written, so that the root callback reads them."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--":
            rest.extend([word, *words])
        elif word in FLAG_OPTIONS or word.split("=", 1)[0] in VALUE_OPTIONS:
            front.append(word)
            if word in VALUE_OPTIONS:
                front.extend(value for value in (next(words, None),) if value is not None)
        else:
            rest.append(word)
    return front + rest
