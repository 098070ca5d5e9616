"""Parquet: read in batches; every value becomes the text that CSV would hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.audience.files.json_rows import text_of
from mops_cli.audience.files.rows import BATCH, Refused, names
from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa


@dataclass(slots=True)
class ParquetRows:
    """A Parquet file; its first row is row 1."""

    path: Path
    columns: tuple[str, ...] = ()
    refused: list[Refused] = field(default_factory=list)

    def __post_init__(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            self.columns = tuple(pq.read_schema(self.path).names)
        except (pa.ArrowException, OSError):
            raise UsageError(f"{self.path.name} is not a Parquet file, or it is damaged") from None

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows.

        Raises:
            UsageError: The file is damaged.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        number = 1
        try:
            with pq.ParquetFile(self.path) as file:
                for batch in file.iter_batches(batch_size=BATCH):
                    rows = pa.array(range(number, number + len(batch)), pa.int64())
                    number += len(batch)
                    yield pa.RecordBatch.from_arrays(
                        [rows, *(_texts(column) for column in batch.columns)], names(len(self.columns))
                    )
        except (pa.ArrowException, OSError):
            raise UsageError(f"{self.path.name} is damaged from row {number} on") from None


def _texts(column: pa.Array) -> pa.Array:
    import pyarrow as pa

    if pa.types.is_string(column.type):
        return column
    try:
        return column.cast(pa.string())
    except pa.ArrowException:
        return pa.array([text_of(value) for value in column.to_pylist()], pa.string())
