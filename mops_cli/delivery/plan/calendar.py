"""The schedules of a project as a calendar: rows for people, iCalendar (RFC 5545) for their programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mops_cli.delivery.plan.schedule import occurrence, timetable, wall_of
from mops_cli.delivery.plan.windows import hours_of, moved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mops_cli.model.config import ProjectConfig
    from mops_cli.model.repository import Repository

FOLD = 75
"""Octets of a line; longer ones go on in the next."""
SHORT = timedelta(minutes=15)
"""How long a send stands in a calendar when nothing says when it is over."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One campaign with a schedule.

    ``wall`` is the time on the clock of ``zone``, already in its window; "contact" means each person's own clock.
    ``first`` and ``last`` are the earliest and latest moments (aware, UTC) at which that can be, ``until`` the moment
    after which nothing is sent any more.
    """

    campaign: str
    send: str
    title: str
    channels: tuple[str, ...]
    tags: tuple[str, ...]
    wall: datetime
    zone: str
    window: str
    first: datetime
    last: datetime
    until: datetime | None


def entries(repository: Repository, config: ProjectConfig, now: datetime) -> list[Entry]:
    """All campaigns with a schedule, by time.

    Raises:
        UsageError: A zone or a window does not exist.
    """
    found = []
    brand = config.project.fallback_zone
    for name, folder in repository.campaigns.items():
        campaign, where = folder.campaign.value, folder.campaign.path
        schedule = campaign.schedule
        if schedule is None:
            continue
        channels = campaign.channels.active()
        hours = hours_of(config, schedule.window, "", where, transactional=True)
        times = timetable(schedule, brand=brand, hours=hours, now=now, where=where)
        due = [times.due(one).at for one in _EDGES] if schedule.zone == "contact" else [times.due().at]
        until = max(due) + times.not_after if times.not_after is not None else None
        found.append(
            Entry(
                name, f"{name}@{occurrence(schedule, where)}", campaign.title, channels, campaign.tags,
                moved(wall_of(schedule, where), hours), "contact" if times.place is None else times.place.key,
                schedule.window or "", min(due), max(due), until,
            )
        )  # fmt: skip
    return sorted(found, key=lambda entry: (entry.wall, entry.campaign))


_EDGES = ("Pacific/Kiritimati", "Pacific/Pago_Pago")
"""Where days begin first and last."""


def ics(project: str, name: str, found: Iterable[Entry], now: datetime) -> str:
    """A calendar file; times on each person's own clock float, as the format calls it."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//MOPS//mops calendar//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
    ]  # fmt: skip
    for entry in found:
        lines += _event(project, entry, now)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(project: str, entry: Entry, now: datetime) -> list[str]:
    end = (entry.until - entry.last) if entry.until else SHORT
    if entry.zone == "contact":
        start, stop = f"{entry.wall:%Y%m%dT%H%M%S}", f"{entry.wall + end:%Y%m%dT%H%M%S}"
    else:
        start, stop = f"{entry.first:%Y%m%dT%H%M%SZ}", f"{entry.first + end:%Y%m%dT%H%M%SZ}"
    clock = "on each person's own clock" if entry.zone == "contact" else f"on the clock of {entry.zone}"
    about = f"{entry.send}\n{', '.join(entry.channels)}, {entry.wall:%H:%M} {clock}"
    return [
        "BEGIN:VEVENT", f"UID:{_text(entry.send)}.{_text(project)}", f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART:{start}", f"DTEND:{stop}", f"SUMMARY:{_text(entry.title)}", f"DESCRIPTION:{_text(about)}",
        *([f"CATEGORIES:{','.join(map(_text, entry.tags))}"] if entry.tags else []),
        "STATUS:CONFIRMED", "TRANSP:TRANSPARENT", "END:VEVENT",
    ]  # fmt: skip


def _text(value: str) -> str:
    """A TEXT value: what has a meaning in the format is escaped."""
    return (
        value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\r\n", "\\n").replace("\n", "\\n")
    )


def _folded(line: str) -> Iterator[str]:
    """A line in pieces of at most :data:`FOLD` octets, never cut inside a character; the next begin with a space."""
    piece, size = "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > FOLD:
            yield piece
            piece, size = " ", 1
        piece += char
        size += octets
    yield piece


def local(entry: Entry) -> str:
    """The time on its clock, with the zone's abbreviation where there is one."""
    if entry.zone == "contact":
        return f"{entry.wall:%Y-%m-%d %H:%M}"
    return f"{entry.first.astimezone(ZoneInfo(entry.zone)):%Y-%m-%d %H:%M %Z}"
