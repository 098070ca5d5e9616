"""Durations as people write them: ``4 hours``, ``1 day``, ``30 min``."""

from __future__ import annotations

import re

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_PART = re.compile(
    r"(\d{1,6})\s*(seconds?|secs?|s|minutes?|mins?|min|m|hours?|hrs?|h|days?|d|weeks?|w)\b", re.IGNORECASE
)


def seconds(text: str) -> int | None:
    """Seconds of a duration, or None when the text is none."""
    text = text.strip()
    total, at = 0, 0
    for found in _PART.finditer(text):
        if text[at : found.start()].strip(" ,"):
            return None
        total += int(found[1]) * _UNITS[found[2][0].lower()]
        at = found.end()
    return total if at and at == len(text) else None
