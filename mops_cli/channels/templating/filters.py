"""The filters that templates may use, in both stages. Plain functions; what needs a locale is in ``formats``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.channels.templating.escapes import ESCAPES, FOREIGN_ESCAPES
from mops_cli.channels.templating.faults import Fault, Refusal
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_TEXT = 1_000_000
"""No filter gives a longer text."""


def text_of(value: object, name: str) -> str:
    """The text of a value; lists and mappings are refused."""
    if value is None:
        return ""
    if isinstance(value, list | tuple | dict):
        raise Refusal("MT206", f"`{name}` works on text, not on a list", "use `join` first, or loop over it", word=name)
    return str(value)


def upper(value: object) -> str:
    """CAPITALS."""
    return text_of(value, "upper").upper()


def lower(value: object) -> str:
    """Small letters."""
    return text_of(value, "lower").lower()


def title(value: object) -> str:
    """First Letters Large; an apostrophe starts no new word."""
    words = text_of(value, "title").split(" ")
    return " ".join(word[:1].upper() + word[1:].lower() for word in words)


def capitalize(value: object) -> str:
    """First letter large."""
    text = text_of(value, "capitalize")
    return text[:1].upper() + text[1:].lower()


def trim(value: object) -> str:
    """Without white space at the ends."""
    return text_of(value, "trim").strip()


def replace(value: object, old: object, new: object) -> str:
    """Every ``old`` becomes ``new``."""
    text, was, now = text_of(value, "replace"), text_of(old, "replace"), text_of(new, "replace")
    if len(text) + text.count(was) * len(now) > MAX_TEXT:
        raise Refusal("MT107", "`replace` makes the text too long", word="replace")
    return text.replace(was, now)


def truncate(value: object, length: int = 80, end: str = "…") -> str:
    """At most ``length`` characters, cut between words."""
    text = text_of(value, "truncate")
    if not isinstance(length, int) or length < 1:
        raise Refusal("MT206", "`truncate` takes a number of characters", word="truncate")
    if len(text) <= length:
        return text
    cut = text[: max(0, length - len(end))]
    space = cut.rfind(" ")
    if space > length // 2:
        cut = cut[:space]
    return cut.rstrip() + end


def join(value: object, separator: str = ", ") -> str:
    """The items of a list as one text."""
    if isinstance(value, str) or not isinstance(value, list | tuple):
        raise Refusal("MT206", "`join` works on a list", word="join")
    return str(separator).join(text_of(item, "join") for item in value)


def first(value: object) -> object:
    """The first item or character; nothing when there is none."""
    return value[0] if isinstance(value, list | tuple | str) and value else ""


def last(value: object) -> object:
    """The last item or character; nothing when there is none."""
    return value[-1] if isinstance(value, list | tuple | str) and value else ""


def length(value: object) -> int:
    """How many items or characters."""
    if value is None:
        return 0
    if isinstance(value, list | tuple | str | dict):
        return len(value)
    raise Refusal("MT206", "`length` works on a list or a text", word="length")


def round_to(value: object, decimals: int = 0) -> object:
    """Rounded, halves away from zero."""
    from decimal import ROUND_HALF_UP, Decimal

    from mops_cli.channels.templating.formats import number_of

    if not isinstance(decimals, int) or not 0 <= decimals <= 10:
        raise Refusal("MT206", "`round` takes 0 to 10 decimals", word="round")
    found = number_of(value, "round").quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return int(found) if decimals == 0 else float(found)


COMMON: Mapping[str, Callable[..., object]] = {
    "upper": upper,
    "lower": lower,
    "title": title,
    "capitalize": capitalize,
    "trim": trim,
    "replace": replace,
    "truncate": truncate,
    "join": join,
    "first": first,
    "last": last,
    "length": length,
    "count": length,
    "round": round_to,
}
"""Filters of both stages that need nothing but their arguments."""

FORMATS = ("money", "number", "percent", "date", "time", "datetime", "plural")
"""Filters of both stages that speak the locale (methods of ``Formatter``)."""

BUILD_ONLY = (
    "sort",
    "unique",
    "reverse",
    "list",
    "map",
    "select",
    "reject",
    "selectattr",
    "rejectattr",
    "groupby",
    "sum",
    "min",
    "max",
    "int",
    "float",
    "string",
    "abs",
    "items",
    "dictsort",
    "slice",
    "batch",
)
"""Jinja's own filters that build-time templates have as well."""

RECIPIENT = frozenset({"default", "d", *COMMON, *FORMATS})
"""Every filter an author may write in ``{{ }}``."""
TESTS = frozenset(
    {
        "defined",
        "undefined",
        "none",
        "number",
        "string",
        "mapping",
        "iterable",
        "sequence",
        "odd",
        "even",
        "in",
        "divisibleby",
        "eq",
        "ne",
        "lt",
        "le",
        "gt",
        "ge",
        "equalto",
        "boolean",
        "integer",
        "float",
        "true",
        "false",
        "sameas",
        "lower",
        "upper",
    }
)
"""Every test an author may write after ``is``."""


def unknown(kind: str, name: str, line: int = 0, known: frozenset[str] = RECIPIENT) -> Fault:
    """The fault of a filter or test that does not exist (or is not an author's business)."""
    if name in ESCAPES or name in FOREIGN_ESCAPES:
        message = f"`{name}` is not for templates: every tag is escaped for the place where it lands"
        return Fault("MT105", message, f"remove `| {name}`", name, line)
    names = known if kind == "filter" else TESTS
    return Fault("MT104", f"there is no {kind} `{name}`", advice(name, names, what=f"{kind}s"), name, line)
