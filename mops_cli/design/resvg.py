"""A second rasteriser, for those who have it: the only door to resvg-py.

It draws filters, and serves as a cross-check. Text never reaches it: decks come as outlines.
"""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING, Any

from mops_cli.errors import MissingNativeLibrary

if TYPE_CHECKING:
    from types import ModuleType

INSTALL = 'pip install "mops-cli[resvg]"'


def library() -> ModuleType:
    """resvg-py.

    Raises:
        MissingNativeLibrary: with the line that installs it.
    """
    from importlib import import_module

    try:
        return import_module("resvg_py")
    except ImportError as problem:
        message = "the rasteriser resvg is not installed; it is optional"
        raise MissingNativeLibrary(message, hint=f"{INSTALL}, or leave --rasterizer out", library="resvg") from problem


def available() -> bool:
    """Whether it is there."""
    try:
        metadata.version("resvg-py")
    except metadata.PackageNotFoundError:
        return False
    return True


def png(svg: str, width: int, height: int) -> bytes:
    """The picture of an SVG that holds everything it shows.

    Raises:
        MissingNativeLibrary: resvg-py is not installed.
        ValueError: It cannot be drawn.
    """
    module: Any = library()
    return bytes(module.svg_to_bytes(svg_string=svg, width=width, height=height, skip_system_fonts=True))
