"""The page model: what a compiled deck is, before anybody draws it.

Positions are percent of the canvas, the origin is bottom left and y grows upwards. Every size (text,
line width) is percent of the canvas *width*. Angles are degrees, counter-clockwise from three o'clock.
``None`` means "not said": the renderer's default applies. Colours are kept as the author wrote them
(see :mod:`mops_cli.design.deck.colors` for their meaning); brand tokens are already replaced.
``extra`` keeps attributes that the old tools write and that no renderer reads, so that ``to_xml`` can write them too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from mops_cli.model.diagnostic import Span

NOWHERE = Span("", 1, 1)
_ANCHORS = {
    "c": "middle",
    "center": "middle",
    "middle": "middle",
    "m": "middle",
    "e": "end",
    "end": "end",
    "right": "end",
}


def anchor_of(align: str) -> str:
    """What an alignment of the reference XML means."""
    return _ANCHORS.get(align, "start")


@dataclass(frozen=True, slots=True)
class Gradient:
    """A blend of two colours, ``percent`` says where the first one gives way."""

    first: str
    second: str
    percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A line, a wrapped block, or a shown file.

    ``kind`` is "" for one line, ``block`` (wrapped to ``width``), ``code``, ``plain`` or ``markdown``.
    ``align`` is written as in the reference XML; ``anchor`` says what it means. ``fit``, ``height`` and ``lines`` belong to measured text:
    ``shrink`` lowers the size until the block fits, ``truncate`` ends it with an ellipsis.
    """

    x: float
    y: float
    size: float
    content: str = ""
    kind: str = ""
    align: str = ""
    width: float | None = None
    font: str = ""
    color: str = ""
    opacity: float | None = None
    file: str = ""
    link: str = ""
    spacing: float | None = None
    rotation: float | None = None
    fit: str = ""
    height: float | None = None
    lines: int | None = None
    alt: str = ""
    span: Span = NOWHERE

    @property
    def anchor(self) -> str:
        """Where the position lies in the text: ``start``, ``middle`` or ``end``."""
        return anchor_of(self.align)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """One entry of a list; its own font, colour and opacity win over the list's."""

    content: str = ""
    font: str = ""
    color: str = ""
    opacity: float | None = None
    link: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """A list; ``kind`` is "" (plain), ``bullet`` or ``number``; ``align`` is "" or ``c``."""

    x: float
    y: float
    size: float
    items: tuple[ListItem, ...] = ()
    kind: str = ""
    align: str = ""
    width: float | None = None
    font: str = ""
    color: str = ""
    opacity: float | None = None
    spacing: float | None = None
    link: str = ""
    rotation: float | None = None
    alt: str = ""
    span: Span = NOWHERE

    @property
    def anchor(self) -> str:
        """Where the position lies in each item: ``start``, ``middle`` or ``end``."""
        return anchor_of(self.align)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture, centred. Sizes are pixels; a height of 0 makes the width percent of the canvas."""

    x: float
    y: float
    name: str
    width: float
    height: float
    scale: float | None = None
    caption: str = ""
    caption_size: float | None = None
    link: str = ""
    font: str = ""
    color: str = ""
    opacity: float | None = None
    autoscale: bool = False
    alt: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Rect:
    """A rectangle, centred. With ``ratio`` its height is that percentage of its own width."""

    x: float
    y: float
    width: float
    height: float | None = None
    ratio: float | None = None
    color: str = ""
    opacity: float | None = None
    gradient: Gradient | None = None
    alt: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Ellipse:
    """An ellipse, centred. With ``ratio`` its height is that percentage of its own width."""

    x: float
    y: float
    width: float
    height: float | None = None
    ratio: float | None = None
    color: str = ""
    opacity: float | None = None
    alt: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float | None = None
    color: str = ""
    opacity: float | None = None
    alt: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A quadratic curve from point 1 to point 3; point 2 pulls it."""

    x1: float
    y1: float
    x2: float
    y2: float
    x3: float
    y3: float
    width: float | None = None
    color: str = ""
    opacity: float | None = None
    alt: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """A stroked arc; ``width`` and ``height`` are full axes, both percent of the canvas width."""

    x: float
    y: float
    width: float
    height: float
    start: float
    end: float
    stroke: float | None = None
    color: str = ""
    opacity: float | None = None
    alt: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Polygon:
    """A filled polygon. ``drawn`` is false for the tag ``poly``, which the old tools write and never draw."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    color: str = ""
    opacity: float | None = None
    drawn: bool = True
    alt: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Polyline:
    """An open run of segments. The language itself writes single lines; parts made by code may use this."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    width: float | None = None
    color: str = ""
    opacity: float | None = None
    alt: str = ""
    span: Span = NOWHERE


Element: TypeAlias = Text | List | ListItem | Image | Rect | Ellipse | Line | Curve | Arc | Polygon | Polyline


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """One page. ``alt`` describes the whole picture, ``note`` is for the speaker."""

    background: str = ""
    foreground: str = ""
    gradient: Gradient | None = None
    elements: tuple[Element, ...] = ()
    title: str = ""
    note: str = ""
    alt: str = ""
    duration: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """The size of the page in points."""

    width: float = 792.0
    height: float = 612.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck:
    """A compiled deck.

    ``items`` is everything in the order of the source: slides, and elements that stand outside of any slide
    (files that are meant to be included have only those). ``complete`` says that the source opens and closes
    a deck. ``canvas`` is None when the source does not name one; ``compiled_for`` is the canvas that the
    geometry was computed with. ``layers`` is "" (by kind, as the old tools), ``document``, or a list
    of kinds joined by ``:``. ``meta`` holds title, creator, subject and the like.
    """

    items: tuple[Slide | Element, ...] = ()
    complete: bool = False
    canvas: Canvas | None = None
    compiled_for: Canvas = Canvas()
    layers: str = ""
    meta: tuple[tuple[str, str], ...] = ()
    path: str = ""

    @property
    def slides(self) -> tuple[Slide, ...]:
        """The slides alone."""
        return tuple(item for item in self.items if isinstance(item, Slide))

    @property
    def loose(self) -> tuple[Element, ...]:
        """The elements outside of any slide."""
        return tuple(item for item in self.items if not isinstance(item, Slide))

    @property
    def pages(self) -> tuple[Slide, ...]:
        """What there is to draw: the slides, or a file without slides as one page."""
        return self.slides or ((Slide(elements=self.loose),) if self.loose else ())

    @property
    def files(self) -> tuple[str, ...]:
        """The pictures and shown texts that a renderer opens, each once, in order."""
        found: dict[str, None] = {}
        for page in (*self.slides, Slide(elements=self.loose)):
            for element in page.elements:
                name = element.name if isinstance(element, Image) else element.file if isinstance(element, Text) else ""
                if name:
                    found[name] = None
        return tuple(found)
