"""Token buckets: how much a provider may be given, granted to workers in slices."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0}
_RATE = re.compile(r"^\s*(\d+)\s*(?:/|per)\s*(second|minute|hour|day)s?\s*$")


@dataclass(slots=True)
class Bucket:
    """Fills evenly, holds one second's worth or one message, whichever is more."""

    per_second: float
    level: float
    at: float

    def take(self, wanted: int, now: float) -> tuple[int, float]:
        """How many are granted now, and the seconds until the rest is there."""
        room = max(1.0, self.per_second)
        self.level = min(room, self.level + (now - self.at) * self.per_second)
        self.at = now
        granted = min(wanted, int(self.level))
        self.level -= granted
        short = min(wanted - granted, int(room))
        return granted, max(0.0, (short - self.level) / self.per_second) if short else 0.0


class Rates:
    """The buckets of all providers that have a rate."""

    def __init__(self, per_second: Mapping[str, float], elapsed: Callable[[], float]) -> None:
        """``per_second`` by provider name; one that is not there has no limit."""
        self._elapsed = elapsed
        self._buckets = {name: Bucket(rate, max(1.0, rate), elapsed()) for name, rate in per_second.items()}

    def take(self, provider: str, wanted: int) -> tuple[int, float]:
        """How many hand-overs are granted now, and the seconds until the rest is there."""
        bucket = self._buckets.get(provider)
        return bucket.take(wanted, self._elapsed()) if bucket else (wanted, 0.0)


def per_second(text: str, where: str) -> float:
    """``100/second``, ``5000 per hour``: messages a second.

    Raises:
        UsageError: It is not a rate.
    """
    found = _RATE.match(text)
    if not found or int(found[1]) < 1:
        raise UsageError(f"{where}: {text!r} is not a rate", hint='write it like this: rate = "100/second"')
    return int(found[1]) / SECONDS[found[2]]
