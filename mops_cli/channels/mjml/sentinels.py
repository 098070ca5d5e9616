"""The words that stand for template tags and for text the engine must not touch."""

from __future__ import annotations

import re

SLOT = re.compile(r"jx\d{5}([ves])xj")
STATEMENT = re.compile(r"jx\d{5}sxj")
_KIND = re.compile(r"\{%-?\s*(\w+)")


def only_statements(text: str) -> bool:
    """Whether a bare text consists of statement sentinels and white space."""
    return not STATEMENT.sub("", text).strip()


def kind(source: str) -> str:
    """The word a statement begins with: ``for``, ``endif``; "" when there is none."""
    found = _KIND.match(source)
    return found[1] if found else ""
