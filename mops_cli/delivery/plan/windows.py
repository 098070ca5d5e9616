"""Hours in which people may be written to: windows that let in, quiet hours that keep out; on each person's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from mops_cli.errors import UsageError
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from mops_cli.model.config import ProjectConfig, QuietHours, Window

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_STEPS = 30
"""More moves than this, and there is no time that window and quiet hours both allow."""


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` to ``end`` on some days (0 = Monday); over midnight when the end is not after the start."""

    start: time
    end: time
    days: frozenset[int] = frozenset(range(7))

    def holds(self, wall: datetime) -> bool:
        """Whether a time is inside; what began the evening before counts."""
        clock, day = wall.time(), wall.weekday()
        if self.start < self.end:
            return day in self.days and self.start <= clock < self.end
        return (day in self.days and clock >= self.start) or ((day - 1) % 7 in self.days and clock < self.end)

    def opens(self, wall: datetime) -> datetime:
        """The next time after ``wall`` at which it begins."""
        for ahead in range(9):
            begin = datetime.combine(wall.date() + timedelta(days=ahead), self.start)
            if begin > wall and begin.weekday() in self.days:
                return begin
        return wall

    def ends(self, wall: datetime) -> datetime:
        """When it ends, for a time inside."""
        end = datetime.combine(wall.date(), self.end)
        return end if end > wall else end + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """What holds for a send. ``name`` is the window's, for people."""

    window: Span | None = None
    quiet: Span | None = None
    name: str = ""

    @property
    def without_window(self) -> Hours:
        """Only the quiet hours: what a send that somebody starts now still keeps."""
        return Hours(None, self.quiet)


def moved(wall: datetime, hours: Hours) -> datetime:
    """The first time from ``wall`` on at which people may be written to.

    Raises:
        UsageError: There is none: the window lies in the quiet hours.
    """
    for _ in range(_STEPS):
        if hours.window is not None and not hours.window.holds(wall):
            wall = hours.window.opens(wall)
        elif hours.quiet is not None and hours.quiet.holds(wall):
            wall = hours.quiet.ends(wall)
        else:
            return wall
    raise UsageError(
        f"the window {hours.name} lies in the quiet hours: there is no time at which people may be written to",
        hint="look at [windows] and [quiet_hours] in mops.toml",
    )


def hours_of(config: ProjectConfig, window: str | None, channel: str, where: str, *, transactional: bool) -> Hours:
    """The hours that hold for a campaign on a channel; messages that need no consent know no quiet hours.

    Raises:
        UsageError: There is no such window.
    """
    rest = config.quiet_hours
    quiet = _quiet(rest) if rest and not transactional and channel in rest.channels else None
    if not window:
        return Hours(None, quiet)
    known = config.every_window()
    if window not in known:
        raise UsageError(
            f'{where}: there is no window "{window}"',
            hint=advice(window, known, what="windows"),
        )
    return Hours(_window(known[window]), quiet, window)


def _window(said: Window) -> Span:
    return Span(clock(said.start), clock(said.end), frozenset(DAYS.index(day) for day in said.days))


def _quiet(said: QuietHours) -> Span:
    return Span(clock(said.start), clock(said.end))


def clock(text: str) -> time:
    """``09:00``; ``24:00`` is the midnight at the end of a day."""
    return time(0) if text == "24:00" else time.fromisoformat(text)
