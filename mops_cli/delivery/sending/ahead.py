"""Recipients read ahead: one question to the store for several shards, kept for a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mops_cli.delivery.questions import PeopleAsked, PeopleTold
from mops_cli.delivery.sending import answers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mops_cli.delivery.sending.active import Active
    from mops_cli.store.database import Store

ROWS = 3_000
"""Recipients of one question. What a question costs by itself is the most of what one shard's costs."""
MOMENT = 1.0
"""Seconds that an answer may be old when it is given out."""
WORTH = 100
"""For fewer recipients than this nobody reads ahead: they are asked for again, right before their hand-over."""


class Ahead:
    """The recipients of one send, read ahead. Used in the store's thread only."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        """``elapsed`` counts seconds."""
        self._elapsed = elapsed
        self._rows: dict[int, list[Any]] = {}
        self._fields: Sequence[str] = ()
        self._at = 0.0

    def people(self, store: Store, one: Active, asked: PeopleAsked) -> PeopleTold:
        """The answer to a worker's question."""
        assert one.audience is not None
        if len(asked.indices) < WORTH:
            return answers.people(store, one.audience, asked, others=one.others)
        if self._elapsed() - self._at > MOMENT or asked.fields != self._fields:
            self._rows.clear()
        if any(index not in self._rows for index in asked.indices):
            self._read(store, one, asked)
        return PeopleTold([self._rows.pop(index) for index in asked.indices])

    def _read(self, store: Store, one: Active, asked: PeopleAsked) -> None:
        assert one.audience is not None
        last = asked.indices[-1]
        more = range(last + 1, min(one.audience.rows, last + 1 + max(0, ROWS - len(asked.indices))))
        wanted = PeopleAsked(
            asked.send,
            asked.channel,
            asked.plan,
            asked.topic,
            asked.transactional,
            [*asked.indices, *more],
            asked.fields,
        )
        told = answers.people(store, one.audience, wanted, others=one.others)
        self._rows = {row[0]: row for row in told.rows}
        self._fields, self._at = asked.fields, self._elapsed()
