"""Ctrl-C before the commands are loaded, and after they are done: an exit code, never a traceback.

While a command runs, Python's own ``KeyboardInterrupt`` lets it put everything in order. Outside of that there is
nothing to put in order, and nobody to catch it.
"""

from __future__ import annotations

import os
import signal
import sys

INTERRUPTED = 130


def is_program() -> bool:
    """Whether this process is ``mops``, and not a test or a tool that imports it."""
    folder, name = os.path.split(sys.argv[0] if sys.argv else "")
    return name in ("mops", "mops.exe") or (name == "__main__.py" and os.path.basename(folder) == "mops_cli")  # noqa: PTH119


def end_at_once() -> None:
    """From here on Ctrl-C ends the process where it stands."""
    if is_program():
        signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(INTERRUPTED))


def raise_again() -> None:
    """From here on Ctrl-C is a ``KeyboardInterrupt``."""
    if is_program():
        signal.signal(signal.SIGINT, signal.default_int_handler)


def is_over() -> None:
    """The work is done and its result stands: Ctrl-C changes nothing any more."""
    if is_program():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
