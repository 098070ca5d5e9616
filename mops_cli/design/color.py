"""Colours: the only door to coloraide.

Every colour of the fourteen DTCG spaces becomes a :class:`Color` with its sRGB value for mail and its own
CSS spelling for the web.
"""

from __future__ import annotations

import json
import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mops_cli.model.brand import Color

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Memo = Callable[[str, bytes, Callable[[], bytes]], bytes]

_UNIT = ((0.0, 1.0),) * 3
_FREE = (-math.inf, math.inf)
_HUE = (0.0, 360.0)

#: Space to (name of each component, allowed range of each). Hues stop before 360.
SPACES: dict[str, tuple[tuple[str, str, str], tuple[tuple[float, float], ...]]] = {
    "srgb": (("red", "green", "blue"), _UNIT),
    "srgb-linear": (("red", "green", "blue"), _UNIT),
    "hsl": (("hue", "saturation", "lightness"), (_HUE, (0, 100), (0, 100))),
    "hwb": (("hue", "whiteness", "blackness"), (_HUE, (0, 100), (0, 100))),
    "lab": (("lightness", "a", "b"), ((0, 100), _FREE, _FREE)),
    "lch": (("lightness", "chroma", "hue"), ((0, 100), (0, math.inf), _HUE)),
    "oklab": (("lightness", "a", "b"), ((0, 1), _FREE, _FREE)),
    "oklch": (("lightness", "chroma", "hue"), ((0, 1), (0, math.inf), _HUE)),
    "display-p3": (("red", "green", "blue"), _UNIT),
    "a98-rgb": (("red", "green", "blue"), _UNIT),
    "prophoto-rgb": (("red", "green", "blue"), _UNIT),
    "rec2020": (("red", "green", "blue"), _UNIT),
    "xyz-d65": (("x", "y", "z"), _UNIT),
    "xyz-d50": (("x", "y", "z"), _UNIT),
}

_PERCENT = {"hsl", "hwb"}
_FUNCTIONS = {"hsl", "hwb", "lab", "lch", "oklab", "oklch"}
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\Z")


def is_hex(text: str) -> bool:
    """Whether it is ``#rgb``, ``#rgba``, ``#rrggbb`` or ``#rrggbbaa``."""
    return bool(_HEX.match(text))


def from_hex(text: str) -> Color:
    """The colour of a hex spelling (:func:`is_hex` must hold)."""
    digits = text[1:]
    if len(digits) <= 4:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in range(0, len(digits), 2)]
    alpha = round(parts[3], 4) if len(parts) == 4 else 1.0
    return make("srgb", tuple(parts[:3]), alpha)


@lru_cache(maxsize=4096)
def make(space: str, components: tuple[float | None, ...], alpha: float = 1.0) -> Color:
    """The colour of checked components; ``None`` is the CSS word ``none``.

    Outside sRGB the chroma is reduced in OKLCH until it fits, so that hue and lightness stay.
    """
    if space == "srgb":
        numbers = [part or 0.0 for part in components]
        hex_value = _hex(numbers)
        return Color(hex_value, space, tuple(numbers), alpha, True, _srgb_css(hex_value, alpha))
    spelled = json.dumps([space, components])
    hex_value, in_gamut = json.loads(_memo[-1]("color", spelled.encode(), lambda: _converted(space, components)))
    plain = tuple(0.0 if part is None else float(part) for part in components)
    return Color(hex_value, space, plain, alpha, in_gamut, _css(space, components, alpha))


_memo: list[Memo] = [lambda _kind, _key, compute: compute()]


def remember_in(memo: Memo) -> None:
    """Keep conversions in a memory of earlier builds: importing coloraide costs more than all of them."""
    _memo[:] = [memo]


def _converted(space: str, components: tuple[float | None, ...]) -> bytes:
    """The sRGB value of a colour, and whether sRGB holds it, as JSON."""
    from coloraide import Color as Precise

    scale = (1, 100, 100) if space in _PERCENT else (1, 1, 1)  # coloraide counts these from 0 to 1
    precise = Precise(space, [math.nan if c is None else c / by for c, by in zip(components, scale, strict=True)])
    in_gamut = bool(precise.convert("srgb").in_gamut("srgb", tolerance=0.0005))
    fitted = precise.convert("srgb")
    if not in_gamut:
        fitted = fitted.fit("srgb", method="oklch-chroma")
    return json.dumps([_hex(fitted.coords(nans=False)), in_gamut]).encode()


def _hex(numbers: Iterable[float]) -> str:
    return "#" + "".join(f"{int(min(1.0, max(0.0, part)) * 255 + 0.5 + 1e-6):02x}" for part in numbers)


def _srgb_css(hex_value: str, alpha: float) -> str:
    if alpha >= 1:
        return hex_value
    red, green, blue = (int(hex_value[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {number(alpha)})"


def srgb_css(color: Color) -> str:
    """The sRGB spelling that every mail client knows: ``#rrggbb``, or ``rgba()`` when translucent."""
    return _srgb_css(color.hex, color.alpha)


def _css(space: str, components: tuple[float | None, ...], alpha: float) -> str:
    percents = {1, 2} if space in _PERCENT else {0} if space in ("lab", "lch") else set()
    parts = [
        "none" if part is None else number(part) + ("%" if at in percents else "") for at, part in enumerate(components)
    ]
    tail = "" if alpha >= 1 else f" / {number(alpha)}"
    inner = " ".join(parts) + tail
    return f"{space}({inner})" if space in _FUNCTIONS else f"color({space} {inner})"


def number(value: float) -> str:
    """A CSS number without an exponent or needless zeros."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def difference(first: str, second: str) -> float:
    """How far apart two sRGB colours look: Euclidean distance in OKLab (0 same, about 0.02 just visible)."""
    return math.dist(_oklab(first), _oklab(second))


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def linear_channels(hex_value: str) -> tuple[float, float, float]:
    """Linear-light red, green and blue of ``#rrggbb``."""
    red, green, blue = (_linear(int(hex_value[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return red, green, blue


@lru_cache(maxsize=4096)
def _oklab(hex_value: str) -> tuple[float, float, float]:
    # Matrices of the OKLab definition (B. Ottosson), as in CSS Color 4.
    red, green, blue = linear_channels(hex_value)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )
