"""What the numbers stand for by which an audience is kept while it is frozen: times, zones, locales, arms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import md5
from typing import TYPE_CHECKING, TypeVar

from mops_cli.delivery.plan.content import best_locale

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import pyarrow as pa

    from mops_cli.delivery.plan.people import Who
    from mops_cli.delivery.plan.schedule import Due, Timetable

Label = TypeVar("Label")

BUCKETS = 10_000
"""People fall into so many buckets; the arms of an experiment share them."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Each label's number is its place here, and numbers are in the order in which recipients stand.

    ``tables`` are what a statement joins: ``plan_zones``, ``plan_locales``, ``plan_arms``.
    """

    waves: tuple[datetime, ...]
    places: tuple[Due, ...]
    locales: tuple[str, ...]
    arms: tuple[str, ...]
    tables: Mapping[str, pa.Table]


def labels_of(zones: Sequence[str], locales: Sequence[str], who: Who, times: Timetable) -> Labels:
    """The labels for people with these zones and locales, as the store has them."""
    due = {said: times.due(said) for said in zones}
    places = tuple(sorted(set(due.values()), key=lambda one: (one.at, one.zone, one.known)))
    waves = tuple(sorted({one.at for one in places}))
    best = {said: best_locale(said, who.locales, who.default_locale) for said in locales}
    tongues = tuple(sorted(set(best.values())))
    shared = buckets(tuple(who.arms.items())) if who.arms else ("",)
    arms = tuple(sorted(set(shared)))
    wave, place, tongue, arm = _numbers(waves), _numbers(places), _numbers(tongues), _numbers(arms)
    tables = {
        "plan_zones": _table(
            said=list(due),
            wave=[wave[one.at] for one in due.values()],
            place=[place[one] for one in due.values()],
            late=[times.over(one.at) for one in due.values()],
        ),
        "plan_locales": _table(said=list(best), tongue=[tongue[one] for one in best.values()]),
        "plan_arms": _table(bucket=list(range(len(shared))), arm=[arm[one] for one in shared]),
    }
    return Labels(waves, places, tongues, arms, tables)


def _numbers(labels: Sequence[Label]) -> dict[Label, int]:
    return {one: number for number, one in enumerate(labels)}


def _table(**columns: list[str] | list[int] | list[bool]) -> pa.Table:
    import pyarrow as pa

    types = {"said": pa.string(), "late": pa.bool_(), "bucket": pa.int32()}
    return pa.table({name: pa.array(values, types.get(name, pa.uint16())) for name, values in columns.items()})


@cache
def buckets(arms: tuple[tuple[str, float], ...]) -> tuple[str, ...]:
    """The arm of each bucket, in the order of the arms; those after the last belong to nobody."""
    return tuple(name for name, share in arms for _ in range(round(share * BUCKETS)))[:BUCKETS]


def arm_of(experiment: str, contact: int, arms: Mapping[str, float]) -> str | None:
    """The arm of one contact, as the statement gives it: for tests, and for whoever must know it elsewhere."""
    digest = md5(f"arm:{experiment}:{contact}".encode(), usedforsecurity=False).digest()
    bucket = int.from_bytes(digest[8:], "little") % BUCKETS
    names = buckets(tuple(arms.items()))
    return names[bucket] if bucket < len(names) else None
