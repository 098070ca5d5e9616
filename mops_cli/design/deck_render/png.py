"""A page as PNG, drawn from outlines by the one door to the rasteriser."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mops_cli.design import raster
from mops_cli.design.deck_render.crisp import on_pixels
from mops_cli.design.deck_render.svg import SvgOptions, to_svg

if TYPE_CHECKING:
    from mops_cli.design.deck_render.display import Page, PictureFile


def to_png(page: Page, width: int, height: int, *, view: tuple[float, float] | None = None) -> bytes:
    """The picture of a page, ``width`` x ``height`` pixels. The same page gives the same bytes.

    Args:
        page: what to draw.
        width: pixels.
        height: pixels.
        view: the part of the page that fills the picture, from its upper left corner; the whole page when None.

    Raises:
        raster.DrawingError: the picture is too large, or a picture in it cannot be drawn.
        MissingNativeLibrary: the cairo library is not installed.
    """
    files: dict[str, bytes] = {}

    def address(file: PictureFile) -> str:
        name = f"picture-{file.digest}"
        files[name] = file.data
        return name

    shown = view or (page.width, page.height)
    grid = min(width / shown[0], height / shown[1])
    options = SvgOptions(symbols=False, links=False, described=False, address=address, size=view, view=view)
    drawn = to_svg(replace(page, items=on_pixels(page.items, grid, compat=page.compat)), options)
    return raster.png(drawn, width, height, read=files.get, path=page.span.path or "deck.dsh")
