"""Numbers as text: the shortest form, printf formats, thousands commas."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_WIDTH = 200
# A number and its decimals (None: as many as there are) to text.
NumberFormat: TypeAlias = "Callable[[float, int | None], str]"
_SURE = 300  # digits that are a number for sure
_VERB = re.compile(r"%([-+# 0]*)(\d*)(?:\.(\d*))?(.|$)")
_OPEN_VERB = re.compile(_VERB.pattern.replace("(.|$)", "([^,]|$)") + r"|%,\.?(\d*)")
_NUMBER = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\Z")


def read_number(text: str) -> float | None:
    """The number that a word spells, or None; infinities and the like are not numbers."""
    if text.isascii() and text.isdigit() and len(text) < _SURE:
        return float(text)
    if not _NUMBER.match(text):
        return None
    if "x" in text[:3].lower():
        sign = -1.0 if text[0] == "-" else 1.0
        digits = text.lstrip("+-")[2:]
        return sign * float(int(digits, 16)) if len(digits) <= 64 else None
    value = float(text)
    return value if math.isfinite(value) else None


def shortest(value: float, limit: int = 21) -> str:
    """The shortest text that reads back as the same number; scientific from ``limit`` digits on."""
    if not math.isfinite(value):
        return "0"
    if value == int(value) and abs(value) < 1e15 and limit > 15:
        return str(int(value))
    digits, exponent = _digits(value)
    sign = "-" if value < 0 or (value == 0 and math.copysign(1, value) < 0) else ""
    if value != 0 and (exponent < -4 or exponent >= limit):
        head = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
        return f"{sign}{head}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    rest = digits[exponent + 1 :]
    return f"{sign}{whole}{'.' + rest if rest else ''}"


def _digits(value: float) -> tuple[str, int]:
    """The significant digits and the decimal exponent of the first one."""
    if value == 0:
        return "0", 0
    mantissa, _, exponent = f"{Decimal(repr(abs(value))):e}".partition("e")
    return mantissa.replace(".", "").rstrip("0") or "0", int(exponent)


def plain(value: float) -> str:
    """All digits, never scientific."""
    return shortest(value, 400)


def commas(value: float, decimals: int | None = None) -> str:
    """With thousands commas; ``decimals`` digits after the point, or as many as there are."""
    text = plain(abs(value)) if decimals is None else f"{abs(value):.{decimals}f}"
    whole, point, rest = text.partition(".")
    grouped = f"{int(whole):,}"
    return f"{'-' if value < 0 else ''}{grouped}{point}{rest}"


def plain_number(value: float, decimals: int | None) -> str:
    """A number without a locale: thousands commas."""
    return commas(value, decimals)


def printf(template: str, values: Sequence[float | str], *, localize: NumberFormat = plain_number) -> str:
    """Fills a template with values.

    Beside the verbs of printf there are ``%n`` for a number as the locale writes it, ``%,`` for thousands commas,
    (``%,2`` with decimals), and ``%s`` for text.
    """
    used = 0

    def fill(match: re.Match[str]) -> str:
        nonlocal used
        verb = match[4] if match[5] is None else ","
        if verb == "%":
            return "%"
        if not verb:
            return "%!(NOVERB)"
        if used >= len(values):
            return f"%!{verb}(BADINDEX)"
        used += 1
        value = values[used - 1]
        if isinstance(value, str):
            number = read_number(value.strip())
            if number is None or verb in "sv":
                return value
            value = number
        if verb == ",":
            return commas(value, min(int(match[5]), 20)) if match[5] else commas(float(math.trunc(value)))
        if verb == "n":
            return localize(value, min(int(match[3] or 0), 20) if match[3] is not None else None)
        return _verb(match, value, old=False)

    return _OPEN_VERB.sub(fill, template) + _extra(values[used:], 21)


def old_printf(template: str, values: Sequence[float]) -> str:
    """Fills a template with numbers exactly as the old tools do."""
    used = 0

    def fill(match: re.Match[str]) -> str:
        nonlocal used
        if match[4] == "%":
            return "%"
        if not match[4]:
            return "%!(NOVERB)"
        if used >= len(values):
            return f"%!{match[4]}(MISSING)"
        used += 1
        return _verb(match, values[used - 1], old=True)

    return _VERB.sub(fill, template) + _extra(values[used:], 6)


def _extra(values: Sequence[float | str], limit: int) -> str:
    """What is said about values that no verb takes."""
    if not values:
        return ""
    shown = [f"string={value}" if isinstance(value, str) else f"float64={shortest(value, limit)}" for value in values]
    return "%!(EXTRA " + ", ".join(shown) + ")"


def _verb(match: re.Match[str], value: float, *, old: bool) -> str:
    """One verb with one number."""
    flags, verb = match[1], match[4]
    width = min(int(match[2] or 0), MAX_WIDTH)
    precision = min(int(match[3] or 0), MAX_WIDTH) if match[3] is not None else None
    text = _digits_of(verb, precision, value, old=old)
    if text is None:
        return f"%!{verb}(float64={shortest(value, 6 if old else 21)})"
    if "+" in flags and not text.startswith("-"):
        text = "+" + text
    elif " " in flags and not text.startswith("-"):
        text = " " + text
    if "-" in flags:
        return text.ljust(width)
    if "0" in flags:
        sign = text[0] if text[:1] in {"+", "-", " "} else ""
        return sign + text[len(sign) :].rjust(width - len(sign), "0")
    return text.rjust(width)


def _digits_of(verb: str, precision: int | None, value: float, *, old: bool) -> str | None:
    """The number for a verb, without width and signs; None for a verb that takes no number."""
    if verb == "d" and not old:
        return str(round(value)) if math.isfinite(value) else "0"
    if verb in "vg":
        return shortest(value, 6 if old else 21) if precision is None else _general(value, precision)
    if verb in "fF":
        return f"{value:.{6 if precision is None else precision}f}"
    if verb in "eE":
        return f"{value:.{6 if precision is None else precision}{verb}}"
    return None


def _general(value: float, precision: int) -> str:
    """``%.3g``."""
    return f"{value:.{precision or 1}g}"
