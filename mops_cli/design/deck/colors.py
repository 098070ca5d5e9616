"""What a colour of a deck means.

A colour is a CSS name, ``rgb(r,g,b)``, ``#rgb``, ``#rrggbb``, ``#rrggbbaa``, ``hsv(h,s,v)``, or a brand token such
as ``brand.primary``, which the evaluator replaces before the model is made.
"""

from __future__ import annotations

import colorsys
import re
from functools import lru_cache

from mops_cli.design.deck.color_names import NAMES

_CALL = re.compile(r"(rgb|hsv)\(\s*([\d.]+)%?\s*,\s*([\d.]+)%?\s*,\s*([\d.]+)%?\s*\)\Z")
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\Z")


@lru_cache(maxsize=4096)
def rgba(text: str) -> tuple[int, int, int, float] | None:
    """Red, green and blue from 0 to 255 and the alpha from 0 to 1; None for what is not a colour."""
    name = text.strip().lower()
    if name in NAMES:
        return _hex(NAMES[name])
    if _HEX.match(name):
        return _hex(name[1:])
    found = _CALL.match(name)
    if not found:
        return None
    try:
        first, second, third = (float(found[index]) for index in (2, 3, 4))
    except ValueError:
        return None
    if found[1] == "rgb":
        return _byte(first), _byte(second), _byte(third), 1.0
    red, green, blue = colorsys.hsv_to_rgb((first % 360) / 360, min(second, 100) / 100, min(third, 100) / 100)
    return _byte(red * 255), _byte(green * 255), _byte(blue * 255), 1.0


def _hex(digits: str) -> tuple[int, int, int, float]:
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    alpha = int(digits[6:8], 16) / 255 if len(digits) == 8 else 1.0
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16), alpha


def _byte(value: float) -> int:
    return max(0, min(255, int(value)))
