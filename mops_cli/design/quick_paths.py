"""Plain paths for CairoSVG, read and drawn several times faster than it does by itself.

Letters as outlines are thousands of short steps. A path of moves, lines, curves and closings (what our own writers make) is
read in one go and handed to cairo; everything else is left to CairoSVG.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    #: Where a path is drawn, a letter and its numbers.
    Steps = list[tuple[str, list[float]]]

_PLAIN = re.compile(r"M[MLQCZmlqcz0-9. -]*\Z")
_STEP = re.compile(r"([MLQCZmlqcz])([^MLQCZmlqcz]*)")
_COUNTS = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0}
_MARKERS = ("marker", "marker-start", "marker-mid", "marker-end")


def faster(usual: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """CairoSVG's way of drawing a path, with a short cut for plain ones."""

    def draw(surface: Any, node: Any) -> None:
        steps = read(node.get("d", ""))
        if steps is None or any(marker in node for marker in _MARKERS):
            usual(surface, node)
            return
        node.vertices = None  # only markers ask for them
        trace(surface.context, steps)

    return draw


def read(data: str) -> Steps | None:
    """The steps of a path; None when it is not a plain one."""
    if not _PLAIN.match(data):
        return None
    steps: Steps = []
    for letter, text in _STEP.findall(data):
        try:
            numbers = [float(part) for part in text.split()]
        except ValueError:
            return None
        if len(numbers) != _COUNTS[letter.upper()]:
            return None
        steps.append((letter, numbers))
    return steps


def trace(context: Any, steps: Steps) -> None:
    """Hands the steps to cairo."""
    move, line, curve, close = context.move_to, context.line_to, context.curve_to, context.close_path
    x = y = start_x = start_y = 0.0
    for letter, numbers in steps:
        if letter in "Zz":
            close()
            x, y = start_x, start_y
            continue
        if letter.islower():
            numbers = [value + (y if at % 2 else x) for at, value in enumerate(numbers)]
        kind = letter.upper()
        if kind == "L":
            line(*numbers)
        elif kind == "C":
            curve(*numbers)
        elif kind == "Q":
            qx, qy, to_x, to_y = numbers
            curve((x + 2 * qx) / 3, (y + 2 * qy) / 3, (to_x + 2 * qx) / 3, (to_y + 2 * qy) / 3, to_x, to_y)
        else:
            move(*numbers)
            start_x, start_y = numbers
        x, y = numbers[-2:]
