"""Which reader a file needs, by its ending or what it was called on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.audience.files.csv_rows import CarefulCsv, QuickCsv, header
from mops_cli.audience.files.json_rows import JsonRows
from mops_cli.audience.files.parquet_rows import ParquetRows
from mops_cli.audience.files.vcard import VcardRows
from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from mops_cli.audience.files.rows import Source

FORMATS = {
    "csv": "csv", "tsv": "csv", "txt": "csv", "jsonl": "jsonl", "ndjson": "jsonl", "parquet": "parquet",
    "vcf": "vcard", "vcard": "vcard",
}  # fmt: skip
"""Ending -> format."""


def open_source(
    path: Path, *, kind: str = "", encoding: str = "", delimiter: str = "", careful: bool = False
) -> Source:
    """Open a file of contacts.

    Raises:
        UsageError: There is no such file, or its format is not known.
    """
    if not path.is_file():
        raise UsageError(f"there is no file {path.name}", hint="check the path")
    kind = kind or FORMATS.get(path.suffix.lower().lstrip("."), "")
    if kind == "csv":
        columns, encoding, delimiter = header(path, encoding, delimiter)
        if careful or encoding.lower() not in ("utf-8", "utf8", "utf-8-sig"):
            return CarefulCsv(path, columns, delimiter, encoding)
        return QuickCsv(path, columns, delimiter)
    if kind == "jsonl":
        return JsonRows(path)
    if kind == "parquet":
        return ParquetRows(path)
    if kind == "vcard":
        return VcardRows(path)
    raise UsageError(f"{path.name}: the format is not known", hint="add --format csv, jsonl, parquet or vcard")
