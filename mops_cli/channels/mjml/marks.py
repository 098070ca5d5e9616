"""Numbers the elements of finished HTML, so that a parser's findings can be carried back without printing it anew."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME = "data-jm"
_TAG = re.compile(
    r"<!--.*?-->|<(?P<raw>style|script|title|textarea|xml)\b.*?</(?P=raw)\s*>"
    r"|<(?P<name>[a-zA-Z][\w:.-]*)(?P<inside>[^<>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^<>\"']*)*)>",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"\s([^\s=\"'<>/]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")


@dataclass(frozen=True, slots=True)
class Element:
    """A start tag outside comments; ``start`` is the place after its name, ``inside`` what follows up to ``>``."""

    start: int
    inside: str


@dataclass(frozen=True, slots=True)
class Marked:
    """HTML, its elements, and a copy in which element ``n`` says ``data-jm="n"``."""

    html: str
    elements: list[Element]
    copy: str

    def write(self, changes: Mapping[int, Mapping[str, str]]) -> str:
        """The HTML with attributes set: element number -> name -> value, already escaped for double quotes."""
        out: list[str] = []
        last = 0
        for number in sorted(changes):
            element = self.elements[number]
            end = element.start + len(element.inside)
            out.append(self.html[last : element.start])
            out.append(_set(element.inside, changes[number]))
            last = end
        out.append(self.html[last:])
        return "".join(out)


def mark(html: str, *, hide: re.Pattern[str] | None = None) -> Marked:
    """Number the elements. A ``style`` in which ``hide`` is found is left out of the copy."""
    elements: list[Element] = []
    out: list[str] = []
    last = 0
    for found in _TAG.finditer(html):
        if found["name"] is None:
            continue
        start, inside = found.end("name"), found["inside"]
        out.append(html[last:start])
        out.append(f' {NAME}="{len(elements)}"')
        last = start
        if hide is not None and hide.search(inside):
            out.append(_without_style(inside, hide))
            last = found.end("inside")
        elements.append(Element(start, inside))
    out.append(html[last:])
    return Marked(html, elements, "".join(out))


def attributes(inside: str) -> Iterator[tuple[str, str]]:
    """The attributes of a start tag as written, without their quotes."""
    for name, double, single, bare in _ATTRIBUTE.findall(inside):
        yield name, double or single or bare


def read(copy: str, name: str) -> Iterator[tuple[int, str]]:
    """The values an attribute has in a printed copy, by element number."""
    wanted = f" {name}="
    for found in _TAG.finditer(copy):
        inside = found["inside"]
        if inside and wanted in inside:
            values = dict(attributes(inside))
            if NAME in values and name in values:
                yield int(values[NAME]), values[name]


def escape(text: str) -> str:
    """Text for a value in double quotes."""
    return text.replace('"', "&quot;")


def plain(value: str) -> str:
    """What a written value means."""
    return unescape(value)


def _without_style(inside: str, hide: re.Pattern[str]) -> str:
    def drop(found: re.Match[str]) -> str:
        return "" if found[1].lower() == "style" and hide.search(found.group()) else found.group()

    return _ATTRIBUTE.sub(drop, inside)


def _set(inside: str, values: Mapping[str, str]) -> str:
    left = dict(values)

    def replace(found: re.Match[str]) -> str:
        value = left.pop(found[1], None)
        return found.group() if value is None else f' {found[1]}="{value}"'

    written = _ATTRIBUTE.sub(replace, inside)
    added = "".join(f' {name}="{value}"' for name, value in left.items())
    if not added:
        return written
    body = written.rstrip()
    return body[:-1].rstrip() + added + " /" if body.endswith("/") else body + added
