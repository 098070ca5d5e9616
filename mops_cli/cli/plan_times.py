"""Moments as people read them: on the clock of a named place, with the offset, and how far away."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

_STEPS = ((60, 60, "min"), (48 * 60, 60 * 60, "h"), (None, 24 * 60 * 60, "d"))


def clock(at: datetime, place: ZoneInfo) -> str:
    """``2027-03-15 09:00 CET``; the offset where a place has no such letters."""
    local = at.astimezone(place)
    return f"{local:%Y-%m-%d %H:%M} {_letters(local) or _offset(local)}"


def moment(at: datetime, place: ZoneInfo, now: datetime) -> str:
    """``2027-03-15 09:00 CET (+01:00), in 13 d``."""
    local = at.astimezone(place)
    words = [f"{local:%Y-%m-%d %H:%M}", _letters(local), f"({_offset(local)}),", away(at, now)]
    return " ".join(word for word in words if word)


def _letters(local: datetime) -> str:
    name = local.tzname() or ""
    return name if name.isalpha() else ""


def _offset(local: datetime) -> str:
    return local.isoformat()[-6:]


def away(at: datetime, now: datetime) -> str:
    """``now``, ``in 21 h``, ``3 d ago``."""
    seconds = (at - now).total_seconds()
    if abs(seconds) < 60:
        return "now"
    minutes = abs(seconds) / 60
    size, word = next((size, word) for limit, size, word in _STEPS if limit is None or minutes < limit)
    count = round(abs(seconds) / size)
    return f"in {count} {word}" if seconds > 0 else f"{count} {word} ago"
