"""A send is given up: what is open in its shards gets a name, so that another plan knows whom it must not write to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mops_cli.delivery.ledger.log import Fences, ShardLog, read_history
from mops_cli.delivery.ledger.records import decoded
from mops_cli.delivery.ledger.recovery import HOLD, recover

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from mops_cli.delivery.bus.port import Message
    from mops_cli.model.delivery import Recipient


class Looks(Fences, Protocol):
    """What is needed of the bus."""

    async def last(self, subject: str) -> Message | None:
        """The newest message of a subject."""
        ...


async def begun_shards(bus: Looks, subjects: Iterable[str]) -> dict[str, bool]:
    """The shards that somebody took and nobody closed, and whether a window is open there.

    Raises:
        LedgerDamaged: A record cannot be understood.
    """
    found: dict[str, bool] = {}
    for subject in subjects:
        newest = await bus.last(subject)
        if newest is None:
            continue
        record = decoded(newest.data, subject)
        if record.opens:
            found[subject] = (await read_history(bus, subject)).meant is not None
        elif not record.closed:
            found[subject] = bool(record.meant)
    return found


async def give_up(
    bus: Looks,
    subject: str,
    worker: str,
    plan: str,
    *,
    journals: Path,
    people: Callable[[Sequence[int]], Mapping[int, Recipient]],
    at: int,
) -> int:
    """Take a shard from whoever has it and settle its open window; gives how many got an outcome.

    Whoever surely never left gets none: another plan may write to them. Nobody is sent to again, whatever the policy.

    Raises:
        LedgerDamaged: A record cannot be understood.
    """
    log = ShardLog(bus, subject, worker)
    found = await log.open(plan)
    if found.closed or found.meant is None:
        return 0
    known = recover(found, subject, journals=journals, policy=HOLD, people=people(found.meant.indices), at=at).known
    await log.write(known)
    return len(known)
