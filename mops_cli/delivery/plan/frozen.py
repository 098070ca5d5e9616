"""Questions about audiences that are written down: they pass by in batches, beside what the store knows now."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mops_cli.delivery.plan.people import GROUP
from mops_cli.store.queries import filled, queries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from mops_cli.store.database import Store


@contextmanager
def lent(store: Store, **files: Path) -> Iterator[None]:
    """Let one statement read audiences by these names: contact_id, locale, variant, row. Each can be read once."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    opened = [pq.ParquetFile(file) for file in files.values()]
    readers = {
        name: pa.RecordBatchReader.from_batches(_schema(), _batches(file))
        for name, file in zip(files, opened, strict=True)
    }
    try:
        with store.lent(**readers):
            yield
    finally:
        for file in opened:
            file.close()


def _schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [("contact_id", pa.int64()), ("locale", pa.string()), ("variant", pa.string()), ("row", pa.int64())]
    )


def _batches(file: Any) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    first = 0
    for batch in file.iter_batches(GROUP, columns=["contact_id", "locale", "variant"]):
        rows = pa.array(range(first, first + batch.num_rows), pa.int64())
        yield pa.RecordBatch.from_arrays([*batch.columns, rows], schema=_schema())
        first += batch.num_rows


def drift(store: Store, file: Path) -> tuple[int, int]:
    """How many of ``plan_now`` are not in an audience, and how many of it are not in ``plan_now``."""
    with lent(store, plan_before=file):
        joined, gone = store.rows(_sql()["drift"])[0]
    store.run(_sql()["forget"])
    return int(joined), int(gone)


def between(store: Store, before: Path, after: Path) -> tuple[int, int, tuple[int, ...], tuple[int, ...]]:
    """How many came and went between two audiences, and the first of each by contact id."""
    with lent(store, plan_before=before, plan_after=after):
        joined, left, who_joined, who_left = store.rows(_sql()["between"])[0]
    return int(joined), int(left), tuple(who_joined), tuple(who_left)


def some(store: Store, file: Path, most: int) -> list[int]:
    """Rows of an audience, in order, of as many locales and arms as possible."""
    with lent(store, plan_rows=file):
        groups = [list(rows) for *_, rows in store.rows(_sql()["some"], {"most": most})]
    found: list[int] = []
    while len(found) < most and any(groups):
        found += [rows.pop(0) for rows in groups if rows]
    return sorted(found[:most])


def messages(
    store: Store, file: Path, columns: Sequence[str], codes: Mapping[str, str], *, share: int, most: int
) -> list[tuple[Any, ...]]:
    """Locale, arm, country, field values and how many people have them: what the length of an SMS depends on.

    ``columns`` are SQL expressions over ``own`` (see ``audience.recipients.column_of``); ``codes`` are countries by
    calling code; ``share``: only one in so many people; at most ``most`` rows.
    """
    import pyarrow as pa

    table = pa.table(
        {"code": pa.array(list(codes), pa.string()), "country": pa.array(list(codes.values()), pa.string())}
    )
    statement = filled(_sql()["messages"], columns="".join(f", {one} AS f{n}" for n, one in enumerate(columns)))
    with lent(store, plan_rows=file):
        store.run(_sql()["members"], {"share": share})
    with store.lent(plan_codes=table):
        found = store.rows(statement, {"most": most})
    store.run(_sql()["forget"])
    return found


def _sql() -> dict[str, str]:
    return queries("mops_cli.delivery", "plans")
