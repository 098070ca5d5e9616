"""The addresses of a person: those beside email and phone, and what is known about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.audience.suppression import normal
from mops_cli.errors import UsageError
from mops_cli.store.queries import queries
from mops_cli.store.recording import insert, note

if TYPE_CHECKING:
    from datetime import datetime

    from mops_cli.store.database import Store
    from mops_cli.store.journal import Part

STATES = ("active", "bounced", "complained", "unreachable")


def add(store: Store, contact: int, channel: str, address: str) -> bool:
    """Give a contact an address of a channel other than email and SMS; tells whether it is new."""
    if channel in ("email", "sms"):
        raise UsageError(f"the address for {channel} is a field of the contact", hint="import it as email or phone")
    with store.transaction():
        row = insert_one(store, contact, channel, address)
        if row.rows:
            note(store, "contact.changed", [row], contact=contact, channel=channel)
    return bool(row.rows)


def insert_one(store: Store, contact: int, channel: str, address: str) -> Part:
    """The row of an address, for who writes the journal's entry; none when it was there."""
    now = store.clock.now().replace(tzinfo=None)
    about = {"id": contact, "channel": channel, "address": address, "now": now}
    return insert(store, "other_addresses", _sql()["add_address"], about)


def mark(
    store: Store, contact: int, channel: str, address: str, state: str, *, reason: str = "", at: datetime | None = None
) -> None:  # fmt: skip
    """Say what became of an address; the newest word counts, and only ``active`` ones are written to."""
    if state not in STATES:
        raise UsageError(f"{state} is no state of an address", hint=f"one of {', '.join(STATES)}")
    now = store.clock.now().replace(tzinfo=None)
    about = {"id": contact, "channel": channel, "address": normal(channel, address), "state": state}
    with store.transaction():
        row = insert(
            store, "address_states", _sql()["mark_address"], {**about, "at": at or now, "reason": reason or None}
        )
        note(store, "address.changed", [row], contact=contact, channel=channel, about={"state": state})


def _sql() -> dict[str, str]:
    return queries("mops_cli.audience", "people")


def masked(address: str) -> str:
    """An address that can be told from others, and no longer be written to: ``m…@p….example``."""
    local, at, host = address.partition("@")
    if not at:
        return f"{address[:3]}…{address[-2:]}"
    name, dot, ending = host.rpartition(".")
    return f"{local[:1]}…@{name[:1]}…{dot}{ending}"
