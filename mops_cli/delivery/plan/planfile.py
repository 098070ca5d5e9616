"""A plan: who gets what, when, on which channel; as a value, and as a small signed file.

The audience lies beside the store, one Parquet file a send, in ``.mops/plans/<plan id>/``; the plan holds its hash. A
row's number there is the recipient's index in the ledger. There are no addresses and no message bodies in a plan.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  # msgspec reads the annotations when it runs
from itertools import count
from typing import TYPE_CHECKING

import msgspec

from mops_cli.model.delivery import SHARD_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = 1


class Wave(msgspec.Struct, frozen=True):
    """Rows of the audience that are due at one moment (aware, UTC): ``first`` and how many.

    ``zone`` is for people; after ``not_after`` none of them gets anything.
    """

    at: datetime
    first: int
    rows: int
    zone: str = ""
    not_after: datetime | None = None


class Shard(msgspec.Struct, frozen=True):
    """A slice of one wave: what one worker holds at a time."""

    number: int
    first: int
    rows: int
    at: datetime
    not_after: datetime | None = None


class ZonePart(msgspec.Struct, frozen=True):
    """The people of one time zone: when they are due (aware, UTC), and how many they are."""

    zone: str
    at: datetime
    people: int


class SendPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What one campaign does on one channel.

    ``send`` is ``campaign@occurrence``. ``audience`` is the Parquet file below ``.mops/plans/<plan id>/`` with its
    SHA-256, "" when the recipients are ``destinations``. ``content`` are the files below ``dist/`` that are used, by
    their SHA-256. ``excluded`` counts those who are left out by reason. ``not_after`` is the last wave's. A recipient's ``variant`` is the arm of the
    experiment; an arm without files of its own (``de.b.html``) has those of the main message (``de.html``).
    """

    send: str
    campaign: str
    channel: str
    topic: str
    count: int
    waves: tuple[Wave, ...]
    audience: str = ""
    audience_hash: str = ""
    destinations: tuple[str, ...] = ()
    content: dict[str, str] = {}
    excluded: dict[str, int] = {}
    not_after: datetime | None = None
    policy: str = "hold"
    transactional: bool = False
    sender: str = ""  # its name in [senders]
    locales: dict[str, int] = {}
    variants: dict[str, int] = {}
    scheduled: bool = False  # it has a time of its own in campaign.yaml
    window: str = ""
    zones: tuple[ZonePart, ...] = ()  # of people, largest first within a time
    without_zone: int = 0  # people whose zone is not known: they have the fallback zone's time

    @property
    def content_hash(self) -> str:
        """One hash over all files of the content."""
        from hashlib import sha256

        lines = (f"{path} {digest}\n" for path, digest in sorted(self.content.items()))
        return sha256("".join(lines).encode()).hexdigest()

    def shards(self) -> Iterator[Shard]:
        """The slices of all waves, at most :data:`SHARD_SIZE` rows each, numbered in order; a destination is one."""
        numbers = count()
        size = 1 if self.destinations else SHARD_SIZE
        for wave in self.waves:
            for first in range(wave.first, wave.first + wave.rows, size):
                rows = min(size, wave.first + wave.rows - first)
                yield Shard(next(numbers), first, rows, wave.at, wave.not_after or self.not_after)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The whole plan. ``id`` is the SHA-256 of everything that it says (32 hexadecimal digits are enough).

    ``attempt`` counts how often the same was planned, begun and given up before.
    """

    id: str
    environment: str
    made_at: datetime
    project: str
    sends: tuple[SendPlan, ...]
    attempt: int = 0
    version: int = VERSION
