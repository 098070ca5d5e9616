"""From the colours of a deck to paint."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mops_cli.design.deck.colors import rgba
from mops_cli.design.deck_render.display import Blend, Paint

if TYPE_CHECKING:
    from mops_cli.design.deck.model import Gradient

#: What shapes are filled with when the deck names no colour.
GREY = "rgb(127,127,127)"
CODE_BACKGROUND = Paint("#f0f0f0")


@lru_cache(maxsize=4096)
def paint(color: str, opacity: float | None = None) -> Paint | None:
    """The paint of a colour; None for what is invisible. A colour that nobody knows is black.

    ``opacity`` is percent: nothing and 0 mean opaque, a negative number means invisible.
    """
    alpha = 1.0
    if opacity is not None and opacity < 0:
        return None
    if opacity:
        alpha = min(opacity, 100.0) / 100.0
    red, green, blue, own = rgba(color) or (0, 0, 0, 1.0)
    if own == 0:
        return None
    return Paint(f"#{red:02x}{green:02x}{blue:02x}", alpha * own)


def blend(gradient: Gradient, opacity: float | None = None) -> Blend | None:
    """The paint of a gradient: from the left edge at the height ``percent`` to the upper right corner of the box."""
    whole = paint("black", opacity)
    first, second = paint(gradient.first), paint(gradient.second)
    if whole is None:
        return None
    percent = gradient.percent if 0 < gradient.percent <= 100 else 100.0
    return Blend(
        first or Paint("#000000", 0.0),
        second or Paint("#000000", 0.0),
        (0.0, 1.0 - percent / 100.0),
        (1.0, 0.0),
        whole.alpha,
    )
