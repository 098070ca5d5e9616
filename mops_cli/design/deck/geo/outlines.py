"""Outlines of countries and the like from KML, GeoJSON and shapefiles."""

from __future__ import annotations

import itertools
import json
import math
import struct
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from mops_cli.design.deck.geo.window import LARGEST
from mops_cli.design.deck.numerals import read_number
from mops_cli.design.deck.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mops_cli.model.diagnostic import Span

POINT, LINE, RING = "point", "line", "ring"
_SHAPES = {1: POINT, 8: POINT, 3: LINE, 5: RING}


@dataclass(frozen=True, slots=True)
class Outline:
    """One point, line or ring; ``closes`` says that its border is drawn back to its first point."""

    kind: str
    longitudes: tuple[float, ...]
    latitudes: tuple[float, ...]
    closes: bool = False


def read_outlines(path: str, content: bytes, span: Span) -> tuple[Outline, ...]:
    """The outlines of a file by its ending."""
    ending = path.rsplit(".", 1)[-1].lower()
    readers = {"kml": _kml, "json": _geojson, "geojson": _geojson, "shp": _shapefile}
    if ending not in readers:
        raise Problem("MK212", f"{path} is not a map", span, "use .kml, .json, .geojson or .shp")
    try:
        return tuple(readers[ending](content))
    except (ValueError, KeyError, TypeError, IndexError, RecursionError, struct.error, ET.ParseError) as reason:
        raise Problem("MK212", f"{path} cannot be read as a map: {reason}", span, "check the file") from None


def _name(element: ET.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _kml(content: bytes) -> Iterator[Outline]:
    """The outer rings of every polygon of every place mark."""
    if b"<!DOCTYPE" in content[:2000] or b"<!ENTITY" in content:
        raise ValueError("it declares entities")
    root = ET.fromstring(content)  # noqa: S314 - without entities
    for element in root.iter():
        if _name(element) == "outerBoundaryIs":
            for ring in element.iter():
                if _name(ring) == "coordinates":
                    yield _coordinates(ring.text or "")


def _coordinates(text: str) -> Outline:
    """``lon,lat[,height]`` divided by blanks."""
    longitudes, latitudes = [], []
    for word in text.split():
        parts = word.split(",")
        if len(parts) > 1:
            longitudes.append(float(parts[0]))
            latitudes.append(float(parts[1]))
    return _outline(RING, longitudes, latitudes, closes=True)


def _geojson(content: bytes) -> Iterator[Outline]:
    """The geometries of a collection of features."""
    data = json.loads(content)
    features = data.get("features") if data.get("type") == "FeatureCollection" else [data]
    for feature in features or ():
        geometry = feature.get("geometry", feature) if isinstance(feature, dict) else None
        if isinstance(geometry, dict):
            yield from _geometry(geometry)


def _geometry(geometry: dict[str, Any]) -> Iterator[Outline]:
    kind, found = geometry.get("type"), geometry.get("coordinates")
    if kind == "GeometryCollection":
        for part in geometry.get("geometries", ()):
            yield from _geometry(part)
        return
    depth = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
    if kind not in depth or found is None:
        return
    if kind in {"Point", "MultiPoint"}:
        for point in [found] if kind == "Point" else found:
            yield _points(POINT, [point])
        return
    shape = LINE if kind in {"LineString", "MultiLineString"} else RING
    for ring in _rings(found, depth[str(kind)] - 1):
        yield _points(shape, ring)


def _rings(found: list[Any], depth: int) -> Iterator[list[Any]]:
    """The lists of points at a depth."""
    if depth == 0:
        yield found
        return
    for part in found:
        yield from _rings(part, depth - 1)


def _points(kind: str, points: list[Any]) -> Outline:
    return _outline(kind, [float(point[0]) for point in points], [float(point[1]) for point in points])


def _outline(kind: str, longitudes: Sequence[float], latitudes: Sequence[float], *, closes: bool = False) -> Outline:
    """An outline whose numbers can be degrees."""
    for numbers in (longitudes, latitudes):
        if numbers and not -LARGEST < min(numbers) <= max(numbers) < LARGEST:
            raise ValueError("it holds numbers that are not degrees")
        if not math.isfinite(sum(numbers)):
            raise ValueError("it holds something that is not a number")
    return Outline(kind, tuple(longitudes), tuple(latitudes), closes)


def _shapefile(content: bytes) -> Iterator[Outline]:
    """The records of a shapefile; heights and measures are left aside."""
    if len(content) < 100 or struct.unpack(">i", content[:4])[0] != 9994:
        raise ValueError("it is not a shapefile")
    place = 100
    while place + 12 <= len(content):
        length = struct.unpack(">i", content[place + 4 : place + 8])[0] * 2
        if length < 4:
            raise ValueError("a record is broken")
        yield from _record(content[place + 8 : place + 8 + length])
        place += 8 + length


def _record(record: bytes) -> Iterator[Outline]:
    """The parts of one record."""
    kind = _SHAPES.get(struct.unpack("<i", record[:4])[0] % 10)
    if kind is None:
        return
    if struct.unpack("<i", record[:4])[0] % 10 == 1:
        x, y = struct.unpack("<2d", record[4:20])
        yield _outline(kind, [x], [y])
        return
    if kind == POINT:
        count = struct.unpack("<i", record[36:40])[0]
        numbers = _numbers(record, 40, count)
        for index in range(count):
            yield _outline(kind, [numbers[2 * index]], [numbers[2 * index + 1]])
        return
    parts, count = struct.unpack("<2i", record[36:44])
    if parts < 0 or count < 0 or 44 + 4 * parts > len(record):
        raise ValueError("a record is broken")
    starts = [*struct.unpack(f"<{parts}i", record[44 : 44 + 4 * parts]), count]
    numbers = _numbers(record, 44 + 4 * parts, count)
    for first, last in itertools.pairwise(starts):
        yield _outline(kind, numbers[2 * first : 2 * last : 2], numbers[2 * first + 1 : 2 * last : 2])


def _numbers(record: bytes, start: int, count: int) -> array[float]:
    """Pairs of little-endian doubles."""
    import sys

    end = start + 16 * count
    if count < 0 or end > len(record):
        raise ValueError("a record is broken")
    found = array("d", record[start:end])
    if sys.byteorder == "big":
        found.byteswap()
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """One place; ``name`` is its label or its picture."""

    latitude: float
    longitude: float
    name: str = ""


def read_place(text: str) -> Place | None:
    """``lat,lon[<TAB>name]`` with or without ``geo:``, or ``lat<TAB>lon[<TAB>name]``."""
    parts = [part for part in text.removeprefix("geo:").split("\t") if part]
    if parts and "," in parts[0]:
        parts = [*parts[0].split(",", 1), *parts[1:]]
    numbers = [read_number(part.strip()) for part in parts[:2]]
    known = [number for number in numbers if number is not None and abs(number) < LARGEST]
    if len(known) < 2:
        return None
    return Place(known[0], known[1], parts[2] if len(parts) > 2 else "")
