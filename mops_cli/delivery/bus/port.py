"""The bus as the rest of MOPS sees it: small ports by need, the values that travel, what can go wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from mops_cli.errors import ExternalError, MopsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

BATCH = 1000
"""Most messages of one atomic batch (the server's own limit)."""
FOLLOWED = 500
"""Most messages that :meth:`Reads.follow` gives at once."""
LEASE = 20.0
"""Seconds that a message of a queue stays with the worker that took it, without a sign of life."""


class Message(msgspec.Struct, frozen=True):
    """A stored message. ``sequence`` is its number in the stream, ``time`` when the server stored it."""

    subject: str
    sequence: int
    data: bytes
    headers: Mapping[str, str]
    time: datetime

    @property
    def message_id(self) -> str:
        """The id under which it was published."""
        return self.headers.get("Nats-Msg-Id", "")


class Post(msgspec.Struct, frozen=True):
    """A message to be published.

    ``message_id`` makes a repetition within two minutes harmless; empty: the bus makes one up. ``last`` is the fence:
    the sequence that the newest message of the subject must have (0: there is none); within a batch only the first
    message of a subject may carry one.
    """

    subject: str
    data: bytes
    message_id: str = ""
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    last: int | None = None


class BusUnavailable(ExternalError):
    """The server is not there, or did not answer in time."""


class NobodyAnswers(BusUnavailable):
    """Nobody listens for this question: the owner of the store does not run."""


class Fenced(MopsError):
    """Somebody else has written to the subject since: whoever gets this has lost it and must stop at once."""

    exit_code = 6

    def __init__(self, last: int, subject: str = "") -> None:
        """``last`` is the sequence of the subject's newest message, 0 when it was purged."""
        super().__init__(f"another one has written to {subject or 'the subject'}; its newest record is {last}")
        self.last = last


class NotStored(ExternalError):
    """The server refused messages. ``failed`` says why by position; ``stored`` has the sequences of the others."""

    def __init__(
        self, message: str, *, hint: str = "", failed: Mapping[int, str] | None = None,
        stored: Mapping[int, int] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message, hint=hint)
        self.failed = dict(failed or {})
        self.stored = dict(stored or {})


class Refused(MopsError):
    """The one who was asked says no: its own message, hint and exit code."""

    def __init__(self, message: str, *, hint: str = "", exit_code: int = 70) -> None:
        super().__init__(message, hint=hint)
        self.exit_code = exit_code


class Subscription(Protocol):
    """Something that goes on until it is closed."""

    async def close(self) -> None:
        """End it; closing twice is harmless."""
        ...


class Work(Protocol):
    """A message of a queue in the hands of one worker. All answers are confirmed by the server.

    Every method raises BusUnavailable when the server does not confirm; the message then comes again.
    """

    @property
    def data(self) -> bytes:
        """What it says."""
        ...

    @property
    def subject(self) -> str:
        """Where it waited."""
        ...

    @property
    def deliveries(self) -> int:
        """How many times it was given out, this one included."""
        ...

    async def ack(self) -> None:
        """It is done, and leaves the queue."""
        ...

    async def progress(self) -> None:
        """It is being worked on: the lease begins anew."""
        ...

    async def nak(self, delay: float = 0.0) -> None:
        """Give it back, to be given out again after ``delay`` seconds."""
        ...

    async def term(self) -> None:
        """Never give it out again."""
        ...


class Consumer(Protocol):
    """The reading end of a queue. Several tasks may wait on one."""

    async def next(self, timeout: float) -> Work | None:  # noqa: ASYNC109 - an empty queue is no error
        """The next message, None when there was none for ``timeout`` seconds.

        Raises:
            BusUnavailable: The server has been away for long.
        """
        ...


class Publishes(Protocol):
    """Writing. Every call returns when the server has stored (and synced) it, or raises.

    Raises:
        NotStored: The server refused it: no such stream, full, too large.
        BusUnavailable: The server is not there, or did not confirm; it may have stored it all the same.
    """

    async def publish(
        self, subject: str, data: bytes, *, message_id: str = "", headers: Mapping[str, str] | None = None
    ) -> int:
        """Store one message; gives its sequence. Repeated by itself under the same id when the server was away."""
        ...

    async def publish_fenced(self, subject: str, data: bytes, *, last: int, message_id: str) -> int:
        """Store one message when ``last`` is the newest sequence of its subject.

        ``message_id`` must be this record's own: after a lost confirmation it tells our record from another's.

        Raises:
            Fenced: Another message is the newest.
        """
        ...

    async def publish_many(self, messages: Sequence[Post | tuple[str, bytes]]) -> list[int]:
        """Store messages one by one, a window of them under way at a time; gives their sequences, in order.

        Raises:
            NotStored: Some were refused: ``failed`` says which, ``stored`` has the rest.
        """
        ...

    async def publish_batch(self, messages: Sequence[Post | tuple[str, bytes]]) -> list[int]:
        """Store up to :data:`BATCH` messages of one stream, all or none; gives their sequences.

        Raises:
            Fenced: One of the fences does not hold; nothing was stored.
        """
        ...


class Reads(Protocol):
    """Reading what is stored."""

    async def read(self, subject: str, *, start: int = 0) -> list[Message]:
        """Everything that is stored now on a subject (wildcards allowed), in order, from sequence ``start``."""
        ...

    async def last(self, subject: str) -> Message | None:
        """The newest message of a subject."""
        ...

    async def last_sequence(self, stream: str) -> int:
        """The newest sequence that a stream has given out, 0 when it never had a message."""
        ...

    def follow(self, stream: str, start: int, *, until_idle: bool = False) -> AsyncIterator[list[Message]]:
        """All messages from sequence ``start``, in order and without a gap, for ever; across restarts of the server.

        Gives what is there, at most :data:`FOLLOWED` at once. ``until_idle``: ends when everything was given.

        Raises:
            BusUnavailable: The server has been away for long.
        """
        ...


class Queues(Protocol):
    """Work queues, messages that wait for their time, and clearing away."""

    async def work(self, stream: str, subject: str, *, durable: str, lease: float = LEASE) -> Consumer:
        """The reading end of a queue's subject (wildcards allowed), shared by all who use the same ``durable``."""
        ...

    async def schedule(
        self, subject: str, target: str, data: bytes, at: datetime | float, *, ttl: float | None = None
    ) -> None:
        """Let ``data`` appear on ``target`` at an instant, or in so many seconds. Survives restarts of the server.

        ``subject`` names the schedule (one each; a new one replaces the old). It must lie in the stream of the target:
        ``mops.schedule.retry.…`` for ``mops.jobs.…``, ``mops.schedule.wake.…`` for ``mops.due.…``. With ``ttl`` it is
        dropped when the server was away and could not fire it within so many seconds after its time.
        """
        ...

    async def unschedule(self, subject: str) -> int:
        """Take schedules back (wildcards allowed); gives how many there were."""
        ...

    async def purge(self, stream: str, subject: str = "", *, below: int = 0) -> int:
        """Delete messages of a subject (wildcards allowed; empty: all), or only those below a sequence; how many."""
        ...


class Talks(Protocol):
    """Questions and calls that nobody stores."""

    async def ask(self, subject: str, data: bytes, timeout: float) -> bytes:  # noqa: ASYNC109 - it is the server's
        """The answer to a question, of any size. When the connection breaks it is asked again within ``timeout``.

        Raises:
            Refused: The answerer's own error.
            NobodyAnswers: Nobody listens.
            BusUnavailable: No answer in time.
        """
        ...

    async def answer(self, subject: str, handler: Callable[[bytes], Awaitable[bytes]]) -> Subscription:
        """Answer questions, several at a time. What ``handler`` raises reaches the asker as Refused."""
        ...

    async def notify(self, subject: str, data: bytes) -> None:
        """Call out to whoever listens now; nobody confirms it."""
        ...

    async def subscribe(self, subject: str, handler: Callable[[bytes], Awaitable[None]]) -> Subscription:
        """Hear calls (wildcards allowed), one at a time and in order."""
        ...


class Flags(Protocol):
    """Small values by name that everybody sees: what is paused."""

    async def get(self, name: str) -> bytes | None:
        """A flag's value."""
        ...

    async def put(self, name: str, value: bytes) -> None:
        """Set a flag."""
        ...

    async def clear(self, name: str) -> None:
        """Take a flag away."""
        ...

    def watch(self) -> AsyncIterator[tuple[str, bytes | None]]:
        """All flags as they are, then every change; None for a flag that was taken away."""
        ...


class Bus(Publishes, Reads, Queues, Talks, Protocol):
    """The whole bus."""

    @property
    def flags(self) -> Flags:
        """The shared flags."""
        ...

    @property
    def brief(self) -> str:
        """How another process joins this bus (see ``opening.join``). It holds secrets."""
        ...

    async def close(self) -> None:
        """Leave. What was confirmed is stored; the rest is lost."""
        ...


def posts(messages: Sequence[Post | tuple[str, bytes]]) -> list[Post]:
    """Pairs of subject and data become posts."""
    return [one if isinstance(one, Post) else Post(one[0], one[1]) for one in messages]
