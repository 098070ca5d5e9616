"""A page in the making: where things go, what was found, and what is drawn so far."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.design.deck.problems import Problem
from mops_cli.design.deck_render.display import Group, Item, Letters, LinkArea, Paint, Picture
from mops_cli.design.deck_render.emoji import DROP
from mops_cli.design.shaping import missing_finding
from mops_cli.model.diagnostic import error

if TYPE_CHECKING:
    from mops_cli.design.deck.files import Files
    from mops_cli.design.deck_render.allowance import Allowance
    from mops_cli.design.deck_render.display import PictureFile
    from mops_cli.design.deck_render.emoji import EmojiPictures
    from mops_cli.design.deck_render.typesetting import Typesetter
    from mops_cli.design.shaping import Line
    from mops_cli.model.diagnostic import Diagnostic, Span

#: Width of a line that says none, in canvas units.
LINE_WIDTH = 2.0
_PLACED = 10
_ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}
_SCHEMES = ("http:", "https:", "mailto:", "tel:", "sms:")


@dataclass(slots=True, kw_only=True)
class Draft:
    """What the parts of the layout share. ``width`` and ``height`` are the canvas."""

    width: float
    height: float
    setter: Typesetter
    files: Files
    allowance: Allowance
    shelf: dict[str, PictureFile | None]
    emoji: EmojiPictures
    compat: bool = False
    foreground: str = "black"
    items: list[Item] = field(default_factory=list)
    links: list[LinkArea] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)

    def x(self, percent: float) -> float:
        """A horizontal position."""
        return percent / 100.0 * self.width

    def y(self, percent: float) -> float:
        """A vertical position, from the top."""
        return (100.0 - percent) / 100.0 * self.height

    def across(self, percent: float) -> float:
        """A measure in percent of the width."""
        return percent / 100.0 * self.width

    def up(self, percent: float) -> float:
        """A measure in percent of the height."""
        return percent / 100.0 * self.height

    def stroke(self, percent: float | None) -> float:
        """The width of a line; 0 and nothing mean the usual one, and the sign does not count."""
        return abs(self.across(percent)) if percent else LINE_WIDTH

    def add(self, item: Item) -> None:
        """Draw an item above everything so far."""
        self.items.append(item)

    def report(self, code: str, message: str, span: Span, advice: str) -> None:
        """Remember an error."""
        self.found.append(error(code, message, span, advice))

    def shown(self, name: str, span: Span) -> tuple[str, bytes] | None:
        """The path and the bytes of a file that the deck shows; None, and a finding, when it is not there."""
        try:
            return self.files.load(name, span.path, span)
        except Problem as problem:
            self.found.append(problem.diagnostic)
            return None

    def place(
        self,
        line: Line,
        at: tuple[float, float],
        size: float,
        paint: Paint | None,
        span: Span,
        *,
        anchor: str = "start",
    ) -> Letters | None:
        """Write a shaped line: ``at`` is its start, middle or end. Letters that no font has are an error."""
        finding = missing_finding(line.missing, span)
        if finding is not None:
            self.found.append(finding)
        if paint is None or size <= 0:
            return None
        left = at[0] - line.width * size * _ANCHORS[anchor]
        for room in line.pictures:
            file = self.emoji.find(room.text)
            if file is not None:
                side = room.width * size
                self.add(Picture(left + room.x * size, at[1] + DROP * size - side, side, side, file, paint.alpha))
        if not line.runs:
            return None
        self.allowance.spend(_PLACED + len(line.text))
        letters = Letters(left, at[1], size, line, paint, "", span)
        self.add(letters)
        return letters

    def turn(self, start: int, angle: float, x: float, y: float) -> None:
        """Turn everything drawn since ``start`` about a point."""
        items = tuple(self.items[start:])
        if items:
            self.items[start:] = [Group(items, angle, (x, y))]

    def link(
        self, area: tuple[float, float, float, float], href: str, label: str, span: Span, angle: float = 0.0
    ) -> None:
        """Make an area (x, y, width, height) lead somewhere; ``angle`` turns it about its lower left corner."""
        if not href:
            return
        if not allowed(href):
            advice = "Write an https, mailto or tel address, or a path inside of the site."
            self.report("MB322", f'"{href[:60]}" is not an address that a picture may lead to', span, advice)
            return
        x, y, width, height = turned_box(area, angle) if angle else area
        self.links.append(LinkArea(x, y, width, height, href, label))


def allowed(href: str) -> bool:
    """Whether an address may stand in a picture: web, mail, telephone, or a path without a scheme."""
    head = href.strip().lower()
    if head != href.lower() or any(ord(char) < 33 for char in href):
        return False
    return head.startswith(_SCHEMES) or ":" not in head.split("/", 1)[0]


def turned_box(area: tuple[float, float, float, float], angle: float) -> tuple[float, float, float, float]:
    """The upright box around a box that is turned counter-clockwise about its lower left corner."""
    x, y, width, height = area
    px, py = x, y + height
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    corners = [(0.0, 0.0), (width, 0.0), (width, -height), (0.0, -height)]
    xs = [px + a * cos + b * sin for a, b in corners]
    ys = [py - a * sin + b * cos for a, b in corners]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
