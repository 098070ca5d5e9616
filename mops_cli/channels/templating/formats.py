"""Numbers, money, dates and plurals of a locale: the only door to Babel."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING

from mops_cli.channels.templating.faults import Refusal

if TYPE_CHECKING:
    from babel import Locale

_STYLES = frozenset({"short", "medium", "long", "full"})


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        language = name.replace("-", "_").split("_", 1)[0]
        try:
            return Locale.parse(language)
        except (UnknownLocaleError, ValueError, TypeError):
            return Locale.parse("en")


@lru_cache(maxsize=256)
def country(name: str, locale: str) -> str:
    """A country in the words of a locale: a code of two letters becomes its name, any other text stays."""
    if len(name) != 2 or not name.isupper():
        return name
    return str(_locale(locale).territories.get(name, name))


def number_of(value: object, what: str) -> Decimal:
    """The number in a value; a text that is not one is refused."""
    if isinstance(value, bool) or value is None:
        raise Refusal(
            "MT206", f"`{what}` needs a number, not {_kind(value)}", "give it a number field, or a `default(0)`"
        )
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        raise Refusal("MT206", f"`{what}` needs a number, not {_kind(value)}", "12.50, with a point") from None
    if not found.is_finite() or abs(found.adjusted()) > 30:
        raise Refusal("MT206", f"`{what}` needs a sensible number, not {str(value)[:40]}")
    return found


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    shown = str(value)
    return f"`{shown[:40]}`"


@lru_cache(maxsize=8192)
def _money(value: Decimal, currency: str, locale: str) -> str:
    from babel.numbers import format_currency

    return format_currency(value, currency, locale=_locale(locale))


@lru_cache(maxsize=8192)
def _number(value: Decimal, decimals: int | None, locale: str, kind: str) -> str:
    from babel.numbers import format_decimal, format_percent

    if kind == "percent":
        pattern = _locale(locale).percent_formats[None].pattern
        pattern = pattern.replace("#0", "#0." + "0" * decimals) if decimals else pattern
        return format_percent(value, locale=_locale(locale), format=pattern)
    if decimals is None:
        return format_decimal(value, locale=_locale(locale))
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=_locale(locale))


@lru_cache(maxsize=8192)
def _date(value: date, style: str, locale: str) -> str:
    from babel.dates import format_date

    return format_date(value, style, locale=_locale(locale))


@lru_cache(maxsize=8192)
def _datetime(value: datetime, style: str, locale: str, zone: str, kind: str) -> str:
    from babel.dates import format_datetime, format_time, get_timezone

    tz = get_timezone(zone) if value.tzinfo is not None else None
    if kind == "time":
        return format_time(value, style, tzinfo=tz, locale=_locale(locale))
    return format_datetime(value, style, tzinfo=tz, locale=_locale(locale))


@lru_cache(maxsize=4096)
def _plural(value: Decimal, locale: str, *, ordinal: bool) -> str:
    found = _locale(locale)
    rule = found.ordinal_form if ordinal else found.plural_form
    return str(rule(value))


@lru_cache(maxsize=64)
def categories(locale: str) -> tuple[str, ...]:
    """The plural categories of a locale, ``other`` last."""
    return (*sorted(_locale(locale).plural_form.tags), "other")


@dataclass(frozen=True, slots=True)
class Formatter:
    """How values read in one locale. ``zone`` is for instants, ``currency`` for amounts without one."""

    locale: str = "en"
    currency: str = "EUR"
    zone: str = "UTC"

    def money(self, value: object, currency: str = "") -> str:
        """An amount: ``12.5`` -> ``€12.50``. A mapping with ``amount`` and ``currency`` brings its own."""
        if isinstance(value, dict):
            currency = currency or str(value.get("currency") or "")
            value = value.get("amount")
        code = (currency or self.currency).upper()
        if len(code) != 3 or not code.isascii() or not code.isalpha():
            raise Refusal("MT206", f"`{code[:12]}` is no currency", "three letters: EUR, USD", word=currency)
        return _money(number_of(value, "money"), code, self.locale)

    def number(self, value: object, decimals: int | None = None) -> str:
        """A number with the separators of the locale."""
        return _number(number_of(value, "number"), _decimals(decimals), self.locale, "number")

    def percent(self, value: object, decimals: int = 0) -> str:
        """A share: ``0.25`` -> ``25%``."""
        return _number(number_of(value, "percent"), _decimals(decimals), self.locale, "percent")

    def date(self, value: object, style: str = "medium") -> str:
        """A day, in a style (short, medium, long, full) or a CLDR pattern (``d MMMM``)."""
        found = instant(value, "date")
        if isinstance(found, datetime):
            return self._instant(found, style, "datetime") if style not in _STYLES else self._day(found, style)
        return self._safe(lambda: _date(found, str(style), self.locale), style)

    def time(self, value: object, style: str = "short") -> str:
        """The time of day."""
        return self._instant(_moment(value, "time"), style, "time")

    def datetime(self, value: object, style: str = "medium") -> str:
        """A day and time."""
        return self._instant(_moment(value, "datetime"), style, "datetime")

    def plural(self, value: object, *, ordinal: bool = False, locale: str = "") -> str:
        """The plural category of a number: zero, one, two, few, many or other."""
        return _plural(number_of(value, "plural"), str(locale or self.locale), ordinal=ordinal)

    def _day(self, value: dt.datetime, style: str) -> str:
        if value.tzinfo is not None:
            from babel.dates import get_timezone

            value = value.astimezone(get_timezone(self.zone))
        return self._safe(lambda: _date(value.date(), style, self.locale), style)

    def _instant(self, value: dt.datetime, style: str, kind: str) -> str:
        return self._safe(lambda: _datetime(value, str(style), self.locale, self.zone, kind), style)

    @staticmethod
    def _safe(make: object, style: str) -> str:
        try:
            return str(make())  # type: ignore[operator]
        except (KeyError, ValueError, AttributeError, IndexError, LookupError, OverflowError) as problem:
            raise Refusal(
                "MT206",
                f"`{str(style)[:40]}` is no format for a date",
                "short, medium, long, full, or a pattern such as `d MMMM`",
            ) from problem


def _decimals(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10:
        raise Refusal("MT206", "the number of decimals is 0 to 10")
    return value


def instant(value: object, what: str) -> date | datetime:
    """The date or the instant in a value (ISO 8601 text, or the thing itself)."""
    if isinstance(value, date):
        return value
    text = str(value).strip() if isinstance(value, str) else ""
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        return datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(
            "MT206", f"`{what}` needs a date, not {_kind(value)}", "2026-12-01 or 2026-12-01T09:00:00Z"
        ) from None


def _moment(value: object, what: str) -> datetime:
    if isinstance(value, str) and len(value.strip()) <= 8 and ":" in value:
        try:
            return datetime.combine(date(2000, 1, 1), time.fromisoformat(value.strip()))
        except ValueError:
            pass
    found = instant(value, what)
    return found if isinstance(found, datetime) else datetime(found.year, found.month, found.day)  # noqa: DTZ001
