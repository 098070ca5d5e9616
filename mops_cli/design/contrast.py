"""Contrast as WCAG 2 defines it, and which colour of the brand would do better."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.design.color import difference, linear_channels
from mops_cli.model.brand import Color

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.model.brand import Token, Tokens

AA_TEXT = 4.5
AA_LARGE = 3.0


def luminance(hex_value: str) -> float:
    """Relative luminance of ``#rrggbb``, 0 (black) to 1 (white)."""
    red, green, blue = linear_channels(hex_value)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(first: str, second: str) -> float:
    """The contrast ratio of two opaque colours ``#rrggbb``, 1 to 21."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def needed(size_px: float, *, bold: bool = False) -> float:
    """The ratio that text of this size needs (level AA): large is 24 px, or 18.66 px when bold."""
    large = size_px >= 24 or (bold and size_px >= 18.66)
    return AA_LARGE if large else AA_TEXT


def over(front: Color, back: str) -> str:
    """The opaque colour that a translucent one shows over ``back``."""
    if front.alpha >= 1:
        return front.hex
    parts = []
    for at in (1, 3, 5):
        top, below = int(front.hex[at : at + 2], 16), int(back[at : at + 2], 16)
        parts.append(round(top * front.alpha + below * (1 - front.alpha)))
    return "#" + "".join(f"{part:02x}" for part in parts)


def colors(tokens: Tokens) -> Iterator[tuple[Token, Color]]:
    """All colour tokens with their colours."""
    for token in tokens.tokens.values():
        if isinstance(token.value, Color):
            yield token, token.value


def nearest_token(hex_value: str, tokens: Tokens) -> tuple[Token, float] | None:
    """The colour token that looks most like ``hex_value``, and how far away it is (OKLab distance)."""
    ranked = [(difference(hex_value, color.hex), token.path, token) for token, color in colors(tokens)]
    if not ranked:
        return None
    distance, _, token = min(ranked, key=lambda item: item[:2])
    return token, distance


def passing(front: str, back: str, tokens: Tokens, *, target: float = AA_TEXT) -> Token | None:
    """The colour token most like ``front`` that reaches the target ratio on ``back``; None if none does."""
    ranked = [
        # A token that another one stands for comes first: it lies less deep.
        (difference(front, color.hex), token.path.count("."), token.path, token)
        for token, color in colors(tokens)
        if color.alpha >= 1 and ratio(color.hex, back) >= target
    ]
    return min(ranked, key=lambda item: item[:3])[3] if ranked else None
