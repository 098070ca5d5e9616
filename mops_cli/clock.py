"""Time, ids and the environment: the only door to each.

Everything that needs one takes it as an argument, so that a test and a build can hold it still.
"""

from __future__ import annotations

import os
import time
import uuid
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """A source of the current instant and of elapsed time."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        ...

    def elapsed(self) -> float:
        """Monotonic seconds from an arbitrary origin."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        return datetime.now(UTC)

    def elapsed(self) -> float:
        """Monotonic seconds from an arbitrary origin."""
        return time.perf_counter()


class FrozenClock:
    """A clock that stands still; :meth:`tick` moves it."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._elapsed = 0.0

    def now(self) -> datetime:
        """The instant it stands at."""
        return self._at

    def elapsed(self) -> float:
        """Seconds ticked so far."""
        return self._elapsed

    def tick(self, seconds: float) -> None:
        """Move both hands forward."""
        from datetime import timedelta

        self._at += timedelta(seconds=seconds)
        self._elapsed += seconds


def new_id() -> str:
    """A fresh opaque id, 12 hexadecimal characters."""
    return uuid.uuid4().hex[:12]


def environment() -> dict[str, str]:
    """A copy of the process environment."""
    return dict(os.environ)


def set_environment(name: str, value: str) -> None:
    """Set a variable for this process and its children (native libraries read some at load)."""
    os.environ[name] = value
