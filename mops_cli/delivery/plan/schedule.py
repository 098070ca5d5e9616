"""When a send is due for whom: the schedule of a campaign, in brand time, one zone or each person's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mops_cli.delivery.plan.windows import Hours, moved
from mops_cli.delivery.plan.zones import instant, known_zone, wall_time, zone
from mops_cli.errors import UsageError
from mops_cli.model.values import duration

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from mops_cli.model.campaign import Schedule

NO_HOURS = Hours()
GRACE = timedelta(hours=1)
"""How late a scheduled send may begin when its ``not_after`` does not say."""


@dataclass(frozen=True, slots=True)
class Due:
    """When somebody's message is due (aware, UTC), whose clock said so, and whether that was the person's own zone."""

    at: datetime
    zone: str
    known: bool = True


@dataclass(frozen=True, slots=True)
class Timetable:
    """The times of one campaign on one channel.

    ``wall`` is the time on the clock, None for "as soon as it is sent" (that is ``now``); ``place`` the zone of
    everybody, None for each person's own with ``fallback``; ``hours`` when people may be written to at all.
    """

    now: datetime
    fallback: ZoneInfo
    wall: datetime | None = None
    place: ZoneInfo | None = None
    not_after: timedelta | None = None
    hours: Hours = NO_HOURS

    def due(self, said: str = "") -> Due:
        """When somebody is due whose zone is ``said`` (as the contact has it; unknown and empty have the fallback)."""
        own = None if self.place is not None else known_zone(said)
        place = self.place or own or self.fallback
        at = self.now if self.wall is None else instant(moved(self.wall, self.hours), place)
        shown = wall_time(at, place)
        # Now may be a quiet hour there; a time that the clocks leap over may come out where the window is closed.
        if (later := moved(shown, self.hours)) != shown:
            at = instant(later, place)
        return Due(at, place.key, self.place is not None or own is not None)

    def over(self, at: datetime) -> bool:
        """Whether it is too late now for who was due at ``at``."""
        if self.wall is None:
            return False
        return self.now > at + (self.not_after or GRACE)


def timetable(
    schedule: Schedule | None, *, brand: str, hours: Hours, now: datetime, where: str, at_once: bool = False
) -> Timetable:
    """The timetable of a campaign.

    Args:
        schedule: of campaign.yaml.
        brand: the project's zone, which is also that of people whose zone is not known unless the schedule has another.
        hours: the window and quiet hours that hold for it.
        now: the present (aware, UTC).
        where: how an error names the file.
        at_once: whatever the schedule says, it is due now; windows do not hold then.

    Raises:
        UsageError: A zone does not exist.
    """
    home = zone(brand, "mops.toml: project.fallback_zone")
    if schedule is None:
        return Timetable(now, home, hours=hours.without_window)
    fallback = zone(schedule.fallback_zone, f"{where}: schedule.fallback_zone") if schedule.fallback_zone else home
    late = duration(schedule.not_after) if schedule.not_after else None
    if at_once:
        return Timetable(now, fallback, not_after=late, hours=hours.without_window)
    place = None if schedule.zone == "contact" else home if schedule.zone == "brand" else zone(schedule.zone, f"{where}: schedule.zone")  # fmt: skip
    return Timetable(now, fallback, wall_of(schedule, where), place, late, hours)


def wall_of(schedule: Schedule, where: str) -> datetime:
    """The time on the clock.

    Raises:
        UsageError: There is no such day.
    """
    try:
        return datetime.fromisoformat(schedule.at)
    except ValueError:
        raise UsageError(
            f'{where}: "{schedule.at}" does not exist', hint="write a day and a time of the calendar"
        ) from None


def occurrence(schedule: Schedule | None, where: str, *, again: datetime | None = None, brand: str = "UTC") -> str:
    """What stands after the ``@`` of a send: the day of the schedule or ``once``; ``again`` adds a time of its own."""
    day = wall_of(schedule, where).date().isoformat() if schedule else "once"
    if again is None:
        return day
    local = wall_time(again.astimezone(UTC), zone(brand, "mops.toml: project.fallback_zone"))
    return f"{day}-{local:%Y%m%dT%H%M}"
