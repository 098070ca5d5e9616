"""From latitude and longitude to the page: a linear map of one box to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.design.deck.numerals import read_number

if TYPE_CHECKING:
    from mops_cli.design.deck.run import Run

_VARIABLES = {
    "geoLatMin": -90.0,
    "geoLatMax": 90.0,
    "geoLongMin": -180.0,
    "geoLongMax": 180.0,
    "geoXmin": 0.0,
    "geoXmax": 100.0,
    "geoYmin": 0.0,
    "geoYmax": 100.0,
}


LARGEST, SMALLEST = 1e6, 1e-9


def _ratio(length: float, degrees: float) -> float:
    """Page units for a degree; an empty window shows everything in one place."""
    return length / degrees if abs(degrees) > SMALLEST else 0.0


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the world, and the box on the page that shows it."""

    south: float
    north: float
    west: float
    east: float
    left: float
    right: float
    bottom: float
    top: float

    def x(self, longitude: float) -> float:
        """The place of a longitude."""
        return self.xs((longitude,))[0]

    def y(self, latitude: float) -> float:
        """The place of a latitude."""
        return self.ys((latitude,))[0]

    def xs(self, longitudes: tuple[float, ...]) -> list[float]:
        """The places of many longitudes."""
        factor = _ratio(self.right - self.left, self.east - self.west)
        left, west = self.left, self.west
        return [left + factor * (value - west) for value in longitudes]

    def ys(self, latitudes: tuple[float, ...]) -> list[float]:
        """The places of many latitudes."""
        factor = _ratio(self.top - self.bottom, self.north - self.south)
        bottom, south = self.bottom, self.south
        return [bottom + factor * (value - south) for value in latitudes]

    def holds(self, start: tuple[float, float], end: tuple[float, float]) -> bool:
        """Whether a segment lies in the box, as the old tools test it."""
        return start[0] >= self.left and end[0] <= self.right and start[1] >= self.bottom and end[1] <= self.top


def window_of(run: Run) -> Window:
    """The window that the variables describe."""
    found = []
    for name, default in _VARIABLES.items():
        value = run.scope.get(name)
        number = read_number(value.strip()) if isinstance(value, str) else value
        found.append(default if number is None or abs(number) > LARGEST else number)
    return Window(*found)
