"""Finding the colours and typefaces that people wrote, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.model.source import span_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.model.diagnostic import Span

COMMENTS = re.compile(r"<!--.*?-->|\{#.*?#\}|/\*.*?\*/", re.DOTALL)
HEX = re.compile(r"(?<![\w&#/-])#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})(?![\w-])")
FUNCTION = re.compile(
    r"(?<![\w-])rgba?\(\s*(?P<r>\d{1,3})\s*[, ]\s*(?P<g>\d{1,3})\s*[, ]\s*(?P<b>\d{1,3})\s*(?:[,/]\s*[\d.]+%?\s*)?\)",
    re.IGNORECASE,
)
NAMED = re.compile(
    r"""(?<![\w-])(?:color|background-color|background|fill|stroke|stop-color|border-color|bgcolor|container-background-color|inner-background-color)
    \s*[=:]\s*["']?\s*(?P<name>[a-zA-Z]{3,20})\s*(?=["';}\s/>])""",
    re.VERBOSE,
)
NAMES = {
    "black": "#000000", "silver": "#c0c0c0", "gray": "#808080", "grey": "#808080", "white": "#ffffff",
    "maroon": "#800000", "red": "#ff0000", "purple": "#800080", "fuchsia": "#ff00ff", "magenta": "#ff00ff",
    "green": "#008000", "lime": "#00ff00", "olive": "#808000", "yellow": "#ffff00", "navy": "#000080",
    "blue": "#0000ff", "teal": "#008080", "aqua": "#00ffff", "cyan": "#00ffff", "orange": "#ffa500", "pink": "#ffc0cb",
    "brown": "#a52a2a", "gold": "#ffd700", "tomato": "#ff6347", "crimson": "#dc143c", "coral": "#ff7f50",
    "salmon": "#fa8072", "indigo": "#4b0082", "violet": "#ee82ee", "beige": "#f5f5dc", "ivory": "#fffff0",
    "lightgray": "#d3d3d3", "lightgrey": "#d3d3d3", "darkgray": "#a9a9a9", "darkgrey": "#a9a9a9",
    "whitesmoke": "#f5f5f5", "dimgray": "#696969", "slategray": "#708090", "steelblue": "#4682b4",
    "royalblue": "#4169e1", "dodgerblue": "#1e90ff", "skyblue": "#87ceeb", "lightblue": "#add8e6",
    "darkblue": "#00008b", "darkgreen": "#006400", "forestgreen": "#228b22", "darkred": "#8b0000",
    "firebrick": "#b22222", "chocolate": "#d2691e", "tan": "#d2b48c", "khaki": "#f0e68c", "lavender": "#e6e6fa",
    "turquoise": "#40e0d0", "hotpink": "#ff69b4", "deeppink": "#ff1493", "orangered": "#ff4500",
}  # fmt: skip
"""The CSS names in use; others are rare enough to be found by eye."""
FAMILY = re.compile(
    r"""(?<![\w-])font-family\s*(?:=\s*"(?P<dq>[^"\n]*)"|=\s*'(?P<sq>[^'\n]*)'|:(?P<css>(?:[^;"'<>{}\n]|'[^'\n]*'|"[\w -]*"(?=\s*[,;}!]))*))"""
)
"""As an attribute, or as a declaration in a style sheet or a style attribute."""
FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class WrittenColor:
    """A colour as it stands in a file, and its opaque sRGB value."""

    text: str
    hex: str
    span: Span


def written_colors(path: str, text: str) -> Iterator[WrittenColor]:
    """The colours of a file in the order of their places; comments and templates' own values left out."""
    clear = COMMENTS.sub(_blank, text)
    found = [
        (match.start(), match[0], _opaque(match[0]))
        for match in HEX.finditer(clear)
        if not _is_anchor(clear, match.start())
    ]
    for match in FUNCTION.finditer(clear):
        parts = [min(255, int(match[name])) for name in "rgb"]
        found.append((match.start(), match[0], "#" + "".join(f"{part:02x}" for part in parts)))
    for match in NAMED.finditer(clear):
        value = NAMES.get(match["name"].lower())
        if value is not None:
            found.append((match.start("name"), match["name"], value))
    for start, written, value in sorted(found):
        yield WrittenColor(written, value, span_of(path, text, start, start + len(written)))


def written_families(path: str, text: str) -> Iterator[tuple[list[str], Span]]:
    """The font lists of a file: the families, first choice first."""
    clear = FONT_FACE.sub(_blank, COMMENTS.sub(_blank, text))
    for match in FAMILY.finditer(clear):
        name = match.lastgroup or "css"
        value = match[name]
        if "[[" in value or "{{" in value or "var(" in value or "[%" in value:
            continue
        families = [part.strip().strip("\"'").strip() for part in value.replace("!important", "").split(",")]
        families = [family for family in families if family]
        if families:
            yield families, span_of(path, text, match.start(name), match.end(name))


def _opaque(hex_text: str) -> str:
    digits = hex_text[1:].lower()
    if len(digits) <= 4:
        digits = "".join(digit * 2 for digit in digits)
    return "#" + digits[:6]


def _is_anchor(text: str, start: int) -> bool:
    """``href="#add"`` and ``url(#fade)`` are no colours."""
    before = text[max(0, start - 16) : start]
    return bool(re.search(r"(?:href|src|clip-path|mask|filter|id|for)\s*=\s*[\"']$|url\(\s*[\"']?$|\]\($", before))


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])
