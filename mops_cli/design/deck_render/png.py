"""A page as PNG, drawn from outlines by the one door to the rasteriser, or by the second one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mops_cli.design import raster, resvg, svg
from mops_cli.design.deck_render.crisp import on_pixels
from mops_cli.design.deck_render.svg import SvgOptions, to_svg
from mops_cli.model.diagnostic import Severity, error

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


def to_png_by_resvg(page: Page, width: int, height: int) -> bytes:
    """The picture of a page by the second rasteriser.

    Raises:
        raster.DrawingError: the picture is too large, or a picture in it cannot be drawn.
        MissingNativeLibrary: resvg-py is not installed.
    """
    if not 0 < width * height <= raster.MAX_PIXELS:
        help_text = f"Ask for at most {raster.MAX_PIXELS:,} pixels."
        raise raster.DrawingError(error("MB306", f"a picture of {width} x {height} pixels", page.span, help_text))
    for file in page.pictures:
        _check(file)
    grid = min(width / page.width, height / page.height)
    options = SvgOptions(symbols=False, links=False, described=False)
    drawn = to_svg(replace(page, items=on_pixels(page.items, grid, compat=page.compat)), options)
    try:
        return resvg.png(drawn, width, height)
    except ValueError as problem:
        help_text = "Leave --rasterizer out."
        raise raster.DrawingError(
            error("MB301", f"resvg cannot draw this: {str(problem)[:120]}", page.span, help_text)
        ) from problem


def _check(file: PictureFile) -> None:
    """A drawing inside of the page may load nothing: the second rasteriser has no reader that could say no."""
    if file.media_type != "image/svg+xml":
        return
    found = svg.check(file.data.decode("utf-8", "replace"), path=file.path, exists=lambda _name: False)
    refused = next((finding for finding in found if finding.severity is Severity.ERROR), None)
    if refused is not None:
        raise raster.DrawingError(refused)
