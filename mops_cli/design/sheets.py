"""Paper: named and custom sizes, bleed, and where the marks of a printer go. Lengths are millimetres."""

from __future__ import annotations

import re
from dataclasses import dataclass

POINTS_PER_MM = 72 / 25.4

#: ISO 216 A-series and the formats flyers and labels come in, portrait.
SIZES: dict[str, tuple[float, float]] = {
    "A0": (841, 1189), "A1": (594, 841), "A2": (420, 594), "A3": (297, 420), "A4": (210, 297),
    "A5": (148, 210), "A6": (105, 148), "A7": (74, 105), "A8": (52, 74), "A9": (37, 52), "A10": (26, 37),
    "DL": (99, 210), "LETTER": (215.9, 279.4), "LEGAL": (215.9, 355.6), "TABLOID": (279.4, 431.8),
}  # fmt: skip

_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "px": 25.4 / 96}
_LENGTH = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)\s*", re.IGNORECASE)
_CUSTOM = re.compile(r"\s*([0-9.]+)\s*([a-z]*)\s*[x\u00d7*]\s*([0-9.]+)\s*([a-z]+)\s*", re.IGNORECASE)

SMALLEST, LARGEST = 15.0, 2_000.0
MOST_BLEED = 20.0
MARK_LENGTH = 5.0
MARK_GAP = 1.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it will be cut (``width`` x ``height``), its bleed, and the marks around it."""

    width: float
    height: float
    bleed: float = 0.0
    marks: tuple[str, ...] = ()

    @property
    def slug(self) -> float:
        """Room outside the bleed for marks: a gap, the mark, a gap."""
        return MARK_LENGTH + 2 * MARK_GAP if self.marks else 0.0

    @property
    def around(self) -> float:
        """What the sheet is larger than the trimmed page, on each side."""
        return self.bleed + self.slug


def parse_page(text: str) -> tuple[float, float] | None:
    """``A5``, ``A5 landscape`` or ``210x99mm`` as width and height; None when it is neither."""
    words = text.strip().split()
    if 1 <= len(words) <= 2 and words[0].upper() in SIZES:
        width, height = SIZES[words[0].upper()]
        if len(words) == 1 or words[1].lower() == "portrait":
            return width, height
        return (height, width) if words[1].lower() == "landscape" else None
    match = _CUSTOM.fullmatch(text)
    if not match:
        return None
    unit = match[4].lower()
    first = (match[2] or unit).lower()
    if unit not in _MM or first not in _MM:
        return None
    try:
        width, height = float(match[1]) * _MM[first], float(match[3]) * _MM[unit]
    except ValueError:
        return None
    return (width, height) if SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST else None


def parse_length(text: str) -> float | None:
    """``3mm``, ``0.125in``, ``0`` in millimetres; None when it is no length."""
    if text.strip() == "0":
        return 0.0
    match = _LENGTH.fullmatch(text)
    if not match or match[2].lower() not in _MM:
        return None
    return float(match[1]) * _MM[match[2].lower()]


def marks_stream(sheet: Sheet, width: float, height: float) -> bytes:
    """PDF drawing of the marks around a trimmed page of ``width`` x ``height`` points, its corner at 0,0.

    Marks are in all four inks, outside the bleed, and an artifact (no reader speaks them).
    """
    start = (sheet.bleed + MARK_GAP) * POINTS_PER_MM
    end = start + MARK_LENGTH * POINTS_PER_MM
    parts = ["/Artifact BMC q 1 1 1 1 K 0.25 w 0 J"]
    if "crop" in sheet.marks:
        for x, to_x in ((0.0, -1), (width, 1)):
            for y, to_y in ((0.0, -1), (height, 1)):
                parts += [_line(x + to_x * start, y, x + to_x * end, y), _line(x, y + to_y * start, x, y + to_y * end)]
    if "cross" in sheet.marks:
        middle = (start + end) / 2
        radius = MARK_LENGTH * POINTS_PER_MM / 2
        for x, y in (
            (width / 2, -middle),
            (width / 2, height + middle),
            (-middle, height / 2),
            (width + middle, height / 2),
        ):
            parts += [
                _line(x - radius, y, x + radius, y),
                _line(x, y - radius, x, y + radius),
                _circle(x, y, radius * 0.6),
            ]
    parts.append("Q EMC")
    return "\n".join(parts).encode()


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f"{_n(x)} {_n(y)} m {_n(to_x)} {_n(to_y)} l S"


def _circle(x: float, y: float, radius: float) -> str:
    bend = radius * 0.5523  # four Bezier curves make a circle
    quarters = (
        ((radius, bend), (bend, radius), (0, radius)),
        ((-bend, radius), (-radius, bend), (-radius, 0)),
        ((-radius, -bend), (-bend, -radius), (0, -radius)),
        ((bend, -radius), (radius, -bend), (radius, 0)),
    )
    curves = [" ".join(f"{_n(x + dx)} {_n(y + dy)}" for dx, dy in points) + " c" for points in quarters]
    return " ".join([f"{_n(x + radius)} {_n(y)} m", *curves, "s"])


def _n(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
