"""SVG to PNG: the only door to CairoSVG.

Nothing is loaded but what the reader hands out, texts use the brand's fonts only, and the same input gives the
same bytes on every machine with the same library.
"""

from __future__ import annotations

import base64
import contextlib
import io
import re
from functools import lru_cache
from importlib.metadata import version as package_version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, unquote_to_bytes

from mops_cli.design import fontconfig, native, png_file, quick_paths, svg
from mops_cli.design.fonts import FontSet
from mops_cli.errors import MissingNativeLibrary, MopsError
from mops_cli.model.diagnostic import Span, error

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from mops_cli.model.diagnostic import Diagnostic

APT = "apt-get install -y --no-install-recommends libcairo2"
MAX_PIXELS = 50_000_000

_NO_FONTS = FontSet()
_SHADED = re.compile(r"<image\b|Gradient\b", re.IGNORECASE)
_ENTITY = re.compile(r"<!DOCTYPE[^>\[]*>", re.IGNORECASE)


class DrawingError(MopsError):
    """An SVG that cannot be drawn; :attr:`finding` says where and why."""

    exit_code = 1

    def __init__(self, finding: Diagnostic) -> None:
        place = f"{finding.span.path}:{finding.span.line}:{finding.span.column}"
        super().__init__(f"{place}: {finding.code} {finding.message}", hint=finding.help)
        self.finding = finding


def png(
    text: str,
    width: int,
    height: int,
    *,
    fonts: FontSet = _NO_FONTS,
    read: Callable[[str], bytes | None] | None = None,
    background: str | None = None,
    path: str = "picture.svg",
    locate: Callable[[int, int], Span] | None = None,
) -> bytes:
    """The picture of an SVG text, ``width`` x ``height`` pixels.

    Args:
        text: the SVG. Its view box is fitted into the picture.
        width: pixels.
        height: pixels.
        fonts: what texts may be set in.
        read: the bytes of a picture named in the SVG, or None when there is none.
        background: a CSS colour below everything; transparent when None.
        path: the file, for the place of an error.
        locate: the author's place of a line and column of ``text``.

    Raises:
        DrawingError: the SVG is broken, refers to something outside, or is too large.
        MissingNativeLibrary: the cairo library is not installed.
    """
    place = locate or (lambda line, column: Span(path, line, column))
    if not 0 < width * height <= MAX_PIXELS:
        help_text = f"Ask for at most {MAX_PIXELS:,} pixels."
        raise DrawingError(error("MB306", f"a picture of {width} x {height} pixels", place(1, 1), help_text))

    def exists(name: str) -> bool:
        return read is not None and read(name) is not None

    for finding in svg.check(text, path=path, fonts=fonts, exists=exists, locate=locate):
        if finding.severity == "error":
            raise DrawingError(finding)
    library()
    from cairosvg import surface as surfaces

    fontconfig.activate(fonts)
    source = _ENTITY.sub("", _one_family(text, fonts)).encode()
    # Photographs and blends need the row filters of the library's own files, or they would grow.
    surface = surfaces.PNGSurface if _SHADED.search(text) else _flat_surface()
    try:
        return bytes(
            surface.convert(
                bytestring=source,
                output_width=width,
                output_height=height,
                background_color=background,
                url_fetcher=_fetcher(read),
            )
        )
    except Exception as problem:
        # Whatever the library stumbles over is a drawing mistake here: its input was checked above.
        reason = str(problem).split("\n", 1)[0][:120] or type(problem).__name__
        if "no element found" in reason:  # expat's words for a text without a whole <svg>, also for a picture inside
            reason = "it is empty or broken, there is no whole SVG in it"
        help_text = "Open the file in a drawing program and save it again as plain SVG."
        raise DrawingError(error("MB301", f"this cannot be drawn: {reason}", place(1, 1), help_text)) from problem


@lru_cache(maxsize=1)
def library() -> ModuleType:
    """CairoSVG, loaded in silence.

    Raises:
        MissingNativeLibrary: with the line that installs what is missing.
    """
    fontconfig.ensure()
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            import cairosvg
            from cairosvg import surface
    except (OSError, ImportError) as problem:
        message = "pictures need the cairo library, which is not installed"
        raise MissingNativeLibrary(message, hint=APT, library="cairo") from problem
    surface.TAGS["path"] = quick_paths.faster(surface.TAGS["path"])
    return cairosvg


@lru_cache(maxsize=1)
def _flat_surface() -> Any:
    """The surface of the library, which writes its own kind of file when nothing can be seen through."""
    from cairosvg import surface as surfaces

    class FlatSurface(surfaces.PNGSurface):
        """A picture of plain colours."""

        def finish(self) -> None:
            """Write the file."""
            pixels: Any = self.cairo
            output: Any = self.output
            pixels.flush()
            size = pixels.get_width(), pixels.get_height(), pixels.get_stride()
            made = png_file.opaque(bytes(pixels.get_data()), *size) if output is not None else None
            if made is None:
                super().finish()  # type: ignore[no-untyped-call]
                return
            output.write(made)
            pixels.finish()

    return FlatSurface


def available() -> bool:
    """Whether pictures can be drawn here."""
    try:
        library()
    except MissingNativeLibrary:
        return False
    return True


def version() -> str:
    """Versions that shape the result, for the key of a memory; empty when nothing can be drawn."""
    cairo = native.version("cairo", 2, "cairo_version")
    return f"cairosvg {package_version('cairosvg')}, cairo {cairo}, zlib {png_file.VERSION}" if cairo else ""


def _fetcher(read: Callable[[str], bytes | None] | None) -> Callable[[str, str], bytes]:
    here = f"file://{Path.cwd()}/"

    def fetch(url: str, _kind: str) -> bytes:
        if url.startswith("data:"):
            return _data(url)
        if read is not None and url.startswith(here):
            found = read(unquote(url[len(here) :]))
            if found is not None and not found.startswith(b"\x1f\x8b"):
                return found
        raise ValueError(f"{url.removeprefix(here)[:80]} is not loaded")

    return fetch


def _data(url: str) -> bytes:
    head, _, body = url[5:].partition(",")
    if head.endswith(";base64"):
        return base64.b64decode(unquote(body))
    return unquote_to_bytes(body)


def _one_family(text: str, fonts: FontSet) -> str:
    """CairoSVG looks at the first family of a stack only: put the one the brand has first."""

    def chosen(match: re.Match[str]) -> str:
        names = [part.strip().strip("'\"") for part in match[3].split(",")]
        family = next((name for name in names if fonts.has(name)), None)
        return f"{match[1]}{match[2]}{family}{match[4]}" if family else match[0]

    text = re.sub(r"(font-family\s*=\s*)([\"'])(.*?)(\2)", chosen, text, flags=re.DOTALL)
    return re.sub(r"(font-family\s*:\s*)()([^;}\"<]+)()", chosen, text)
