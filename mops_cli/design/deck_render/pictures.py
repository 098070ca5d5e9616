"""Pictures and their captions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.design import svg
from mops_cli.design.deck_render.colors import paint
from mops_cli.design.deck_render.display import Picture
from mops_cli.design.deck_render.images import recognise
from mops_cli.model.diagnostic import Severity, Span, error

if TYPE_CHECKING:
    from mops_cli.design.deck import model
    from mops_cli.design.deck_render.display import PictureFile
    from mops_cli.design.deck_render.draft import Draft
    from mops_cli.design.fonts import FontSet
    from mops_cli.model.diagnostic import Diagnostic

_CAPTION_SIZE = 2.0
_CAPTION_DROP = 1.5
_EFFORT = 20
_MOST_TAGS = 40_000


def image(draft: Draft, element: model.Image) -> None:
    """A picture about its centre, with a caption below it."""
    draft.allowance.spend(_EFFORT)
    file = _shown(draft, element)
    if file is None:
        return
    width, height = _sides(draft, element, file)
    x, y = draft.x(element.x), draft.y(element.y)
    box = (x - width / 2, y - height / 2, width, height)
    whole = paint("black", element.opacity)
    if whole is not None:
        draft.add(Picture(*box, file, whole.alpha, element.alt or element.caption))
    draft.link(box, element.link, element.alt or element.caption, element.span)
    if element.caption:
        _caption(draft, element, x, y + height / 2)


def _shown(draft: Draft, element: model.Image) -> PictureFile | None:
    """The picture that an element names; None, and findings, when there is none that can be drawn."""
    shown = draft.shown(element.name, element.span)
    if shown is None:
        return None
    path = shown[0]
    if path not in draft.shelf:
        draft.shelf[path] = file = recognise(*shown)
        if file is not None and file.media_type == "image/svg+xml":
            draft.found += refusals(file, draft.setter.fonts)
    file = draft.shelf[path]
    if file is None:
        advice = "Use a PNG, JPEG, GIF, WebP or SVG file of at most 50 million pixels."
        draft.report("MB321", f"{path} is not a picture that can be drawn", element.span, advice)
    return file


def refusals(file: PictureFile, fonts: FontSet) -> list[Diagnostic]:
    """Why an SVG file may not stand in a picture: it is broken, loads something, or has letters that no font has."""
    if file.data.count(b"<") > _MOST_TAGS:
        advice = "Simplify the drawing, or use a PNG."
        return [error("MB306", f"a drawing of more than {_MOST_TAGS:,} tags", Span(file.path), advice)]
    found = svg.check(file.data.decode("utf-8", "replace"), path=file.path, fonts=fonts, exists=lambda _name: False)
    return [finding for finding in found if finding.severity is Severity.ERROR]


def _sides(draft: Draft, element: model.Image, file: PictureFile) -> tuple[float, float]:
    """Width and height in canvas units."""
    width, height = element.width, element.height
    if not height and width:
        width = draft.across(width)
        height = width * file.height / file.width
    elif not width and not height:
        width, height = file.width, file.height
    if element.scale:
        width, height = width * element.scale / 100, height * element.scale / 100
    if element.autoscale and width > draft.width:
        width, height = draft.width, height * draft.width / width
    return width, height


def _caption(draft: Draft, element: model.Image, x: float, bottom: float) -> None:
    size = draft.across(element.caption_size or _CAPTION_SIZE)
    line = draft.setter.line(element.caption, element.font or "sans")
    color = paint(element.color or draft.foreground)
    draft.place(line, (x, bottom + size * _CAPTION_DROP), size, color, element.span, anchor="middle")
