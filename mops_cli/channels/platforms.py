"""What each platform takes: text limits in its own unit, link counting, picture sizes, safe zones.

The numbers live in ``data/platforms.json``, each with its source; no number is repeated in code.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from mops_cli.model import graphemes

if TYPE_CHECKING:
    from collections.abc import Mapping

Shape = Literal["square", "portrait", "landscape", "story", "banner"]


@dataclass(frozen=True, slots=True)
class SafeZone:
    """The part of a picture, in pixels, that stays visible everywhere."""

    x: int
    y: int
    width: int
    height: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture size of a platform."""

    asset: str
    width: int
    height: int
    max_bytes: int | None
    safe: SafeZone

    @property
    def shape(self) -> Shape:
        """The class of its aspect ratio, for templates that adapt."""
        return shape(self.width, self.height)


@dataclass(frozen=True, slots=True)
class Platform:
    """A row of the table. ``numbers`` holds the further limits of its text (``caption_limit``, ``blocks`` ...)."""

    id: str
    name: str
    pictures: tuple[Picture, ...]
    post: Picture | None
    limit: int | None
    unit: str
    max_bytes: int | None
    link_length: int | None
    links_work: bool
    weights: tuple[tuple[int, int], ...]
    numbers: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """A further limit by name."""
        return int(self.numbers[name])

    def length(self, text: str) -> int:
        """The length of a text in this platform's unit, links counted its way."""
        if self.link_length is None:
            return self._units(text)
        links = [found.group() for found in URL.finditer(text)]
        rest = URL.sub("", text)
        return self._units(rest) + self.link_length * len(links)

    def _units(self, text: str) -> int:
        if self.unit == "graphemes":
            return graphemes.length(text)
        if self.unit == "weighted":
            return sum(self._weight(cluster) for cluster in graphemes.clusters(text))
        if self.unit.startswith("bytes"):
            return len(text.encode())
        return len(text)

    def _weight(self, cluster: str) -> int:
        # A picture of several code points (a flag, a family) counts as one wide character.
        if any(graphemes.is_pictographic(ord(char)) or "\U0001f1e6" <= char <= "\U0001f1ff" for char in cluster):
            return 2
        return sum(1 if any(low <= ord(char) <= high for low, high in self.weights) else 2 for char in cluster)

    def over(self, text: str) -> int:
        """By how many units the text is too long (0 when it fits or no limit is known)."""
        return max(0, self.length(text) - self.limit) if self.limit else 0


URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?')\]}]")
"""A web address in running text, without the punctuation after it."""


def shape(width: int, height: int) -> Shape:
    """The class of an aspect ratio."""
    ratio = width / height
    for limit, name in _SHAPES:
        if ratio < limit:
            return name
    return "banner"


_SHAPES: tuple[tuple[float, Shape], ...] = ((0.65, "story"), (0.95, "portrait"), (1.06, "square"), (3.0, "landscape"))


@cache
def table() -> Mapping[str, Platform]:
    """All platforms by id."""
    raw = json.loads(files("mops_cli.channels").joinpath("data/platforms.json").read_text("utf-8"))
    return {row["id"]: _platform(row) for row in raw["platforms"]}


def social() -> tuple[str, ...]:
    """Ids of the platforms that take posts."""
    return tuple(name for name, platform in table().items() if platform.post is not None)


def _platform(row: dict[str, Any]) -> Platform:
    text = row.get("text") or {}
    links = row.get("links") or {}
    pictures = tuple(_picture(image) for image in row["images"])
    wanted = (row.get("post") or {}).get("picture")
    counts = links.get("counts_as")
    weights = (text.get("weights") or {}).get("weight_100") or ()
    return Platform(
        id=row["id"],
        name=row["name"],
        pictures=pictures,
        post=next((picture for picture in pictures if picture.asset == wanted), None),
        limit=text.get("limit"),
        unit=text.get("unit") or "characters",
        max_bytes=text.get("max_bytes"),
        link_length=counts if isinstance(counts, int) else None,
        links_work=links.get("clickable", True),
        weights=tuple((low, high) for low, high in weights),
        numbers=text,
        facts=row,
    )


def _picture(row: dict[str, Any]) -> Picture:
    width, height = row["width"], row["height"]
    zone = row.get("safe_zone")
    if zone:
        safe = SafeZone(zone["x"], zone["y"], zone["width"], zone["height"], zone.get("reason", ""))
    else:
        safe = SafeZone(0, 0, width, height)
    return Picture(row["asset"], width, height, row.get("max_bytes"), safe)
