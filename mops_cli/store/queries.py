"""Named SQL: every statement stands in a ``.sql`` file of its package, under ``-- name: …`` and a comment."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_SLOT = re.compile(r"<<(\w+)>>")


@cache
def queries(package: str, name: str) -> dict[str, str]:
    """The statements of ``sql/<name>.sql`` in a package, by their names."""
    text = (files(package) / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    parts = _NAME.split(text)
    return dict(zip(parts[1::2], (part.strip().rstrip(";") for part in parts[2::2]), strict=True))


def filled(statement: str, **fragments: str) -> str:
    """A statement with its ``<<slots>>`` filled by column lists made from the catalogue; never by values."""
    return _SLOT.sub(lambda slot: fragments[slot[1]], statement)


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal, for where a parameter cannot stand."""
    return "'" + text.replace("'", "''") + "'"
