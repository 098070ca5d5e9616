"""Comparisons of a field: which exist, which values they take, and how they read as SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from mops_cli.model.values import duration

if TYPE_CHECKING:
    from datetime import timedelta

    from mops_cli.audience.segments.tree import Scalar

TEXTS = frozenset({"text", "url", "email", "phone"})
NUMBERS = frozenset({"integer", "number", "money"})
TIMES = frozenset({"date", "datetime"})


@dataclass(frozen=True, slots=True)
class Operator:
    """``sql`` has the slots ``{field}`` and ``{value}``. ``kinds`` are the types it fits; empty: all of them."""

    sql: str
    kinds: frozenset[str] = frozenset()
    many: bool = False


_ORDERED = NUMBERS | TIMES
OPERATORS: dict[str, Operator] = {
    "eq": Operator("{field} = {value}"),
    "ne": Operator("{field} <> {value}"),
    "gt": Operator("{field} > {value}", _ORDERED),
    "gte": Operator("{field} >= {value}", _ORDERED),
    "lt": Operator("{field} < {value}", _ORDERED),
    "lte": Operator("{field} <= {value}", _ORDERED),
    "before": Operator("{field} < {value}", TIMES),
    "after": Operator("{field} >= {value}", TIMES),
    "in": Operator("{field} IN ({value})", many=True),
    "not_in": Operator("{field} NOT IN ({value})", many=True),
    "contains": Operator("contains({field}, {value})", TEXTS),
    "starts_with": Operator("starts_with({field}, {value})", TEXTS),
    "ends_with": Operator("ends_with({field}, {value})", TEXTS),
    "exists": Operator(""),
    "within": Operator("", TIMES),
}
"""By the word that a segment writes."""

COUNTING = ("eq", "ne", "gt", "gte", "lt", "lte")
"""Operators of a count or a sum."""


class Unfit(Exception):
    """A value does not have the type that the field needs; the text says what to write."""


def scalar(value: object, kind: str) -> Scalar:
    """A value of a file as the field's type.

    Raises:
        Unfit: It is another type.
    """
    if kind == "boolean":
        if not isinstance(value, bool):
            raise Unfit("write true or false, without quotes")
        return value
    if kind in NUMBERS:
        return _number(value, kind)
    if kind in TIMES:
        return _instant(value, kind)
    if kind in TEXTS or kind == "":
        return _text(value, kind)
    raise Unfit(f"a {kind} has no order and no equal; ask whether it `exists`")


def _text(value: object, kind: str) -> Scalar:
    if isinstance(value, str):
        return value
    if kind == "" and isinstance(value, bool | int | float):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise Unfit('write one text, in quotes if it holds signs: "…"')


def _number(value: object, kind: str) -> Scalar:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unfit("write digits without quotes and without a unit, e.g. 25")
    if isinstance(value, str) and kind != "money":
        raise Unfit("write digits without quotes and without a unit, e.g. 25")
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise Unfit("write digits with a point, e.g. 12.50") from None
    if not found.is_finite():
        raise Unfit("write digits with a point, e.g. 12.50")
    if kind == "money":
        return found
    return int(found) if found == found.to_integral_value() and abs(found) < 2**63 else float(found)


def _instant(value: object, kind: str) -> Scalar:
    try:
        if kind == "date":
            return date.fromisoformat(str(value))
        found = datetime.fromisoformat(str(value))
    except ValueError:
        shown = '"2026-03-01"' if kind == "date" else '"2026-03-01T09:30"'
        raise Unfit(f"write year-month-day, e.g. {shown}") from None
    if found.tzinfo is not None:
        raise Unfit("write the time in UTC, without an offset")
    return found


def span(value: object) -> timedelta:
    """A length of time: ``90 days``.

    Raises:
        Unfit: It is none.
    """
    try:
        return duration(str(value))
    except ValueError as problem:
        raise Unfit(str(problem)) from None
