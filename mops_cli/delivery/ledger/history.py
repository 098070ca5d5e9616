"""What the records of a shard say together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.model.delivery import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mops_cli.delivery.ledger.records import Record, Result


@dataclass(frozen=True, slots=True)
class Open:
    """Recipients that were meant and have no result: by whom, in which opening of the shard."""

    worker: str
    epoch: int
    indices: tuple[int, ...]


@dataclass(slots=True)
class History:
    """The state of a shard after its records so far. ``results`` holds the last word for each index."""

    last: int = 0  # sequence of the newest record: the fence of the next
    epoch: int = 0
    plan: str = ""
    results: dict[int, Result] = field(default_factory=dict)
    meant: Open | None = None
    closed: bool = False

    def take(self, record: Record, sequence: int) -> None:
        """Read one more record. What is meant replaces what was meant before; an opening changes nothing about it."""
        self.last = sequence
        self.epoch = max(self.epoch, record.epoch)
        for one in record.done:
            self.results[one.index] = one
        if record.opens:
            self.plan = record.opened
        else:
            self.meant = Open(record.worker, record.epoch, record.meant) if record.meant else None
            self.closed = record.closed

    @property
    def settled(self) -> set[int]:
        """Everybody to whom nothing more happens."""
        return {index for index, one in self.results.items() if one.outcome.final}

    def tried(self, index: int) -> int:
        """How many hand-overs there were to this recipient."""
        found = self.results.get(index)
        return found.tried if found else 0

    @property
    def in_doubt(self) -> tuple[int, ...]:
        """Whom nobody knows about."""
        return tuple(sorted(i for i, one in self.results.items() if one.outcome is Outcome.UNKNOWN))


def history(records: Iterable[tuple[int, Record]]) -> History:
    """The state after all records of a shard, with their sequences, in order."""
    made = History()
    for sequence, record in records:
        made.take(record, sequence)
    return made
