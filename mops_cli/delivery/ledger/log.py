"""The fenced log of one shard: who holds it may write, who lost it is refused at the next record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mops_cli.clock import new_id
from mops_cli.delivery.bus.port import Fenced
from mops_cli.delivery.ledger.history import History, history
from mops_cli.delivery.ledger.journal import opening
from mops_cli.delivery.ledger.records import Record, Result, decoded, encoded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mops_cli.delivery.bus.port import Message


class Fences(Protocol):
    """What the log needs of the bus."""

    async def publish_fenced(self, subject: str, data: bytes, *, last: int, message_id: str) -> int:
        """Append when ``last`` is the newest sequence of the subject."""
        ...

    async def read(self, subject: str) -> Sequence[Message]:
        """Everything on a subject, in order."""
        ...


class ShardLog:
    """The log of a shard in the hands of one worker."""

    def __init__(self, bus: Fences, subject: str, worker: str) -> None:
        """``subject`` is the shard's place in the ledger stream."""
        self.subject = subject
        self.worker = worker
        self.history = History()
        self._bus = bus
        self._number = 0
        self._mark = new_id()  # two of the same worker must not take each other's records for their own

    @property
    def opening(self) -> str:
        """This opening of the shard, as the journal names it."""
        return opening(self.subject, self.history.epoch)

    async def open(self, plan: str) -> History:
        """Read the shard and take it: from here on no other worker can write.

        A closed shard is only read. Raises LedgerDamaged when a record cannot be understood.
        """
        while True:
            self.history = await read_history(self._bus, self.subject)
            if self.history.closed:
                return self.history
            self.history.epoch += 1
            self._number = 0
            try:
                await self._append(Record(self.worker, self.history.epoch, 0, opened=plan))
            except Fenced:
                continue  # somebody else moved between reading and writing
            return self.history

    async def write(self, done: Sequence[Result] = (), meant: Sequence[int] = (), *, closed: bool = False) -> None:
        """Results of the last window and the intent of the next, in one record, acknowledged.

        Raises:
            Fenced: The shard is another worker's by now; stop at once.
        """
        self._number += 1
        record = Record(
            self.worker, self.history.epoch, self._number, done=tuple(done), meant=tuple(meant), closed=closed
        )
        await self._append(record)

    async def _append(self, record: Record) -> None:
        message_id = f"{self.subject}.{record.message_id}.{self._mark}"
        sequence = await self._bus.publish_fenced(
            self.subject, encoded(record), last=self.history.last, message_id=message_id
        )
        self.history.take(record, sequence)


async def read_history(bus: Fences, subject: str) -> History:
    """What a shard's records say, without taking it.

    Raises:
        LedgerDamaged: A record cannot be understood.
    """
    return history((one.sequence, decoded(one.data, subject)) for one in await bus.read(subject))
