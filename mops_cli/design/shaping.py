"""Text with our own metrics: shaped, measured, broken into lines, and drawn as outlines.

The rasteriser never lays out text. A text goes through four steps: its directions (:mod:`mops_cli.design.bidi`), a font
for each cluster by coverage, HarfBuzz for each run, and the runs put in the order of reading from left to right. Sizes and
advances are in pixels; y grows downwards.

A character that no font has is never drawn: :attr:`Line.missing` names it, and :func:`missing_finding` makes an error of it.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from mops_cli.design import bidi, harfbuzz
from mops_cli.design.fonts import INVISIBLE
from mops_cli.design.suggest import listed
from mops_cli.model import graphemes
from mops_cli.model.diagnostic import error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mops_cli.design.bidi import Direction
    from mops_cli.design.fonts import FontData, FontSet
    from mops_cli.model.diagnostic import Diagnostic, Span

    #: Asked for an emoji that no font has: its width in em, or None to refuse it.
    EmojiPolicy = Callable[[str], float | None]

_HYPHEN = "\u2010"
_SOFT_HYPHEN = "\u00ad"
_CONTEXT = 16
"""How many characters before and behind a run are shown to HarfBuzz (it looks at five)."""
_LINE_EFFORT = 30
"""What a line costs before its first character, in characters."""


class Glyph(NamedTuple):
    """A glyph of a run: its number, the index of its first character in the text, where it stands, how far it leads.

    ``x`` and ``y`` are the place of its origin from the line's left end and from the baseline.
    """

    id: int
    cluster: int
    x: float
    y: float
    advance: float


@dataclass(frozen=True, slots=True)
class Run:
    """Glyphs of one font in one direction, from left to right. ``start`` and ``end`` are places in the text."""

    font: FontData
    size: float
    start: int
    end: int
    right_to_left: bool
    x: float
    width: float
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Room for an emoji that the policy draws as a picture."""

    text: str
    start: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Missing:
    """A character that no font has, and its place in the text."""

    char: str
    index: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of shaped text. ``start`` and ``end`` are its place in the whole text."""

    text: str
    start: int
    end: int
    runs: tuple[Run, ...]
    width: float
    ascent: float
    descent: float
    right_to_left: bool = False
    missing: tuple[Missing, ...] = ()
    pictures: tuple[Picture, ...] = ()

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        """All glyphs, from left to right."""
        return tuple(glyph for run in self.runs for glyph in run.glyphs)

    def carets(self) -> dict[int, float]:
        """For each cluster's first character, the left edge of what it is drawn with."""
        edges: dict[int, float] = {}
        for run in self.runs:
            pen = run.x
            for glyph in run.glyphs:
                edges[glyph.cluster] = min(edges.get(glyph.cluster, pen), pen)
                pen += glyph.advance
        return edges


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set. ``fonts`` are asked in their order for each cluster (see :func:`stack`).

    ``effort`` is told before anything is shaped how many characters it is, and may refuse.
    """

    fonts: tuple[FontData, ...]
    size: float
    features: Mapping[str, int] = field(default_factory=dict)
    language: str = ""
    direction: Direction = "auto"
    letter_spacing: float = 0.0
    emoji: EmojiPolicy | None = None
    effort: Callable[[int], None] | None = None


def stack(fonts: FontSet, role: str = "body", weight: int = 400, style: str = "normal") -> tuple[FontData, ...]:
    """The brand's fonts in the order in which a role asks them: its own nearest file first, then those of other roles."""
    roles = dict.fromkeys((role, "body", *(font.role for font in fonts.files)))
    found: list[FontData] = []
    for name in roles:
        own = [font for font in fonts.files if font.role == name]
        found.extend(sorted(own, key=lambda font: (font.style != style, _distance(font.weight, weight))))
    return tuple(dict.fromkeys(found))


def _distance(has: tuple[int, int], wanted: int) -> tuple[int, int]:
    """How far a weight is from the wanted one; at equal distance heavy asks for heavier and light for lighter."""
    low, high = has
    if low <= wanted <= high:
        return (0, 0)
    near = low if wanted < low else high
    wrong_side = (near < wanted) if wanted > 500 else (near > wanted)
    return (abs(near - wanted), int(wrong_side))


def shape(text: str, style: Style) -> Line:
    """A text as one line. Line ends in it count as blanks."""
    return Paragraph(text, style).line()


def width(text: str, style: Style) -> float:
    """How wide a text is on one line."""
    return shape(text, style).width


def missing_finding(missing: Sequence[Missing], span: Span) -> Diagnostic | None:
    """The error for characters that nobody could read; None when there are none."""
    if not missing:
        return None
    chars = dict.fromkeys(found.char for found in missing)
    names = [f"{char} (U+{ord(char):04X} {unicodedata.name(char, 'unnamed').lower()})" for char in chars]
    emoji = next((char for char in chars if is_emoji(char)), "")
    picture = f"put its picture at brand/emoji/{ord(emoji):x}.svg" if emoji else "use a picture"
    help_text = f"Write it another way, {picture}, or add a font with these characters to brand/fonts.yaml."
    return error("MB207", f"no brand font has {listed(names, most=4)}", span, help_text)


# -- layout


@dataclass(frozen=True, slots=True)
class _Piece:
    """Neighbouring clusters of one font, level and script; ``font`` is None for a picture or a gap."""

    start: int
    end: int
    level: int
    font: FontData | None
    script: str


class Paragraph:
    """A text prepared once, of which any stretch can be shaped as a line."""

    def __init__(self, text: str, style: Style) -> None:
        self.text = text
        self.style = style
        self._spend(len(text))
        self.base = bidi.base_level(text, style.direction)
        self.levels = bidi.levels(text, style.direction)
        self.clusters = _clusters(text)
        self._advances: list[float] | None = None
        self._fonts: list[FontData | None] = []
        self._scripts = self._read_scripts()
        self._choose_fonts()

    def line(self, start: int = 0, end: int | None = None, *, hyphen: bool = False) -> Line:
        """The characters from ``start`` to ``end`` as a line; with a hyphen at its end where a word was cut."""
        end = len(self.text) if end is None else end
        if hyphen:
            direction: Direction = "rtl" if self.base else "ltr"
            text = self.text[:end].rstrip(_SOFT_HYPHEN) + self._hyphen()
            whole = Paragraph(text, replace(self.style, direction=direction))
            return replace(whole.line(start), end=end, text=self.text[start:end])
        text = self.text[start:end]
        self._spend(len(text))
        level = bidi.line_levels(text, self.levels[start:end], self.base)
        pieces = self._pieces(start, end, level)
        runs: list[Run] = []
        pictures: list[Picture] = []
        missing: list[Missing] = []
        pen = 0.0
        for at in bidi.visual_order([piece.level for piece in pieces]):
            piece = pieces[at]
            if piece.font is not None:
                run = self._run(piece, piece.font, pen)
                runs.append(run)
                pen += run.width
                continue
            room = self._picture(piece, pen)
            if room is not None:
                pictures.append(room)
                pen += room.width
            else:
                missing += self._lost(piece)
        ascent, descent = self._extents(runs)
        return Line(
            text, start, end, tuple(runs), pen, ascent, descent, bool(self.base), tuple(missing), tuple(pictures)
        )

    def advances(self) -> list[float]:
        """For each place in the text, the sum of the advances before it, in the order of writing."""
        if self._advances is None:
            own = [0.0] * len(self.text)
            line = self.line()
            for glyph in line.glyphs:
                own[glyph.cluster] += glyph.advance
            for room in line.pictures:
                own[room.start] += room.width
            self._advances = [0.0, *accumulate(own)]
        return self._advances

    def _spend(self, characters: int) -> None:
        if self.style.effort is not None:
            self.style.effort(_LINE_EFFORT + characters)

    def _hyphen(self) -> str:
        return _HYPHEN if any(ord(_HYPHEN) in font.characters for font in self.style.fonts[:1]) else "-"

    def _lost(self, piece: _Piece) -> list[Missing]:
        known = [font.characters for font in self.style.fonts]
        found = [
            Missing(char, at)
            for at, char in enumerate(self.text[piece.start : piece.end], piece.start)
            if char not in INVISIBLE and not any(ord(char) in characters for characters in known)
        ]
        return found or [Missing(self.text[piece.start], piece.start)]

    def _picture(self, piece: _Piece, pen: float) -> Picture | None:
        text = self.text[piece.start : piece.end]
        if self.style.emoji is None or not is_emoji(text):
            return None
        em = self.style.emoji(text)
        return None if em is None else Picture(text, piece.start, pen, em * self.style.size)

    def _extents(self, runs: Sequence[Run]) -> tuple[float, float]:
        used = [run.font for run in runs] or list(self.style.fonts[:1])
        faces = [harfbuzz.open_face(font.data) for font in dict.fromkeys(used)]
        ascent = max((face.ascender / face.upem for face in faces), default=0.8)
        descent = max((-face.descender / face.upem for face in faces), default=0.2)
        return ascent * self.style.size, descent * self.style.size

    # -- runs

    def _run(self, piece: _Piece, font: FontData, pen: float) -> Run:
        style = self.style
        face = harfbuzz.open_face(font.data)
        scale = style.size / face.upem
        features = dict(style.features)
        if style.letter_spacing:  # spaced letters are not joined
            features = {"liga": 0, "clig": 0, **features}
        # The neighbourhood is all that HarfBuzz looks at; all of a long text would be copied for each of its lines.
        near = max(0, piece.start - _CONTEXT)
        placed = face.shape(
            self.text[near : piece.end + _CONTEXT].translate(_BLANKS),
            piece.start - near,
            piece.end - near,
            right_to_left=piece.level % 2 == 1,
            script=piece.script,
            language=style.language,
            features=features,
        )
        begin = pen
        glyphs = []
        for at, glyph in enumerate(placed):
            ends = at + 1 == len(placed) or placed[at + 1].cluster != glyph.cluster
            advance = glyph.advance * scale + (style.letter_spacing if ends else 0.0)
            glyphs.append(Glyph(glyph.glyph, glyph.cluster + near, pen + glyph.x * scale, -glyph.y * scale, advance))
            pen += advance
        return Run(font, style.size, piece.start, piece.end, piece.level % 2 == 1, begin, pen - begin, tuple(glyphs))

    def _pieces(self, start: int, end: int, level: Sequence[int]) -> list[_Piece]:
        found: list[_Piece] = []
        begin, last = start, None
        for at in range(bisect_right(self.clusters, start, key=itemgetter(1)), len(self.clusters)):
            if self.clusters[at][0] >= end:
                break
            low = max(self.clusters[at][0], start)
            here = (level[low - start], self._fonts[at], self._scripts[at])
            if last is not None and (here != last or here[1] is None):
                found.append(_Piece(begin, low, *last))
                begin = low
            last = here
        if last is not None:
            found.append(_Piece(begin, end, *last))
        return found

    # -- fonts and scripts

    def _read_scripts(self) -> list[str]:
        """A script for each cluster; what all scripts share goes with what stands before it, else behind."""
        own = [
            harfbuzz.script_of(self.text[low])
            or next((s for c in self.text[low + 1 : high] if (s := harfbuzz.script_of(c))), "")
            for low, high in self.clusters
        ]
        before = ""
        for at, script in enumerate(own):
            before = own[at] = script or before
        behind = ""
        for at in range(len(own) - 1, -1, -1):
            behind = own[at] = own[at] or behind
        return own

    def _choose_fonts(self) -> None:
        """The first font that has a cluster; blanks stay with what stands before them."""
        known: dict[str, FontData | None] = {}
        last = next(iter(self.style.fonts), None)
        for start, end in self.clusters:
            text = self.text[start:end]
            if is_blank(text):
                self._fonts.append(last)
                continue
            if text not in known:
                known[text] = next((font for font in self.style.fonts if covers(font.characters, text)), None)
            last = known[text] or last
            self._fonts.append(known[text])


def _clusters(text: str) -> list[tuple[int, int]]:
    """Start and end of each user-perceived character."""
    found = []
    at = 0
    for cluster in graphemes.clusters(text):
        found.append((at, at + len(cluster)))
        at += len(cluster)
    return found


def is_emoji(cluster: str) -> bool:
    """Whether a cluster is a picture: a pictograph that stands for itself, or a flag."""
    first = ord(cluster[0])
    flag = 0x1F1E6 <= first <= 0x1F1FF
    return flag or "\ufe0f" in cluster or (graphemes.is_pictographic(first) and "\ufe0e" not in cluster)


_BLANKS = {ord(char): " " for char in "\t\n\r\v\f\u2028\u2029"}


@lru_cache(maxsize=4096)
def is_blank(text: str) -> bool:
    """Whether a text needs no glyph of its own: blanks, joiners, direction marks."""
    return all(char in INVISIBLE or char.isspace() or unicodedata.category(char) == "Cf" for char in text)


def covers(characters: frozenset[int], cluster: str) -> bool:
    """Whether a font can draw a cluster as it is, composed, or decomposed."""
    if len(cluster) == 1 and ord(cluster) in characters:
        return True
    for form in (cluster, unicodedata.normalize("NFC", cluster), unicodedata.normalize("NFD", cluster)):
        if all(ord(char) in characters or is_blank(char) for char in form):
            return True
    return False
