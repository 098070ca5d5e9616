"""One window of a shard in the hands of a provider: the journal is written, answers are gathered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.delivery.ledger.records import Result, result_of
from mops_cli.delivery.worker.points import reached
from mops_cli.errors import MopsError
from mops_cli.model.delivery import Answer, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mops_cli.delivery.ledger.journal import Journal
    from mops_cli.delivery.ledger.log import ShardLog
    from mops_cli.model.delivery import Outgoing, Recipient


class Window:
    """What a lane tells while it delivers (the port ``Told``)."""

    def __init__(
        self,
        log: ShardLog,
        journal: Journal,
        people: Mapping[int, Recipient],
        may_send: Callable[[], bool],
        now: Callable[[], int],
    ) -> None:
        """``may_send`` is asked before every hand-over: the lease must still be ours."""
        self._opening = log.opening
        self._tried = log.history.tried
        self._journal = journal
        self._people = people
        self._may_send = may_send
        self._now = now
        self._begun: set[int] = set()
        self._answers: dict[int, Result] = {}
        self.broken: Exception | None = None

    def begins(self, index: int) -> bool:
        """Right before the point of no return."""
        if self.broken is not None or not self._may_send():
            return False
        reached("before-journal")
        try:
            self._journal.begins(self._opening, index)
        except MopsError as problem:
            self.broken = problem
            return False
        self._begun.add(index)
        reached("before-dot")
        return True

    def ends(self, index: int, answer: Answer) -> None:
        """Right after the answer."""
        if index in self._begun:
            reached("after-answer")
            try:
                self._journal.ends(self._opening, index, answer)
            except MopsError as problem:
                self.broken = problem
            reached("after-journal")
        self._answers[index] = self.result(index, answer)

    def result(self, index: int, answer: Answer) -> Result:
        """The answer as the ledger writes it. What the provider never saw does not count as a try."""
        tried = self._tried(index) + (1 if index in self._begun or answer.code or answer.outcome.final else 0)
        return result_of(self._people[index], answer, self._now(), tried)

    def breaks(self, problem: Exception) -> None:
        """The lane has failed in a way it should not: nothing more leaves."""
        self.broken = problem

    def results(self, messages: Sequence[Outgoing]) -> list[Result]:
        """One result for each message. A provider that broke its word leaves doubt, never a gap."""
        return [self._answers.get(one.index) or self._silent(one.index) for one in messages]

    def _silent(self, index: int) -> Result:
        outcome = Outcome.UNKNOWN if index in self._begun else Outcome.DEFERRED
        return self.result(index, Answer(outcome, said="the provider gave no answer"))
