"""The part of a font that a text needs: cut, packed, remembered.

Glyphs are dropped first and variation axes fixed for the rest (the other order takes ten times as long). The web gets WOFF2, everything
that is drawn here TrueType. Pages share slices by script, each with the characters that it is for, so that every page of a
brand names the same few files and a browser fetches a slice only when a character on the page asks for it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from mops_cli.design import font_tables, harfbuzz
from mops_cli.design.font_facts import stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mops_cli.design.fonts import FontData, Memo

Flavor = Literal["woff2", "ttf"]

#: Slices by name. A character belongs to the first slice that has it.
SLICES: Mapping[str, tuple[tuple[int, int], ...]] = {
    "latin": (
        (0x20, 0x7E), (0xA0, 0xFF), (0x131, 0x131), (0x152, 0x153), (0x178, 0x178), (0x2BB, 0x2BC), (0x2C6, 0x2C6),
        (0x2DA, 0x2DA), (0x2DC, 0x2DC), (0x2000, 0x206F), (0x20AC, 0x20AC), (0x2122, 0x2122), (0x2190, 0x2193),
        (0x2212, 0x2212), (0x2215, 0x2215), (0xFEFF, 0xFEFF), (0xFFFD, 0xFFFD),
    ),
    "latin-ext": (
        (0x100, 0x36F), (0x1D00, 0x1DBF), (0x1E00, 0x1EFF), (0x20A0, 0x20C0), (0x2113, 0x2113), (0x2C60, 0x2C7F),
        (0xA720, 0xA7FF),
    ),
    "greek": ((0x370, 0x3FF), (0x1F00, 0x1FFF)),
    "cyrillic": ((0x400, 0x52F), (0x1C80, 0x1C8F), (0x2DE0, 0x2DFF), (0x2116, 0x2116), (0xA640, 0xA69F)),
    "hebrew": ((0x590, 0x5FF), (0xFB1D, 0xFB4F)),
    "arabic": ((0x600, 0x6FF), (0x750, 0x77F), (0x870, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC)),
    "devanagari": ((0x900, 0x97F), (0x1CD0, 0x1CFF), (0xA8E0, 0xA8FF)),
    "thai": ((0xE00, 0xE7F),),
    "symbols": ((0x2070, 0x209F), (0x2100, 0x2BFF)),
}  # fmt: skip
#: Offered by every page: what is known of people when a page is built is that they have names.
ALWAYS = ("latin", "latin-ext")


@dataclass(frozen=True, slots=True)
class Slice:
    """Characters of a font that travel in one file."""

    name: str
    characters: frozenset[int]

    @property
    def unicode_range(self) -> str:
        """The characters as CSS writes them."""
        return ", ".join(
            f"U+{low:X}" if low == high else f"U+{low:X}-{high:X}" for low, high in stretches(self.characters)
        )


def slices(font: FontData, text: str = "", always: tuple[str, ...] = ALWAYS) -> tuple[Slice, ...]:
    """The slices of a font that a page with this text offers.

    Those of ``always``, and each that the text touches. What belongs to no script here (say, ideographs) travels in a slice of
    exactly the characters in use.
    """
    touched = frozenset(ord(char) for char in set(text)) & font.characters
    parts = _partition(font.characters)
    found = [part for part in parts if part.name in always or touched & part.characters]
    rest = touched.difference(*(part.characters for part in parts))
    return (*found, Slice("rest", rest)) if rest else tuple(found)


@lru_cache(maxsize=64)
def _partition(characters: frozenset[int]) -> tuple[Slice, ...]:
    """The characters of a font by slice; what belongs to none is left out."""
    left = set(characters)
    found = []
    for name, ranges in SLICES.items():
        own = frozenset(code for code in left if any(low <= code <= high for low, high in ranges))
        left -= own
        if own:
            found.append(Slice(name, own))
    return tuple(found)


def exact(font: FontData, text: str, memo: Memo, flavor: Flavor = "woff2") -> bytes:
    """The font with the glyphs of this text only: for a picture, a page or a message that never changes."""
    return cut(font, frozenset(map(ord, text)) & font.characters, memo, flavor)


def cut(font: FontData, characters: frozenset[int], memo: Memo, flavor: Flavor = "woff2") -> bytes:
    """The font with these characters only, as a file. Same input, same bytes; remembered by ``memo``.

    Raises:
        FontError: The font cannot be cut.
    """
    wanted = ",".join(f"{low:x}-{high:x}" for low, high in stretches(characters))
    # The memory is one of an environment, which has the version of HarfBuzz in it: asking here would load it.
    parts = (font.digest, wanted, flavor, *harfbuzz.FIGURES)
    key = hashlib.sha256("|".join(parts).encode()).digest()

    def compute() -> bytes:
        small = harfbuzz.subset(font.data, characters, hinting=flavor == "ttf")
        return font_tables.woff2(small) if flavor == "woff2" else small

    return memo("font-subset", key, compute)


def of_variable(
    data: bytes,
    characters: Iterable[int],
    pins: Mapping[str, float],
    ranges: Mapping[str, tuple[float, float]] | None = None,
    flavor: Flavor = "woff2",
) -> bytes:
    """A variable font cut to these characters and fixed at these places of its axes.

    Raises:
        FontError: The font cannot be cut.
    """
    small = harfbuzz.subset(data, characters, pins=pins, ranges=ranges, hinting=flavor == "ttf")
    return font_tables.woff2(small) if flavor == "woff2" else small
