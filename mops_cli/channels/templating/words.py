"""Sentinels: the words that hold a slot's place through Markdown, MJML, HTML, CSS and URLs."""

from __future__ import annotations

import re

VALUE = "v"
EXPRESSION = "e"
STATEMENT = "s"

SENTINEL = re.compile(r"jx(\d{5})([ves])xj")
MAX_SLOTS = 99_999


def word(number: int, kind: str) -> str:
    """The sentinel of a slot."""
    return f"jx{number:05d}{kind}xj"


def is_dynamic(text: str) -> bool:
    """Whether something in the text depends on the recipient."""
    return any(found[2] != VALUE for found in SENTINEL.finditer(text))


def is_statement_line(text: str) -> bool:
    """Whether a line holds statements (``{% if %}``, ``{% endfor %}``) and nothing else."""
    rest = text.strip()
    if not rest:
        return False
    while rest:
        found = SENTINEL.match(rest)
        if found is None or found[2] != STATEMENT:
            return False
        rest = rest[found.end() :].lstrip()
    return True
