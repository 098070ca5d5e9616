"""Writing about people: rows and the journal's entry about them belong to one transaction.

Use :func:`note` inside ``store.transaction()``, with the rows that :func:`insert`, :func:`people` and :func:`remove`
give. The entry is on the disk before the transaction commits; where that fails, it is taken back.
"""

from __future__ import annotations

import json
import os
from itertools import chain
from typing import TYPE_CHECKING

from mops_cli.clock import new_id
from mops_cli.errors import ExternalError
from mops_cli.store.journal import KINDS, STREAM, Entry, Part
from mops_cli.store.offsets import advance, offset
from mops_cli.store.queries import filled, queries, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mops_cli.store.database import Store

MOST_ROWS = 1_000
"""Rows that stand in an entry's line; more go into a file."""


def insert(store: Store, table: str, statement: str, parameters: Mapping[str, object] | None = None) -> Part:
    """Run a statement that inserts a few rows into a table; gives these rows."""
    whole = filled(queries("mops_cli.store", "journal")["returning"], insert=statement, shown=_shown(store, table))
    return Part(table, "add", _texts(store.records(whole, parameters)))


def rows(
    store: Store, table: str, which: str, parameters: Mapping[str, object] | None = None, *, what: str = "add"
) -> Part:
    """The rows of a table for which a condition holds, as they are now."""
    statement = filled(
        queries("mops_cli.store", "journal")["rows"], table=table, shown=_shown(store, table), which=which
    )
    return Part(table, what, _texts(store.records(statement, parameters)))


def remove(store: Store, table: str, which: str, parameters: Mapping[str, object]) -> Part:
    """Delete the rows of a table for which a condition holds; gives these rows."""
    part = rows(store, table, which, parameters, what="drop")
    if part.rows:
        store.run(f"DELETE FROM {quoted(table)} WHERE {which}", parameters)  # noqa: S608 - names and conditions of ours
    return part


def move(store: Store, table: str, before: int, after: int) -> tuple[int, Part]:
    """Give the rows of one contact to another, however many they are; gives their number too."""
    count = store.run(filled(queries("mops_cli.store", "journal")["move"], table=table), {"a": before, "b": after})
    return count, Part(table, "move", ({"before": str(before), "after": str(after)},) if count else ())


def people(store: Store, ids: Sequence[int]) -> Part:
    """Some contacts as they are now."""
    return rows(store, "contacts", queries("mops_cli.store", "journal")["people"], {"ids": list(ids)}, what="put")


def many(store: Store, table: str, which: str, *, what: str, parameters: Mapping[str, object] | None = None) -> Part:
    """The same for any number of rows; more than a few lie in a file beside the journal."""
    name = f"{_next(store):012d}-{table}-{new_id()[-8:]}.parquet"
    statement = filled(
        queries("mops_cli.store", "journal")["rows"], table=table, shown=_shown(store, table), which=which
    )
    batches = store.batches(statement, parameters)
    first = next(batches, None)
    if first is None:
        return Part(table, what)
    second = next(batches, None)
    if second is None and first.num_rows <= MOST_ROWS:
        return Part(table, what, _texts(first.to_pylist()))
    import pyarrow.parquet as pq

    store.journal.folder.mkdir(mode=0o700, exist_ok=True)
    place = store.journal.folder / name
    try:
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            with pq.ParquetWriter(stream, first.schema, compression="zstd", use_dictionary=False) as writer:
                for batch in chain([first], [second] if second is not None else [], batches):
                    writer.write_batch(batch)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as problem:
        raise _full(problem) from None
    return Part(table, what, file=name)


def note(
    store: Store, kind: str, parts: Sequence[Part] = (), *, contact: int | None = None, channel: str = "",
    source: str = "", about: Mapping[str, object] | None = None, told: bool = True,
    declared: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Write down what this transaction did; ``told`` puts an event beside it, with ``about`` as its data."""
    if kind not in KINDS:
        raise AssertionError(f"{kind} is not in the table of kinds")
    now = store.clock.now().replace(tzinfo=None)
    found = [one for one in parts if one.rows or one.file]
    if told:
        said = {"id": new_id(), "kind": kind, "at": now, "contact": contact, "channel": channel or None}
        more = {"source": source or "mops", "data": json.dumps(dict(about or {}), ensure_ascii=False)}
        found.append(insert(store, "events", queries("mops_cli.store", "journal")["event"], {**said, **more}))
    numbers = {
        name: int(last if last is not None else start - 1)
        for name, last, start in store.rows(queries("mops_cli.store", "journal")["sequences"])
    }
    store.pending.append(Entry(_next(store), kind, str(now), tuple(found), numbers, dict(declared or {})))


def ahead(store: Store) -> Callable[[], None]:
    """Bring the entries of this transaction onto the disk before it commits; gives what takes them back.

    Raises:
        ExternalError: The disk is full.
    """
    if not store.pending:
        return lambda: None
    advance(store, STREAM, store.pending[-1].number)
    try:
        # A command that wrote through a node and died left its last entry here, and the node took its rows back.
        store.journal.drop(store.pending[0].number)
        before = store.journal.append(store.pending)
    except OSError as problem:
        raise _full(problem) from None
    return lambda: store.journal.shorten(before)


def _next(store: Store) -> int:
    return offset(store, STREAM) + len(store.pending) + 1


def _shown(store: Store, table: str) -> str:
    """VARIANT as JSON, for it has no form outside of the database."""
    columns = store.rows(queries("mops_cli.store", "journal")["columns"], {"table": table})
    names = [f"{quoted(name)}::JSON::VARCHAR AS {quoted(name)}" for name, kind in columns if kind == "VARIANT"]
    return f"REPLACE ({', '.join(names)})" if names else ""


def _texts(found: Sequence[Mapping[str, object]]) -> tuple[Mapping[str, str | None], ...]:
    return tuple({name: None if value is None else str(value) for name, value in row.items()} for row in found)


def _full(problem: OSError) -> ExternalError:
    return ExternalError(
        f"the journal of people could not be written: {problem.strerror}",
        hint="make room and do it again; what was there before is untouched",
    )
