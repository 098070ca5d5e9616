"""The only door to HarfBuzz: shape one run of text, take a glyph's outline, cut a font down.

Everything is in font units and in HarfBuzz' own order (left to right as drawn); :mod:`mops_cli.design.shaping` makes text
of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from mops_cli.errors import MopsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

#: A step of an outline: ``M``, ``L``, ``Q``, ``C`` or ``Z`` and its coordinates, y upwards.
Step = tuple[str, tuple[float, ...]]

#: Features that a subset keeps beyond those that HarfBuzz keeps by itself (kerning, ligatures, marks, contextual forms).
FIGURES = ("tnum", "lnum", "pnum", "onum", "zero", "case")

#: Copyright, family, style, unique name, full name, version, PostScript name, licence, licence address, typographic names.
_NAMES = (0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17)
_COMMON = "Zyyy"


def _library() -> Any:
    """The library, loaded when it is first needed."""
    import uharfbuzz

    return uharfbuzz


class FontError(MopsError):
    """HarfBuzz cannot work with a font."""


class Placed(NamedTuple):
    """A glyph of a run: its number, the index of its first character, and where it goes."""

    glyph: int
    cluster: int
    advance: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Axis:
    """A variation axis of a font: tag, smallest, default and largest value."""

    tag: str
    low: float
    default: float
    high: float


class Face:
    """An opened font; keep it, opening costs more than shaping."""

    def __init__(self, data: bytes) -> None:
        hb = _library()

        self._face = hb.Face(data)
        self._font = hb.Font(self._face)
        if not self._face.upem or not self._face.glyph_count:
            raise FontError("a font without glyphs", hint="use a TrueType or OpenType file")
        self.upem: int = self._face.upem
        extents = self._font.get_font_extents("ltr")
        self.ascender: int = extents.ascender
        self.descender: int = extents.descender
        self.line_gap: int = extents.line_gap
        self._outlines: dict[int, tuple[Step, ...]] = {}
        self._pen: Any = None

    def glyph(self, code: int) -> int:
        """The glyph of a character; 0 when the font has none."""
        return int(self._font.get_nominal_glyph(code) or 0)

    def axes(self) -> tuple[Axis, ...]:
        """Its variation axes; empty for a static font."""
        return tuple(Axis(a.tag, a.min_value, a.default_value, a.max_value) for a in self._face.axis_infos)

    def cap_height(self) -> int:
        """Height of a capital H."""
        extents = self._font.get_glyph_extents(self.glyph(ord("H"))) if self.glyph(ord("H")) else None
        return int(extents.y_bearing) if extents else round(self.ascender * 0.7)

    def x_height(self) -> int:
        """Height of a small x."""
        extents = self._font.get_glyph_extents(self.glyph(ord("x"))) if self.glyph(ord("x")) else None
        return int(extents.y_bearing) if extents else round(self.ascender * 0.5)

    def advance(self, code: int) -> int:
        """The advance of a character by itself."""
        return int(self._font.get_glyph_h_advance(self.glyph(code)))

    def shape(
        self,
        text: str,
        start: int,
        end: int,
        *,
        right_to_left: bool = False,
        script: str = "",
        language: str = "",
        features: Mapping[str, int] | None = None,
    ) -> tuple[Placed, ...]:
        """The glyphs of ``text[start:end]``, from left to right; the rest of the text is their context."""
        hb = _library()

        buffer = hb.Buffer()
        buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
        buffer.add_str(text, start, end - start)
        buffer.direction = "rtl" if right_to_left else "ltr"
        if script:
            buffer.script = script
        if language:
            buffer.language = language
        buffer.guess_segment_properties()
        hb.shape(self._font, buffer, dict(features or {}))
        return tuple(
            Placed(info.codepoint, info.cluster, position.x_advance, position.x_offset, position.y_offset)
            for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        )

    def outline(self, glyph: int) -> tuple[Step, ...]:
        """The outline of a glyph; empty for a blank."""
        known = self._outlines.get(glyph)
        if known is None:
            steps: list[Step] = []
            self._font.draw_glyph(glyph, self._drawing(), steps)
            known = self._outlines[glyph] = tuple(steps)
        return known

    def _drawing(self) -> Any:
        if self._pen is None:
            hb = _library()

            def to(letter: str) -> Callable[..., None]:
                # The last argument is the list that draw_glyph was handed.
                return lambda *given: given[-1].append((letter, given[:-1]))

            pen = hb.DrawFuncs()
            pen.set_move_to_func(to("M"))
            pen.set_line_to_func(to("L"))
            pen.set_quadratic_to_func(to("Q"))
            pen.set_cubic_to_func(to("C"))
            pen.set_close_path_func(to("Z"))
            self._pen = pen
        return self._pen


@lru_cache(maxsize=64)
def open_face(data: bytes) -> Face:
    """The opened font of these bytes.

    Raises:
        FontError: They are no font.
    """
    return Face(data)


@lru_cache(maxsize=4096)
def script_of(char: str) -> str:
    """The script of a character (``Latn``, ``Arab``); empty for what all scripts share (digits, blanks, marks)."""
    hb = _library()

    buffer = hb.Buffer()
    buffer.add_str(char)
    buffer.guess_segment_properties()
    script = str(buffer.script or "")
    return "" if script in (_COMMON, "Zinh", "Zzzz") else script


def axes(data: bytes) -> tuple[Axis, ...]:
    """The variation axes of a font file; empty for a static font and for what is no font."""
    try:
        return open_face(data).axes()
    except FontError:
        return ()


def subset(
    data: bytes,
    characters: Iterable[int] | None,
    *,
    pins: Mapping[str, float] | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    hinting: bool = False,
) -> bytes:
    """A font with the glyphs of ``characters`` only (None keeps all), and its axes pinned or narrowed.

    Glyphs are dropped first and the axes are fixed for the rest, in one pass. Same input, same bytes.

    Raises:
        FontError: HarfBuzz cannot cut this font.
    """
    hb = _library()

    plan = hb.SubsetInput()
    if characters is None:
        plan.keep_everything()
    else:
        plan.unicode_set.update(sorted(set(characters)))
        plan.layout_feature_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in FIGURES)
        plan.name_id_set.update(_NAMES)
    face = hb.Face(data)
    for tag, value in sorted((pins or {}).items()):
        plan.pin_axis_location(face, tag, value)
    for tag, (low, high) in sorted((ranges or {}).items()):
        plan.set_axis_range(face, tag, low, high)
    flags = hb.SubsetFlags.NOTDEF_OUTLINE
    if not hinting:
        flags |= hb.SubsetFlags.NO_HINTING
    plan.flags = flags
    try:
        made = hb.subset(face, plan).blob.data
    except (RuntimeError, MemoryError) as problem:
        raise FontError("HarfBuzz cannot make a subset of this font", hint="use another file of the font") from problem
    return bytes(made)
