"""The functions of expressions, free of any syntax."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.design.deck.numerals import NumberFormat, commas, old_printf, plain, plain_number, printf, read_number

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from mops_cli.design.deck.values import Value


class NotComputable(Exception):
    """The arguments do not allow a result; the text says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """What functions need to know of the run."""

    width: float
    height: float
    random: random.Random
    localize: NumberFormat = plain_number


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how many arguments it takes, and how they are written after its name."""

    least: int
    most: int
    form: str
    call: Callable[[Place, list[Value]], Value]


def number(value: Value) -> float:
    """A number, or a text that spells one."""
    if isinstance(value, str):
        found = read_number(value.strip())
        if found is None:
            raise NotComputable(f'"{value[:40]}" is not a number')
        return found
    return value


def text(value: Value) -> str:
    """A value written out."""
    return value if isinstance(value, str) else plain(value)


def finite(value: float) -> float:
    """A result that is a number at all."""
    if not math.isfinite(value):
        raise NotComputable("the result is too large or not a number")
    return value


def divide(left: float, right: float) -> float:
    """Division that says when it cannot be done."""
    if right == 0:
        raise NotComputable("division by zero")
    return left / right


def remainder(left: float, right: float) -> float:
    """The remainder of a division, with the sign of the first number."""
    if right == 0:
        raise NotComputable("division by zero")
    return math.fmod(left, right)


OPERATIONS: dict[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": divide,
    "%": remainder,
}


def operate(sign: str, left: float, right: float) -> float:
    """One operation of two numbers."""
    return finite(OPERATIONS[sign](left, right))


def square_root(value: float) -> float:
    """The square root."""
    if value < 0:
        raise NotComputable(f"there is no square root of {plain(value)}")
    return math.sqrt(value)


def diameter(area: float) -> float:
    """The diameter of the circle with an area."""
    return 2 * square_root(area / math.pi)


def polar(place: Place, cx: float, cy: float, radius: float, degrees: float) -> tuple[float, float]:
    """A point on a circle; the radius is percent of the canvas width."""
    angle = math.radians(degrees)
    ratio = place.width / place.height
    return finite(cx + radius * math.cos(angle)), finite(cy + radius * ratio * math.sin(angle))


def vmap(value: float, low: float, high: float, first: float, last: float) -> float:
    """Maps a value from the range ``low`` to ``high`` to the range ``first`` to ``last``."""
    return finite(first + divide((last - first) * (value - low), high - low))


def fill(template: str, values: list[float]) -> str:
    """The format function of the old tools: printf, or thousands commas for ``%,`` alone."""
    if template.strip('"`') == "%,":
        return template.replace("%,", commas(float(math.trunc(values[0])) if values else 0.0))
    return old_printf(template, values)


def part(source: str, begin: int | None, end: int | None) -> str:
    """An inclusive stretch of a text, counted in characters; None means the very end."""
    first = max(begin or 0, 0)
    last = len(source) if end is None else min(end + 1, len(source))
    if first > last:
        raise NotComputable(f"the stretch from {first} to {last - 1} is empty")
    return source[first:last]


def _index(value: Value) -> int | None:
    """A position; a dash, ``beg`` and ``end`` mean the very end."""
    return None if value in {"-", "beg", "end"} else int(number(value))


def _one(call: Callable[[float], float]) -> Callable[[Place, list[Value]], Value]:
    def one(place: Place, values: list[Value]) -> Value:
        return finite(call(number(values[0])))

    return one


def _pick(which: int) -> Callable[[Place, list[Value]], Value]:
    def call(place: Place, values: list[Value]) -> Value:
        cx, cy, radius, degrees = (number(value) for value in values)
        return polar(place, cx, cy, radius, degrees)[which]

    return call


def _random(place: Place, values: list[Value]) -> Value:
    low, high = number(values[0]), number(values[1])
    return finite(low + (high - low) * place.random.random())


def _vmap(place: Place, values: list[Value]) -> Value:
    value, low, high, first, last = (number(entry) for entry in values[:5])
    return vmap(value, low, high, first, last)


def _format(place: Place, values: list[Value]) -> Value:
    return printf(text(values[0]), values[1:], localize=place.localize)


def _text_of(call: Callable[[str], Value]) -> Callable[[Place, list[Value]], Value]:
    def one(place: Place, values: list[Value]) -> Value:
        return call(text(values[0]))

    return one


def _choose(call: Callable[[list[float]], float]) -> Callable[[Place, list[Value]], Value]:
    def several(place: Place, values: list[Value]) -> Value:
        return call([number(value) for value in values])

    return several


def _part(place: Place, values: list[Value]) -> Value:
    return part(text(values[0]), _index(values[1]), _index(values[2]))


_PART = Function(3, 3, "text begin end", _part)
_FORMAT = Function(2, 6, '"%.2f" a [b c d e]', _format)
FUNCTIONS: dict[str, Function] = {
    "abs": Function(1, 1, "number", _one(abs)),
    "area": Function(1, 1, "number", _one(diameter)),
    "ceil": Function(1, 1, "number", _one(lambda value: float(math.ceil(value)))),
    "cosine": Function(1, 1, "radians", _one(math.cos)),
    "floor": Function(1, 1, "number", _one(lambda value: float(math.floor(value)))),
    "format": _FORMAT,
    "length": Function(1, 1, "text", _text_of(lambda source: float(len(source)))),
    "lower": Function(1, 1, "text", _text_of(str.lower)),
    "max": Function(2, 6, "a b [c d e f]", _choose(max)),
    "min": Function(2, 6, "a b [c d e f]", _choose(min)),
    "polarx": Function(4, 4, "cx cy r degrees", _pick(0)),
    "polary": Function(4, 4, "cx cy r degrees", _pick(1)),
    "random": Function(2, 2, "low high", _random),
    "round": Function(1, 1, "number", _one(lambda value: float(round(value)))),
    "sine": Function(1, 1, "radians", _one(math.sin)),
    "slice": _PART,
    "sprint": _FORMAT,
    "sqrt": Function(1, 1, "number", _one(square_root)),
    "substr": _PART,
    "tangent": Function(1, 1, "radians", _one(math.tan)),
    "upper": Function(1, 1, "text", _text_of(str.upper)),
    "vmap": Function(5, 5, "value low1 high1 low2 high2", _vmap),
}
SINGLE = frozenset(name for name, function in FUNCTIONS.items() if function.most == 1)
