"""CSV: a quick reader for files that are in order, and a careful one that loses no row of those that are not."""

from __future__ import annotations

import csv
import re
from collections import deque
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from mops_cli.audience.files.rows import Irregular, Refused, gathered, names
from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

DELIMITERS = (",", ";", "\t", "|")
MOST_LINES = 100
MOST_CHARACTERS = 100_000
_BLOCK = 4 << 20
_NOT_DECODED = re.compile("[\udc80-\udcff]")


def header(path: Path, encoding: str, delimiter: str) -> tuple[tuple[str, ...], str, str]:
    """The column names, the encoding and the delimiter of a file.

    Raises:
        UsageError: It is empty, binary, has no names or a name twice.
    """
    with path.open("rb") as stream:
        start = stream.read(4)
    if not encoding:
        encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    with _text(path, encoding) as stream:
        line = stream.readline(MOST_CHARACTERS).rstrip("\r\n")
    if not line.strip():
        raise UsageError(f"{path.name} is empty: the first line must name the columns")
    if "\0" in line or _NOT_DECODED.search(line):
        raise UsageError(f"{path.name} is not text in {encoding}", hint="name its encoding, e.g. --encoding cp1252")
    delimiter = delimiter or max(DELIMITERS, key=line.count)
    found = tuple(name.strip() for name in next(csv.reader([line], delimiter=delimiter)))
    return found, encoding, delimiter


def _text(path: Path, encoding: str) -> IO[str]:
    try:
        errors = "surrogateescape" if not encoding.startswith("utf-16") else "replace"
        return path.open(encoding=encoding, errors=errors, newline="")
    except LookupError:
        raise UsageError(f"there is no encoding {encoding}", hint="for instance utf-8, cp1252, latin-1") from None


@dataclass(slots=True)
class QuickCsv:
    """Reads in blocks; whatever is not plain raises :class:`Irregular`."""

    path: Path
    columns: tuple[str, ...]
    delimiter: str
    refused: list[Refused] = field(default_factory=list)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows.

        Raises:
            Irregular: A row has too few or too many columns, a cell holds a line break, a byte is not UTF-8.
        """
        import pyarrow as pa
        import pyarrow.csv as pa_csv

        wanted = names(len(self.columns))
        number = 2
        try:
            reader = pa_csv.open_csv(
                self.path,
                read_options=pa_csv.ReadOptions(column_names=wanted[1:], skip_rows=1, block_size=_BLOCK),
                parse_options=pa_csv.ParseOptions(delimiter=self.delimiter, newlines_in_values=True, ignore_empty_lines=False),
                convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(wanted[1:], pa.string())),
            )  # fmt: skip
            for batch in reader:
                if any(_has_breaks(column) for column in batch.columns):
                    raise Irregular
                rows = pa.array(range(number, number + len(batch)), pa.int64())
                number += len(batch)
                yield pa.RecordBatch.from_arrays([rows, *batch.columns], wanted)
        except pa.ArrowInvalid:
            raise Irregular from None


def _has_breaks(column: pa.Array) -> bool:
    """Whether the bytes of a column hold a line break or a zero byte."""
    data = column.buffers()[2]
    if data is None:
        return False
    raw = memoryview(data)
    held = bytes(raw)
    return b"\n" in held or b"\r" in held or b"\0" in held


@dataclass(slots=True)
class CarefulCsv:
    """Reads line by line; a broken row is refused alone and the next one is read."""

    path: Path
    columns: tuple[str, ...]
    delimiter: str
    encoding: str
    refused: list[Refused] = field(default_factory=list)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows."""
        return gathered(self._rows(), len(self.columns))

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        with _text(self.path, self.encoding) as stream:
            records = self._records(stream)
            next(records)
            for number, record in enumerate(records, 2):
                row = self._row(number, record)
                if row is not None:
                    yield number, row

    def _records(self, stream: IO[str]) -> Iterator[str]:
        """Lines, joined while a quoted cell goes on; a quotation mark that never ends does not swallow the rest."""
        waiting: deque[str] = deque()
        while line := (waiting.popleft() if waiting else stream.readline()):
            if line.count('"') % 2 == 0:
                yield line
                continue
            taken = [line]
            marks, length = line.count('"'), len(line)
            while marks % 2 and len(taken) < MOST_LINES and length < MOST_CHARACTERS:
                more = waiting.popleft() if waiting else stream.readline()
                if not more:
                    break
                taken.append(more)
                marks, length = marks + more.count('"'), length + len(more)
            # Two stray marks far apart look like one cell: more columns tell them from a real one.
            if marks % 2 == 0 and len(self._cells("".join(taken))) == len(self.columns):
                yield "".join(taken)
            else:
                yield line
                waiting.extendleft(reversed(taken[1:]))

    def _cells(self, record: str) -> list[str]:
        if '"' not in record:
            return record.rstrip("\r\n").split(self.delimiter) if record.strip() else []
        try:
            return next(csv.reader([record], delimiter=self.delimiter, strict=True), [])
        except csv.Error:
            return []

    def _row(self, number: int, record: str) -> list[str] | None:
        cells, reason = self._cells(record), ""
        if not record.isascii() and _NOT_DECODED.search(record):
            reason = f"not text in {self.encoding.removesuffix('-sig')}"
        elif "\0" in record:
            reason = "holds a zero byte"
        elif not cells and record.strip():
            reason = "a quotation mark is out of place"
        elif not cells:
            return None  # an empty line is no row
        elif len(cells) != len(self.columns):
            reason = f"{len(self.columns)} columns expected, found {len(cells)}"
        if not reason:
            return cells
        self.refused.append(Refused(number, "", reason, _shown(record)))
        return None


def _shown(record: str) -> str:
    return record.rstrip("\r\n").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
