"""Wrapped text: blocks as the old tools break them, and blocks that break where they should and fit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from mops_cli.design.deck_render.colors import paint

if TYPE_CHECKING:
    from mops_cli.design.deck import model
    from mops_cli.design.deck_render.display import Paint
    from mops_cli.design.deck_render.draft import Draft
    from mops_cli.design.shaping import Line
    from mops_cli.model.diagnostic import Span

#: Between words the old tools leave this share of an M.
_GAP = 0.3
_GAP_MONO = 1.0
#: A lone ``\n`` of the author breaks the line, with this much more room.
_BREAK = "\\n"
_BREAK_LEADING = 1.5
#: Text is not made smaller than this share of its size.
_SMALLEST = 0.4
_STEPS = 64
_LINE_HEIGHT = 1.2
#: What the old tools see as blanks; a no-break space is none.
_WORD = re.compile(r"[^ \t\n]+")
_BREAKS = re.compile(r"(?:(?<=[ \t\n])|\A)\\n(?=[ \t\n]|\Z)")


@dataclass(frozen=True, slots=True)
class Setting:
    """How wrapped text is set: position, size, distance of lines, look."""

    x: float
    y: float
    width: float
    size: float
    leading: float
    font: str
    color: Paint | None
    span: Span
    anchor: str = "start"


def block(draft: Draft, element: model.Text, content: str, spacing: float) -> None:
    """A wrapped text element."""
    size = draft.across(element.size)
    if size <= 0:
        return
    setting = Setting(
        x=draft.x(element.x),
        y=draft.y(element.y),
        width=draft.across(element.width) if element.width else draft.width / 2,
        size=size,
        leading=spacing * size,
        font=element.font or "sans",
        color=paint(element.color or draft.foreground, element.opacity),
        span=element.span,
        anchor=element.anchor,
    )
    if draft.compat:
        rows = wrap_as_before(draft, setting, content)
    else:
        setting, rows = _fitted(draft, element, content, setting)
    if element.link:
        area = (_left(setting), setting.y - setting.size, setting.width, rows * setting.leading + setting.size)
        draft.link(area, element.link, " ".join(content.split()), element.span, element.rotation or 0.0)


def _left(setting: Setting) -> float:
    return setting.x - {"middle": 0.5, "end": 1.0}.get(setting.anchor, 0.0) * setting.width


# -- as the old tools


def wrap_as_before(draft: Draft, setting: Setting, content: str) -> int:
    """Words one after the other; a line ends after the word that passed the edge. Gives the number of breaks."""
    setter = draft.setter
    gap = setter.width("M", setting.font) * (_GAP_MONO if setter.is_mono(setting.font) else _GAP) * setting.size
    x, y, breaks = setting.x, setting.y, 0
    for word in _WORD.findall(content):
        if word == _BREAK:
            x, y = setting.x, y + setting.leading * _BREAK_LEADING
            breaks += 1
            continue
        line = setter.line(word, setting.font)
        draft.place(line, (x, y), setting.size, setting.color, setting.span)
        x += line.width * setting.size + gap
        if x > setting.x + setting.width:
            x, y = setting.x, y + setting.leading
            breaks += 1
    return breaks


# -- as it should be


def wrap(draft: Draft, setting: Setting, content: str) -> int:
    """Lines that break before the edge. Gives the number of breaks."""
    rows = _rows(draft, setting, content)
    _write(draft, setting, rows)
    return max(0, len(rows) - 1)


#: Lines, and how far each is below the first one (in distances of lines).
Rows: TypeAlias = list[tuple["Line", float]]


def _rows(draft: Draft, setting: Setting, content: str) -> Rows:
    rows: Rows = []
    down = 0.0
    for at, part in enumerate(_parts(content)):
        down += (_BREAK_LEADING - 1.0) if at else 0.0
        for line in draft.setter.wrapped(part, setting.font, setting.width / setting.size):
            rows.append((line, down))
            down += 1.0
    return rows


def _parts(content: str) -> list[str]:
    """The stretches between the author's line breaks, with single blanks."""
    return [" ".join(_WORD.findall(part)) for part in _BREAKS.split(content)]


def _write(draft: Draft, setting: Setting, rows: Rows) -> None:
    for line, down in rows:
        at = (setting.x, setting.y + down * setting.leading)
        draft.place(line, at, setting.size, setting.color, setting.span, anchor=setting.anchor)


def _fitted(draft: Draft, element: model.Text, content: str, setting: Setting) -> tuple[Setting, int]:
    """The block, made smaller or cut so that it has no more lines or height than the deck allows."""
    rows = _rows(draft, setting, content)
    if not _allows(draft, element, setting, rows):
        if element.fit == "shrink":
            setting = _shrunk(draft, element, content, setting)
            rows = _rows(draft, setting, content)
        if element.fit == "truncate":
            rows = _cut(draft, element, setting, rows)
        elif not _allows(draft, element, setting, rows):
            advice = "Write less, allow more room, or let the block shrink or be truncated."
            draft.report("MB323", "this text does not fit into its block", element.span, advice)
    _write(draft, setting, rows)
    return setting, max(0, len(rows) - 1)


def _allows(draft: Draft, element: model.Text, setting: Setting, rows: Rows) -> bool:
    """Whether lines are few and low enough; a shrinking block also does not cut words."""
    if element.lines and len(rows) > element.lines:
        return False
    if element.height and _height(setting, rows) > draft.up(element.height) + 1e-6:
        return False
    if element.fit != "shrink":
        return True
    return not any(before.end == after.start and _cuts(before) for (before, _), (after, _) in pairwise(rows))


def _cuts(line: Line) -> bool:
    """Whether a line ends inside of a word."""
    return line.text[-1:].isalnum()


def _height(setting: Setting, rows: Rows) -> float:
    """From the top of the first line to the bottom of the last one."""
    return (rows[-1][1] if rows else 0.0) * setting.leading + _LINE_HEIGHT * setting.size


def _shrunk(draft: Draft, element: model.Text, content: str, setting: Setting) -> Setting:
    """The largest size (in steps of a sixty-fourth) at which everything fits; the smallest one when none does."""
    low, high = round(_SMALLEST * _STEPS), _STEPS - 1
    best = _sized(setting, _SMALLEST)
    while low <= high:
        middle = (low + high) // 2
        candidate = _sized(setting, middle / _STEPS)
        if _allows(draft, element, candidate, _rows(draft, candidate, content)):
            best, low = candidate, middle + 1
        else:
            high = middle - 1
    return best


def _sized(setting: Setting, share: float) -> Setting:
    return replace(setting, size=setting.size * share, leading=setting.leading * share)


def _cut(draft: Draft, element: model.Text, setting: Setting, rows: Rows) -> Rows:
    """As many lines as are allowed; the last one takes what is left and ends with an ellipsis."""
    most = min(len(rows), element.lines or len(rows))
    while most > 1 and element.height and _height(setting, rows[:most]) > draft.up(element.height) + 1e-6:
        most -= 1
    if most == len(rows):
        return rows
    rest = " ".join(line.text for line, _ in rows[most - 1 :])
    line = draft.setter.shortened(rest, setting.font, setting.width / setting.size)
    return [*rows[: most - 1], (line, rows[most - 1][1])]
