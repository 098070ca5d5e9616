"""Small pieces of Markdown."""

from __future__ import annotations

import re

_CODE = re.compile(r"(`[^`]*`|\{\{.*?\}\}|\{%.*?%\}|\[\[.*?\]\])")
_MARKS = re.compile(r"([<>*\[\]])")


def plain(text: str) -> str:
    """A sentence as Markdown: tags and code stay as they are, signs lose their meaning."""
    parts = _CODE.split(" ".join(text.replace("``", "`").split()))
    return "".join(_code(part) if number % 2 else _MARKS.sub(r"\\\1", part) for number, part in enumerate(parts))


def cell(text: str) -> str:
    """A sentence in a table."""
    return plain(text).replace("|", "\\|")


def code(text: str) -> str:
    """A word in a table, as code."""
    return f"`{text}`".replace("|", "\\|") if text else ""


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table; cells are Markdown already."""
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _code(part: str) -> str:
    return part if part.startswith("`") else f"`{part}`"
