"""Pictures of posts: one SVG template, drawn at the size of each platform.

The template runs through the build stage with ``width``, ``height``, ``shape`` (square, portrait, landscape,
story, banner) and ``safe`` (x, y, width, height), and may wrap texts: ``[[ lines(headline, 18) ]]``.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from mops_cli.channels.drawing import draw_svg
from mops_cli.channels.templating.expressions import Markup
from mops_cli.channels.templating.running import Callable_
from mops_cli.channels.templating.slots import Context, is_dynamic
from mops_cli.errors import MissingNativeLibrary
from mops_cli.model.content import TextFile
from mops_cli.model.diagnostic import Span, error

if TYPE_CHECKING:
    from mops_cli.channels.document import Document
    from mops_cli.channels.platforms import Picture
    from mops_cli.channels.templating.linemap import MappedText

_ROOT = re.compile(r"<svg\b[^>]*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Art:
    """A picture's source and the place that names it."""

    file: TextFile
    span: Span


def find(document: Document, name: str, span: Span) -> Art | None:
    """The template of this name: the campaign's folder first, then ``content/``."""
    job = document.job
    name = document.slots.flat(name).strip()
    if name.endswith(".dsh"):
        help_text = "decks come with the next release through this same key; name an .svg template for now"
        job.report(error("MN111", f"{name} is a deck, which cannot be drawn yet", span, help_text))
        return None
    path, allowed = job.find_asset_at(name, span)
    if not allowed:
        return None
    if path is None or not path.endswith(".svg"):
        what = f'there is no file "{name}"' if path is None else f"{name} is no SVG template"
        places = f"{job.folder.folder}/{name} or content/{name}"
        job.report(error("MN112", what, span, f"put an .svg file at {places}"))
        return None
    data = job.read(path)
    if b"\0" in data[:1000] or data.startswith((b"\x89PNG", b"\xff\xd8")):
        help_text = "name an SVG file; to show a photo, put it into one with <image>"
        job.report(error("MN112", f"{name} is no SVG template", span, help_text))
        return None
    return Art(TextFile(path, data.decode("utf-8", "replace")), span)


def lines(text: object, width: object = 20, most: object = 6) -> list[str]:
    """A text in lines of at most ``width`` characters; the last of ``most`` lines ends with an ellipsis if cut."""
    count, limit = max(int(str(width)), 1), max(int(str(most)), 1)
    found = textwrap.wrap(" ".join(str(text).split()), count, break_long_words=False, break_on_hyphens=False)
    if len(found) > limit:
        found = found[:limit]
        found[-1] = found[-1].rstrip(" .,;:–—") + "…"
    return found


def svg(document: Document, art: Art, size: Picture) -> tuple[str, MappedText] | None:
    """The finished SVG at a size and its map; None (and a finding) when something in it needs a recipient."""
    slots = document.slots

    def wrap_svg(text: object, width: object = 20, leading: object = 1.2, x: object = 0, most: object = 6) -> Markup:
        plain = slots.flat(str(text))
        spans = [
            f'<tspan x="{escape(str(x))}" dy="{0 if number == 0 else leading}em">{slots.value(line, art.span)}</tspan>'
            for number, line in enumerate(lines(plain, width, most))
        ]
        return Markup("".join(spans))

    safe = {"x": size.safe.x, "y": size.safe.y, "width": size.safe.width, "height": size.safe.height}
    names = {
        "width": size.width,
        "height": size.height,
        "shape": size.shape,
        "safe": safe,
        "lines": Callable_(lambda text, width=20, most=6: lines(slots.flat(str(text)), width, most)),
        "wrap_svg": Callable_(wrap_svg),
        "asset": Callable_(lambda name: _asset(document, str(name), art.span)),
    }
    rendered = document.template(art.file, names)
    if is_dynamic(rendered.text):
        slot = next(slot for slot in slots.of(rendered.text) if slot.kind != "v")
        document.job.report(
            error("MN103", "a post's picture depends on the recipient", slot.span, "use build-time values `[[ ]]` only")
        )
        return None
    return slots.restore(rendered.text, Context.SVG), rendered


def _asset(document: Document, name: str, span: Span) -> str:
    """A picture inside the picture, as a data address: the rasteriser loads nothing from anywhere."""
    from base64 import b64encode

    found = document.book.use(name, span)
    if found is None:
        return ""
    media_type = found.info.media_type if found.info else "application/octet-stream"
    return f"data:{media_type};base64,{b64encode(found.data).decode()}"


def draw(document: Document, art: Art, size: Picture) -> tuple[bytes | None, str]:
    """The picture as PNG; or None and why it could not be drawn here ('' when a finding says so)."""
    made = svg(document, art, size)
    if made is None or document.job.failed:
        return None, ""
    text, mapped = made
    if not _ROOT.search(text):
        document.job.report(error("MN112", "this is no SVG", Span(art.file.path), "begin it with <svg …>"))
        return None, ""

    def locate(line: int, _column: int) -> Span:
        # Values never bring a line end along, so lines of the finished text are lines of the rendered one.
        return mapped.line_span(line)

    try:
        return draw_svg(document.job, text, art.file.path, size.width, size.height, locate=locate), ""
    except MissingNativeLibrary as missing:
        return None, missing.message
