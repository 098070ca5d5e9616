"""Lists: plain, with bullets, numbered, centred."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mops_cli.design.deck_render.blocks import Setting, wrap, wrap_as_before
from mops_cli.design.deck_render.colors import paint
from mops_cli.design.deck_render.display import Letters, Oval

if TYPE_CHECKING:
    from mops_cli.design.deck import model
    from mops_cli.design.deck_render.draft import Draft

SPACING = 2.0
#: Inside of an item lines stand as close as in a block; the old tools keep the distance of the items.
_INNER = 1.4
_BULLET_SHIFT = 1.2
_EFFORT = 10
#: How far to the right a list goes that says no width, in percent of the canvas.
_REACH = 95.0


def items(draft: Draft, element: model.List) -> None:
    """All items of a list, one below the other."""
    start = len(draft.items)
    size = draft.across(element.size)
    if size <= 0:
        return
    x, y = draft.x(element.x), draft.y(element.y)
    indent = size * _BULLET_SHIFT if element.kind == "bullet" else 0.0
    setting = Setting(
        x=x + indent,
        y=y,
        width=_width(draft, element, x + indent),
        size=size,
        leading=(element.spacing or SPACING) * size,
        font=element.font or "sans",
        color=None,
        span=element.span,
        anchor=element.anchor,
    )
    hang = _hang(draft, element)
    inner = setting.leading if draft.compat else min(setting.leading, _INNER * size)
    for at, item in enumerate(element.items, 1):
        draft.allowance.spend(_EFFORT)
        here = replace(setting, y=y, leading=inner)
        if element.kind == "bullet":
            _bullet(draft, element, here)
        rows = _item(draft, element, item, here, f"{at}." if element.kind == "number" else "", hang=hang)
        y += setting.leading + inner * rows
    angle = element.rotation or 0.0
    if angle > 0:
        draft.turn(start, angle, draft.x(element.x), draft.y(element.y))


def _width(draft: Draft, element: model.List, x: float) -> float:
    if draft.compat:
        return draft.across(element.width or _REACH)
    return draft.across(element.width) if element.width else max(draft.across(_REACH) - x, draft.across(element.size))


def _hang(draft: Draft, element: model.List) -> float:
    """The room for the numbers of a numbered list, in sizes."""
    if element.kind != "number" or draft.compat or element.anchor != "start":
        return 0.0
    font = element.font or "sans"
    return max((draft.setter.width(f"{at + 1}. ", font) for at in range(len(element.items))), default=0.0)


def _bullet(draft: Draft, element: model.List, setting: Setting) -> None:
    dot = paint(element.color or draft.foreground, element.opacity)
    radius = setting.size / 4
    if dot is not None:
        draft.add(Oval(setting.x - setting.size, setting.y - radius, radius, radius, dot))


def _item(
    draft: Draft, element: model.List, item: model.ListItem, setting: Setting, number: str, *, hang: float
) -> int:
    """One item; gives how often it was broken."""
    opacity = element.opacity if item.opacity is None else item.opacity
    setting = replace(
        setting,
        font=item.font or setting.font,
        color=paint(item.color or element.color or draft.foreground, opacity),
        span=item.span if item.span.path else element.span,
    )
    content = item.content
    if number and hang:
        line = draft.setter.line(number, setting.font)
        draft.place(line, (setting.x, setting.y), setting.size, setting.color, setting.span)
        shift = hang * setting.size
        setting = replace(setting, x=setting.x + shift, width=setting.width - shift)
    elif number:
        content = f"{number} {content}"
    before = len(draft.items)
    rows = _write(draft, setting, content)
    href = item.link or element.link
    if href:
        _link(draft, setting, href, item.content, before)
    return rows


def _write(draft: Draft, setting: Setting, content: str) -> int:
    if setting.anchor != "start":
        line = draft.setter.line(content, setting.font)
        at = (setting.x, setting.y)
        draft.place(line, at, setting.size, setting.color, setting.span, anchor=setting.anchor)
        return 0
    return wrap_as_before(draft, setting, content) if draft.compat else wrap(draft, setting, content)


def _link(draft: Draft, setting: Setting, href: str, content: str, before: int) -> None:
    """The area around everything written since ``before``."""
    drawn = [item for item in draft.items[before:] if isinstance(item, Letters)]
    if drawn:
        left = min(letters.x for letters in drawn)
        right = max(letters.x + letters.width for letters in drawn)
        top = setting.y - setting.size
        height = drawn[-1].y - top + setting.size * 0.2
        draft.link((left, top, right - left, height), href, content, setting.span)
