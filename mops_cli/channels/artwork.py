"""Pictures of posts: one deck or SVG template, drawn at the size of each platform.

A deck knows its safe zone as ``safeLeft``, ``safeRight``, ``safeBottom`` and ``safeTop``. An SVG template runs through the build stage with ``width``, ``height``, ``shape`` (square, portrait, landscape,
story, banner) and ``safe`` (x, y, width, height), and may wrap texts: ``[[ lines(headline, 18) ]]``.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from mops_cli.channels.deck_values import safe_zone
from mops_cli.channels.drawing import draw_svg
from mops_cli.channels.templating.expressions import Markup
from mops_cli.channels.templating.running import Callable_
from mops_cli.channels.templating.slots import Context, is_dynamic
from mops_cli.errors import MissingNativeLibrary
from mops_cli.model.content import TextFile
from mops_cli.model.diagnostic import Span, error
from mops_cli.model.suggest import nearest

if TYPE_CHECKING:
    from mops_cli.channels.decks import OpenDeck
    from mops_cli.channels.document import Document
    from mops_cli.channels.platforms import Picture
    from mops_cli.channels.templating.linemap import MappedText

_ROOT = re.compile(r"<svg\b[^>]*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Art:
    """A picture's source and the place that names it."""

    file: TextFile
    span: Span

    @property
    def is_deck(self) -> bool:
        """Whether it is a deck, and not an SVG template."""
        return self.file.path.endswith(".dsh")


def find(document: Document, name: str, span: Span) -> Art | None:
    """The deck or template of this name: the campaign's folder first, then ``content/``."""
    job = document.job
    name = document.slots.flat(name).strip()
    path, allowed = job.find_asset_at(name, span)
    if not allowed:
        return None
    if path is None or not path.endswith((".dsh", ".svg")):
        what = f'there is no file "{name}"' if path is None else f"{name} is neither a deck nor an SVG template"
        job.report(error("MN112", what, span, _advice(document, name)))
        return None
    data = job.read(path)
    if b"\0" in data[:1000] or data.startswith((b"\x89PNG", b"\xff\xd8")):
        help_text = "name a deck or an SVG file; to show a photo, put it into one with `image` or <image>"
        job.report(error("MN112", f"{name} is neither a deck nor an SVG template", span, help_text))
        return None
    return Art(TextFile(path, data.decode("utf-8", "replace")), span)


def _advice(document: Document, name: str) -> str:
    job = document.job
    folders = (f"{job.folder.folder}/", "content/")
    known = [path.removeprefix(folder) for folder in folders for path in job.files.listing(folder)]
    close = nearest(name, [path for path in known if path.endswith((".dsh", ".svg"))])
    hint = f'did you mean "{close}"? ' if close else ""
    return f"{hint}put a .dsh or .svg file at {folders[0]}{name} or content/{name}"


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


def deck(document: Document, art: Art, size: Picture) -> OpenDeck | None:
    """The deck at a size of a platform; None when it has errors."""
    return document.studio().open(art.file.path, size=(size.width, size.height), variables=safe_zone(size))


def alt(document: Document, art: Art, size: Picture) -> str:
    """What a deck says of itself with ``alt``; nothing for a template."""
    opened = deck(document, art, size) if art.is_deck else None
    return opened.alt if opened else ""


def draw(document: Document, art: Art, size: Picture) -> tuple[bytes | None, str]:
    """The picture as PNG; or None and why it could not be drawn here ('' when a finding says so)."""
    if art.is_deck:
        opened = deck(document, art, size)
        try:
            return (opened.png(size.width, size.height) if opened else None), ""
        except MissingNativeLibrary as missing:
            return None, missing.message
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
