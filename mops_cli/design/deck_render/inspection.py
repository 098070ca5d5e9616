"""Looking at a finished page as a reader would: is its text large enough, on the page, and clear of its ground?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from mops_cli.design.contrast import needed, ratio
from mops_cli.design.deck_render.display import Group, Letters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mops_cli.design.deck_render.display import Item, Page, Paint
    from mops_cli.model.diagnostic import Span

#: Width of a picture in a feed, in pixels of a phone, and the smallest text that is read there.
FEED_WIDTH, SMALLEST = 375.0, 11.0

Point: TypeAlias = tuple[float, float]
Rectangle: TypeAlias = tuple[float, float, float, float]
Channels: TypeAlias = tuple[int, int, int]

_TALL, _DEEP = 0.72, 0.2
_DESCENDING = frozenset("gjpqy,;Q()[]{}|")
_ALONG = (0.02, 0.12, 0.26, 0.38, 0.5, 0.62, 0.74, 0.88, 0.98)
_ACROSS = (0.15, 0.5)
_BOLD = 600


@dataclass(frozen=True, slots=True)
class Placed:
    """A line of text where it ended up: ``box`` is upright around its ink, ``points`` lie under its letters."""

    text: str
    span: Span
    size: float
    bold: bool
    paint: Paint
    box: Rectangle
    points: tuple[Point, ...]
    clip: Rectangle | None = None

    def feed_size(self, page: Page) -> float:
        """Its size in pixels when the page is as wide as a phone."""
        return self.size * FEED_WIDTH / page.width


@dataclass(frozen=True, slots=True)
class Faint:
    """A text that is hard to tell from its ground: the ratio reached, the one needed, and the two colours."""

    placed: Placed
    reached: float
    target: float
    front: str
    back: str


def placed(page: Page) -> list[Placed]:
    """All visible lines of text of a page."""
    return list(_placed(page.items, lambda point: point, None))


def _placed(items: tuple[Item, ...], turn: Callable[[Point], Point], clip: Rectangle | None) -> Iterator[Placed]:
    for item in items:
        if isinstance(item, Letters):
            if item.text.strip() and item.paint.alpha > 0:
                yield _line(item, turn, clip)
        elif isinstance(item, Group):
            yield from _placed(item.items, _turned(item, turn), item.clip or clip)


def _turned(group: Group, outer: Callable[[Point], Point]) -> Callable[[Point], Point]:
    if not group.angle:
        return outer
    cos, sin = math.cos(math.radians(group.angle)), math.sin(math.radians(group.angle))
    px, py = group.pivot

    def turn(point: Point) -> Point:
        dx, dy = point[0] - px, point[1] - py
        return outer((px + dx * cos + dy * sin, py - dx * sin + dy * cos))

    return turn


def _line(item: Letters, turn: Callable[[Point], Point], clip: Rectangle | None) -> Placed:
    deep = _DEEP if _DESCENDING & set(item.text) else 0.0
    top, bottom = item.y - _TALL * item.size, item.y + deep * item.size
    right = item.x + item.width
    corners = [turn(corner) for corner in ((item.x, top), (right, top), (right, bottom), (item.x, bottom))]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    points = tuple(
        turn((item.x + along * item.width, item.y - across * item.size)) for across in _ACROSS for along in _ALONG
    )
    bold = all(run.font.weight[1] >= _BOLD for run in item.line.runs)
    box = (min(xs), min(ys), max(xs), max(ys))
    return Placed(item.text, item.span, item.size, bold, item.paint, box, points, clip)


def beyond(box: Rectangle, frame: Rectangle) -> float:
    """How far a box reaches out of a frame (both as left, top, right, bottom); 0 when it is inside."""
    return max(frame[0] - box[0], frame[1] - box[1], box[2] - frame[2], box[3] - frame[3], 0.0)


def without_text(page: Page) -> Page:
    """The page with everything but its letters."""
    return replace(page, items=_bare(page.items), links=())


def _bare(items: tuple[Item, ...]) -> tuple[Item, ...]:
    kept: list[Item] = []
    for item in items:
        if isinstance(item, Group):
            kept.append(replace(item, items=_bare(item.items)))
        elif not isinstance(item, Letters):
            kept.append(item)
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class Ground:
    """A page without its text as pixels: red, green and blue, row by row."""

    width: int
    height: int
    data: bytes

    def at(self, x: float, y: float) -> Channels | None:
        """The colour at a place in fractions of the page; None outside."""
        column, row = int(x * self.width), int(y * self.height)
        if not (0 <= column < self.width and 0 <= row < self.height and x >= 0 and y >= 0):
            return None
        start = (row * self.width + column) * 3
        return self.data[start], self.data[start + 1], self.data[start + 2]


def faint(page: Page, ground: Ground) -> list[Faint]:
    """Texts whose contrast with what is below them is too low."""
    found = []
    for line in placed(page):
        below = [ground.at(x / page.width, y / page.height) for x, y in line.points]
        seen = [color for color in below if color is not None]
        worst = _worst(line, seen, page) if seen else None
        if worst is not None and worst.reached < worst.target:
            found.append(worst)
    return found


def _worst(line: Placed, grounds: list[Channels], page: Page) -> Faint:
    """The contrast that a quarter of the ground does not reach: a thin line below a word does no harm."""
    target = needed(line.feed_size(page), bold=line.bold)
    pairs = {ground: _pair(line.paint, ground) for ground in set(grounds)}
    ratios = {ground: ratio(*pair) for ground, pair in pairs.items()}
    ranked = sorted((ratios[ground], *pairs[ground]) for ground in grounds)
    reached, front, back = ranked[len(ranked) // 4]
    return Faint(line, reached, target, front, back)


def _pair(paint: Paint, below: Channels) -> tuple[str, str]:
    """What is seen of a text over a ground, and the ground."""
    above = [int(paint.color[at : at + 2], 16) for at in (1, 3, 5)]
    mixed = [round(top * paint.alpha + under * (1 - paint.alpha)) for top, under in zip(above, below, strict=True)]
    return _hex(mixed), _hex(below)


def _hex(channels: Iterable[int]) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in channels)
