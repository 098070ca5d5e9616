"""``@font-face`` rules: the brand's files, and the fallback in the brand's measures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mops_cli.design.font_metrics import fallback, known
from mops_cli.design.token_values import family_css

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mops_cli.design.fonts import FontData, FontSet

_OPEN = '<!--[if !mso]><!--><style type="text/css">'
_CLOSE = "</style><!--<![endif]-->"
_GUARDED = re.compile(re.escape(_OPEN) + r"\s*@font-face.*?" + re.escape(_CLOSE), re.DOTALL)
_FORMATS = {"woff2": "woff2", "ttf": "truetype"}


def font_face_css(fonts: FontSet, url: Callable[[FontData], str], *, flavor: str = "woff2") -> str:
    """One rule for each file of the brand; ``url`` says where it will be."""
    return "\n".join(face_css(font, url(font), flavor=flavor) for font in fonts.files)


def face_css(font: FontData, address: str, *, unicode_range: str = "", flavor: str = "woff2") -> str:
    """The rule for one file. Quotes of the address are escaped."""
    address = address.replace("\\", "%5C").replace('"', "%22").replace("\n", "")
    only = f" unicode-range: {unicode_range};" if unicode_range else ""
    return (
        f"@font-face {{ font-family: {family_css([font.family])}; font-style: {font.style}; font-weight: {_weight(font)}; "
        f"font-display: swap; src: url(\"{address}\") format('{_FORMATS[flavor]}');{only} }}"
    )


def fallback_css(font: FontData, stack: Iterable[str]) -> str:
    """The rule that gives a system font the measures of a brand font; empty when none of the stack is known."""
    found = fallback(font, stack)
    if found is None:
        return ""
    local = ", ".join(f'local("{name}")' for name in found.local)
    return (
        f"@font-face {{ font-family: {family_css([fallback_family(font.family)])}; font-style: {font.style}; "
        f"font-weight: {_weight(font)}; src: {local}; size-adjust: {found.size_adjust:.2%}; "
        f"ascent-override: {found.ascent:.2%}; descent-override: {found.descent:.2%}; "
        f"line-gap-override: {found.line_gap:.2%}; }}"
    )


def fallback_family(family: str) -> str:
    """What the fallback in a family's measures is called."""
    return f"{family} fallback"


def web_stack(family: str, rest: Sequence[str]) -> tuple[str, ...]:
    """A stack for the web: the family, its fallback in the same measures if there is one, and what the brand says."""
    own = (family, fallback_family(family)) if known(rest) else (family,)
    return (*own, *rest)


def guarded(css: str) -> str:
    """Rules in a style element that Windows Outlook never sees: a declared web font makes it take Times for everything."""
    return f"{_OPEN}\n{css}\n{_CLOSE}" if css else ""


def unguarded(html: str) -> str:
    """A mail without its web fonts: for paper, where the brand's own files are at hand."""
    return _GUARDED.sub("", html)


def _weight(font: FontData) -> str:
    low, high = font.weight
    return str(low) if low == high else f"{low} {high}"
