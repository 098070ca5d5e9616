"""The page model as the XML of the reference tools."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from mops_cli.design.deck.model import (
    Arc,
    Curve,
    Deck,
    Element,
    Ellipse,
    Gradient,
    Image,
    Line,
    List,
    ListItem,
    Polygon,
    Polyline,
    Rect,
    Slide,
    Text,
)
from mops_cli.design.deck.numerals import shortest

if TYPE_CHECKING:
    from collections.abc import Iterator

Attributes = list[tuple[str, "str | float | None"]]
_META = ("title", "creator", "subject", "publisher", "description", "date")
_TEXT_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ESCAPES = str.maketrans({**_TEXT_ESCAPES, '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})
_PLAIN = str.maketrans(_TEXT_ESCAPES)


def to_xml(deck: Deck) -> str:
    """The whole deck; a source without ``deck`` gives a bare run of elements."""
    return "".join(_lines(deck))


def _lines(deck: Deck) -> Iterator[str]:
    if deck.complete:
        yield "<deck>\n"
        known = dict(deck.meta)
        for name in _META:
            if name in known:
                yield f"<{name}>{_escape(known[name])}</{name}>\n"
    if deck.canvas is not None:
        yield _tag("canvas", [("width", deck.canvas.width), ("height", deck.canvas.height)])
    for item in deck.items:
        if isinstance(item, Slide):
            yield from _slide(item)
        else:
            yield element_xml(item)
    if deck.complete:
        yield "</deck>\n"


def _slide(slide: Slide) -> Iterator[str]:
    attributes: Attributes = [("bg", slide.background), *_gradient(slide.gradient), ("fg", slide.foreground)]
    attributes.append(("duration", slide.duration))
    yield f"<slide{_attributes(attributes)}>\n"
    if slide.note:
        yield f"<note>{_escape(slide.note)}</note>\n"
    for element in slide.elements:
        yield element_xml(element)
    yield "</slide>\n"


def _escape(text: str) -> str:
    return _clean(text).translate(_PLAIN)


def _clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    if text.isprintable():
        return text
    return "".join(
        char
        for char in text
        if char in "\t\n\r"
        or (ord(char) >= 32 and not 0xD800 <= ord(char) <= 0xDFFF and ord(char) not in {0xFFFE, 0xFFFF})
    )


def _attributes(attributes: Attributes) -> str:
    parts = []
    for name, value in attributes:
        if isinstance(value, str):
            parts.append(f' {name}="{_clean(value).translate(_ESCAPES)}"' if value else "")
        elif value is not None:
            parts.append(f' {name}="{shortest(value)}"')
    return "".join(parts)


def _tag(name: str, attributes: Attributes, content: str | None = None) -> str:
    if content is None:
        return f"<{name}{_attributes(attributes)}/>\n"
    return f"<{name}{_attributes(attributes)}>{_escape(content)}</{name}>\n"


def _gradient(gradient: Gradient | None) -> Attributes:
    if gradient is None:
        return []
    return [("gradcolor1", gradient.first), ("gradcolor2", gradient.second), ("gp", gradient.percent)]


@singledispatch
def element_xml(element: Element) -> str:
    """One element."""
    raise TypeError(type(element).__name__)


@element_xml.register
def _(element: Text) -> str:
    attributes: Attributes = [
        ("align", element.align),
        ("type", element.kind),
        ("file", element.file),
        ("xp", element.x),
        ("yp", element.y),
        ("rotation", element.rotation),
        ("wp", element.width),
        ("sp", element.size),
        ("font", element.font),
        ("color", element.color),
        ("opacity", element.opacity),
        ("lp", element.spacing),
        ("link", element.link),
    ]
    return _tag("text", attributes, None if element.file else element.content)


@element_xml.register
def _(element: List) -> str:
    attributes: Attributes = [
        ("type", element.kind),
        ("align", element.align),
        ("xp", element.x),
        ("yp", element.y),
        ("wp", element.width),
        ("sp", element.size),
        ("font", element.font),
        ("color", element.color),
        ("opacity", element.opacity),
        ("lp", element.spacing),
        ("link", element.link),
        ("rotation", element.rotation),
    ]
    items = "".join(element_xml(item) for item in element.items)
    return f"<list{_attributes(attributes)}>\n{items}</list>\n"


@element_xml.register
def _(element: ListItem) -> str:
    attributes: Attributes = [
        ("font", element.font),
        ("color", element.color),
        ("opacity", element.opacity),
        ("link", element.link),
    ]
    return _tag("li", attributes, element.content)


@element_xml.register
def _(element: Image) -> str:
    attributes: Attributes = [
        ("name", element.name),
        ("xp", element.x),
        ("yp", element.y),
        ("width", element.width),
        ("height", element.height),
        ("scale", element.scale),
        ("autoscale", "on" if element.autoscale else ""),
        ("caption", element.caption),
        ("sp", element.caption_size),
        ("link", element.link),
        ("font", element.font),
        ("color", element.color),
        ("opacity", element.opacity),
    ]
    return _tag("image", attributes)


@element_xml.register
def _(element: Rect) -> str:
    return _box("rect", element, [*_gradient(element.gradient), *element.extra])


@element_xml.register
def _(element: Ellipse) -> str:
    return _box("ellipse", element, [])


def _box(tag: str, element: Rect | Ellipse, more: Attributes) -> str:
    attributes: Attributes = [
        ("xp", element.x),
        ("yp", element.y),
        ("wp", element.width),
        ("hp", element.height),
        ("hr", element.ratio),
        ("color", element.color),
        ("opacity", element.opacity),
    ]
    return _tag(tag, attributes + more)


@element_xml.register
def _(element: Line) -> str:
    attributes: Attributes = [
        ("xp1", element.x1),
        ("yp1", element.y1),
        ("xp2", element.x2),
        ("yp2", element.y2),
        ("sp", element.width),
        *element.extra,
        ("color", element.color),
        ("opacity", element.opacity),
    ]
    return _tag("line", attributes)


@element_xml.register
def _(element: Curve) -> str:
    attributes: Attributes = [
        ("xp1", element.x1),
        ("yp1", element.y1),
        ("xp2", element.x2),
        ("yp2", element.y2),
        ("xp3", element.x3),
        ("yp3", element.y3),
        ("sp", element.width),
        ("color", element.color),
        ("opacity", element.opacity),
    ]
    return _tag("curve", attributes)


@element_xml.register
def _(element: Arc) -> str:
    attributes: Attributes = [
        ("xp", element.x),
        ("yp", element.y),
        ("wp", element.width),
        ("hp", element.height),
        ("sp", element.stroke),
        ("a1", element.start),
        ("a2", element.end),
        ("color", element.color),
        ("opacity", element.opacity),
    ]
    return _tag("arc", attributes)


@element_xml.register
def _(element: Polygon) -> str:
    return _points("polygon" if element.drawn else "poly", element, [])


@element_xml.register
def _(element: Polyline) -> str:
    return _points("polyline", element, [("sp", element.width)])


def _points(tag: str, element: Polygon | Polyline, more: Attributes) -> str:
    attributes: Attributes = [
        ("xc", " ".join(shortest(value) for value in element.xs)),
        ("yc", " ".join(shortest(value) for value in element.ys)),
        *more,
        ("color", element.color),
        ("opacity", element.opacity),
    ]
    return _tag(tag, attributes)
