"""Colour beyond the cut: what ends at the edge of a page goes on to the edge of the sheet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mops_cli.design.deck_render.display import Box

if TYPE_CHECKING:
    from mops_cli.design.deck_render.display import Item, Page

#: How near to the edge counts as at the edge, in shares of the width.
_NEAR = 0.001


def with_bleed(page: Page, bleed: float) -> Page:
    """The page with its grounds and bands grown by ``bleed`` units where they touch an edge.

    Only upright boxes grow; other shapes reach beyond the cut by themselves when their deck draws them so.
    """
    if bleed <= 0:
        return page
    return replace(page, items=tuple(_grown(item, page, bleed) for item in page.items))


def _grown(item: Item, page: Page, bleed: float) -> Item:
    if not isinstance(item, Box):
        return item
    near = _NEAR * page.width
    left, top = item.x, item.y
    right, bottom = left + item.width, top + item.height
    if abs(left) <= near:
        left = -bleed
    if abs(top) <= near:
        top = -bleed
    if abs(right - page.width) <= near:
        right = page.width + bleed
    if abs(bottom - page.height) <= near:
        bottom = page.height + bleed
    return replace(item, x=left, y=top, width=right - left, height=bottom - top)
