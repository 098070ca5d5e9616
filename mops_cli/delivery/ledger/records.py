"""What stands in the ledger: one kind of record, in JSON, with what was meant next and what came of the last.

A shard's records lie on one subject, each fenced by the sequence of the one before. Version 1:

- *open*: a worker took the shard (``opened`` = hash of the plan).
- *window*: results of the window before (``done``) and what is meant next (``meant``); either may be empty.
- *close*: every recipient has a final outcome (``closed``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from mops_cli.errors import MopsError
from mops_cli.model.delivery import Answer, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mops_cli.model.delivery import Recipient

VERSION = 1
LONGEST = 300
"""Characters that a provider's words have in a record: a window must fit into one message of the bus."""


class LedgerDamaged(MopsError):
    """A record that this version cannot read; nothing is sent from its shard."""

    exit_code = 5


class Result(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """What came of one recipient: index in the audience, contact id (0 = destination), outcome, when (ms, UTC)."""

    index: int
    contact_id: int
    outcome: Outcome
    at: int
    locale: str = ""
    variant: str = ""
    code: str = ""
    reference: str = ""
    said: str = ""
    tried: int = 1  # how many hand-overs there were, this one included
    destination: str = ""  # the name, where there is no contact

    def answer(self) -> Answer:
        """The provider's words again."""
        return Answer(self.outcome, self.code, self.said, self.reference)


def result_of(one: Recipient, answer: Answer, at: int, tried: int) -> Result:
    """The result of a recipient; what the provider said becomes text that can be stored."""
    code, reference, said = (_storable(text) for text in (answer.code, answer.reference, answer.said))
    return Result(
        one.index, one.contact_id, answer.outcome, at, one.locale, one.variant, code, reference, said, tried,
        "" if one.contact_id else one.address,
    )  # fmt: skip


def _storable(text: str) -> str:
    """The text without half characters (JSON of services may have them), not longer than :data:`LONGEST`."""
    return text[:LONGEST].encode("utf-8", "replace").decode()


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """One record of a shard. ``epoch`` counts the openings, ``number`` the records of this opening."""

    worker: str
    epoch: int
    number: int
    version: int = VERSION
    opened: str = ""
    done: tuple[Result, ...] = ()
    meant: tuple[int, ...] = ()
    closed: bool = False

    @property
    def opens(self) -> bool:
        """Whether it says that a worker took the shard."""
        return self.number == 0

    @property
    def message_id(self) -> str:
        """Its place among the worker's records: part of the id by which a writer knows it again."""
        return f"{self.worker}.{self.epoch}.{self.number}"


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Record)


def encoded(record: Record) -> bytes:
    """The record as it is stored."""
    return _encoder.encode(record)


def decoded(data: bytes, where: str = "") -> Record:
    """A stored record.

    Raises:
        LedgerDamaged: It is not one, or of a newer version.
    """
    try:
        record = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise LedgerDamaged(
            f"a ledger record{where and ' of ' + where} cannot be read: {problem}",
            hint="a newer mops may have written it; nothing is sent from this shard",
        ) from None
    if record.version > VERSION:
        raise LedgerDamaged(
            f"a ledger record{where and ' of ' + where} has version {record.version}; this mops knows {VERSION}",
            hint="install the newest mops on this machine",
        )
    return record


def counts(results: Iterable[Result]) -> dict[str, int]:
    """How many of each outcome."""
    found: dict[str, int] = {}
    for one in results:
        found[one.outcome.value] = found.get(one.outcome.value, 0) + 1
    return found
