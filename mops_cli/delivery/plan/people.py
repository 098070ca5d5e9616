"""The people of a send frozen: chosen, given their locale, arm and time by one statement, and written to Parquet.

Nothing here holds the people in Python: a million of them pass by in batches, and the store keeps them as numbers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Any

from mops_cli.audience import selection, suppression
from mops_cli.delivery.plan.labels import labels_of
from mops_cli.delivery.plan.planfile import Wave, ZonePart
from mops_cli.store.queries import queries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime, timedelta
    from pathlib import Path

    import pyarrow as pa

    from mops_cli.audience.selection import Members
    from mops_cli.delivery.plan.labels import Labels
    from mops_cli.delivery.plan.schedule import Timetable
    from mops_cli.store.database import Store

GROUP = 20_480
"""Rows of a group in the file: what an owner holds in memory of a send at a time."""


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a campaign means on a channel. ``arms`` are shares (0 to 1) by name; empty: no experiment.

    ``capped`` are those who have had enough for now. ``plan`` is the plan whose own deliveries do not count as an earlier plan's.
    """

    send: str
    channel: str
    topic: str
    segment: Members | None = None
    excluded: Sequence[Members] = ()
    capped: Sequence[Members] = ()
    transactional: bool = False
    experiment: str = ""
    arms: Mapping[str, float] = field(default_factory=dict)
    locales: Sequence[str] = ()
    default_locale: str = "en"
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What was written."""

    file_hash: str
    waves: tuple[Wave, ...]
    zones: tuple[ZonePart, ...]
    excluded: Mapping[str, int]
    locales: Mapping[str, int]
    variants: Mapping[str, int]
    without_zone: int

    @property
    def count(self) -> int:
        """How many people."""
        return sum(wave.rows for wave in self.waves)


def choose(store: Store, who: Who, times: Timetable) -> tuple[Labels, dict[str, int]]:
    """Leave those who are meant in the store's table ``plan_now``; gives who is left out, by reason."""
    sql = _sql()
    said = store.rows(sql["places"])
    labels = labels_of(
        [text for kind, text in said if kind == "zone"], [text for kind, text in said if kind == "locale"], who, times
    )
    sending = {"mops_send": who.send, "mops_channel": who.channel, "mops_plan": who.plan}
    about = {**sending, "mops_experiment": who.experiment if who.arms else ""}
    keyed = {"mops_channel": who.channel, **suppression.pads(store.folder)}
    excluded: Counter[str] = Counter()
    store.run(sql["empty"])
    parts = selection.in_parts(
        store, who.topic, who.channel,
        segment=who.segment, excluded=who.excluded, capped=who.capped, transactional=who.transactional,
    )  # fmt: skip
    with store.lent(**labels.tables):
        for left_out in parts:
            store.run(sql["part"], about)
            store.run(sql["take"], keyed)
            excluded.update(left_out)
            excluded.update({reason: int(count) for reason, count in store.rows(sql["left_out"])})
    selection.forget(store)
    return labels, dict(excluded)


def freeze(store: Store, who: Who, times: Timetable, place: Path) -> Frozen:
    """Choose the people of a send and write them to a file in their order: time, locale, arm, contact."""
    labels, excluded = choose(store, who, times)
    digest = _write(store, labels, place)
    zones: Counter[tuple[datetime, str]] = Counter()
    locales: Counter[str] = Counter()
    variants: Counter[str] = Counter()
    unknown = 0
    for number, tongue, arm, count in store.rows(_sql()["counts"]):
        due = labels.places[number]
        zones[due.at, due.zone] += count
        locales[labels.locales[tongue]] += count
        variants[labels.arms[arm]] += count
        unknown += 0 if due.known else count
    store.run(_sql()["forget"])
    parts = [ZonePart(zone, at, people) for (at, zone), people in zones.items()]
    parts.sort(key=lambda part: (part.at, -part.people, part.zone))
    waves = waves_of(parts, times.not_after)
    return Frozen(
        digest, waves, tuple(parts), excluded, dict(sorted(locales.items())), dict(sorted(variants.items())), unknown
    )


def waves_of(zones: Sequence[ZonePart], late: timedelta | None) -> tuple[Wave, ...]:
    """Runs of rows that are due at one moment, named after the zone where most of them live.

    ``late``: so long after they are due they get nothing any more.
    """
    rows: dict[datetime, int] = {}
    names: dict[datetime, str] = {}
    for part in zones:
        rows[part.at] = rows.get(part.at, 0) + part.people
        names.setdefault(part.at, part.zone)
    waves, first = [], 0
    for at, count in sorted(rows.items()):
        waves.append(Wave(at, first, count, names[at], at + late if late is not None else None))
        first += count
    return tuple(waves)


class _Hashing:
    """A file that knows the hash of what was written to it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.hash = sha256()
        self.closed = False

    def write(self, data: Any) -> int:
        """Write and remember."""
        self.hash.update(data)
        return self._stream.write(data)

    def flush(self) -> None:
        """To the kernel."""
        self._stream.flush()

    def writable(self) -> bool:
        """It is."""
        return True

    def close(self) -> None:
        """The owner of the stream closes it."""


def _write(store: Store, labels: Labels, place: Path) -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([
        ("contact_id", pa.int64()), ("locale", pa.string()), ("variant", pa.string()),
        ("at", pa.timestamp("us", tz="UTC")), ("address_hash", pa.binary()),
    ])  # fmt: skip
    place.touch(0o600)
    with place.open("wb") as stream:
        hashing = _Hashing(stream)
        with pq.ParquetWriter(hashing, schema, compression="zstd") as writer:
            for table in _even(store.batches(_sql()["rows"], size=GROUP)):
                writer.write_table(_named(table, labels, schema), row_group_size=GROUP)
    return hashing.hash.hexdigest()


def _even(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Tables of :data:`GROUP` rows, however the database cuts them: the same people make the same file."""
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        while rows >= GROUP:
            table = pa.Table.from_batches(held)
            yield table.slice(0, GROUP)
            rest = table.slice(GROUP)
            held, rows = rest.to_batches(), rest.num_rows
    if rows:
        yield pa.Table.from_batches(held)


def _named(table: pa.Table, labels: Labels, schema: pa.Schema) -> pa.Table:
    """Rows with names in the place of numbers."""
    import pyarrow as pa

    names = {
        "locale": ("tongue", pa.array(labels.locales, pa.string())),
        "variant": ("arm", pa.array(labels.arms, pa.string())),
        "at": ("wave", pa.array(labels.waves, pa.timestamp("us", tz="UTC"))),
    }
    columns = []
    for one in schema.names:
        if one in names:
            column, known = names[one]
            columns.append(known.take(table.column(column).combine_chunks()))
        else:
            columns.append(table.column(one))
    return pa.table(columns, schema=schema)


def _sql() -> dict[str, str]:
    return queries("mops_cli.delivery", "plans")
