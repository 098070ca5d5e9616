"""Streams and queues in memory, as the twin of the bus keeps them: the server's rules without a server."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mops_cli.delivery.bus.port import Fenced, Message, NotStored, Post
from mops_cli.delivery.bus.streams import DEDUP, Stream
from mops_cli.delivery.bus.subjects import covers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.clock import Clock

ID = "Nats-Msg-Id"


@dataclass(slots=True)
class Held:
    """A stream's messages, by sequence and in order."""

    stream: Stream
    clock: Clock
    messages: dict[int, Message] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)
    last: int = 0
    _ids: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def known(self, message_id: str) -> int:
        """The sequence of a message id that was used in the last two minutes, 0 when it was not."""
        found = self._ids.get(message_id)
        if found is None or found[1] + timedelta(seconds=DEDUP) <= self.clock.now():
            return 0
        return found[0]

    def check(self, post: Post) -> None:
        """Whether a fence holds.

        Raises:
            Fenced: It does not.
        """
        newest = self.newest.get(post.subject, 0)
        if post.last is not None and post.last != newest:
            raise Fenced(newest, post.subject)

    def add(self, post: Post, headers: Mapping[str, str]) -> int:
        """Store a message; its sequence."""
        if self.stream.per_subject == 1 or "Nats-Schedule" in headers:
            self.delete(self.newest.get(post.subject, 0))
        self.last += 1
        self.messages[self.last] = Message(post.subject, self.last, post.data, headers, self.clock.now())
        self.newest[post.subject] = self.last
        if ID in headers:
            self._ids[headers[ID]] = (self.last, self.clock.now())
        return self.last

    def delete(self, sequence: int) -> None:
        """Take a message away; it may be gone."""
        gone = self.messages.pop(sequence, None)
        if gone is None or self.newest.get(gone.subject) != sequence:
            return
        left = [one.sequence for one in self.messages.values() if one.subject == gone.subject]
        if left:
            self.newest[gone.subject] = max(left)
        else:
            del self.newest[gone.subject]

    def on(self, subject: str, start: int = 0) -> list[Message]:
        """All messages of a subject with wildcards, in order."""
        if subject in self.newest and self.newest[subject] < start:
            return []
        return [one for one in self.since(start) if covers(subject, one.subject)]

    def since(self, start: int) -> list[Message]:
        """All messages from a sequence on."""
        sequences = list(self.messages)
        return [self.messages[one] for one in sequences[bisect_left(sequences, start) :]]

    def batch(self, wanted: Sequence[Post]) -> list[int]:
        """Store all or none.

        Raises:
            Fenced: A fence does not hold.
            NotStored: A message id was used before, or a second message of a subject has a fence.
        """
        begun: set[str] = set()
        for post in wanted:
            if self.known(post.message_id):
                raise NotStored("a message of the batch has an id that was used before")
            if post.last is not None:
                if post.subject in begun:
                    raise NotStored("only the first message of a subject in a batch may carry a fence")
                self.check(post)
            begun.add(post.subject)
        return [self.add(post, {ID: post.message_id, **post.headers}) for post in wanted]

    def due(self) -> list[Message]:
        """Schedules whose time has come; they are taken away."""
        now, found = self.clock.now(), []
        for one in list(self.messages.values()):
            at = one.headers.get("Nats-Schedule", "")
            if not at:
                continue
            ttl = one.headers.get("Nats-TTL", "")
            if ttl and one.time + timedelta(seconds=int(ttl.rstrip("s"))) <= now:
                self.delete(one.sequence)
            elif datetime.fromisoformat(at.removeprefix("@at ")).astimezone(UTC) <= now:
                self.delete(one.sequence)
                found.append(one)
        return found


@dataclass(slots=True)
class Queue:
    """A durable consumer of a work queue: what is in hands until when, what waits for another try."""

    held: Held
    subject: str
    lease: float
    out: dict[int, datetime] = field(default_factory=dict)
    deliveries: dict[int, int] = field(default_factory=dict)

    def take(self) -> tuple[Message, int] | None:
        """The first message that is free, and how often it was given out."""
        now = self.held.clock.now()
        for message in self.held.on(self.subject):
            until = self.out.get(message.sequence)
            if until is not None and until > now:
                continue
            self.hold(message.sequence)
            self.deliveries[message.sequence] = self.deliveries.get(message.sequence, 0) + 1
            return message, self.deliveries[message.sequence]
        return None

    def hold(self, sequence: int, seconds: float | None = None) -> None:
        """Keep a message from others for a time."""
        wait = self.lease if seconds is None else seconds
        self.out[sequence] = self.held.clock.now() + timedelta(seconds=wait)

    def end(self, sequence: int) -> None:
        """A message leaves the queue."""
        self.held.delete(sequence)
        self.out.pop(sequence, None)
        self.deliveries.pop(sequence, None)
