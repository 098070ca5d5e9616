"""The people of a send frozen: chosen, given their locale, arm and time by one statement, and written to Parquet.

Nothing here holds the people in Python: a million of them pass by in batches.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Any

from mops_cli.audience import selection, suppression
from mops_cli.delivery.plan.content import best_locale
from mops_cli.delivery.plan.planfile import Wave, ZonePart
from mops_cli.store.queries import queries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime, timedelta
    from pathlib import Path

    import pyarrow as pa

    from mops_cli.audience.selection import Members
    from mops_cli.delivery.plan.schedule import Timetable
    from mops_cli.store.database import Store

BUCKETS = 10_000
"""People fall into so many buckets; the arms of an experiment share them."""
GROUP = 20_480
"""Rows of a group in the file: what an owner holds in memory of a send at a time."""


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a campaign means on a channel. ``arms`` are shares (0 to 1) by name; empty: no experiment.

    ``plan`` is the plan whose own deliveries do not count as an earlier plan's.
    """

    send: str
    channel: str
    topic: str
    segment: Members | None = None
    excluded: Sequence[Members] = ()
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


def choose(store: Store, who: Who, times: Timetable) -> dict[str, int]:
    """Leave those who are meant in the store's table ``plan_now``; gives who is left out, by reason."""
    selection.choose(
        store, who.topic, who.channel,
        segment=who.segment, excluded=who.excluded, transactional=who.transactional,
    )  # fmt: skip
    said = store.rows(_sql()["places"])
    zones = _zones([text for kind, text, _ in said if kind == "zone"], times)
    locales = _locales([text for kind, text, _ in said if kind == "locale"], who)
    with store.lent(plan_zones=zones, plan_locales=locales, plan_arms=_arms(who.arms)):
        about = {
            "mops_send": who.send,
            "mops_channel": who.channel,
            "mops_plan": who.plan,
            "mops_experiment": who.experiment if who.arms else "",
            **suppression.pads(store.folder),
        }
        store.run(_sql()["freeze"], about)
    excluded = selection.left_out(store)
    selection.forget(store)
    for reason, count in store.rows(_sql()["left_out"]):
        excluded[reason] = excluded.get(reason, 0) + int(count)
    return excluded


def freeze(store: Store, who: Who, times: Timetable, place: Path) -> Frozen:
    """Choose the people of a send and write them to a file in their order: time, locale, arm, contact."""
    excluded = choose(store, who, times)
    digest = _write(store, place)
    zones = tuple(ZonePart(zone, _aware(at), int(people)) for zone, at, people in store.rows(_sql()["zones"]))
    shares: dict[str, dict[str, int]] = {"locale": {}, "variant": {}, "unknown": {}}
    for kind, name, count in store.rows(_sql()["shares"]):
        shares[kind][name] = int(count)
    store.run(_sql()["forget"])
    return Frozen(
        digest,
        waves_of(zones, times.not_after),
        zones,
        excluded,
        shares["locale"],
        shares["variant"],
        shares["unknown"].get("", 0),
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


def _write(store: Store, place: Path) -> str:
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
            for batch in _even(store.batches(_sql()["rows"], size=GROUP), schema):
                writer.write_table(batch, row_group_size=GROUP)
    return hashing.hash.hexdigest()


def _even(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """Tables of :data:`GROUP` rows, however the database cuts them: the same people make the same file."""
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        while rows >= GROUP:
            table = pa.Table.from_batches(held)
            yield table.slice(0, GROUP).cast(schema)
            rest = table.slice(GROUP)
            held, rows = rest.to_batches(), rest.num_rows
    if rows:
        yield pa.Table.from_batches(held).cast(schema)


def _zones(said: Sequence[str], times: Timetable) -> pa.Table:
    import pyarrow as pa

    due = [times.due(text) for text in said]
    return pa.table({
        "said": pa.array(said, pa.string()),
        "due": pa.array([one.at.replace(tzinfo=None) for one in due], pa.timestamp("us")),
        "zone": pa.array([one.zone for one in due], pa.string()),
        "known": pa.array([one.known for one in due], pa.bool_()),
        "late": pa.array([times.over(one.at) for one in due], pa.bool_()),
    })  # fmt: skip


def _locales(said: Sequence[str], who: Who) -> pa.Table:
    import pyarrow as pa

    best = [best_locale(text, who.locales, who.default_locale) for text in said]
    return pa.table({"said": pa.array(said, pa.string()), "locale": pa.array(best, pa.string())})


def _arms(arms: Mapping[str, float]) -> pa.Table:
    """Bucket -> arm; buckets that no arm has are missing. Without arms everybody is in bucket 0 with no arm."""
    import pyarrow as pa

    names = buckets(tuple(arms.items())) if arms else ("",)
    return pa.table({"bucket": pa.array(range(len(names)), pa.int32()), "arm": pa.array(names, pa.string())})


@cache
def buckets(arms: tuple[tuple[str, float], ...]) -> tuple[str, ...]:
    """The arm of each bucket, in the order of the arms; those after the last belong to nobody."""
    return tuple(name for name, share in arms for _ in range(round(share * BUCKETS)))[:BUCKETS]


def arm_of(experiment: str, contact: int, arms: Mapping[str, float]) -> str | None:
    """The arm of one contact, as the statement gives it: for tests, and for whoever must know it elsewhere."""
    from hashlib import md5

    digest = md5(f"arm:{experiment}:{contact}".encode(), usedforsecurity=False).digest()
    bucket = int.from_bytes(digest[8:], "little") % BUCKETS
    names = buckets(tuple(arms.items()))
    return names[bucket] if bucket < len(names) else None


def _aware(at: datetime) -> datetime:
    from datetime import UTC

    return at.replace(tzinfo=UTC)


def _sql() -> dict[str, str]:
    return queries("mops_cli.delivery", "plans")
