"""Texts with a shape: durations, shares, lengths, places in time. The schema checks the shape; parsing is here too."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Final

from msgspec import Meta

_UNIT = (
    "(seconds|second|secs|sec|s|minutes|minute|mins|min|m|hours|hour|hrs|hr|h|days|day|d|weeks|week|w)"  # longest first
)
DURATION: Final = rf"^[0-9]{{1,6}} ?{_UNIT}( [0-9]{{1,6}} ?{_UNIT})*$"
PERCENT: Final = r"^(100|[0-9]{1,2})(\.[0-9]{1,2})?%$"
CLOCK: Final = r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
LENGTH: Final = r"^(0|[0-9]{1,5}(\.[0-9]{1,3})? ?(mm|cm|in|pt))$"
INSTANT: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?$"
ZONE: Final = r"^(UTC|[A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+)+)$"
ZONE_OR_WORD: Final = r"^(brand|contact|UTC|[A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+)+)$"
LOCALE: Final = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
IDENT: Final = r"^[a-z][a-z0-9-]*$"
ARM: Final = r"^[a-z0-9][a-z0-9-]{0,19}$"
EMAIL: Final = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
COUNTRY: Final = r"^([A-Z]{2})?$"
CURRENCY: Final = r"^[A-Z]{3}$"
ADDRESS: Final = r"^https?://[^\s/]+(/[^\s]*)?$"
HOST: Final = (
    r"^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+(:[0-9]{1,5})?)?$"
)
TEMPLATE_NAME: Final = r"^[a-z0-9_]{1,512}$"
SHA256: Final = r"^[0-9a-f]{64}$"

# What to write when a text does not have the shape.
HINTS: Final[dict[str, str]] = {
    DURATION: 'write a number and a unit: "30 minutes", "2 hours", "3 days", "1 week"',
    PERCENT: 'write a share with its sign, e.g. "50%"',
    CLOCK: 'write a time of day with hours and minutes, in quotes: "09:00"',
    LENGTH: 'write a number and mm, cm, in or pt, e.g. "3mm"',
    INSTANT: "write year-month-day hour:minute, e.g. 2026-12-01 09:00",
    ZONE: "write a time zone by its place, e.g. Europe/Berlin, or UTC",
    ZONE_OR_WORD: 'write "contact" (each person\'s own), "brand", or a place, e.g. Europe/Berlin',
    LOCALE: "write a language, with a region if it matters: en, de, pt-BR",
    IDENT: "use small letters, digits and hyphens, beginning with a letter, e.g. spring-launch",
    ARM: "name an arm with up to 20 small letters, digits and hyphens, e.g. a, b, short",
    EMAIL: "write one address without a name, e.g. news@aurora.example",
    COUNTRY: "write the two capital letters of the country, e.g. DE",
    CURRENCY: "write the three capital letters of the currency, e.g. EUR",
    ADDRESS: "write the whole address, e.g. https://aurora.example",
    HOST: "write the host alone, without https:// and path, e.g. go.aurora.example",
    TEMPLATE_NAME: "WhatsApp takes small letters, digits and underscores, e.g. spring_launch",
    SHA256: "write the 64 hexadecimal digits of the file's SHA-256, or delete the line",
}

Duration = Annotated[str, Meta(pattern=DURATION)]
Percent = Annotated[str, Meta(pattern=PERCENT)]
Clock = Annotated[str, Meta(pattern=CLOCK)]
Length = Annotated[str, Meta(pattern=LENGTH)]
Instant = Annotated[str, Meta(pattern=INSTANT)]
Zone = Annotated[str, Meta(pattern=ZONE)]
ZoneOrWord = Annotated[str, Meta(pattern=ZONE_OR_WORD)]
Locale = Annotated[str, Meta(pattern=LOCALE)]
Ident = Annotated[str, Meta(pattern=IDENT)]
Arm = Annotated[str, Meta(pattern=ARM)]
EmailAddress = Annotated[str, Meta(pattern=EMAIL)]
Country = Annotated[str, Meta(pattern=COUNTRY)]
Currency = Annotated[str, Meta(pattern=CURRENCY)]
WebAddress = Annotated[str, Meta(pattern=ADDRESS)]
Host = Annotated[str, Meta(pattern=HOST)]
TemplateName = Annotated[str, Meta(pattern=TEMPLATE_NAME)]
Sha256 = Annotated[str, Meta(pattern=SHA256)]

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_MILLIMETRES = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72}


def duration(text: str) -> timedelta:
    """``2 hours``, ``1 day 12 hours``.

    Raises:
        ValueError: The text is no duration; the message says what to write.
    """
    if re.match(DURATION, text) is None:
        raise ValueError(HINTS[DURATION])
    parts = re.findall(r"([0-9]+) ?([a-z])", text)
    return timedelta(seconds=sum(int(number) * _SECONDS[unit] for number, unit in parts))


def percent(text: str) -> float:
    """``50%`` as 0.5.

    Raises:
        ValueError: The text is no share; the message says what to write.
    """
    if re.match(PERCENT, text) is None:
        raise ValueError(HINTS[PERCENT])
    return float(text.rstrip("%")) / 100


def millimetres(text: str) -> float:
    """``3mm``, ``0.125 in``, ``9pt`` in millimetres.

    Raises:
        ValueError: The text is no length; the message says what to write.
    """
    if re.match(LENGTH, text) is None:
        raise ValueError(HINTS[LENGTH])
    if text == "0":
        return 0.0
    return float(text[:-2].strip()) * _MILLIMETRES[text[-2:]]
