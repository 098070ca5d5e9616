"""The official MJML components as data: who may stand where, and which attributes they take."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

ANYWHERE = frozenset(("mj-class", "css-class"))
LOOSE = frozenset(("mj-all", "mj-class", "mj-selector", "mj-html-attribute"))
SPECIAL = frozenset(("mjml", "mj-include")) | LOOSE


@dataclass(frozen=True, slots=True)
class Rule:
    """What the value of an attribute may look like."""

    type: str
    pattern: re.Pattern[str] | None
    expects: str
    default: str | None

    def accepts(self, value: str) -> bool:
        """Whether the official validator takes the value."""
        return self.pattern is None or self.pattern.search(value) is not None


@dataclass(frozen=True, slots=True)
class Component:
    """One official component."""

    tag: str
    ending: bool
    attributes: dict[str, Rule]
    children: frozenset[str] | None
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """All of them."""

    components: dict[str, Component]
    ending: frozenset[str]
    tags: tuple[str, ...]


def _color(names: list[str]) -> re.Pattern[str]:
    return re.compile(
        r"(?i:rgba\(\d{1,3},\s?\d{1,3},\s?\d{1,3},\s?\d(?:\.\d{1,3})?\)|rgb\(\d{1,3},\s?\d{1,3},\s?\d{1,3}\))"
        rf"|^#(?:[0-9a-fA-F]{{3}}){{1,2}}$|^(?:{'|'.join(names)})$"
    )


def _unit(raw: dict[str, Any]) -> tuple[re.Pattern[str], str]:
    units = [*raw["units"], *([""] if raw["unitless"] else [])]
    sign = "-|" if raw["negative"] else ""
    auto = "|auto" if raw["auto"] else ""
    low, high = raw["min_values"], raw["max_values"]
    number = rf"(?:(?:{sign}\d|,|\.)+(?:{'|'.join(map(re.escape, units))})|0{auto})"
    several = f"{low} to {high} numbers" if high > low else "a number"
    shown = ", ".join(unit or "no unit" for unit in units)
    return re.compile(rf"^(?:{number} ?){{{low},{high}}}$"), f"{several} in {shown}{' or auto' if auto else ''}"


def _rule(raw: dict[str, Any], names: list[str]) -> Rule:
    kind = raw["type"]
    default = raw.get("default")
    if kind == "color":
        return Rule(kind, _color(names), "a colour: #rgb, #rrggbb, rgb(), rgba() or a CSS colour name", default)
    if kind == "unit":
        pattern, expects = _unit(raw)
        return Rule(kind, pattern, expects, default)
    if kind == "enum":
        values = raw["values"]
        shown = ", ".join(value or '"" (empty)' for value in values)
        return Rule(kind, re.compile(f"^(?:{'|'.join(map(re.escape, values))})$"), f"one of: {shown}", default)
    if kind == "boolean":
        return Rule(kind, re.compile("^(?:true|false)$", re.IGNORECASE), "true or false", default)
    if kind == "integer":
        return Rule(kind, re.compile(r"\d"), "a whole number", default)
    return Rule("string", None, "any text", default)


@cache
def table() -> Table:
    """The component table, read once."""
    raw = json.loads(files("mops_cli.channels.mjml").joinpath("components.json").read_text("utf-8"))
    names = raw["named_colors"]
    components = {
        tag: Component(
            tag,
            data["ending_tag"],
            {name: _rule(rule, names) for name, rule in data["attributes"].items()},
            None if data["children"] == "any" else frozenset(data["children"]),
            tuple(data["parents"]),
        )
        for tag, data in raw["components"].items()
    }
    ending = frozenset(tag for tag, component in components.items() if component.ending) | {"mj-html-attribute"}
    return Table(components, ending, tuple(sorted({*components, *SPECIAL})))
