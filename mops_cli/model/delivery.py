"""Words of the sending half: who gets a message, what a provider takes, what came of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SHARD_SIZE = 500
"""Recipients of a shard: the piece of a send that one worker holds at a time."""

WINDOW = 50
"""Recipients between two ledger records of a shard; the most that one crash can leave in doubt."""


class Outcome(StrEnum):
    """What came of one recipient. The values are written in ledger records: never reuse one."""

    SENT = "sent"
    """The provider took it over."""
    DEFERRED = "deferred"
    """Not now: the provider asks to try later. Becomes another outcome in time."""
    BAD_ADDRESS = "bad-address"
    """Nobody is there, for good: the address is suppressed."""
    REFUSED = "refused"
    """The provider does not want this message (policy, content, size); the address may be good."""
    FAILED = "failed"
    """It could not be made or handed over: a template without a value, a malformed address, retries used up."""
    SKIPPED = "skipped"
    """Not sent on purpose: consent withdrawn, suppressed, a cap, since the plan was made."""
    LATE = "late"
    """Not sent because ``not_after`` had passed."""
    UNKNOWN = "unknown"
    """In doubt: it was handed over and no answer came. Never becomes `not sent` by itself."""

    @property
    def final(self) -> bool:
        """Whether nothing more happens to this recipient by itself."""
        return self is not Outcome.DEFERRED


class Answer(msgspec.Struct, frozen=True):
    """What a provider said about one message. ``said`` holds no address and no content."""

    outcome: Outcome
    code: str = ""  # "250", "5.1.1", "429"
    said: str = ""
    reference: str = ""  # the provider's own id of the message
    wait: float = 0.0  # seconds that the provider asks to wait, with DEFERRED


class Recipient(msgspec.Struct, frozen=True):
    """One row of an audience as a worker gets it. ``index`` is its number in the send's frozen audience."""

    index: int
    contact_id: int  # 0 for a destination
    address: str  # mail address, number, endpoint, chat id; the name of a destination
    locale: str
    variant: str = ""
    contact: Mapping[str, Any] = msgspec.field(default_factory=dict)
    blocked: str = ""  # why it must not be sent after all; "" = send


class Outgoing(msgspec.Struct, frozen=True):
    """One finished message for a provider.

    ``key`` is the ledger key (send, recipient, channel, step) as a short text, the same at every try: providers with
    idempotency keys get it. ``sender`` and ``address`` are the envelope. ``payload`` is the whole message: for mail the
    bytes of RFC 5322 with CRLF lines (not dot-stuffed), for other channels JSON in UTF-8.
    """

    index: int
    key: str
    sender: str
    address: str
    payload: bytes
    channel: str = "email"
    files: Sequence[str] = ()  # where the files lie that go with it: pictures of a post, a PDF for a drop folder
    folder: str = ""  # a drop folder of the project for the files
    clean: bool = False  # of mail: it is certain that all lines end with CRLF and none begins with a dot


class Told(Protocol):
    """Whom a provider tells, at once, what happens to a message. Plain calls: they write the worker's journal."""

    def begins(self, index: int) -> bool:
        """Right before the point of no return (the final dot, the request's bytes); False = do not send it."""
        ...

    def ends(self, index: int, answer: Answer) -> None:
        """Right after the provider's answer, or after it is certain that none will come."""
        ...


class Lane(Protocol):
    """One connection of a provider, used by one shard at a time."""

    async def deliver(self, messages: Sequence[Outgoing], told: Told) -> None:
        """Hand messages over, in order. Tells ``ends`` exactly once for each; raises nothing of the provider's.

        A message for which ``begins`` was not called when the connection broke ends as DEFERRED, one for which it was
        called and no answer came as UNKNOWN.
        """
        ...

    async def close(self) -> None:
        """End the connection politely."""
        ...


class Provider(Protocol):
    """A service that delivers, made from its table in ``[providers]``."""

    @property
    def name(self) -> str:
        """Its name in ``mops.toml``."""
        ...

    @property
    def lanes(self) -> int:
        """How many connections it may have open at once in one worker."""
        ...

    async def open(self) -> Lane:
        """A new lane; connecting may be put off until its first message."""
        ...


class Composer(Protocol):
    """Makes finished messages for one campaign, channel, locale and variant; compiled once."""

    @property
    def fields(self) -> frozenset[str]:
        """The contact fields that it reads (without ``contact.``)."""
        ...

    def compose(self, recipient: Recipient) -> Outgoing:
        """The message for one person.

        Raises:
            MopsError: the message cannot be made for this person; says why, without personal data.
        """
        ...
