"""JSON lines: one object a line; nested values stay JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from mops_cli.audience.files.rows import Refused, gathered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

MOST_CHARACTERS = 1_000_000


def text_of(value: object) -> str | None:
    """A value as the text that a cell of CSV would hold."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


@dataclass(slots=True)
class JsonRows:
    """Reads twice: the names first, since every line may have its own."""

    path: Path
    columns: tuple[str, ...] = ()
    refused: list[Refused] = field(default_factory=list)

    def __post_init__(self) -> None:
        found: dict[str, None] = {}
        for _, record in self._records():
            found.update(dict.fromkeys(record))
        self.columns = tuple(found)
        self.refused = []

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows."""
        rows = ((number, [text_of(record.get(name)) for name in self.columns]) for number, record in self._records())
        return gathered(rows, len(self.columns))

    def _records(self) -> Iterator[tuple[int, dict[str, object]]]:
        with self.path.open("rb") as stream:
            for number, line in enumerate(_lines(stream), 1):
                if not line.strip():
                    continue
                record, reason = _parsed(line)
                if record is None:
                    self.refused.append(Refused(number, "", reason, line.decode("utf-8", "backslashreplace").rstrip()))
                else:
                    yield number, record


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    yield from stream


def _parsed(line: bytes) -> tuple[dict[str, object] | None, str]:
    if len(line) > MOST_CHARACTERS:
        return None, "the line is longer than a million bytes"
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None, "not text in utf-8"
    except (ValueError, RecursionError):
        return None, "not JSON"
    return (found, "") if isinstance(found, dict) else (None, "not a JSON object")
