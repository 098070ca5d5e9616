"""Text of a deck with measured letters: roles to fonts, lines, and where a line breaks.

Lines are shaped at a size of 1, so that a text is shaped once however often and however large it is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.design import lines, shaping

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.design.fonts import FontData, FontSet
    from mops_cli.design.shaping import Line

_BOLD = 700

#: The generic family at the end of a role's stack, by the font names that decks use.
_GENERIC = {"sans": "sans-serif", "serif": "serif", "mono": "monospace"}

#: The reference tools place one letter after the other.
_PLAIN = {"kern": 0, "liga": 0, "clig": 0, "calt": 0}


@dataclass(slots=True)
class Typesetter:
    """Sets lines in the fonts of a brand. With ``plain`` letters are not kerned and not joined."""

    fonts: FontSet
    plain: bool = False
    language: str = ""
    emoji: shaping.EmojiPolicy | None = None
    effort: Callable[[int], None] | None = None
    _lines: dict[tuple[str, str], Line] = field(default_factory=dict)
    _blocks: dict[tuple[str, str, float, int], tuple[Line, ...]] = field(default_factory=dict)
    _styles: dict[str, shaping.Style] = field(default_factory=dict)

    def line(self, text: str, font: str) -> Line:
        """A text as one line, at a size of 1."""
        key = (text, font)
        known = self._lines.get(key)
        if known is None:
            known = self._lines[key] = shaping.shape(text, self.style(font))
        return known

    def style(self, font: str) -> shaping.Style:
        """How a font name of a deck sets text, at a size of 1."""
        known = self._styles.get(font)
        if known is None:
            features = _PLAIN if self.plain else {}
            known = self._styles[font] = shaping.Style(
                self.stack(font), 1.0, features=features, language=self.language, emoji=self.emoji, effort=self.effort
            )
        return known

    def width(self, text: str, font: str) -> float:
        """How wide a text is, at a size of 1."""
        return self.line(text, font).width

    def stack(self, font: str) -> tuple[FontData, ...]:
        """The files that a font name of a deck means, in the order in which they are asked for a letter."""
        return shaping.stack(self.fonts, self.role(font), _BOLD if font == "bold" else 400)

    def role(self, font: str) -> str:
        """The brand's role for a font name of a deck: itself, one of the same kind, or the body."""
        roles = dict.fromkeys(file.role for file in self.fonts.files)
        if font in roles:
            return font
        if font not in _GENERIC and font not in ("bold", "heading", "body", "symbol"):
            font = "sans"
        if font in roles:
            return font
        wanted = _GENERIC.get(font)
        order = dict.fromkeys(("body", "sans", *roles))
        return next((role for role in order if role in roles and self._ends(role) == wanted), "body")

    def _ends(self, role: str) -> str:
        stack = self.fonts.stacks.get(role) or ("",)
        return stack[-1]

    def is_mono(self, font: str) -> bool:
        """Whether a font name means letters of one width."""
        return font == "mono"

    # -- blocks

    def wrapped(self, text: str, font: str, width: float, most: int = 0) -> tuple[Line, ...]:
        """A text in lines of at most ``width`` (at a size of 1); with ``most`` the last one may end with an ellipsis."""
        key = (text, font, width, most)
        known = self._blocks.get(key)
        if known is None:
            style = self.style(font)
            known = lines.wrap(text, style, width)
            if most:
                known = lines.clamp(known, text, style, width, most)
            self._blocks[key] = known
        return known

    def shortened(self, text: str, font: str, width: float) -> Line:
        """A text on one line, with an ellipsis when it is wider than ``width`` (at a size of 1)."""
        return lines.truncate(text, self.style(font), width)
