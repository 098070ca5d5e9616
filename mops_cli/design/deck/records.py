"""Files as records: rows with named columns, for loops, charts and tables."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from mops_cli.design.deck.numerals import read_number
from mops_cli.design.deck.problems import Problem

if TYPE_CHECKING:
    from mops_cli.design.deck.run import Run
    from mops_cli.design.deck.syntax import Line
    from mops_cli.design.deck.values import Value

Record: TypeAlias = "Mapping[str, Value]"
# Path and content to records, for files that the language does not read by itself (YAML, Parquet); None: not a table.
RecordReader: TypeAlias = Callable[[str, bytes], "Sequence[Mapping[str, object]] | None"]


class NotRead(Exception):
    """A reader's word on why a file gives no records, and what to do."""


_OWN = {"csv": ",", "tsv": "\t"}
_WEIGHT = 4
"""What a cell counts, in corners of shapes."""


def no_records(path: str, content: bytes) -> Sequence[Mapping[str, object]] | None:
    """A project that reads no further kinds of files."""
    return None


def is_own(path: str) -> bool:
    """Whether the language reads this kind of file as lines of text."""
    return path.rsplit(".", 1)[-1].lower() not in {"yaml", "yml", "json", "parquet"}


def read_records(run: Run, name: str, line: Line) -> list[dict[str, Value]]:
    """The records of a file; its kind is told by its ending."""
    path, content = run.files.load(name, line.path, line.span)
    ending = path.rsplit(".", 1)[-1].lower()
    if ending in _OWN:
        # Counted before it is read: reading is the work that there may be too much of.
        run.weigh(2 * content.count(b"\n") * (1 + content.partition(b"\n")[0].count(_OWN[ending].encode())), line.span)
        rows: Sequence[Mapping[str, object]] | None = _separated(content, _OWN[ending])
    else:
        try:
            rows = run.records(path, content)
        except NotRead as reason:
            message, advice = reason.args
            raise Problem("MK214", f"{path} cannot be read: {message}", line.span, advice) from None
    if rows is None:
        raise Problem(
            "MK214",
            f"{path} cannot be read as records",
            line.span,
            "use CSV or TSV with a header line, or a list of records in YAML, JSON or Parquet",
        )
    run.weigh(sum(len(row) for row in rows) * _WEIGHT, line.span)
    return [{column(key): value_of(value) for key, value in row.items()} for row in rows]


def _separated(content: bytes, sign: str) -> list[dict[str, object]] | None:
    """Rows below a header."""
    text = content.decode("utf-8", errors="replace").removeprefix("\ufeff")
    try:
        table = [row for row in csv.reader(text.splitlines(), delimiter=sign) if row]
    except csv.Error:
        return None
    if not table:
        return []
    header = table[0]
    return [dict(zip(header, [*row, *[""] * len(header)], strict=False)) for row in table[1:]]


def column(name: str) -> str:
    """The name of a column as part of a variable."""
    kept = "".join(char if char.isalnum() or char == "_" else "_" for char in str(name).strip())
    return kept or "_"


def value_of(value: object) -> Value:
    """A cell as a value of the language."""
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, (int, float)):
        number = read_number(repr(float(value))) if abs(value) < 1e300 else None
        return str(value) if number is None else number
    if isinstance(value, str):
        number = read_number(value.strip())
        # A leading zero is part of a name (a postcode, a number of an item), not of a quantity.
        plain = (
            (number is not None and not value.strip().lstrip("+-").startswith("0"))
            or value.strip() == "0"
            or value.strip().startswith("0.")
        )
        return number if plain and number is not None else value
    return "" if value is None else str(value)
