"""Lines, blocks and shown files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.design.deck_render.blocks import block
from mops_cli.design.deck_render.colors import CODE_BACKGROUND, paint
from mops_cli.design.deck_render.display import Box

if TYPE_CHECKING:
    from mops_cli.design.deck import model
    from mops_cli.design.deck_render.draft import Draft
    from mops_cli.design.shaping import Line

#: Distance of baselines, in sizes.
SPACING = 1.4
_CODE_MARGIN = 20.0
_TAB = "    "


def text(draft: Draft, element: model.Text) -> None:
    """A text of any kind."""
    content = _content(draft, element)
    if content is None:
        return
    start = len(draft.items)
    if element.kind == "block":
        block(draft, element, content, element.spacing or SPACING)
    else:
        _lines(draft, element, content)
    angle = element.rotation or 0.0
    if angle > 0 or (angle < 0 and not draft.compat):
        draft.turn(start, angle, draft.x(element.x), draft.y(element.y))


def _content(draft: Draft, element: model.Text) -> str | None:
    if not element.file:
        return element.content
    shown = draft.shown(element.file, element.span)
    if shown is None:
        return None
    content = shown[1].decode("utf-8", errors="replace").removeprefix("\ufeff")
    return content.replace("\r\n", "\n").replace("\t", _TAB)


def _lines(draft: Draft, element: model.Text, content: str) -> None:
    """Every line of the content on a line of its own."""
    x, y, size = draft.x(element.x), draft.y(element.y), draft.across(element.size)
    leading = (element.spacing or SPACING) * size
    lines = content.split("\n")
    font = element.font or "sans"
    if element.kind == "code":
        font = "mono"
        width = draft.across(element.width) if element.width else draft.width - x - _CODE_MARGIN
        draft.add(Box(x - size, y - size, width, len(lines) * leading, CODE_BACKGROUND))
    color = paint(element.color or draft.foreground, element.opacity)
    for content_line in lines:
        if content_line.strip():
            shaped, drawn = _one_line(draft, element, content_line, font, size)
            letters = draft.place(shaped, (x, y), drawn, color, element.span, anchor=element.anchor)
            if letters is not None and element.link:
                area = (letters.x, y - drawn, letters.width, drawn * 1.2)
                draft.link(area, element.link, content_line, element.span, element.rotation or 0.0)
        y += leading


def _one_line(draft: Draft, element: model.Text, content: str, font: str, size: float) -> tuple[Line, float]:
    """A line and its size: made smaller or shorter when the deck asks for a width that it does not have."""
    shaped = draft.setter.line(content, font)
    room = draft.across(element.width) if element.width and element.kind == "" and element.fit else 0.0
    if not room or shaped.width * size <= room:
        return shaped, size
    if element.fit == "shrink":
        return shaped, room / shaped.width
    return draft.setter.shortened(content, font, room / size), size
