"""Bringing the store after its journal: each entry once, in order, with the offset in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.errors import UsageError
from mops_cli.store import columns
from mops_cli.store.journal import FOLDER, STREAM, JournalDamaged
from mops_cli.store.offsets import advance, offset
from mops_cli.store.queries import filled, queries, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from mops_cli.store.database import Store
    from mops_cli.store.journal import Entry, Part


class NoBase(UsageError):
    """The journal begins later than the store ends."""


def catch_up(store: Store) -> int:
    """Replay the entries that the store does not hold; gives how many there were.

    Raises:
        NoBase: Some are missing in between.
        JournalDamaged: One cannot be read.
    """
    begin = offset(store, STREAM)
    if begin < store.journal.base()[1]:
        raise _missing(store.journal.base()[1] + 1, begin)
    if store.journal.last() <= begin:
        return 0
    count = 0
    for expected, entry in enumerate(store.journal.entries(begin), begin + 1):
        if entry.number != expected:
            raise _missing(entry.number, expected - 1)
        with store.transaction():
            _replay(store, entry)
            advance(store, STREAM, entry.number)
        count = expected - begin
    return count


def _missing(number: int, last: int) -> NoBase:
    return NoBase(
        f"the journal of people begins with entry {number}, and this store ends with {last}",
        hint="name a backup that was made later: mops store rebuild FILE",
    )


def _replay(store: Store, entry: Entry) -> None:
    if entry.kind == "fields.declared":
        columns.follow(store, entry.declared)
    for part in entry.parts:
        with store.lent(journal_part=_rows(store, part)):
            _put(store, part)
    sql = queries("mops_cli.store", "journal")
    for name, last, start in store.rows(sql["sequences"]):
        wanted = entry.sequences.get(name, 0)
        if wanted > (last if last is not None else start - 1):
            store.run(filled(sql["sequence"], name=quoted(name), next=str(wanted + 1)))


def _rows(store: Store, part: Part) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not part.file:
        schema = pa.schema([(name, pa.string()) for name in part.rows[0]])
        return pa.Table.from_pylist([dict(row) for row in part.rows], schema)
    try:
        return pq.read_table(store.journal.folder / part.file)
    except (OSError, pa.ArrowInvalid):
        raise JournalDamaged(f"{FOLDER}/{part.file} is gone or damaged", hint="bring back a backup") from None


def _put(store: Store, part: Part) -> None:
    sql = queries("mops_cli.store", "journal")
    if part.what == "move":
        for row in part.rows:
            about = {"a": int(row["before"] or 0), "b": int(row["after"] or 0)}
            store.run(filled(sql["move"], table=part.table), about)
        return
    types: Mapping[str, str] = dict(store.rows(sql["columns"], {"table": part.table}))
    lent = [name for (name,) in store.rows("SELECT name FROM (DESCRIBE journal_part) AS d(name)")]
    names = [name for name in lent if name in types]
    values = {
        name: f"r.{quoted(name)}::JSON::VARIANT" if types[name] == "VARIANT" else f"CAST(r.{quoted(name)} AS {types[name]})"
        for name in names
    }  # fmt: skip
    slots = {
        "table": quoted(part.table),
        "columns": ", ".join(map(quoted, names)),
        "values": ", ".join(values.values()),
        "named": ", ".join(f"{value} AS {quoted(name)}" for name, value in values.items()),
        "assignments": ", ".join(f"{quoted(name)} = n.{quoted(name)}" for name in names if name != "id"),
        "same": " AND ".join(
            f"{quoted(part.table)}.{quoted(name)} IS NOT DISTINCT FROM {value}"
            for name, value in values.items() if types[name] != "VARIANT"
        ),
    }  # fmt: skip
    for statement in {"add": ("add",), "put": ("change", "add_unknown"), "drop": ("drop",)}[part.what]:
        store.run(filled(sql[statement], **slots))
