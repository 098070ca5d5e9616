"""What people want to know of a plan beside the plan itself: what changed, what it costs, how it looks."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  # msgspec reads the annotations when it runs
from typing import TYPE_CHECKING

import msgspec

from mops_cli.delivery.plan.writing import write_private

if TYPE_CHECKING:
    from pathlib import Path

FILE = "report.json"


class Refusal(msgspec.Struct, frozen=True):
    """A guard that would refuse the plan now: ``guard`` is its name (stale, late, drifted, unapproved, …)."""

    guard: str
    message: str
    hint: str


class Moves(msgspec.Struct, frozen=True, kw_only=True):
    """Who came and who went since the last plan of the campaign on the channel; some of them by contact id."""

    plan: str
    made_at: datetime
    before: int
    joined: int
    left: int
    who_joined: tuple[int, ...] = ()
    who_left: tuple[int, ...] = ()


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is another one than in the last plan. ``subject`` is before and after; ``lines`` a diff of the text."""

    path: str
    kind: str  # changed, added, removed
    subject: tuple[str, str] | None = None
    lines: tuple[str, ...] = ()


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A message as one person gets it. The address is masked; ``problem`` says why it cannot be made for them."""

    contact: int
    address: str
    locale: str
    variant: str
    subject: str
    text: str
    problem: str = ""


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What a send costs. For SMS: segments, and how many messages have how many; ``unpriced`` people have no price.

    ``estimated``: too many different messages to make them all; the numbers are those of a large sample, scaled.
    """

    amount: float
    currency: str
    segments: int = 0
    messages: dict[int, int] = {}
    unpriced: int = 0
    estimated: bool = False


class SendReport(msgspec.Struct, frozen=True, kw_only=True):
    """One campaign on one channel. ``origin``: derived from the message, or written for the channel."""

    send: str
    channel: str
    origin: str
    moves: Moves | None = None
    edits: tuple[Edit, ...] = ()
    samples: tuple[Sample, ...] = ()
    cost: Cost | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of it."""

    plan: str
    refusals: tuple[Refusal, ...]
    sends: tuple[SendReport, ...]


def keep(folder: Path, report: Report) -> None:
    """Leave the report in the plan's folder: whoever asked for the plan may be another process."""
    write_private(folder / FILE, msgspec.json.encode(report))


def kept(folder: Path) -> Report:
    """The report of a plan.

    Raises:
        OSError: There is none.
    """
    return msgspec.json.decode((folder / FILE).read_bytes(), type=Report)
