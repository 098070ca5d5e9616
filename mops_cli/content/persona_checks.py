"""What personas say, against the fields that ``mops.toml`` declares."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import Diagnostic, error
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mops_cli.model.config import FieldSpec, ProjectConfig
    from mops_cli.model.content import Persona
    from mops_cli.model.source import Key, Loaded

CODE = "MC211"

_TEXTS = ("text", "url", "email", "phone")
_WANTED = {
    "text": ("a text", 'write it in quotes: "{value}"'),
    "url": ("an address", 'write it in quotes: "https://…"'),
    "email": ("an address", 'write it in quotes: "ada@people.example"'),
    "phone": ("a number as text", 'write it in quotes: "{value}"'),
    "integer": ("a whole number", "write digits without quotes, e.g. 7"),
    "number": ("a number", "write digits without quotes, e.g. 12.5"),
    "money": ("an amount", "write a number without quotes and currency, e.g. 12.5"),
    "boolean": ("true or false", "write true or false, without quotes"),
    "date": ("a day", 'write year-month-day, e.g. "2026-03-01"'),
    "datetime": ("a time", 'write day and time, e.g. "2026-03-01T09:30"'),
    "list": ("a list", "write entries in [ ] or on lines that begin with a hyphen"),
    "object": ("keys and values", "write `name: value` lines"),
}


def check(persona: Loaded[Persona], config: ProjectConfig) -> Iterator[Diagnostic]:
    """Values whose type is not the declared one; nothing is said about fields that nobody declared."""
    for root, declared in config.fields.roots().items():
        said: Mapping[str, object] = getattr(persona.value, root)
        for name, spec in declared.items():
            if said.get(name) is not None:
                yield from _field(persona, (root, name), said[name], spec)


def _field(persona: Loaded[Persona], keys: tuple[Key, ...], value: object, spec: FieldSpec) -> Iterator[Diagnostic]:
    if not _fits(value, spec.type):
        yield _wrong(persona, keys, value, spec.type)
        return
    items = value if isinstance(value, list) else [value]
    for number, item in enumerate(items if spec.items else ()):
        place = (*keys, number) if isinstance(value, list) else keys
        if isinstance(item, dict):
            yield from _item(persona, place, item, spec.items or {})
        else:
            yield _wrong(persona, place, item, "object")


def _item(
    persona: Loaded[Persona], keys: tuple[Key, ...], item: Mapping[str, object], fields: Mapping[str, str]
) -> Iterator[Diagnostic]:
    for name, value in item.items():
        if name not in fields:
            hint = advice(str(name), fields, what="fields of an entry")
            message = f'"{name}" is not declared for {".".join(str(key) for key in keys[:2])}'
            yield error(CODE, message, persona.source.key(*keys, str(name)), hint)
        elif value is not None and not _fits(value, fields[name]):
            yield _wrong(persona, (*keys, str(name)), value, fields[name])


def _fits(value: object, kind: str) -> bool:
    if kind in _TEXTS:
        return isinstance(value, str)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in ("integer", "number", "money"):
        if kind == "money" and isinstance(value, dict):
            return True
        return isinstance(value, int if kind == "integer" else (int, float)) and not isinstance(value, bool)
    if kind in ("date", "datetime"):
        return isinstance(value, str) and _is_day(value)
    return isinstance(value, list) if kind == "list" else isinstance(value, dict)


def _is_day(text: str) -> bool:
    if re.match(r"\d{4}-\d{2}-\d{2}", text) is None:
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _wrong(persona: Loaded[Persona], keys: tuple[Key, ...], value: object, kind: str) -> Diagnostic:
    wanted, cure = _WANTED[kind]
    name = str(keys[-1]) if isinstance(keys[-1], str) else f"this entry of {keys[-2]}"
    shown = "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else f'"{str(value)[:40]}"'
    message = f"{name} is {shown}, and mops.toml declares {wanted}"
    return error(CODE, message, persona.source.at(*keys), cure.replace("{value}", str(value)[:40]))
