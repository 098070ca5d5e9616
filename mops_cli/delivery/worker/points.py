"""Named points of a send at which a test may kill the process (``MOPS_KILL_AT=after-intent:3``: the third time)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "MOPS_KILL_AT"
POINTS = (
    "before-open", "after-open", "before-intent", "after-intent", "before-journal", "before-dot", "after-answer",
    "after-journal", "after-window", "before-result", "after-result", "before-ack", "before-fold", "after-fold", "before-dispatch",
    "after-dispatch", "before-register", "after-register",
)  # fmt: skip
"""Every point that exists; a name that is not here is refused."""

_left: dict[str, int] = {}


def arm(environment: Mapping[str, str]) -> None:
    """Read where this process shall die; without the variable nothing ever happens.

    Raises:
        ValueError: There is no such point.
    """
    _left.clear()
    asked = environment.get(VARIABLE, "")
    for one in filter(None, asked.split(",")):
        name, _, times = one.partition(":")
        if name not in POINTS:
            raise ValueError(f"{VARIABLE}: there is no point {name!r}; there are: {', '.join(POINTS)}")
        _left[name] = int(times or 1)


def reached(point: str) -> None:
    """The process is at a named point: it dies here, as under kill -9, when it was armed for it."""
    if _left and point in _left:
        _left[point] -= 1
        if _left[point] <= 0:
            _die()


def _die() -> None:
    import os
    import signal

    os.kill(os.getpid(), signal.SIGKILL)
