"""After a takeover: what became of the recipients that were meant and have no result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.delivery.ledger.journal import opening, remains
from mops_cli.delivery.ledger.records import Result, result_of
from mops_cli.model.delivery import Answer, Outcome, Recipient

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mops_cli.delivery.ledger.history import History

HOLD, RESEND = "hold", "resend"
"""What happens to a recipient in doubt: kept for a person to decide, or written to again."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """``known`` are results to write now; ``again`` may be sent (they never left, or the policy says so)."""

    known: tuple[Result, ...] = ()
    again: tuple[int, ...] = ()


def recover(
    found: History,
    subject: str,
    *,
    journals: Path,
    policy: str,
    people: Mapping[int, Recipient],
    at: int,
    own: str = "",
) -> Recovered:
    """Settle the open window of a shard that was just taken over.

    ``people`` gives the recipient of an index, ``at`` the time in milliseconds. The journal of the worker before
    frees a recipient only when its lock can be won (``own`` is the worker that asks) and the machine was not started
    again since; without it everybody in the window is in doubt.
    """
    if found.meant is None:
        return Recovered()
    left = remains(journals, found.meant.worker, opening(subject, found.meant.epoch), own=own)
    known: list[Result] = []
    again: list[int] = []
    for index in found.meant.indices:
        answer = left.answers.get(index) if left else None
        never_left = left is not None and left.whole and answer is None and index not in left.begun
        in_doubt = answer is None or answer.outcome is Outcome.UNKNOWN
        if never_left or (in_doubt and policy == RESEND):
            again.append(index)
        else:
            known.append(_result(people.get(index) or Recipient(index, 0, "", ""), answer, at, found.tried(index) + 1))
    return Recovered(tuple(known), tuple(again))


def _result(one: Recipient, answer: Answer | None, at: int, tried: int) -> Result:
    unheard = Answer(Outcome.UNKNOWN, said="the worker died between the hand-over and the answer")
    return result_of(one, answer or unheard, at, tried)
