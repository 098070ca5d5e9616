"""Front matter fields as a reader sees them."""

from __future__ import annotations

import re

DEFAULT = re.compile(r"""\|\s*default\(\s*(["'])(?P<text>.*?)\1""")
EXPRESSION = re.compile(r"\{\{.*?\}\}|\[\[.*?\]\]", re.DOTALL)
STATEMENT = re.compile(r"\{%.*?%\}|\[%.*?%\]", re.DOTALL)
STAND_IN = "Somebody"


def shown_text(value: object) -> str:
    """The text with each expression replaced by its default, or by a word of common length."""
    if value is None:
        return ""

    def word(match: re.Match[str]) -> str:
        default = DEFAULT.search(match[0])
        return default["text"] if default else STAND_IN

    return " ".join(EXPRESSION.sub(word, STATEMENT.sub("", str(value))).split())
