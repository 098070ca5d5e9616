"""Which template, and which line of its program, is running or has failed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType, TracebackType

FILE = "<template "
"""How the file names of compiled templates begin."""


def raised_at(problem: BaseException) -> tuple[str, int]:
    """The innermost template of an exception and the Python line in it."""
    found = ("", 0)
    trace: TracebackType | None = problem.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith(FILE):
            found = (name, trace.tb_lineno)
        trace = trace.tb_next
    return found


def running_at() -> tuple[str, int]:
    """The template that is running now, and the Python line in it."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001
    while frame is not None:
        if frame.f_code.co_filename.startswith(FILE):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return "", 0
