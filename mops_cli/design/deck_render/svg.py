"""The display list as SVG: text as outlines (for pictures) or as text (for the web and for PDF)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING

from mops_cli.design import harfbuzz
from mops_cli.design.deck_render.bleed import with_bleed
from mops_cli.design.deck_render.display import (
    Area,
    Blend,
    Box,
    Group,
    Item,
    Letters,
    LinkArea,
    Oval,
    Page,
    Paint,
    Picture,
    PictureFile,
    Step,
    Stroke,
)
from mops_cli.design.outlines import glyph_path, number
from mops_cli.design.token_values import family_css

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mops_cli.design.deck_render.display import Fill
    from mops_cli.design.fonts import FontData

_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


_CORNER = re.compile(
    rb"(<svg\b[^>]*?\bviewBox\s*=\s*[\"']\s*)(-?(?:\d+\.?\d*|\.\d+))[\s,]+(-?(?:\d+\.?\d*|\.\d+))[\s,]+([^>]*>)"
)


def data_address(file: PictureFile) -> str:
    """The picture itself as an address."""
    data = _at_origin(file.data) if file.media_type == "image/svg+xml" else file.data
    return f"data:{file.media_type};base64,{base64.b64encode(data).decode()}"


def _at_origin(data: bytes) -> bytes:
    """An SVG whose view box begins at 0, 0: CairoSVG loses pictures inside of pictures that begin elsewhere."""
    found = _CORNER.search(data)
    end = data.rfind(b"</svg>")
    if found is None or end < found.end() or not (float(found[2]) or float(found[3])):
        return data
    moved = b'<g transform="translate(%g %g)">' % (-float(found[2]), -float(found[3]))
    return b"".join(
        (data[: found.start()], found[1], b"0 0 ", found[4], moved, data[found.end() : end], b"</g>", data[end:])
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SvgOptions:
    """How a page is written.

    ``live`` keeps text as text, in the families of the fonts; ``css`` goes into a style element (``@font-face`` rules).
    ``prefix`` begins all ids, so that several pictures can stand in one document. ``symbols`` writes each letter's outline once; without it every letter has its own, which draws faster.
    ``size`` is what the picture says to be, ``view`` the part of the page that it shows (from the upper left corner), ``links`` whether link areas are written, ``address`` where pictures are.
    ``stacks`` are the families to fall back to, by role. ``selectable`` lays the words as unseen text over their
    outlines, for pages where text is found and copied. ``bleed`` shows that much more on all sides.
    """

    live: bool = False
    prefix: str = ""
    symbols: bool = True
    css: str = ""
    size: tuple[float, float] | None = None
    view: tuple[float, float] | None = None
    links: bool = True
    described: bool = True
    address: Callable[[PictureFile], str] = data_address
    stacks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    selectable: bool = False
    bleed: float = 0.0


def to_svg(page: Page, options: SvgOptions | None = None) -> str:
    """A page as SVG text. The same page gives the same text."""
    return _Writer(options or SvgOptions()).document(page)


def path_data(steps: Sequence[Step]) -> str:
    """Steps as the text of a path."""
    return "".join(letter + " ".join(map(number, numbers)) for letter, numbers in steps)


@dataclass(slots=True)
class _Writer:
    options: SvgOptions
    defs: list[str] = field(default_factory=list)
    glyphs: dict[tuple[str, int], str] = field(default_factory=dict)
    blends: dict[Blend, str] = field(default_factory=dict)
    clips: int = 0

    def document(self, page: Page) -> str:
        width, height = self.options.size or (page.width, page.height)
        view = self.options.view or (page.width, page.height)
        bleed = self.options.bleed
        page = with_bleed(page, bleed)
        body = self.items(page.items)
        if self.options.selectable and not self.options.live:
            body += self.unseen(page.items)
        links = "".join(map(_link, page.links)) if self.options.links else ""
        defs = f"<defs>{''.join(self.defs)}</defs>" if self.defs else ""
        style = f"<style>{self.options.css.replace('</', '')}</style>" if self.options.css else ""
        role, words = self._words(page)
        return (
            f'{_HEAD} width="{number(width)}" height="{number(height)}" '
            f'viewBox="{number(-bleed)} {number(-bleed)} {view[0] + 2 * bleed:.6g} {view[1] + 2 * bleed:.6g}"{role}>{words}{style}{defs}{body}{links}</svg>\n'
        )

    def _words(self, page: Page) -> tuple[str, str]:
        """What the page says of itself to those who do not see it."""
        if not self.options.described:
            return "", ""
        title = f"<title>{escape(page.title or page.alt)}</title>" if page.title or page.alt else ""
        about = f"<desc>{escape(page.alt)}</desc>" if page.alt and page.title else ""
        picture = not self.options.live and not page.links
        return (' role="img"' if picture else ""), title + about

    def items(self, items: tuple[Item, ...]) -> str:
        out: list[str] = []
        at = 0
        while at < len(items):
            item = items[at]
            if isinstance(item, Stroke):
                end = _same_strokes(items, at)
                out.append(_strokes(items[at:end]))
                at = end
                continue
            out.append(self.item(item))
            at += 1
        return "".join(out)

    def item(self, item: Item) -> str:
        match item:
            case Box():
                shape = _box(item.x, item.y, item.width, item.height)
                return f"<rect {shape}{self.fill(item.fill)}/>"
            case Oval():
                return self.oval(item)
            case Area():
                return f'<path d="{path_data(item.steps)}"{self.fill(item.fill)}/>'
            case Letters():
                return self.live(item) if self.options.live else self.outlines(item)
            case Picture():
                return self.picture(item)
            case Group():
                return self.group(item)
            case Stroke():
                return _strokes((item,))

    def oval(self, item: Oval) -> str:
        centre = f'cx="{number(item.x)}" cy="{number(item.y)}"'
        if number(item.rx) == number(item.ry):
            return f'<circle {centre} r="{number(item.rx)}"{self.fill(item.fill)}/>'
        return f'<ellipse {centre} rx="{number(item.rx)}" ry="{number(item.ry)}"{self.fill(item.fill)}/>'

    def fill(self, fill: Fill) -> str:
        if isinstance(fill, Blend):
            name = self.blends.get(fill)
            if name is None:
                name = self.blends[fill] = f"{self.options.prefix}b{len(self.blends)}"
                self.defs.append(_gradient(name, fill))
            return f' fill="url(#{name})"{_share("fill-opacity", fill.alpha)}'
        return f' fill="{fill.color}"{_share("fill-opacity", fill.alpha)}'

    def picture(self, item: Picture) -> str:
        box = _box(item.x, item.y, item.width, item.height)
        href = escape(self.options.address(item.file))
        title = f"<title>{escape(item.alt)}</title>" if item.alt and self.options.described else ""
        alpha = _share("opacity", item.alpha)
        return f'<image {box} preserveAspectRatio="none"{alpha} xlink:href="{href}">{title}</image>'

    def group(self, item: Group) -> str:
        look = self.turned(item)
        if item.clip is not None:
            name = f"{self.options.prefix}c{self.clips}"
            self.clips += 1
            self.defs.append(f'<clipPath id="{name}"><rect {_box(*item.clip)}/></clipPath>')
            look += f' clip-path="url(#{name})"'
        return f"<g{look}>{self.items(item.items)}</g>"

    # -- text

    def outlines(self, item: Letters) -> str:
        """A line as shapes."""
        out: list[str] = []
        for run in item.line.runs:
            for glyph in run.glyphs:
                at = (item.x + glyph.x * item.size, item.y + glyph.y * item.size)
                out.append(self.letter(run.font, glyph.id, item.size, at))
        if not self.options.symbols:
            return f'<path d="{"".join(out)}"{self.fill(item.paint)}/>'
        return f'<g fill="{item.paint.color}"{_share("opacity", item.paint.alpha)}>{"".join(out)}</g>'

    def letter(self, font: FontData, glyph: int, size: float, at: tuple[float, float]) -> str:
        """One letter: a part of a path, or a reference to its outline."""
        place = f"{number(at[0])} {number(at[1])}"
        if not self.options.symbols:
            outline = glyph_path(font, glyph, size)
            return f"M{place}m{outline[1:]}" if outline else ""
        key = (font.path, glyph)
        name = self.glyphs.get(key)
        if name is None:
            outline = glyph_path(font, glyph, digits=0)
            name = self.glyphs[key] = f"{self.options.prefix}g{len(self.defs)}" if outline else ""
            if outline:
                self.defs.append(f'<path id="{name}" d="{outline}"/>')
        if not name:
            return ""
        scale = size / harfbuzz.open_face(font.data).upem
        return f'<use xlink:href="#{name}" transform="translate({place}) scale({scale:.6f})"/>'

    def live(self, item: Letters) -> str:
        """A line as text, one element for each font in it."""
        out: list[str] = []
        paint = f' fill="{item.paint.color}"{_share("fill-opacity", item.paint.alpha)}'
        line = item.line
        runs = sorted(line.runs, key=lambda run: run.start)
        for run in runs:
            text = line.text[run.start - line.start : run.end - line.start]
            if not text.strip():
                continue
            x = number(item.x + run.x * item.size)
            direction = ' direction="rtl" text-anchor="end"' if run.right_to_left else ""
            look = self.font(run.font)
            out.append(
                f'<text x="{x}" y="{number(item.y)}" font-size="{number(item.size)}"{look}{direction}{paint}'
                f' xml:space="preserve">{escape(text, quote=False)}</text>'
            )
        return "".join(out)

    def unseen(self, items: tuple[Item, ...]) -> str:
        """The lines as text without any paint: they can be found and copied, what is seen are the outlines."""
        out: list[str] = []
        for item in items:
            if isinstance(item, Letters):
                out.append(self.live(replace(item, paint=Paint(item.paint.color, 0.0))))
            elif isinstance(item, Group):
                inner = self.unseen(item.items)
                out.append(f"<g{self.turned(item)}>{inner}</g>" if inner else "")
        return "".join(out)

    @staticmethod
    def turned(item: Group) -> str:
        """The rotation of a group."""
        if not item.angle:
            return ""
        x, y = item.pivot
        return f' transform="rotate({number(-item.angle)} {number(x)} {number(y)})"'

    def font(self, font: FontData) -> str:
        stack = [font.family, *(name for name in self.options.stacks.get(font.role, ()) if name != font.family)]
        weight = "" if font.weight[0] <= 400 <= font.weight[1] else f' font-weight="{font.weight[0]}"'
        style = f' font-style="{font.style}"' if font.style != "normal" else ""
        return f' font-family="{escape(family_css(stack))}"{weight}{style}'


def _box(x: float, y: float, width: float, height: float) -> str:
    return f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'


def _share(name: str, alpha: float) -> str:
    return "" if alpha >= 1.0 else f' {name}="{alpha:.4g}"'


def _gradient(name: str, fill: Blend) -> str:
    (x1, y1), (x2, y2) = fill.start, fill.end
    stops = "".join(
        f'<stop offset="{at}" stop-color="{paint.color}"{_share("stop-opacity", paint.alpha)}/>'
        for at, paint in ((0, fill.first), (1, fill.second))
    )
    line = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
    return f'<linearGradient id="{name}" {line}>{stops}</linearGradient>'


def _same_strokes(items: tuple[Item, ...], at: int) -> int:
    """The end of the run of strokes that look alike; translucent ones stay alone, because where they cross they add up."""
    first = items[at]
    end = at + 1
    if not isinstance(first, Stroke) or first.paint.alpha < 1.0:
        return end
    while end < len(items) and end - at < _MOST_STROKES:
        other = items[end]
        if not isinstance(other, Stroke) or other.paint != first.paint or other.width != first.width:
            break
        end += 1
    return end


#: Strokes written as one path: long paths are slow to draw.
_MOST_STROKES = 64


def _strokes(items: Sequence[Item]) -> str:
    strokes = [item for item in items if isinstance(item, Stroke)]
    first = strokes[0]
    data = "".join(path_data(stroke.steps) for stroke in strokes)
    alpha = _share("stroke-opacity", first.paint.alpha)
    return f'<path d="{data}" fill="none" stroke="{first.paint.color}" stroke-width="{number(first.width)}"{alpha}/>'


def _link(area: LinkArea) -> str:
    box = _box(area.x, area.y, area.width, area.height)
    title = f"<title>{escape(area.label)}</title>" if area.label else ""
    return f'<a xlink:href="{escape(area.href)}">{title}<rect {box} fill="none" pointer-events="all"/></a>'
