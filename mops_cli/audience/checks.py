"""What a cell must be, by the declared type: an SQL expression that gives the stored value, or NULL where it is wrong.

Expressions are made from column names of our own (``c0``, ``c1``, …) and literals of ours, never from a file.
"""

from __future__ import annotations

import re

from mops_cli.audience.phones import CODES
from mops_cli.errors import UsageError
from mops_cli.store.queries import literal

LONGEST = 65_536
"""Characters of a value."""

_LABEL = r"[\p{L}\p{N}]([\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?"
_PLAIN_LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
PLAIN_EMAIL = r"[a-z0-9.!#$%&''*+/=?^_`{|}~-]+@(" + _PLAIN_LABEL + r"\.)+[a-z][a-z0-9-]*[a-z0-9]"
EMAIL = r"[\p{L}\p{N}.!#$%&''*+/=?^_`{|}~-]+@(" + _LABEL + r"\.)+\p{L}[\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}]"
"""Without counted repetitions, and plain letters first: both are many times as fast. Lengths are looked at beside it."""
PHONE = r"\+[1-9][0-9]{6,14}"

REASONS = {
    "email": "not an e-mail address",
    "phone": "not a telephone number; write it with country code, e.g. +49 30 1234567",
    "locale": "not a locale; write en, de-AT",
    "zone": "not a time zone; write Europe/Berlin",
    "integer": "not a whole number",
    "number": "not a number",
    "boolean": "not true or false",
    "date": "not a date; write 2026-12-24 or name its form with --date-format",
    "datetime": "not a time; write 2026-12-24 18:00",
    "money": "not an amount; write 12.50",
    "url": "not a web address",
    "text": f"longer than {LONGEST} characters",
    "list": "not a JSON list",
    "object": "not a JSON object",
}
"""Type -> what is said about a cell that is not of it."""

_FORMAT = re.compile(r"^[%\w ./:,-]{2,40}$")


def stored(column: str, kind: str, *, country: str = "", date_format: str = "") -> str:
    """The value of a cell as a type; NULL when it is empty or wrong. Cells come without blanks around them."""
    cell = column
    make = {
        "email": lambda: _email(cell),
        "phone": lambda: _phone(cell, country),
        "locale": lambda: _if_matching(f"replace({cell}, '_', '-')", "[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"),
        "zone": lambda: f"CASE WHEN {cell} IN (SELECT name FROM zone_names) THEN {cell} END",  # noqa: S608  # our names
        "integer": lambda: f"CASE WHEN regexp_full_match({cell}, '[+-]?[0-9]+') THEN try_cast({cell} AS BIGINT) END",
        "number": lambda: f"CASE WHEN isfinite(try_cast({cell} AS DOUBLE)) THEN try_cast({cell} AS DOUBLE) END",
        "boolean": lambda: _boolean(cell),
        "date": lambda: _date(cell, date_format),
        "datetime": lambda: f"CAST(try_cast({cell} AS TIMESTAMPTZ) AS TIMESTAMP)",
        "money": lambda: f"try_cast({cell} AS DECIMAL(18,4))",
        "url": lambda: _if_matching(cell, r"https?://[^\s]+"),
        "list": lambda: _json(cell, "ARRAY"),
        "object": lambda: _json(cell, "OBJECT"),
    }.get(kind)
    return make() if make else f"CASE WHEN length({cell}) <= {LONGEST} THEN {cell} END"


def _if_matching(value: str, pattern: str) -> str:
    return f"CASE WHEN length({value}) <= {LONGEST} AND regexp_full_match({value}, {literal(pattern)}) THEN {value} END"


def _email(cell: str) -> str:
    folded = f"lower({cell})"
    dots = f"contains({cell}, '..') OR starts_with({cell}, '.') OR contains({cell}, '.@')"
    long = f"length({cell}) > 254 OR strpos({cell}, '@') > 65"
    long += f" OR (length({cell}) > 64 AND regexp_matches({cell}, '@.*[^.@]{{64}}'))"
    shape = f"regexp_full_match({folded}, '{PLAIN_EMAIL}') OR regexp_full_match({folded}, '{EMAIL}')"
    return f"CASE WHEN ({shape}) AND NOT ({dots} OR {long}) THEN {folded} END"


def _phone(cell: str, country: str) -> str:
    bare = rf"regexp_replace(replace({cell}, '(0)', ''), '[\s()./\-]', '', 'g')"
    abroad = f"CASE WHEN starts_with({bare}, '00') THEN '+' || substr({bare}, 3)"
    if country in CODES:
        code, trunk = CODES[country]
        national = f"regexp_replace({bare}, '^{trunk}', '')" if trunk else bare
        abroad += f" WHEN NOT starts_with({bare}, '+') THEN '+{code}' || {national}"
    tidied = _if_matching(f"({abroad} ELSE {bare} END)", PHONE)
    return f"CASE WHEN regexp_full_match({cell}, '{PHONE}') THEN {cell} ELSE {tidied} END"


def _boolean(cell: str) -> str:
    return (
        f"CASE WHEN lower({cell}) IN ('true', 'yes', 'y', 't', '1') THEN true "
        f"WHEN lower({cell}) IN ('false', 'no', 'n', 'f', '0') THEN false END"
    )


def _date(cell: str, date_format: str) -> str:
    if not date_format:
        return f"try_cast({cell} AS DATE)"
    if not _FORMAT.match(date_format):
        raise UsageError(f"{date_format!r} is no date format", hint="for instance --date-format %d.%m.%Y")
    return f"CAST(try_strptime({cell}, {literal(date_format)}) AS DATE)"


def _json(cell: str, kind: str) -> str:
    return f"CASE WHEN json_valid({cell}) AND json_type({cell}) = '{kind}' THEN {cell}::JSON::VARIANT END"
