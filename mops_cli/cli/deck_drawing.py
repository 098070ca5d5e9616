"""Decks as files: every format at every size that was asked for."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mops_cli.channels.deck_values import safe_zone
from mops_cli.channels.decks import OpenDeck
from mops_cli.errors import MissingNativeLibrary, UsageError
from mops_cli.lint.deck_uses import everywhere, uses
from mops_cli.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mops_cli.channels.decks import Studio
    from mops_cli.cli.deck_sizes import Size
    from mops_cli.cli.deck_workplace import Workplace

FORMATS = ("png", "svg", "pdf", "xml")
RASTERIZERS = ("cairo", "resvg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for. Without sizes a deck has its own; ``page`` 0 means all pages."""

    formats: Sequence[str] = ("png",)
    sizes: Sequence[Size] = ()
    scale: int = 1
    page: int = 0
    rasterizer: str = "cairo"
    variables: Mapping[str, float | str] = field(default_factory=dict)
    compat: bool = False
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Drawn:
    """A file to be written: its name, what it is, and its bytes."""

    name: str
    format: str
    width: int
    height: int
    data: bytes = field(repr=False)
    page: int = 0
    alt: str = ""
    uses: tuple[str, ...] = ()

    def as_json(self, folder: str) -> dict[str, object]:
        """The stable machine shape."""
        return {
            "path": f"{folder}/{self.name}" if folder not in ("", ".") else self.name,
            "format": self.format,
            "width": self.width,
            "height": self.height,
            "page": self.page or None,
            "bytes": len(self.data),
            "alt": self.alt,
            "for": list(self.uses),
        }


def draw(place: Workplace, path: str, wish: Wish) -> list[Drawn]:
    """All files of a deck; findings go to the workplace, and a size with errors gives no file.

    Raises:
        UsageError: There is no such page.
        MissingNativeLibrary: A format needs a library that is not installed.
    """
    made: list[Drawn] = []
    for size in wish.sizes or (None,):
        opened = open_deck(place, path, wish, size)
        if opened.runaway:
            failed(place, opened)
            break
        if not failed(place, opened, only_model=set(wish.formats) <= {"xml"}):
            made += _files(place, path, opened, wish, size)
    place.explain(path)
    return made


def open_deck(place: Workplace, path: str, wish: Wish, size: Size | None) -> OpenDeck:
    """A deck at a size, with the values that the build would give it and those of the command line."""
    values, known = dict(everywhere("en", "")), []
    if place.opened is not None:
        settings = place.opened.repository.config.value.project
        values = dict(everywhere(settings.locales[0], settings.name))
        known = uses(place.opened.repository, place.opened.files, path)
        values |= known[0].values if known else {}
    if size is not None and len(size.uses) == 1:
        values |= safe_zone(size.uses[0][1])
    studio: Studio = place.studio({**values, **wish.variables}, compat=wish.compat, seed=wish.seed)
    if known:
        studio = replace(studio, roots=known[0].roots)
    if place.opened is not None and wish.variables.get("locale") in settings.locales:
        studio = replace(studio, locale=str(wish.variables["locale"]))  # numbers are written as this language does
    return OpenDeck(studio, path, (float(size.width), float(size.height)) if size else None)


def failed(place: Workplace, opened: OpenDeck, *, only_model: bool = False) -> bool:
    """Takes note of what was found; whether that keeps the deck from being drawn. A model needs no fonts."""
    findings = [one for one in opened.facts.findings if not (only_model and one.code == "MB207")]
    place.found.extend(findings)
    return any(one.severity is Severity.ERROR for one in findings)


def _files(place: Workplace, path: str, opened: OpenDeck, wish: Wish, size: Size | None) -> Iterator[Drawn]:
    stem = PurePosixPath(path).stem + (f"-{size.text}" if size and len(wish.sizes) > 1 else "")
    count = len(opened.pages)
    check_page(path, opened, wish.page)
    for kind in wish.formats:
        if kind == "xml":
            yield _xml(stem, opened)
        elif kind == "pdf":
            yield _pdf(place, stem, opened, wish)
        else:
            for number in [wish.page] if wish.page else range(1, count + 1):
                label = f"-{number:0{max(2, len(str(count)))}d}" if count > 1 else ""
                drawn = _page(place, opened, wish, number, kind)
                if drawn is not None:
                    data, width, height = drawn
                    suffix = f"@{wish.scale}x" if wish.scale > 1 and kind == "png" else ""
                    names = tuple(size.names) if size else ()
                    alt = opened.alt_of(number)
                    yield Drawn(f"{stem}{label}{suffix}.{kind}", kind, width, height, data, number, alt, names)


def check_page(path: str, opened: OpenDeck, number: int) -> None:
    """Says when there is no such page.

    Raises:
        UsageError: There is none.
    """
    count = len(opened.pages)
    if number > count:
        pages = "1 page" if count == 1 else f"{count} pages"
        raise UsageError(f"{path} has {pages}, and no page {number}", hint="leave --page out, or name one of them")


def _page(place: Workplace, opened: OpenDeck, wish: Wish, number: int, kind: str) -> tuple[bytes, int, int] | None:
    """One page as PNG or SVG, and its size in pixels."""
    from mops_cli.design import raster
    from mops_cli.design.deck_render.png import to_png, to_png_by_resvg
    from mops_cli.design.deck_render.svg import to_svg

    page = opened.page(number)
    width, height = round(page.width), round(page.height)
    if kind == "svg":
        return to_svg(page).encode(), width, height
    width, height = width * wish.scale, height * wish.scale
    try:
        made = to_png_by_resvg if wish.rasterizer == "resvg" else to_png
        return made(page, width, height), width, height
    except raster.DrawingError as refused:
        place.found.append(refused.finding)
        return None


def _pdf(place: Workplace, stem: str, opened: OpenDeck, wish: Wish) -> Drawn:
    from mops_cli.design.deck_render.pdf import to_pdf

    first = opened.pages[max(wish.page, 1) - 1]
    if wish.page:
        studio = place.studio()
        data = to_pdf([opened.page(wish.page)], studio.fonts, language=studio.locale).data
    else:
        data = opened.pdf()
    return Drawn(f"{stem}.pdf", "pdf", round(first.width), round(first.height), data, wish.page, first.alt)


def _xml(stem: str, opened: OpenDeck) -> Drawn:
    from mops_cli.design.deck.reference_xml import to_xml

    canvas = opened.model.compiled_for
    return Drawn(f"{stem}.xml", "xml", round(canvas.width), round(canvas.height), to_xml(opened.model).encode())


def write(folder: Path, shown: str, drawn: Sequence[Drawn]) -> None:
    """Put the files into a folder, each in one step.

    Raises:
        UsageError: Something that is no folder stands there.
        MopsError: It cannot be written.
    """
    from mops_cli.build import atomic

    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{shown} is not a folder", hint="name a folder with --out; it is made when it is missing")
    for file in drawn:
        atomic.write(os.path.join(folder, file.name), file.data, shown=f"{shown}/{file.name}")  # noqa: PTH118


def check_libraries(wish: Wish) -> None:
    """Says before any work when a library is missing.

    Raises:
        MissingNativeLibrary: with the line that installs it.
    """
    from mops_cli.design import pdf, raster, resvg

    if "png" in wish.formats:
        if wish.rasterizer == "resvg":
            resvg.library()
        elif not raster.available():
            raise MissingNativeLibrary("PNG needs the cairo library, which is not installed", hint=raster.APT)
    if "pdf" in wish.formats and not pdf.available():
        raise MissingNativeLibrary("PDF needs the pango library, which is not installed", hint=pdf.APT)
