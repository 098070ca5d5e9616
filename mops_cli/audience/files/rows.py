"""What every reader gives: column names, batches of texts with row numbers, and rows that could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pyarrow as pa

BATCH = 20_000
ROW = "row"


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is not imported: its number (the first line is 1), the column, why, and the row itself."""

    row: int
    column: str
    reason: str
    original: str


class Irregular(Exception):
    """The quick reader met something that only the careful one can tell apart."""


class Source(Protocol):
    """A file of contacts that is open; columns are named ``c0``, ``c1``, … in batches, in the order of ``columns``."""

    columns: tuple[str, ...]
    refused: list[Refused]

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows as texts, with their numbers in the column ``row``."""
        ...


@dataclass(slots=True)
class Gathering:
    """Collects rows of Python texts into batches."""

    width: int
    numbers: list[int] = field(default_factory=list)
    rows: list[Sequence[str | None]] = field(default_factory=list)

    def add(self, number: int, row: Sequence[str | None]) -> bool:
        """Take a row; tells whether a batch is full."""
        self.numbers.append(number)
        self.rows.append(row)
        return len(self.rows) >= BATCH

    def batch(self) -> pa.RecordBatch:
        """What was collected, as a batch; begins anew."""
        import pyarrow as pa

        columns = list(zip(*self.rows, strict=True)) or [()] * self.width
        arrays = [pa.array(self.numbers, pa.int64()), *(pa.array(column, pa.string()) for column in columns)]
        self.numbers, self.rows = [], []
        return pa.RecordBatch.from_arrays(arrays, names(self.width))


def gathered(rows: Iterable[tuple[int, Sequence[str | None]]], width: int) -> Iterator[pa.RecordBatch]:
    """Numbered rows as batches."""
    found = Gathering(width)
    for number, row in rows:
        if found.add(number, row):
            yield found.batch()
    if found.rows:
        yield found.batch()


def names(width: int) -> list[str]:
    """The column names of a batch."""
    return [ROW, *(f"c{index}" for index in range(width))]


def trimmed(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Cells without blanks around them, empty ones as nulls."""
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = []
    for column in batch.columns[1:]:
        texts = pc.utf8_trim_whitespace(column)
        cells.append(pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts))
    return pa.RecordBatch.from_arrays([batch.columns[0], *cells], batch.schema.names)
