"""One profile changed by hand: typed like an import, one contact at a time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.audience import addresses, contacts
from mops_cli.audience.checks import REASONS, stored
from mops_cli.audience.consent import CHANNELS
from mops_cli.audience.mapping import OWN
from mops_cli.errors import UsageError
from mops_cli.model.suggest import advice
from mops_cli.model.values import ZONE
from mops_cli.store import recording
from mops_cli.store.queries import filled, queries, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mops_cli.model.config import ProjectConfig
    from mops_cli.store.database import Store
    from mops_cli.store.journal import Part

OTHER = tuple(name for name in CHANNELS if name not in ("email", "sms"))
"""Channels whose addresses stand beside the fields."""

UNIQUE = ("external_id", "email")


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of it: the fields and channels that changed, none when everything was so before."""

    contact: int
    added: bool
    changed: tuple[str, ...]


def pairs(words: Iterable[str]) -> dict[str, str]:
    """``FIELD=VALUE`` words; nothing after the sign empties the field.

    Raises:
        UsageError: One has no equals sign, or a field is there twice.
    """
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        name = name.strip()
        if not equals or not name:
            raise UsageError("write FIELD=VALUE", hint='for instance city="Halle (Saale)"')
        if name in found:
            raise UsageError(f"{name} is given twice")
        found[name] = value
    return found


def change(store: Store, config: ProjectConfig, who: str, wanted: Mapping[str, str], *, add: bool = False) -> Edited:
    """Set fields and addresses of one contact; with ``add``, of one that may be new.

    Raises:
        NoContact: Nobody is known by this, and nobody is to be added.
        UsageError: A field is not known, a value is not of its type, or belongs to somebody else.
    """
    with store.transaction():
        try:
            contact, new = contacts.find(store, who), False
        except contacts.NoContact:
            if not add or contacts.several(store, who):
                raise
            contact, new = _new(store), True
            wanted = {_named(who): who, **wanted}
        values = _typed(store, config, contact, wanted)
        if new:
            _complete(config, values)
        parts, changed = _write(store, contact, values)
        if changed:
            kind = "contact.added" if new else "contact.changed"
            parts = [recording.people(store, [contact]), *parts]
            recording.note(store, kind, parts, contact=contact, source="command", about={"fields": changed})
    return Edited(contact, new, tuple(changed))


def _new(store: Store) -> int:
    store.run(_sql()["new"], {"now": store.clock.now().replace(tzinfo=None)})
    return int(store.rows(_sql()["newest"])[0][0])


def _named(who: str) -> str:
    """Which field a name for somebody is."""
    return "email" if "@" in who else "phone" if who.strip().startswith("+") else "external_id"


def _complete(config: ProjectConfig, values: Mapping[str, str | None]) -> None:
    for name, spec in config.fields.contact.items():
        if not spec.nullable and values.get(name) is None:
            raise UsageError(f"a new contact needs {name}", hint=f"add {name}=VALUE")


def _typed(store: Store, config: ProjectConfig, contact: int, wanted: Mapping[str, str]) -> dict[str, str | None]:
    """Every value as text of its type."""
    kinds = {**OWN, **{one.name: one.kind for one in store.contact_columns}}
    loose = set(json.loads(store.rows(filled(_sql()["now"], columns="coalesce(extra::JSON, '{}')"), {"id": contact})[0][0]))  # fmt: skip
    known = {*kinds, *OTHER, *loose}
    found: dict[str, str | None] = {}
    for name, value in wanted.items():
        if name not in known:
            hint = advice(name, known, what="fields") + "; or declare it in mops.toml under [fields.contact]"
            raise UsageError(f"contacts have no field {name}", hint=hint)
        kind = kinds.get(name, "text")
        found[name] = _value(store, value, kind, config.project.country)
        if found[name] is None and value.strip():
            raise UsageError(f"{name}: {REASONS.get(kind, REASONS['text'])}")
        spec = config.fields.contact.get(name)
        if found[name] is None and spec is not None and not spec.nullable:
            raise UsageError(f"{name} must not be empty")
        if name in UNIQUE and found[name] is not None:
            other = store.rows(filled(_sql()["taken"], column=quoted(name)), {"value": found[name], "id": contact})[0][0]  # fmt: skip
            if other is not None:
                hint = f"is it the same person? mops contacts merge {other} {contact}"
                raise UsageError(f"this {name} belongs to contact {other}", hint=hint)
    return found


def _value(store: Store, value: str, kind: str, country: str) -> str | None:
    made = stored("cell", kind, country=country)
    shown = f"({made})::JSON::VARCHAR" if kind in ("list", "object") else f"({made})::VARCHAR"
    row = store.rows(filled(_sql()["typed"], shown=shown), {"value": value, "zone": ZONE.strip("^$")})
    return None if row[0][0] is None else str(row[0][0])


def _write(
    store: Store, contact: int, values: Mapping[str, str | None]
) -> tuple[list[Part], list[str]]:  # fmt: skip
    """Everything that is different; gives the journal's parts beside the contact itself, and the names."""
    types = {**dict.fromkeys(OWN, "VARCHAR"), **{one.name: one.sql for one in store.contact_columns}}
    before = store.records(filled(_sql()["now"], columns=", ".join(map(_shown, types.items()))), {"id": contact})[0]
    extra = json.loads(store.rows(filled(_sql()["now"], columns="coalesce(extra::JSON, '{}')"), {"id": contact})[0][0])
    now = store.clock.now().replace(tzinfo=None)
    fields = [name for name in values if name in types and values[name] != before[name]]
    loose = [name for name in values if name not in types and name not in OTHER and values[name] != extra.get(name)]
    if fields or loose:
        parameters = {f"v{number}": values[name] for number, name in enumerate(fields)}
        assignments = [f"{quoted(name)} = {_cast(types[name], number)}" for number, name in enumerate(fields)]
        more = {**parameters, "now": now, "id": contact}
        store.run(filled(_sql()["set"], assignments=", ".join([*assignments, "id = id"])), more)
    if loose:
        store.run(_sql()["extra"], {"patch": json.dumps({name: values[name] for name in loose}), "id": contact})
    parts = {name: _addressed(store, contact, name, values[name]) for name in OTHER if name in values}
    there = [name for name, part in parts.items() if part.rows]
    return [parts[name] for name in there], [*fields, *loose, *there]


def _addressed(store: Store, contact: int, channel: str, address: str | None) -> Part:
    """One more address of a channel; without one, none is left."""
    if address is not None:
        return addresses.insert_one(store, contact, channel, address)
    about = {"id": contact, "channel": channel}
    return recording.remove(store, "other_addresses", "contact_id = $id AND channel = $channel", about)


def _shown(column: tuple[str, str]) -> str:
    name, kind = column
    inner = f"{quoted(name)}::JSON" if kind == "VARIANT" else quoted(name)
    return f"({inner})::VARCHAR AS {quoted(name)}"


def _cast(kind: str, number: int) -> str:
    return f"$v{number}::JSON::VARIANT" if kind == "VARIANT" else f"CAST($v{number} AS {kind})"


def _sql() -> dict[str, str]:
    return queries("mops_cli.audience", "editing")
