"""One profile a person over all channels: found, shown, exported, deleted."""

from __future__ import annotations

import json
import os
from typing import IO, TYPE_CHECKING, Any

from mops_cli.audience import suppression
from mops_cli.errors import UsageError
from mops_cli.store.queries import filled, literal, queries, quoted
from mops_cli.store.recording import note, remove

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pyarrow as pa

    from mops_cli.store.database import Store

EXPORTS = {"csv": "csv", "jsonl": "jsonl", "ndjson": "jsonl", "parquet": "parquet"}
"""Ending -> format."""

OWN = ("external_id", "email", "phone", "locale", "zone")


class NoContact(UsageError):
    """Nobody is known by this."""


def find(store: Store, who: str) -> int:
    """The id of the contact with this id, e-mail address, telephone number or external id.

    Raises:
        NoContact: There is none, or more than one; the message does not repeat what was asked for.
    """
    found = store.rows(_sql()["find"], {"who": who.strip()})
    if len(found) != 1:
        text = "no contact is known by this" if not found else "more than one contact is known by this"
        raise NoContact(text, hint="give the contact's id, e-mail address, telephone number or external id")
    return int(found[0][0])


def several(store: Store, who: str) -> bool:
    """Whether more than one contact is known by this."""
    return len(store.rows(_sql()["find"], {"who": who.strip()})) > 1


def profile(store: Store, contact: int) -> dict[str, Any]:
    """Everything about one contact: fields, addresses, consent, what happened last."""
    variants = "".join(f", {quoted(one.name)}::JSON AS {quoted(one.name)}" for one in store.contact_columns if one.sql == "VARIANT")  # fmt: skip
    row = store.records(filled(_sql()["profile"], replaced=variants), {"id": contact})[0]
    for name in ("extra", *(one.name for one in store.contact_columns if one.sql == "VARIANT")):
        row[name] = json.loads(row[name]) if isinstance(row[name], str) else row[name]
    about = {"id": contact}
    return {
        "contact": row,
        "addresses": store.records(_sql()["addresses"], about),
        "consent": store.records(_sql()["consents"], about),
        "events": store.records(_sql()["latest_events"], about),
    }


def listed(store: Store, most: int) -> tuple[list[tuple[Any, ...]], int]:
    """The first contacts, and how many there are."""
    return store.rows(_sql()["list"], {"most": most}), int(store.rows(_sql()["total"])[0][0])


def delete(store: Store, contact: int, *, suppress: bool = True) -> None:
    """Take a contact away; its addresses stay suppressed, so that no later import writes to them again."""
    with store.transaction():
        if suppress:
            for entry in store.records(_sql()["addresses"], {"id": contact}):
                suppression.add(store, entry["channel"], entry["address"], reason="erased")
        about = {"id": contact}
        gone = [remove(store, table, "contact_id = $id", about) for table in ("address_states", "other_addresses")]
        # The consent log keeps what was said, under a number that names nobody now.
        note(store, "contact.deleted", [*gone, remove(store, "contacts", "id = $id", about)], contact=contact)


def export(store: Store, place: Path, kind: str = "") -> int:
    """Write everybody into a file that only its owner can read; gives how many.

    Raises:
        UsageError: The format is not known.
    """
    kind = kind or EXPORTS.get(place.suffix.lower().lstrip("."), "")
    if kind not in EXPORTS.values():
        raise UsageError(f"{place.name}: the format is not known", hint="add --format csv, jsonl or parquet")
    temporary = place.with_name(f".{place.name}.{os.getpid()}.mops-tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            count = _WRITERS[kind](stream, _batches(store, as_json=kind == "jsonl"))
        temporary.replace(place)
    finally:
        temporary.unlink(missing_ok=True)
    return count


def _batches(store: Store, *, as_json: bool) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """One column a field, declared or not; an import of the file gives the same contacts."""
    columns = [quoted(name) for name in OWN]
    for one in store.contact_columns:
        name = quoted(one.name)
        columns.append(f"({name}::JSON)::VARCHAR AS {name}" if one.sql == "VARIANT" else name)
    for (name,) in store.rows(_sql()["extra_names"]):
        columns.append(f"variant_extract_string(extra, {literal(name)}) AS {quoted(name)}")
    statement = filled(_sql()["export"], columns=", ".join([*columns, "updated_at"]))
    schema = store.table(f"{statement} LIMIT 0").schema
    return schema, store.batches(statement)


Batches = tuple["pa.Schema", "Iterator[pa.RecordBatch]"]


def _csv(stream: IO[bytes], data: Batches) -> int:
    import pyarrow.csv as pa_csv

    count = 0
    with pa_csv.CSVWriter(stream, data[0]) as writer:
        for batch in data[1]:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def _parquet(stream: IO[bytes], data: Batches) -> int:
    import pyarrow.parquet as pq

    count = 0
    with pq.ParquetWriter(stream, data[0]) as writer:
        for batch in data[1]:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def _jsonl(stream: IO[bytes], data: Batches) -> int:
    count = 0
    for batch in data[1]:
        for record in batch.to_pylist():
            known = {name: value for name, value in record.items() if value is not None}
            stream.write(json.dumps(known, ensure_ascii=False, default=str).encode() + b"\n")
        count += batch.num_rows
    return count


_WRITERS: dict[str, Callable[[IO[bytes], Batches], int]] = {"csv": _csv, "parquet": _parquet, "jsonl": _jsonl}


def _sql() -> dict[str, str]:
    return queries("mops_cli.audience", "people")
