"""Places in time: zones by name, and what a time of the wall clock means in one of them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mops_cli.errors import UsageError
from mops_cli.model.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_THE_MACHINE = frozenset({"localtime", "posixrules", "Factory"})


def zone(name: str, where: str) -> ZoneInfo:
    """The zone of this name; ``where`` tells people who named it.

    Raises:
        UsageError: There is none.
    """
    found = known_zone(name)
    if found is None:
        close = nearest(name, _names().values())
        hint = f'did you mean "{close}"?' if close else "write a place of the tz database, e.g. Europe/Berlin"
        raise UsageError(f'{where}: there is no time zone "{name}"', hint=hint)
    return found


def known_zone(name: str) -> ZoneInfo | None:
    """The zone that a contact's text names, however it is capitalised; None for anything else."""
    real = _names().get(name.strip().lower())
    return ZoneInfo(real) if real else None


@cache
def _names() -> Mapping[str, str]:
    from zoneinfo import available_timezones

    return {name.lower(): name for name in sorted(available_timezones() - _OF_THE_MACHINE)}


def instant(wall: datetime, place: ZoneInfo) -> datetime:
    """The moment (aware, UTC) at which clocks of a place show ``wall``.

    A time that the clocks leap over is moved forward by the leap; of a time that they show twice, it is the first.
    """
    return wall.replace(tzinfo=place, fold=0).astimezone(UTC)


def wall_time(moment: datetime, place: ZoneInfo) -> datetime:
    """What clocks of a place show at a moment, without a zone."""
    return moment.astimezone(place).replace(tzinfo=None)
