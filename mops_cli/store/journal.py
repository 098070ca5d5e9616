"""The journal of people: what is written about them, as events in a file beside the store, one line each.

An entry is on the disk before the store commits what it says, so the journal is never behind the store. It may be ahead:
by what a crash left between the two, or by everything since the backup that was put in the store's place. Either way
:mod:`mops_cli.store.replaying` brings the store after it.
"""

from __future__ import annotations

import json
import os
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mops_cli.store.refusals import StoreFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = "people"
FILE = "journal.jsonl"
LAST_BACKUP = "last-backup"
STREAM = "people"
"""The name under which the store keeps the number of the last entry that it holds."""

KINDS = {
    "contact.imported": "a file brought people in, or changed them",
    "contact.added": "somebody was added by hand",
    "contact.changed": "fields or addresses of somebody were changed by hand",
    "contact.merged": "two profiles of one person became one",
    "contact.deleted": "somebody was taken away",
    "consent.given": "somebody agreed to a topic on a channel",
    "consent.withdrawn": "somebody took it back",
    "consent.received": "words about consent came with the stream of events",
    "suppressed": "an address must not be written to",
    "unsuppressed": "it may be written to again",
    "address.changed": "what is known about an address changed",
    "fields.declared": "mops.toml declares other fields, and the tables followed",
}
"""Every kind of entry; the first word is what it is about."""

_PRIVATE = 0o600
_BLOCK = 1 << 16


class JournalDamaged(StoreFailed):
    """An entry in the middle of the journal cannot be read."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table that an entry wrote.

    ``what`` is ``add``, ``put`` (by the column ``id``), ``drop`` (the rows that equal these) or ``move`` (all rows of
    the contact ``before`` are now of ``after``). Values are texts as the database writes them. Many rows lie in a
    ``file`` of their own instead.
    """

    table: str
    what: str
    rows: tuple[Mapping[str, str | None], ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. ``sequences`` are the last numbers that the store had given when it was written."""

    number: int
    kind: str
    at: str
    parts: tuple[Part, ...] = ()
    sequences: Mapping[str, int] = field(default_factory=dict)
    declared: Mapping[str, str] = field(default_factory=dict)

    def line(self) -> bytes:
        """As it stands in the file: a checksum, a blank, JSON, a newline."""
        parts = [{"table": one.table, "what": one.what, "rows": one.rows, "file": one.file} for one in self.parts]
        said = {
            "v": 1, "number": self.number, "kind": self.kind, "at": self.at, "parts": parts,
            "sequences": dict(self.sequences), "declared": dict(self.declared),
        }  # fmt: skip
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        return b"%08x %s\n" % (zlib.crc32(text), text)


def _entry(line: bytes) -> Entry | None:
    """The entry of a line; None when it is torn."""
    checksum, _, text = line.rstrip(b"\n").partition(b" ")
    if not line.endswith(b"\n") or checksum != b"%08x" % zlib.crc32(text):
        return None
    said: dict[str, Any] = json.loads(text)
    parts = tuple(Part(one["table"], one["what"], tuple(one["rows"]), one["file"]) for one in said["parts"])
    return Entry(said["number"], said["kind"], said["at"], parts, said["sequences"], said["declared"])


class Journal:
    """The journal of one store; only who has the store open may use it."""

    def __init__(self, state: Path) -> None:
        """``state`` is the project's private folder."""
        self.folder = state / FOLDER
        self.place = self.folder / FILE

    def append(self, entries: list[Entry]) -> int:
        """Write entries and wait until they are on the disk; gives the size before, for :meth:`shorten`."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(self.place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _PRIVATE)
        with os.fdopen(handle, "ab") as stream:
            before = stream.tell()
            try:
                stream.writelines(one.line() for one in entries)
                stream.flush()
                os.fsync(stream.fileno())
            except OSError:
                os.ftruncate(stream.fileno(), before)
                raise
        return before

    def drop(self, first: int) -> None:
        """Take back entries from a number on, which is usually none."""
        if self.last() >= first:
            self._keep([one for one in self.entries(0) if one.number < first], tidy=False)

    def shorten(self, size: int) -> None:
        """Take back what was appended beyond a size."""
        os.truncate(self.place, size)

    def last(self) -> int:
        """The number of the last whole entry; what a crash tore after it is cut off. 0 when there is none."""
        try:
            with self.place.open("rb+") as stream:
                size = stream.seek(0, os.SEEK_END)
                whole, line = _last_line(stream, size)
                if whole < size:
                    stream.truncate(whole)
        except FileNotFoundError:
            return 0
        entry = _entry(line) if line else None
        if line and entry is None:
            raise JournalDamaged(f"the last line of {self.place.name} is damaged", hint="bring back a backup")
        return entry.number if entry else 0

    def entries(self, after: int) -> Iterator[Entry]:
        """The entries with greater numbers, in order.

        Raises:
            JournalDamaged: One cannot be read.
        """
        try:
            stream = self.place.open("rb")
        except FileNotFoundError:
            return
        with stream:
            for number, line in enumerate(stream, 1):
                entry = _entry(line)
                if entry is None:
                    raise JournalDamaged(f"line {number} of {self.place.name} is damaged", hint="bring back a backup")
                if entry.number > after:
                    yield entry

    def remember(self, backup: Path, upto: int) -> None:
        """Keep in mind which backup the journal goes on from, and the last entry that it holds."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        _write(self.folder / LAST_BACKUP, json.dumps({"place": str(backup.resolve()), "upto": upto}).encode())

    def base(self) -> tuple[Path | None, int]:
        """That backup and entry; None and 0 when the journal begins with the first entry."""
        try:
            said = json.loads((self.folder / LAST_BACKUP).read_bytes())
            return Path(said["place"]), int(said["upto"])
        except FileNotFoundError:
            return None, 0
        except (ValueError, KeyError, TypeError):
            raise JournalDamaged(
                f"{FOLDER}/{LAST_BACKUP} is damaged", hint="name a backup: mops store restore FILE"
            ) from None

    def forget(self, upto: int) -> None:
        """Drop the entries that a backup holds."""
        self._keep(list(self.entries(upto)))

    def cut(self, after: int) -> None:
        """Set aside what came after an entry, as ``journal.jsonl.before-restore``."""
        if not self.place.exists():
            return
        whole = self.place.read_bytes()
        try:
            kept = [one for one in self.entries(0) if one.number <= after]
        except JournalDamaged:
            kept = []
        if sum(len(one.line()) for one in kept) < len(whole):
            _write(self.place.with_name(f"{FILE}.before-restore"), whole)
            self._keep(kept, tidy=False)

    def _keep(self, entries: list[Entry], *, tidy: bool = True) -> None:
        if not self.folder.exists():
            return
        _write(self.place, b"".join(one.line() for one in entries))
        named = {part.file for one in entries for part in one.parts}
        for other in self.folder.glob("*.parquet") if tidy else ():
            if other.name not in named:
                other.unlink()


def _last_line(stream: Any, size: int) -> tuple[int, bytes]:
    """Where the last whole line ends, and the line."""
    tail, start = b"", size
    while start > 0 and tail.count(b"\n") < 2:
        step = min(max(_BLOCK, len(tail)), start)
        start -= step
        stream.seek(start)
        tail = stream.read(step) + tail
    end = tail.rfind(b"\n")
    return (start + end + 1, tail[tail.rfind(b"\n", 0, end) + 1 : end + 1]) if end >= 0 else (0, b"")


def _write(place: Path, content: bytes) -> None:
    temporary = place.with_name(f".{place.name}.{os.getpid()}.mops-tmp")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(place)
