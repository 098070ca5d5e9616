"""The people of a send as a worker needs them: address, fields, and whether they may still be written to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.audience import suppression
from mops_cli.store.queries import filled, literal, queries, quoted
from mops_cli.store.recording import insert, note

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from mops_cli.store.database import Store

OWN = ("id", "external_id", "email", "phone", "locale", "zone", "created_at", "updated_at")
"""Fields that every contact has without a declaration."""


def read_recipients(
    store: Store, ids: Sequence[int], topic: str, channel: str, fields: Sequence[str], *, transactional: bool = False
) -> pa.Table:
    """Some contacts, in no order: ``contact_id``, ``address``, ``blocked`` ("" = write to them), then the fields.

    The reasons are those of :func:`mops_cli.audience.selection.select`; segment and exclusions are not asked again. A
    field that nobody declared comes from what contacts have besides, as text. Lists and objects come as JSON text.
    """
    parameters: dict[str, object] = {
        "mops_ids": list(ids), "mops_low": min(ids, default=0), "mops_high": max(ids, default=0),
        "mops_topic": topic, "mops_channel": channel, "mops_transactional": transactional,
        **suppression.pads(store.folder),
    }  # fmt: skip
    columns = "".join(f", {column_of(store, name)} AS {quoted('f' + str(n))}" for n, name in enumerate(fields))
    statement = filled(queries("mops_cli.audience", "recipients")["recipients"], columns=columns)
    return store.table(statement, parameters)


def column_of(store: Store, name: str) -> str:
    """A contact field as an SQL expression over contacts called ``own``, of whatever kind it is."""
    declared = {one.name: one for one in store.contact_columns}
    if name in declared:
        column = f"own.{quoted(name)}"
        return f"({column}::JSON)::VARCHAR" if declared[name].sql == "VARIANT" else column
    return f"own.{quoted(name)}" if name in OWN else f"variant_extract_string(own.extra, {literal(name)})"


def structured(store: Store, fields: Sequence[str]) -> frozenset[str]:
    """Those of the fields that come as JSON text."""
    return frozenset(one.name for one in store.contact_columns if one.sql == "VARIANT") & frozenset(fields)


def mark_dead(store: Store, ids: Sequence[int], channel: str, reason: str) -> None:
    """Nobody is behind the addresses of these contacts on a channel: they are not written to again."""
    now = store.clock.now().replace(tzinfo=None)
    about = {"ids": list(ids), "channel": channel, "now": now, "reason": reason}
    with store.transaction():
        rows = insert(store, "address_states", queries("mops_cli.audience", "recipients")["dead"], about)
        note(store, "address.changed", [rows], channel=channel, told=False)
