"""Data files as records for decks: YAML, JSON and Parquet (CSV is read by the language itself)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from mops_cli.content import yaml_source
from mops_cli.design.deck.records import NotRead
from mops_cli.model.diagnostic import Severity

MOST_ROWS = 200_000
MOST_CELLS = 400_000
"""What a deck could not draw within its limits anyway."""
MOST_YAML = 500_000
MOST_BYTES = 64_000_000
Records = Sequence[Mapping[str, object]]


def records(path: str, content: bytes) -> Records | None:
    """The records of a file by its ending; None when it holds none or cannot be read."""
    ending = path.rsplit(".", 1)[-1].lower()
    if ending in ("yaml", "yml"):
        if len(content) > MOST_YAML:
            raise NotRead("it is too large", "write large tables as CSV or Parquet")
        parsed = yaml_source.parse(path, content)
        if parsed.failed:
            first = next(found for found in parsed.diagnostics if found.severity is Severity.ERROR)
            raise NotRead(f"line {first.span.line}: {first.message}", first.help)
        return listed(parsed.data)
    if ending == "json":
        try:
            return listed(json.loads(content))
        except json.JSONDecodeError as mistake:
            raise NotRead(f"line {mistake.lineno}: {mistake.msg}", "write it as JSON") from None
        except (ValueError, RecursionError):
            return None
    return _parquet(content) if ending == "parquet" else None


def listed(data: object) -> Records | None:
    """Records in one of the forms that people write.

    A list of mappings; a mapping whose only list is one; or a mapping of names to mappings or single values, which
    become records with the columns ``key`` and, for a single value, ``value``.
    """
    if isinstance(data, list):
        return _rows(data)
    if not isinstance(data, dict):
        return None
    lists = [value for value in data.values() if isinstance(value, list)]
    if lists:
        return _rows(lists[0]) if len(lists) == 1 else None
    return _rows(
        [
            {"key": name, **value} if isinstance(value, dict) else {"key": name, "value": value}
            for name, value in data.items()
        ]
    )


def _rows(data: list[object]) -> Records | None:
    rows = [row if isinstance(row, dict) else {"value": row} for row in data]
    return [{str(name): plain(value) for name, value in row.items()} for row in rows]


def plain(value: object) -> object:
    """A cell as a number or a text."""
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return " ".join(str(plain(entry)) for entry in value)
    return str(value)


def _parquet(content: bytes) -> Records | None:
    """The rows of a Parquet file, in its order. What is too much is refused by what the file says of itself."""
    import io

    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        file = ParquetFile(io.BytesIO(content))
        most = min(MOST_ROWS, MOST_CELLS // max(file.metadata.num_columns, 1))
        if file.metadata.num_rows > most:
            raise NotRead(f"it has more than {most:,} rows", "take fewer rows, in the query that makes the file")
        rows: list[dict[str, object]] = []
        size = 0
        for batch in file.iter_batches(batch_size=100, use_threads=False):
            size += batch.nbytes  # a file may say one long text a thousand times in a few bytes
            if size > MOST_BYTES:
                raise NotRead(f"it holds more than {MOST_BYTES // 1_000_000} MB", "take fewer or shorter columns")
            rows += batch.to_pylist()
    except (ArrowException, OSError, ValueError, OverflowError):
        return None
    return [{str(name): plain(value) for name, value in row.items()} for row in rows]
