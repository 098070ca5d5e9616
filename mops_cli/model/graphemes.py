"""User-perceived characters (Unicode UAX 29, extended grapheme clusters), without a dependency.

A text is translated to one class letter per character, at C speed; a regular expression over the letters
then finds the clusters. Classes come from ``unicodedata`` on first sight of a character and are remembered.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Extended_Pictographic, start and end of each range: only these join over a zero width joiner.
_PICTOGRAPHIC = (
    (0xA9, 0xA9), (0xAE, 0xAE), (0x203C, 0x203C), (0x2049, 0x2049), (0x2122, 0x2122), (0x2139, 0x2139),
    (0x2194, 0x2199), (0x21A9, 0x21AA), (0x231A, 0x231B), (0x2328, 0x2328), (0x2388, 0x2388), (0x23CF, 0x23CF),
    (0x23E9, 0x23F3), (0x23F8, 0x23FA), (0x24C2, 0x24C2), (0x25AA, 0x25AB), (0x25B6, 0x25B6), (0x25C0, 0x25C0),
    (0x25FB, 0x25FE), (0x2600, 0x2605), (0x2607, 0x2612), (0x2614, 0x2685), (0x2690, 0x2705), (0x2708, 0x2712),
    (0x2714, 0x2714), (0x2716, 0x2716), (0x271D, 0x271D), (0x2721, 0x2721), (0x2728, 0x2728), (0x2733, 0x2734),
    (0x2744, 0x2744), (0x2747, 0x2747), (0x274C, 0x274C), (0x274E, 0x274E), (0x2753, 0x2755), (0x2757, 0x2757),
    (0x2763, 0x2767), (0x2795, 0x2797), (0x27A1, 0x27A1), (0x27B0, 0x27B0), (0x27BF, 0x27BF), (0x2934, 0x2935),
    (0x2B05, 0x2B07), (0x2B1B, 0x2B1C), (0x2B50, 0x2B50), (0x2B55, 0x2B55), (0x3030, 0x3030), (0x303D, 0x303D),
    (0x3297, 0x3297), (0x3299, 0x3299), (0x1F000, 0x1F0FF), (0x1F10D, 0x1F10F), (0x1F12F, 0x1F12F),
    (0x1F16C, 0x1F171), (0x1F17E, 0x1F17F), (0x1F18E, 0x1F18E), (0x1F191, 0x1F19A), (0x1F1AD, 0x1F1E5),
    (0x1F201, 0x1F20F), (0x1F21A, 0x1F21A), (0x1F22F, 0x1F22F), (0x1F232, 0x1F23A), (0x1F23C, 0x1F23F),
    (0x1F249, 0x1F3FA), (0x1F400, 0x1F53D), (0x1F546, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F774, 0x1F77F),
    (0x1F7D5, 0x1F7FF), (0x1F80C, 0x1F80F), (0x1F848, 0x1F84F), (0x1F85A, 0x1F85F), (0x1F888, 0x1F88F),
    (0x1F8AE, 0x1F8FF), (0x1F90C, 0x1F93A), (0x1F93C, 0x1F945), (0x1F947, 0x1FAFF), (0x1FC00, 0x1FFFD),
)  # fmt: skip
_STARTS = tuple(start for start, _ in _PICTOGRAPHIC)
_EXTEND = frozenset((0x200C, 0xFF9E, 0xFF9F, *range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080)))
_PREPEND = frozenset((*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0xD4E, 0x110BD, 0x110CD))
_HANGUL = (
    ("L", 0x1100, 0x115F), ("V", 0x1160, 0x11A7), ("T", 0x11A8, 0x11FF),
    ("L", 0xA960, 0xA97C), ("V", 0xD7B0, 0xD7C6), ("T", 0xD7CB, 0xD7FB),
)  # fmt: skip
_CLUSTER = re.compile(
    r"q*(?:rr|p(?:e*zp)*|L*(?:W[V]*|V+|X)T*|L+|T+|[^cnv])[ezm]*|vn|.|\n",
)
_FAR = 64  # a cluster longer than this is a joke
_SIMPLE = re.compile(r"^[opc]*$")


def is_pictographic(codepoint: int) -> bool:
    """Whether the character is a picture (emoji and the like)."""
    index = bisect_right(_STARTS, codepoint) - 1
    return index >= 0 and codepoint <= _PICTOGRAPHIC[index][1]


def _hangul(codepoint: int) -> str:
    if 0xAC00 <= codepoint <= 0xD7A3:
        return "W" if (codepoint - 0xAC00) % 28 == 0 else "X"
    return next((kind for kind, start, end in _HANGUL if start <= codepoint <= end), "")


def _kind(codepoint: int) -> str:
    if codepoint in _EXTEND:
        return "e"
    if codepoint in _PREPEND:
        return "q"
    if 0x1F1E6 <= codepoint <= 0x1F1FF:
        return "r"
    hangul = _hangul(codepoint)
    if hangul:
        return hangul
    if is_pictographic(codepoint):
        return "p"
    category = unicodedata.category(chr(codepoint))
    if category in ("Mn", "Me"):
        return "e"
    if category == "Mc":
        return "m"
    return "c" if category in ("Cc", "Cf", "Zl", "Zp", "Cs") else "o"


class _Kinds(dict[int, str]):
    """Class letter by code point, computed on first use."""

    def __missing__(self, codepoint: int) -> str:
        kind = self[codepoint] = _kind(codepoint)
        return kind


_KINDS = _Kinds({0x200D: "z", 0x0D: "v", 0x0A: "n"})


def clusters(text: str) -> Iterator[str]:
    """The user-perceived characters in order; ``"".join`` gives the text back. CR LF is one."""
    if text.isascii() and "\r" not in text:
        yield from text
        return
    kinds = text.translate(_KINDS)
    if _SIMPLE.match(kinds):
        yield from text
        return
    for found in _CLUSTER.finditer(kinds):
        yield text[found.start() : found.end()]


def is_break(text: str, at: int) -> bool:
    """Whether a user-perceived character ends right before index ``at``; looks only as far back as it must."""
    if not 0 < at < len(text) or (text[at - 1] < "\x80" and text[at] < "\x80" and text[at] != "\n"):
        return True
    before, after = _KINDS[ord(text[at - 1])], _KINDS[ord(text[at])]
    if after in "opc" and before not in "zq":
        return True
    start = at
    while start > 0 and at - start < _FAR:
        start -= 1
        if start == 0 or _KINDS[ord(text[start - 1])] in "ocn":
            break
    ends = start
    for found in _CLUSTER.finditer(text[start : at + 8].translate(_KINDS)):
        ends = start + found.end()
        if ends >= at:
            break
    return ends == at


def length(text: str) -> int:
    """How many user-perceived characters."""
    if text.isascii() and "\r" not in text:
        return len(text)
    kinds = text.translate(_KINDS)
    return len(text) if _SIMPLE.match(kinds) else sum(1 for _ in _CLUSTER.finditer(kinds))


def shorten(text: str, limit: int, ending: str = "…") -> str:
    """The text cut to at most ``limit`` user-perceived characters, at a word where one ends nearby."""
    pieces = list(clusters(text))
    if len(pieces) <= limit:
        return text
    kept = "".join(pieces[: max(0, limit - length(ending))])
    space = kept.rfind(" ")
    if space > len(kept) * 0.6:
        kept = kept[:space]
    return kept.rstrip(" ,;:–—-") + ending
