"""How wide system fonts are, and how a fallback must be stretched so that a page does not jump when the brand's font comes.

``size-adjust`` makes the fallback as wide as the brand's font on running text; the overrides then give its lines the brand
font's height. The average is taken over a string of letters as frequent as in English prose, with six blanks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mops_cli.design import harfbuzz

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mops_cli.design.fonts import FontData

#: Letters as frequent as in prose (the string that Next.js measures with).
SAMPLE = "aaabcdeeeefghiijklmnnoopqrrssttuvwxyz      "
_BOLD = 600


class Widths(NamedTuple):
    """Average advances over :data:`SAMPLE` in em, for each style."""

    regular: float
    bold: float
    italic: float
    bold_italic: float


class System(NamedTuple):
    """A font that readers have: its widths and the names that ``local()`` finds it by, its twins in metrics included."""

    widths: Widths
    names: tuple[str, ...]


#: Sources of the widths. Arial, Times New Roman, Courier New: Liberation 2.1.5, made to the same metrics. Georgia: Gelasio 5.3, made to
#: the same metrics. Helvetica: Adobe's AFM files of the PostScript core fonts. Helvetica Neue, Verdana, Tahoma, Trebuchet MS: the ratio
#: of their average to Arial's in @capsizecss/metrics 4.3 (regular style), times Arial's.
SYSTEM: Mapping[str, System] = {
    "arial": System(Widths(0.456305, 0.493675, 0.456305, 0.493675), ("Arial", "Liberation Sans", "Arimo")),
    "helvetica": System(Widths(0.456256, 0.493698, 0.456256, 0.493698), ("Helvetica", "Arial", "Liberation Sans")),
    "helvetica neue": System(Widths(0.460603, 0.460603, 0.460603, 0.460603), ("Helvetica Neue",)),
    "times new roman": System(
        Widths(0.417185, 0.443144, 0.413358, 0.423771), ("Times New Roman", "Liberation Serif", "Tinos")
    ),
    "times": System(Widths(0.417185, 0.443144, 0.413358, 0.423771), ("Times", "Times New Roman", "Liberation Serif")),
    "georgia": System(Widths(0.453318, 0.52865, 0.46473, 0.54139), ("Georgia", "Gelasio")),
    "courier new": System(
        Widths(0.600098, 0.600098, 0.600098, 0.600098), ("Courier New", "Liberation Mono", "Cousine")
    ),
    "verdana": System(Widths(0.524275, 0.524275, 0.524275, 0.524275), ("Verdana",)),
    "tahoma": System(Widths(0.458304, 0.458304, 0.458304, 0.458304), ("Tahoma",)),
    "trebuchet ms": System(Widths(0.4668, 0.4668, 0.4668, 0.4668), ("Trebuchet MS",)),
}
#: Systems of which only the regular style was measured: they stand in for no other, and only where no other font is named.
_REGULAR_ONLY = frozenset({"helvetica neue", "verdana", "tahoma", "trebuchet ms"})
_SUFFIXES = {
    (False, False): ("", ""),
    (True, False): (" Bold", "-Bold"),
    (False, True): (" Italic", "-Italic"),
    (True, True): (" Bold Italic", "-BoldItalic"),
}


@dataclass(frozen=True, slots=True)
class Fallback:
    """A system font in the measures of a brand font. The numbers are fractions (1.0764 is 107.64 %)."""

    system: str
    local: tuple[str, ...]
    size_adjust: float
    ascent: float
    descent: float
    line_gap: float


def average(font: FontData) -> float:
    """The average advance over :data:`SAMPLE` in em; 0 for a font without these letters."""
    if not all(ord(letter) in font.characters for letter in SAMPLE):
        return 0.0
    face = harfbuzz.open_face(font.data)
    return sum(face.advance(ord(letter)) for letter in SAMPLE) / len(SAMPLE) / face.upem


def known(stack: Iterable[str]) -> str:
    """The first family of a stack whose measures are known; empty when there is none."""
    return next((name for name in stack if name.casefold() in SYSTEM), "")


def fallback(font: FontData, stack: Iterable[str]) -> Fallback | None:
    """The first system font of a stack in the measures of a brand font; None when that cannot be said."""
    bold, italic = font.weight[0] >= _BOLD, font.style == "italic"
    plain = not (bold or italic)
    measured: list[str] = []
    regular: list[str] = []
    for name in stack:
        (regular if name.casefold() in _REGULAR_ONLY else measured).append(name)
    name = known([*measured, *(regular if plain else ())])
    wide = average(font)
    if not name or not wide:
        return None
    system = SYSTEM[name.casefold()]
    widths = system.widths
    own = {(False, False): widths.regular, (True, False): widths.bold, (False, True): widths.italic}.get(
        (bold, italic), widths.bold_italic
    )
    adjust = wide / own
    face = harfbuzz.open_face(font.data)
    scale = face.upem * adjust
    full, postscript = _SUFFIXES[bold, italic]
    local = [f"{twin}{full}" for twin in system.names]
    local += [f"{twin.replace(' ', '')}{postscript}" for twin in system.names] if full else []
    return Fallback(
        system=name,
        local=tuple(dict.fromkeys(local)),
        size_adjust=adjust,
        ascent=face.ascender / scale,
        descent=-face.descender / scale,
        line_gap=face.line_gap / scale,
    )
