"""Pages as PDF: shapes as vectors, text as text.

Each page is an HTML page of layers. Text becomes paragraphs that stand where the layout put them, so that it is shaped whole,
embedded, selectable and read aloud; text inside of an SVG would be set letter by letter, without kerning. Everything between two
texts becomes one SVG layer.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from mops_cli.design import harfbuzz, pdf
from mops_cli.design.deck_render.display import Box, Group, Letters, LinkArea, Page, Paint, Picture
from mops_cli.design.deck_render.svg import SvgOptions, data_address, to_svg
from mops_cli.design.outlines import number
from mops_cli.design.sheets import POINTS_PER_MM, Sheet
from mops_cli.design.token_values import family_css

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mops_cli.design.deck_render.display import Item
    from mops_cli.design.fonts import FontSet
    from mops_cli.design.shaping import Run

_CSS = """@page { margin: 0 }
html, body { margin: 0; padding: 0 }
.page { position: relative; overflow: hidden; break-after: page }
.page:last-child { break-after: auto }
.page > *, .turned > *, .cut > * { position: absolute; margin: 0 }
p { white-space: pre; line-height: 0 }
svg, img { display: block }
a { display: block; text-decoration: none; color: transparent; line-height: 0; font-size: 1px }
"""


def to_pdf(
    pages: Sequence[Page], fonts: FontSet, *, sheet: Sheet | None = None, title: str = "", language: str = "en"
) -> pdf.PdfResult:
    """The pages as one PDF. The same pages give the same bytes.

    Args:
        pages: what to draw; all of them are set on one kind of sheet.
        fonts: the fonts that the pages were laid out with.
        sheet: the paper; a unit of the canvas is a point when None.
        title: what readers show; the first page's when empty.
        language: BCP 47 tag of the text.

    Raises:
        MissingNativeLibrary: the pango library is not installed.
    """
    width, height = (pages[0].width, pages[0].height) if pages else (792.0, 612.0)
    paper = sheet or Sheet(width / POINTS_PER_MM, height / POINTS_PER_MM)
    html = to_html(pages, sheet=paper, title=title, language=language)
    return pdf.render(html, fonts=fonts, read=_nothing, sheet=paper)


def _nothing(path: str) -> bytes | None:
    """Pictures are in the document already; nothing else is read."""
    return None


def to_html(pages: Sequence[Page], *, sheet: Sheet, title: str = "", language: str = "en") -> str:
    """The document that becomes the PDF."""
    name = title or next((page.title for page in pages if page.title), "")
    bodies = "".join(_page(page, sheet) for page in pages)
    grounds = "".join(sorted({_ground(page) for page in pages})) if sheet.bleed else ""
    return (
        f'<!DOCTYPE html><html lang="{escape(language)}"><head><meta charset="utf-8"><title>{escape(name)}</title>'
        f"<style>{_CSS}{grounds}</style></head><body>{bodies}</body></html>"
    )


def _page(page: Page, sheet: Sheet) -> str:
    scale = min(sheet.width * POINTS_PER_MM / page.width, sheet.height * POINTS_PER_MM / page.height)
    layers = _Layers(page, scale)
    body = layers.html(page.items, described=True) + "".join(layers.link(area) for area in page.links)
    size = f"width:{_pt(sheet.width * POINTS_PER_MM)};height:{_pt(sheet.height * POINTS_PER_MM)}"
    ground = f";page:{_name(page)}" if sheet.bleed else ""
    return f'<section class="page" style="{size}{ground}">{body}</section>'


def _ground(page: Page) -> str:
    """A sheet with a bleed has the background of the page up to its edge."""
    return f"@page {_name(page)} {{ background: {_base(page)} }}\n"


def _name(page: Page) -> str:
    return f"ground-{_base(page)[1:]}"


def _base(page: Page) -> str:
    first = page.items[0] if page.items else None
    return first.fill.color if isinstance(first, Box) and isinstance(first.fill, Paint) else "#ffffff"


class _Layers:
    """Turns items into HTML; ``scale`` is points per unit."""

    def __init__(self, page: Page, scale: float) -> None:
        self.page = page
        self.scale = scale

    def html(self, items: tuple[Item, ...], *, described: bool = False) -> str:
        out: list[str] = []
        shapes: list[Item] = []

        def flush() -> None:
            if shapes:
                out.append(self.shapes(tuple(shapes), described=described and not out))
                shapes.clear()

        for item in items:
            made = self.element(item)
            if made is None:
                shapes.append(item)
                continue
            flush()
            out.append(made)
        flush()
        return "".join(out)

    def element(self, item: Item) -> str | None:
        """An item as an element of its own; None for shapes, which are collected."""
        if isinstance(item, Letters):
            return "".join(self.run(item, run) for run in sorted(item.line.runs, key=lambda run: run.start))
        if isinstance(item, Picture):
            return self.picture(item)
        if isinstance(item, Group) and _has_text(item.items):
            return self.group(item)
        return None

    def shapes(self, items: tuple[Item, ...], *, described: bool) -> str:
        page = self.page
        size = (page.width * self.scale, page.height * self.scale)
        alt = page.alt if described else ""
        svg = to_svg(replace(page, items=items, links=(), title="", alt=alt), SvgOptions(live=True, links=False))
        place = f"left:0;top:0;width:{_pt(size[0])};height:{_pt(size[1])}"
        return svg.rstrip().replace("<svg ", f'<svg style="{place}" ', 1)

    def run(self, item: Letters, run: Run) -> str:
        line = item.line
        text = line.text[run.start - line.start : run.end - line.start]
        if not text.strip():
            return ""
        face = harfbuzz.open_face(run.font.data)
        # A line of no height has its baseline half of the difference of ascent and descent below its middle.
        rise = (face.ascender + face.descender) / 2 / face.upem * item.size
        look = [
            f"left:{_pt((item.x + run.x * item.size) * self.scale)}",
            f"top:{_pt((item.y - rise) * self.scale)}",
            f"font-size:{_pt(item.size * self.scale)}",
            f"font-family:{family_css([run.font.family])}",
            f"font-weight:{run.font.weight[0]}",
            f"color:{_color(item.paint)}",
        ]
        if run.font.style != "normal":
            look.append(f"font-style:{run.font.style}")
        if self.page.compat:
            look.append("font-kerning:none;font-variant-ligatures:none")
        direction = ' dir="rtl"' if run.right_to_left else ""
        return f'<p style="{escape(";".join(look))}"{direction}>{escape(text, quote=False)}</p>'

    def picture(self, item: Picture) -> str:
        faint = f";opacity:{item.alpha:.4g}" if item.alpha < 1 else ""
        place = self.place(item.x, item.y, item.width, item.height)
        return f'<img src="{data_address(item.file)}" alt="{escape(item.alt)}" style="{place}{faint}">'

    def group(self, item: Group) -> str:
        """A layer of the size of the page, turned or cut."""
        body = self.html(item.items)
        whole = f"left:0;top:0;width:{_pt(self.page.width * self.scale)};height:{_pt(self.page.height * self.scale)}"
        if item.angle:
            pivot = " ".join(_pt(value * self.scale) for value in item.pivot)
            whole += f";transform-origin:{pivot};transform:rotate({number(-item.angle)}deg)"
        body = f'<div class="turned" style="{whole}">{body}</div>'
        if item.clip is None:
            return body
        x, y, width, height = item.clip
        inside = f'<div style="position:absolute;left:{_pt(-x * self.scale)};top:{_pt(-y * self.scale)}">{body}</div>'
        return f'<div class="cut" style="overflow:hidden;{self.place(x, y, width, height)}">{inside}</div>'

    def link(self, area: LinkArea) -> str:
        place = self.place(area.x, area.y, area.width, area.height)
        label = escape(area.label or area.href)
        return f'<a href="{escape(area.href)}" title="{label}" style="{place}"></a>'

    def place(self, x: float, y: float, width: float, height: float) -> str:
        left, top, wide, high = (_pt(value * self.scale) for value in (x, y, width, height))
        return f"left:{left};top:{top};width:{wide};height:{high}"


def _has_text(items: tuple[Item, ...]) -> bool:
    return any(isinstance(item, Letters) or (isinstance(item, Group) and _has_text(item.items)) for item in items)


def _color(paint: Paint) -> str:
    if paint.alpha >= 1:
        return paint.color
    red, green, blue = (int(paint.color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{paint.alpha:.4g})"


def _pt(value: float) -> str:
    return f"{number(value, 3)}pt"
