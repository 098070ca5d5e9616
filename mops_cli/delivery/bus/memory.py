"""The bus in memory: the same port for tests and trials, with nothing but the injected clock deciding what is late."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mops_cli.clock import Clock, FrozenClock, new_id
from mops_cli.delivery.bus.memory_streams import Held, Queue
from mops_cli.delivery.bus.port import (
    BATCH,
    FOLLOWED,
    LEASE,
    BusUnavailable,
    Fenced,
    Message,
    NobodyAnswers,
    NotStored,
    Post,
    Refused,
    posts,
)
from mops_cli.delivery.bus.queues import NOT_AFTER, schedule_headers
from mops_cli.delivery.bus.server_files import PAYLOAD
from mops_cli.delivery.bus.shared_flags import SharedFlags
from mops_cli.delivery.bus.streams import STREAMS, Stream, stream_named, stream_of
from mops_cli.delivery.bus.subjects import covers
from mops_cli.delivery.bus.talking import crash_message
from mops_cli.errors import MopsError, UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from mops_cli.delivery.bus.port import Bus

STEP = 0.02
"""Seconds between two looks at a clock that runs by itself."""


class MemoryBus:
    """The twin of the bus (the port ``Bus``). Without a clock its time stands still until :meth:`advance`."""

    def __init__(self, clock: Clock | None = None) -> None:
        """``clock`` decides about leases, schedules and repeated ids."""
        self._clock: Clock = clock or FrozenClock(datetime(2027, 1, 1, tzinfo=UTC))
        self._held = {one.name: Held(one, self._clock) for one in STREAMS}
        self._queues: dict[tuple[str, str], Queue] = {}
        self._answerers: dict[str, Callable[[bytes], Awaitable[bytes]]] = {}
        self._hearers: list[_Hearer] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._moved = asyncio.Condition()
        self.flags = SharedFlags(self)

    async def start(self) -> None:
        """Nothing has to be started; here so that a test may treat all buses alike."""

    async def close(self) -> None:
        """End all that is heard."""
        for one in self._hearers:
            one.task.cancel()
            with suppress(asyncio.CancelledError):
                await one.task
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def brief(self) -> str:
        """Another process cannot join."""
        return ""

    async def advance(self, seconds: float) -> None:
        """Move a clock that stands still: leases run out, schedules come due."""
        if not isinstance(self._clock, FrozenClock):
            raise TypeError("only a FrozenClock can be moved")
        self._clock.tick(seconds)
        await self._changed()

    # -- writing

    async def publish(
        self, subject: str, data: bytes, *, message_id: str = "", headers: Mapping[str, str] | None = None
    ) -> int:
        """Store one message."""
        return await self._store(Post(subject, data, message_id or new_id(), headers or {}))

    async def publish_fenced(self, subject: str, data: bytes, *, last: int, message_id: str) -> int:
        """Store one message behind a fence."""
        return await self._store(Post(subject, data, message_id, last=last))

    async def _store(self, post: Post) -> int:
        held = self._of(post)
        if post.last is not None:
            newest = held.messages.get(held.newest.get(post.subject, 0))
            if newest is not None and newest.sequence != post.last and newest.message_id == post.message_id:
                return newest.sequence  # our own record, once more
            held.check(post)
        known = held.known(post.message_id)
        if known:
            return known
        sequence = held.add(post, {"Nats-Msg-Id": post.message_id, **post.headers})
        await self._changed()
        return sequence

    async def publish_many(self, messages: Sequence[Post | tuple[str, bytes]]) -> list[int]:
        """Store messages one by one."""
        failed: dict[int, str] = {}
        stored: dict[int, int] = {}
        wanted = posts(messages)
        for index, post in enumerate(wanted):
            try:
                stored[index] = await self._store(_identified(post))
            except (NotStored, Fenced) as problem:
                failed[index] = problem.message
        if failed:
            some = next(iter(failed))
            raise NotStored(
                f"{len(failed)} of {len(wanted)} messages were refused; the first is for {wanted[some].subject}: "
                f"{failed[some]}",
                failed=failed,
                stored=stored,
            )
        return [stored[index] for index in range(len(wanted))]

    async def publish_batch(self, messages: Sequence[Post | tuple[str, bytes]]) -> list[int]:
        """Store messages, all or none."""
        wanted = [_identified(one) for one in posts(messages)]
        if not wanted:
            return []
        if len(wanted) > BATCH:
            raise UsageError(f"a batch of {len(wanted)} messages", hint=f"the server takes {BATCH} at once")
        held = {id(self._of(one)): self._of(one) for one in wanted}
        if len(held) > 1:
            raise NotStored("the messages of a batch belong to several streams")
        stored = next(iter(held.values())).batch(wanted)
        await self._changed()
        return stored

    def _of(self, post: Post) -> Held:
        if len(post.data) > PAYLOAD:
            raise UsageError(f"a message of {len(post.data)} bytes for {post.subject} is larger than the server takes")
        return self._held[_stream(post.subject).name]

    # -- reading

    async def read(self, subject: str, *, start: int = 0) -> list[Message]:
        """Everything on a subject."""
        return self._held[stream_of(subject).name].on(subject, start)

    async def last(self, subject: str) -> Message | None:
        """The newest message of a subject."""
        found = self._held[stream_of(subject).name].on(subject)
        return found[-1] if found else None

    async def last_sequence(self, stream: str) -> int:
        """The newest sequence of a stream."""
        return self._held[stream_named(stream).name].last

    async def follow(self, stream: str, start: int, *, until_idle: bool = False) -> AsyncIterator[list[Message]]:
        """All messages from a sequence on."""
        held, place = self._held[stream_named(stream).name], max(start, 1)
        while True:
            found = held.since(place)[:FOLLOWED]
            if found:
                place = found[-1].sequence + 1
                yield found
            elif until_idle:
                return
            else:
                await self._wait(STEP * 50)

    # -- queues

    async def work(self, stream: str, subject: str, *, durable: str, lease: float = LEASE) -> _MemoryConsumer:
        """The reading end of a queue."""
        held = self._held[stream_named(stream).name]
        queue = self._queues.setdefault((stream, durable), Queue(held, subject, lease))
        queue.lease = lease
        return _MemoryConsumer(self, queue)

    async def schedule(
        self, subject: str, target: str, data: bytes, at: datetime | float, *, ttl: float | None = None
    ) -> None:
        """Let something appear at a time."""
        headers = schedule_headers(subject, target, target, now=self._clock.now(), at=at, ttl=ttl)
        await self.publish(subject, data, headers=headers)

    async def unschedule(self, subject: str) -> int:
        """Take schedules back."""
        return await self.purge(stream_of(subject).name, subject)

    async def purge(self, stream: str, subject: str = "", *, below: int = 0) -> int:
        """Delete messages."""
        held = self._held[stream_named(stream).name]
        gone = [one for one in held.on(subject or ">") if not below or one.sequence < below]
        for one in gone:
            held.delete(one.sequence)
        return len(gone)

    # -- talking

    async def ask(self, subject: str, data: bytes, timeout: float) -> bytes:  # noqa: ASYNC109 - as the port has it
        """The answer to a question."""
        handler = self._answerers.get(subject)
        if handler is None:
            raise NobodyAnswers(
                f"nobody answers {subject}", hint="start the node (mops up), or the command that holds the store"
            )
        try:
            async with asyncio.timeout(timeout):
                return bytes(await handler(bytes(data)))
        except TimeoutError:
            raise BusUnavailable(
                f"no answer to {subject} within {timeout:.0f} seconds",
                hint="whoever answers is busy or was stopped; repeat the command",
            ) from None
        except MopsError as problem:
            raise Refused(problem.message, hint=problem.hint, exit_code=problem.exit_code) from None
        except Exception as problem:  # noqa: BLE001 - the asker must hear of any mistake
            raise Refused(crash_message(problem, subject), hint="please report this") from None

    async def answer(self, subject: str, handler: Callable[[bytes], Awaitable[bytes]]) -> _Answering:
        """Answer questions."""
        self._answerers[subject] = handler
        return _Answering(self._answerers, subject, handler)

    async def notify(self, subject: str, data: bytes) -> None:
        """Call out."""
        for one in self._hearers:
            if covers(one.subject, subject):
                one.calls.put_nowait(bytes(data))

    async def subscribe(self, subject: str, handler: Callable[[bytes], Awaitable[None]]) -> _Hearer:
        """Hear calls."""
        hearer = _Hearer(self._hearers, subject, handler)
        self._hearers.append(hearer)
        return hearer

    # -- time

    async def _changed(self) -> None:
        self._fire()
        async with self._moved:
            self._moved.notify_all()

    def _fire(self) -> None:
        for held in self._held.values():
            for one in held.due() if held.stream.schedules else ():
                kept = {key: value for key, value in one.headers.items() if key == NOT_AFTER}
                target = one.headers["Nats-Schedule-Target"]
                held.add(Post(target, one.data), {"Nats-Scheduler": one.subject, **kept})

    async def _wait(self, longest: float) -> None:
        """Wait for a change."""
        step = longest if isinstance(self._clock, FrozenClock) else min(STEP, longest)
        with suppress(TimeoutError):
            async with asyncio.timeout(step), self._moved:
                await self._moved.wait()
        self._fire()


class _MemoryConsumer:
    """The reading end of a queue (the port ``Consumer``)."""

    def __init__(self, bus: MemoryBus, queue: Queue) -> None:
        self._bus = bus
        self._queue = queue

    async def next(self, timeout: float) -> _MemoryWork | None:  # noqa: ASYNC109 - as the port has it
        """The next message."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + timeout
        while True:
            found = self._queue.take()
            if found is not None:
                return _MemoryWork(self._bus, self._queue, *found)
            left = ends - loop.time()
            if left <= 0:
                return None
            await self._bus._wait(left)  # noqa: SLF001 - its own consumer


class _MemoryWork:
    """A message of a queue in hands (the port ``Work``)."""

    def __init__(self, bus: MemoryBus, queue: Queue, message: Message, deliveries: int) -> None:
        self._bus = bus
        self._queue = queue
        self.data = message.data
        self.subject = message.subject
        self.headers = message.headers
        self.sequence = message.sequence
        self.deliveries = deliveries

    async def ack(self) -> None:
        """It is done."""
        self._queue.end(self.sequence)

    async def progress(self) -> None:
        """It is being worked on."""
        if self.sequence in self._queue.out:
            self._queue.hold(self.sequence)

    async def nak(self, delay: float = 0.0) -> None:
        """Give it back."""
        if self.sequence in self._queue.out:
            self._queue.hold(self.sequence, delay)
            await self._bus._changed()  # noqa: SLF001 - its own work

    async def term(self) -> None:
        """Never again."""
        self._queue.end(self.sequence)


class _Answering:
    """Somebody who answers (the port ``Subscription``)."""

    def __init__(
        self, answerers: dict[str, Callable[[bytes], Awaitable[bytes]]], subject: str,
        handler: Callable[[bytes], Awaitable[bytes]],
    ) -> None:  # fmt: skip
        self._answerers = answerers
        self._subject = subject
        self._handler = handler

    async def close(self) -> None:
        """Answer no more."""
        if self._answerers.get(self._subject) is self._handler:
            del self._answerers[self._subject]


class _Hearer:
    """Somebody who hears calls, one at a time (the port ``Subscription``)."""

    def __init__(self, hearers: list[_Hearer], subject: str, handler: Callable[[bytes], Awaitable[None]]) -> None:
        self.subject = subject
        self.calls: asyncio.Queue[bytes] = asyncio.Queue()
        self._hearers = hearers
        self._handler = handler
        self.task = asyncio.create_task(self._hear())

    async def _hear(self) -> None:
        while True:
            await self._handler(await self.calls.get())

    async def close(self) -> None:
        """Hear no more."""
        if self in self._hearers:
            self._hearers.remove(self)
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


def _stream(subject: str) -> Stream:
    try:
        return stream_of(subject)
    except UsageError as problem:
        raise NotStored(problem.message, hint=problem.hint) from None


def _identified(post: Post) -> Post:
    return post if post.message_id else Post(post.subject, post.data, new_id(), post.headers, post.last)


def _is_a_bus(bus: MemoryBus) -> Bus:
    """For the type checker: the class has all that the port asks for."""
    return bus
