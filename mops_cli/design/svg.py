"""What an SVG asks for, found without drawing it: fonts, pictures, references, and the mistakes in them.

Everything a drawing library might stumble over or be tricked by is looked for here, with its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.parsers import expat  # entities and loads are refused below

from mops_cli.design.fonts import FontSet, missing_characters, unknown_families
from mops_cli.design.suggest import listed
from mops_cli.model.diagnostic import Diagnostic, Span, error, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MAX_BYTES = 5_000_000
MAX_DEPTH = 200
MAX_DRAWN = 200_000

_FAMILY = re.compile(r"font-family\s*:\s*([^;}]+)", re.IGNORECASE)
_SHORTHAND = re.compile(r"(?<![-\w])font\s*:\s*[^;}]*?\d[\w.%/]*\s+([^;}]+)", re.IGNORECASE)
_LOADS = re.compile(r"@import|url\(\s*['\"]?\s*(?!#|['\"]?\s*data:)([^)'\"\s#][^)'\"\s]*)", re.IGNORECASE)
_LOCAL = re.compile(r"url\(\s*['\"]?#([^)'\"\s]+)")
_TEXT_TAGS = frozenset({"text", "tspan", "textPath"})
_USES_LINK = frozenset({"use", "image", "feImage", "tref", "textPath", "pattern", "linearGradient", "radialGradient"})


class _Refused(Exception):
    def __init__(self, code: str, message: str, help_text: str) -> None:
        super().__init__(message)
        self.code, self.help = code, help_text


@dataclass(slots=True)
class Svg:
    """What was read. Places are (line, column) in the text, from 1."""

    families: list[tuple[tuple[str, ...], tuple[int, int]]] = field(default_factory=list)
    images: list[tuple[str, tuple[int, int]]] = field(default_factory=list)
    filters: list[tuple[int, int]] = field(default_factory=list)
    text: list[tuple[str, tuple[int, int]]] = field(default_factory=list)
    uses: list[tuple[str, str, tuple[int, int]]] = field(default_factory=list)
    ids: dict[str, tuple[int, int]] = field(default_factory=dict)
    weights: dict[str, int] = field(default_factory=dict)
    width: str = ""
    height: str = ""
    view_box: str = ""


def check(
    text: str,
    *,
    path: str,
    fonts: FontSet | None = None,
    exists: Callable[[str], bool] | None = None,
    locate: Callable[[int, int], Span] | None = None,
) -> list[Diagnostic]:
    """Findings of an SVG text.

    Args:
        text: the SVG.
        path: its file, for the places of findings.
        fonts: the brand's fonts; without them fonts are not checked.
        exists: whether a referred picture is there; without it pictures are not looked for.
        locate: the author's place of a line and column, when ``text`` was made from a template.
    """
    place = locate or (lambda line, column: Span(path, line, column))
    svg, problem = read(text, place)
    if problem is not None or svg is None:
        return [problem] if problem else []
    found: list[Diagnostic] = []
    found.extend(_check_images(svg, place, exists))
    found.extend(_check_references(svg, place))
    if fonts is not None:
        found.extend(_check_fonts(svg, fonts, place))
    for line, column in svg.filters[:1]:
        help_text = "Draw the shadow or blur as a shape with a gradient, or use a picture."
        found.append(warning("MB309", "filters are not drawn", place(line, column), help_text))
    return found


def read(text: str, place: Callable[[int, int], Span]) -> tuple[Svg | None, Diagnostic | None]:
    """The facts of an SVG text, or the error that stops it."""
    if len(text) > MAX_BYTES:
        help_text = "Simplify the drawing, or use a PNG or JPEG."
        return None, error("MB306", f"an SVG of {len(text):,} characters", place(1, 1), help_text)
    reader = _Reader()
    try:
        reader.parse(text)
    except expat.ExpatError as problem:
        message = (
            _EMPTY
            if not text.strip()
            else _SAID.get(problem.code) or f"this is not well-formed: {expat.ErrorString(problem.code)}"
        )
        return None, error("MB301", message, place(problem.lineno, problem.offset + 1), _cure(problem.code))
    except _Refused as refused:
        return None, error(refused.code, str(refused), place(*reader.here), refused.help)
    except (ValueError, UnicodeError):
        return None, error("MB301", "this is not an SVG text", place(1, 1), "Save the file as UTF-8.")
    if not reader.is_svg:
        return None, error(
            "MB301",
            "the outermost element is not <svg>",
            place(1, 1),
            'Begin with <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 630">.',
        )
    return reader.svg, None


_EMPTY = "the picture is empty: there is no SVG in it"
_SAID = {
    3: "the file ends before its elements are closed",
    4: "this cannot be read: a quote, a `<` or an `&` is out of place",
    5: "the file ends in the middle of a tag",
    7: "this end tag does not fit the element that is open",
    8: "an attribute stands twice in this tag",
    9: "something follows after the end of the picture",
    11: "this entity is not known",
}
"""Expat's errors by number, for people."""


def _cure(code: int) -> str:
    mismatched = "Close each element in the reverse order of opening, and write empty ones as <rect ... />."
    return {
        7: mismatched,
        5: "Close the quote or the tag that is open here.",
        4: 'Write "&amp;" for "&" and "&lt;" for "<" in texts, and put attribute values into quotes.',
        3: mismatched,
        8: "Write each attribute once.",
        11: 'Write the character itself instead of a named entity, and "&amp;" for "&".',
    }.get(code, "Open the file in a drawing program and save it again as plain SVG.")


class _Reader:
    def __init__(self) -> None:
        self.svg = Svg()
        self.is_svg = False
        self.here = (1, 1)
        self._parser = expat.ParserCreate()
        self._open: list[tuple[str, str]] = []
        self._style: list[str] = []

    def parse(self, text: str) -> None:
        parser = self._parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.EntityDeclHandler = self._entity
        parser.ProcessingInstructionHandler = self._instruction
        parser.buffer_text = True
        parser.Parse(text, True)

    def _now(self) -> tuple[int, int]:
        self.here = (self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)
        return self.here

    def _entity(self, *_: object) -> None:
        self._now()
        raise _Refused(
            "MB303",
            "entity declarations are not read",
            "Remove the <!DOCTYPE ...> part; write the characters themselves.",
        )

    def _instruction(self, target: str, _data: str) -> None:
        if target == "xml-stylesheet":
            self._now()
            raise _Refused(
                "MB302", "style sheets of other files are not loaded", "Put the rules into a <style> element."
            )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        place = self._now()
        tag = name.rsplit(":", 1)[-1]
        if not self._open:
            self.is_svg = tag == "svg"
            self.svg.width, self.svg.height = attributes.get("width", ""), attributes.get("height", "")
            self.svg.view_box = attributes.get("viewBox", "")
        if len(self._open) >= MAX_DEPTH:
            raise _Refused("MB306", f"elements nested more than {MAX_DEPTH} deep", "Ungroup the drawing.")
        if tag in ("script", "foreignObject"):
            raise _Refused("MB302", f"<{tag}> does not work in a picture", "Remove it.")
        identity = attributes.get("id", "")
        if identity:
            self.svg.ids.setdefault(identity, place)
        self._open.append((tag, identity))
        for _, owner in self._open:
            if owner:
                self.svg.weights[owner] = self.svg.weights.get(owner, 0) + 1
        self._references(tag, attributes, place)
        self._fonts(attributes, place)
        if tag == "filter":
            self.svg.filters.append(place)

    def _references(self, tag: str, attributes: Mapping[str, str], place: tuple[int, int]) -> None:
        link = attributes.get("xlink:href") or attributes.get("href") or ""
        owner = next((identity for _, identity in reversed(self._open) if identity), "")
        if link.startswith("#"):
            if tag in _USES_LINK:
                self._use(link[1:], place)
        elif link and tag in _USES_LINK:
            if tag not in ("image", "feImage"):
                raise _Refused("MB302", f"<{tag}> refers to another file", "Copy the shape into this file.")
            self.svg.images.append((link.strip(), place))
        for value in attributes.values():
            for target in _LOCAL.findall(value):
                self.svg.uses.append((owner, target, place))
            self._refuse_loads(value)

    def _use(self, target: str, place: tuple[int, int]) -> None:
        owners = [identity for _, identity in self._open if identity] or [""]
        self.svg.uses.extend((owner, target, place) for owner in owners)

    def _refuse_loads(self, value: str) -> None:
        found = _LOADS.search(value)
        if found:
            raise _Refused(
                "MB302", f'"{found[0][:60]}" would load another file', "Put it into this file; refer to parts by #id."
            )

    def _fonts(self, attributes: Mapping[str, str], place: tuple[int, int]) -> None:
        if "font-family" in attributes:
            self._family(attributes["font-family"], place)
        if "style" in attributes:
            self._css(attributes["style"], place)

    def _css(self, css: str, place: tuple[int, int]) -> None:
        for pattern in (_FAMILY, _SHORTHAND):
            for stack in pattern.findall(css):
                self._family(stack, place)

    def _family(self, stack: str, place: tuple[int, int]) -> None:
        names = tuple(name for part in stack.split(",") if (name := part.strip().strip("'\"")))
        if names and names[0] not in ("inherit", "initial"):
            self.svg.families.append((names, place))

    def _data(self, data: str) -> None:
        tags = {tag for tag, _ in self._open}
        if self._open and self._open[-1][0] == "style":
            self._style.append(data)
        elif tags & _TEXT_TAGS and data.strip():
            self.svg.text.append((data, self._now()))

    def _end(self, _name: str) -> None:
        place = self._now()
        tag, _ = self._open.pop()
        if tag == "style":
            css = "".join(self._style)
            self._style.clear()
            self._refuse_loads(css)
            self._css(css, place)


def _check_images(
    svg: Svg, place: Callable[[int, int], Span], exists: Callable[[str], bool] | None
) -> Iterator[Diagnostic]:
    for link, at in svg.images:
        lower = link.lower()
        if lower.startswith("data:image/"):
            continue
        if re.match(r"[a-z][a-z0-9+.-]*:|//", lower):
            help_text = "Put the picture into the project and name its path, e.g. assets/photo.jpg."
            yield error("MB302", f'"{link[:80]}" lies outside the project', place(*at), help_text)
        elif exists is not None and not exists(unquote(link)):
            help_text = "Paths are looked up in the campaign's folder, then in content/."
            yield error("MB305", f'no picture "{link[:80]}"', place(*at), help_text)


def _check_references(svg: Svg, place: Callable[[int, int], Span]) -> Iterator[Diagnostic]:
    edges: dict[str, list[str]] = {}
    for owner, target, at in svg.uses:
        if target in svg.ids:
            edges.setdefault(owner, []).append(target)
        else:
            near = f"There are: {listed(svg.ids)}." if svg.ids else "Give the element that id."
            yield warning("MB310", f'nothing here has the id "{target[:60]}"', place(*at), near)
    cost: dict[str, int] = {}

    def drawn(owner: str, above: frozenset[str]) -> int:
        if owner in above:
            raise _Refused("MB306", f'"{owner}" is drawn inside itself', "Break the circle of <use>.")
        if owner not in cost:
            inner = sum(drawn(target, above | {owner}) for target in edges.get(owner, ()))
            cost[owner] = min(svg.weights.get(owner, 1) + inner, MAX_DRAWN + 1)
        return cost[owner]

    try:
        most = max((drawn(owner, frozenset()) for owner in list(edges)), default=0)
        problem = (f"more than {MAX_DRAWN:,} shapes through <use>", "Draw fewer copies.") if most > MAX_DRAWN else None
    except _Refused as refused:
        problem = (str(refused), refused.help)
    except RecursionError:
        problem = ("references nested too deep", "Draw fewer levels of <use>.")
    if problem is not None:
        at = next((at for _, _, at in svg.uses), (1, 1))
        yield error("MB306", problem[0], place(*at), problem[1])


def _check_fonts(svg: Svg, fonts: FontSet, place: Callable[[int, int], Span]) -> Iterator[Diagnostic]:
    if not svg.text:
        return
    for stack, at in svg.families:
        for stranger in unknown_families(fonts, [stack]):
            help_text = f"The brand has: {listed(fonts.families)}." if fonts.families else "Add it to brand/fonts.yaml."
            yield error("MB304", f'the font "{stranger}" is not one of the brand', place(*at), help_text)
    if not fonts.files:
        help_text = "Add fonts to brand/fonts.yaml, or draw the letters as shapes."
        yield error("MB304", "text, but the brand has no font to draw it", place(*svg.text[0][1]), help_text)
    for data, at in svg.text:
        absent = missing_characters(fonts, data, place(*at))
        if absent is not None:
            yield absent
