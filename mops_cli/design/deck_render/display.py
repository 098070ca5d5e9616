"""The display list: what is on a page, finished and in order of drawing.

Positions are canvas units from the top left corner, y downwards; angles are degrees, counter-clockwise as seen.
Nothing is left to decide for whoever draws it: colours are colours, text is shaped, pictures are read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from mops_cli.model.diagnostic import Span

if TYPE_CHECKING:
    from mops_cli.design.shaping import Line

#: A step of a path: ``M``, ``L``, ``Q``, ``C`` or ``Z``, and its coordinates.
Step: TypeAlias = tuple[str, tuple[float, ...]]

NOWHERE = Span("", 1, 1)


@dataclass(frozen=True, slots=True)
class Paint:
    """A colour (``#rrggbb``) and how much of it there is, from 0 to 1."""

    color: str
    alpha: float = 1.0


@dataclass(frozen=True, slots=True)
class Blend:
    """A gradient between two points of the box that it fills, in fractions of the box (y downwards)."""

    first: Paint
    second: Paint
    start: tuple[float, float]
    end: tuple[float, float]
    alpha: float = 1.0


Fill: TypeAlias = Paint | Blend


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; ``x`` and ``y`` are its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    fill: Fill
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Oval:
    """A filled ellipse about its centre."""

    x: float
    y: float
    rx: float
    ry: float
    fill: Fill
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A filled path."""

    steps: tuple[Step, ...]
    fill: Fill
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A drawn path; ends are cut straight."""

    steps: tuple[Step, ...]
    width: float
    paint: Paint
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Letters:
    """A line of shaped text: ``x`` is its left end, ``y`` its baseline.

    ``line`` is shaped at a size of 1 and grows by ``size``. Its runs name their fonts, for writers that set the text
    again instead of drawing outlines.
    """

    x: float
    y: float
    size: float
    line: Line
    paint: Paint
    alt: str = ""
    span: Span = NOWHERE

    @property
    def width(self) -> float:
        """How wide it is drawn."""
        return self.line.width * self.size

    @property
    def text(self) -> str:
        """What is written."""
        return self.line.text


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture as it is in its file. ``width`` and ``height`` are pixels (or units of its view box)."""

    path: str
    media_type: str
    width: float
    height: float
    data: bytes = field(repr=False, hash=False, compare=False)
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture stretched into a box; ``x`` and ``y`` are its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    file: PictureFile
    alpha: float = 1.0
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Items that are turned about a point, or cut to a box (x, y, width, height)."""

    items: tuple[Item, ...]
    angle: float = 0.0
    pivot: tuple[float, float] = (0.0, 0.0)
    clip: tuple[float, float, float, float] | None = None
    alt: str = ""


Item: TypeAlias = Box | Oval | Area | Stroke | Letters | Picture | Group


@dataclass(frozen=True, slots=True)
class LinkArea:
    """A part of the page that leads somewhere."""

    x: float
    y: float
    width: float
    height: float
    href: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One finished page. ``alt`` says in words what it shows; ``compat`` that it is to look as the old tools make it."""

    width: float
    height: float
    items: tuple[Item, ...]
    links: tuple[LinkArea, ...] = ()
    title: str = ""
    alt: str = ""
    note: str = ""
    compat: bool = False
    span: Span = NOWHERE

    @property
    def letters(self) -> tuple[Letters, ...]:
        """All lines of text, in order of drawing."""
        return tuple(_letters(self.items))

    @property
    def pictures(self) -> tuple[PictureFile, ...]:
        """The picture files, each once, in order of drawing."""
        return tuple({file.path: file for file in _files(self.items)}.values())


def _letters(items: tuple[Item, ...]) -> list[Letters]:
    found: list[Letters] = []
    for item in items:
        if isinstance(item, Letters):
            found.append(item)
        elif isinstance(item, Group):
            found.extend(_letters(item.items))
    return found


def _files(items: tuple[Item, ...]) -> list[PictureFile]:
    found: list[PictureFile] = []
    for item in items:
        if isinstance(item, Picture):
            found.append(item.file)
        elif isinstance(item, Group):
            found.extend(_files(item.items))
    return found
