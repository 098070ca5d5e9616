"""``mj-hero mode="fluid-height"``: the engine draws it with a fixed (even negative) height; npm mjml with a ratio."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_CONTENT = 'class="mj-hero-content"'
_ROW = '<tr style="vertical-align:top;">'
_CELL = re.compile(r"<!--.*?-->|<td\b|</td>", re.DOTALL)
_HEIGHT = re.compile(r' height="[^"]*"|(?<=;)height:[^;"]*;?(?=")')


def stretch(html: str, ratios: Sequence[int | None]) -> str:
    """Give heroes the height of their picture.

    Args:
        html: the engine's output.
        ratios: for every hero in order: height of the picture in percent of its width, or None to leave it.
    """
    at = 0
    for ratio in ratios:
        at = html.find(_CONTENT, at)
        if at < 0:
            break
        if ratio is not None:
            html, at = _stretch_one(html, at, ratio)
        at += len(_CONTENT)
    return html


def _stretch_one(html: str, at: int, ratio: int) -> tuple[str, int]:
    start = html.rfind(_ROW, 0, at)
    if start < 0:
        return html, at
    start += len(_ROW)
    tag_end = html.index(">", start) + 1
    close = _cell_end(html, tag_end)
    space = f'<td style="width:0.01%;padding-bottom:{ratio}%;mso-padding-bottom-alt:0;"></td>'
    cell = _HEIGHT.sub("", html[start:tag_end])
    moved = len(space) + len(cell) - (tag_end - start)
    return html[:start] + space + cell + html[tag_end:close] + space + html[close:], at + moved


def _cell_end(html: str, at: int) -> int:
    """The end of the table cell whose content begins here."""
    depth = 0
    for found in _CELL.finditer(html, at):
        word = found.group()
        if word == "</td>":
            if depth == 0:
                return found.end()
            depth -= 1
        elif word == "<td":
            depth += 1
    return len(html)
