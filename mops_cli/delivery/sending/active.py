"""A send that is under way, as its owner holds it in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mops_cli.delivery.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from mops_cli.delivery.plan.planfile import Shard
    from mops_cli.delivery.sending.audience import Audience
    from mops_cli.delivery.sending.register import Send


@dataclass(slots=True)
class Active:
    """One send on one channel. ``counts`` are final outcomes by name; ``closed`` the shards that are done."""

    send: Send
    shards: Sequence[Shard]
    audience: Audience | None  # None: destinations
    destinations: Sequence[str] = ()
    providers: Sequence[str] = ()  # of each destination
    transactional: bool = False
    others: bool = False  # another plan of the same send reached people before
    as_of: int = 0  # the ledger's record up to which the counts hold
    counts: dict[str, int] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    given: set[int] = field(default_factory=set)  # shards whose job is in the queue since this owner began
    deferred: set[int] = field(default_factory=set)  # whom a provider put off, by number
    said: str = ""  # what it said last when it did

    @property
    def state(self) -> str:
        """Running, stopped, finished or cancelled."""
        return self.send.state

    @property
    def staff(self) -> frozenset[str]:
        """The providers for whom somebody must work."""
        return frozenset(self.providers or (self.send.provider,))

    def becomes(self, state: str) -> None:
        """The register has a new state for it."""
        self.send = replace(self.send, state=state)

    @property
    def settled(self) -> int:
        """How many recipients have a final outcome."""
        return sum(self.counts.values())

    @property
    def complete(self) -> bool:
        """Whether every planned recipient has one."""
        return self.settled >= self.send.recipients

    def due(self, now: datetime) -> list[Shard]:
        """Shards whose time has come and whose job is not in the queue."""
        return [
            one
            for one in self.shards
            if one.at <= now and one.number not in self.closed and one.number not in self.given
        ]

    def next_at(self, now: datetime) -> datetime | None:
        """When the next shard is due; None when none is to come."""
        return min((one.at for one in self.shards if one.at > now and one.number not in self.closed), default=None)

    def jobs(self, shards: Sequence[Shard], attempt: int = 0) -> Iterator[Job]:
        """The jobs of some shards."""
        one = self.send
        for shard in shards:
            late = int(shard.not_after.timestamp() * 1000) if shard.not_after else 0
            provider = self.providers[shard.first] if self.providers else one.provider
            yield Job(
                one.send, one.channel, one.campaign, one.topic, one.plan, provider, shard.number, shard.first,
                shard.rows, one.policy, self.transactional, late, attempt,
            )  # fmt: skip
