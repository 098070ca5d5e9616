"""Work queues, messages that wait for their time, and clearing away."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from mops_cli.clock import new_id
from mops_cli.delivery.bus.port import LEASE, BusUnavailable
from mops_cli.delivery.bus.reading import place_of
from mops_cli.delivery.bus.replies import ATTEMPT, LostReply, NoResponders
from mops_cli.delivery.bus.streams import SECOND, stream_named, stream_of
from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nats.aio.msg import Msg

    from mops_cli.clock import Clock
    from mops_cli.delivery.bus.connection import Link
    from mops_cli.delivery.bus.publishing import Publisher

MARGIN = 1.0
"""Seconds that we wait longer than the server, so that it always has the last word."""
OVER = ("404", "408")
"""The server's words for: nothing came in time."""
NOT_AFTER = "Mops-Not-After"
"""The latest moment, in milliseconds, at which a schedule may have fired."""
OUT = 20_000
"""Most messages of a queue that are in hands at once."""


class Queueing:
    """Queues over one link (the port ``Queues``)."""

    def __init__(self, link: Link, publisher: Publisher, clock: Clock) -> None:
        """``clock`` is for schedules."""
        self._link = link
        self._publisher = publisher
        self._clock = clock

    async def work(self, stream: str, subject: str, *, durable: str, lease: float = LEASE) -> QueueConsumer:
        """The reading end of a queue."""
        consumer = QueueConsumer(self._link, stream_named(stream).name, subject, durable, lease)
        await consumer.open()
        return consumer

    async def schedule(
        self, subject: str, target: str, data: bytes, at: datetime | float, *, ttl: float | None = None
    ) -> None:
        """Let something appear at a time."""
        await self._publisher.publish(
            subject,
            data,
            headers=schedule_headers(
                subject, target, self._link.names.subject(target), now=self._clock.now(), at=at, ttl=ttl
            ),
        )

    async def unschedule(self, subject: str) -> int:
        """Take schedules back."""
        return await self.purge(stream_of(subject).name, subject)

    async def purge(self, stream: str, subject: str = "", *, below: int = 0) -> int:
        """Delete messages."""
        asked: dict[str, object] = {}
        if subject:
            asked["filter"] = self._link.names.subject(subject)
        if below:
            asked["seq"] = below
        found = await self._link.api(f"STREAM.PURGE.{self._link.names.stream(stream_named(stream).name)}", asked)
        if "error" in found:
            raise BusUnavailable(f"{subject or stream} cannot be purged: {found['error'].get('description')}")
        return int(found.get("purged", 0))


def schedule_headers(
    subject: str, target: str, full_target: str, *, now: datetime, at: datetime | float, ttl: float | None
) -> dict[str, str]:
    """What makes a message a schedule.

    Raises:
        UsageError: Subject and target lie in different streams.
    """
    if stream_of(subject) is not stream_of(target) or not subject.startswith("mops.schedule."):
        raise UsageError(
            f"{subject} cannot be a schedule for {target}",
            hint="mops.schedule.retry.… is for mops.jobs.…, mops.schedule.wake.… for mops.due.…",
        )
    due = at if isinstance(at, datetime) else now + timedelta(seconds=at)
    # Up to the next millisecond: never too early.
    exact = due.astimezone(UTC) + timedelta(microseconds=999)
    headers = {
        "Nats-Schedule": f"@at {exact.isoformat(timespec='milliseconds').removesuffix('+00:00')}Z",
        "Nats-Schedule-Target": full_target,
    }
    if ttl is not None:
        # The server drops it by its TTL, but not surely when it was away: who takes it looks once more.
        headers["Nats-TTL"] = f"{max(1, int((due - now).total_seconds() + ttl + 0.999))}s"
        headers[NOT_AFTER] = str(int((due.timestamp() + ttl) * 1000))
    return headers


def too_late(headers: Mapping[str, str], stored: float) -> bool:
    """Whether a message came out of a schedule that fired too late; ``stored`` is when, as a timestamp."""
    latest = headers.get(NOT_AFTER, "")
    return latest.isdigit() and stored * 1000 > int(latest)


class QueueConsumer:
    """The reading end of a queue (the port ``Consumer``); made anew when the server has forgotten it."""

    def __init__(self, link: Link, stream: str, subject: str, durable: str, lease: float) -> None:
        self._link = link
        self._stream = link.names.stream(stream)
        self._subject = link.names.subject(subject)
        self._durable = durable
        self._lease = lease
        self._inbox = f"_INBOX.{new_id()}"
        self._waiting: dict[str, asyncio.Future[Msg | None]] = {}

    async def open(self) -> None:
        """Make it, and hear what comes: one subscription for all who wait here, which lasts over reconnections.

        Raises:
            BusUnavailable: The server is away, or does not want it.
        """
        await self.create()
        try:
            await self._link.hear(f"{self._inbox}.*", self._on_message)
        except LostReply:
            raise self._link.away() from None

    async def create(self) -> None:
        """Make it on the server; it may exist.

        Raises:
            BusUnavailable: The server does not want it.
        """
        config = {
            "name": self._durable,
            "durable_name": self._durable,
            "ack_policy": "explicit",
            "ack_wait": int(self._lease * SECOND),
            "max_deliver": -1,
            "max_ack_pending": OUT,
            "max_waiting": 4096,
            "filter_subject": self._subject,
        }
        call = f"CONSUMER.CREATE.{self._stream}.{self._durable}.{self._subject}"
        problem = await self._link.change(call, {"stream_name": self._stream, "config": config})
        if problem:
            raise BusUnavailable(
                f"the queue {self._subject} cannot be read: {problem}",
                hint="does another consumer read the same subjects? see: nats consumer ls",
            )

    async def next(self, timeout: float) -> QueueWork | None:  # noqa: ASYNC109 - the server keeps the time
        """The next message of the queue."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + timeout
        while (left := ends - loop.time()) > 0:
            if not self._link.up:
                if self._link.lost_for() > self._link.patience:
                    raise self._link.away()
                with suppress(BusUnavailable):
                    await self._link.ready(left)
                continue
            try:
                found = await self._pull(left)
            except LostReply:
                continue
            if found is None:
                return None
            if found.reply.startswith("$JS.ACK."):
                work = QueueWork(self._link, found)
                if not too_late(work.headers, work.stored):
                    return work
                await work.term()
                continue
            status = (found.headers or {}).get("Status", "")
            if status not in OVER:
                await self.create()  # gone: the stream was made anew, or the consumer deleted
            left = ends - loop.time()
            await asyncio.sleep(min(0.02, max(0.0, left)))
        return None

    async def _pull(self, left: float) -> Msg | None:
        """One message, or the server's word why there is none; None = our own time is over."""
        token = self._link.expect(self)
        future: asyncio.Future[Msg | None] = asyncio.get_running_loop().create_future()
        self._waiting[token] = future
        asked = {"batch": 1, "expires": max(1, int(left * SECOND))}
        try:
            await self._link.send(
                f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{self._durable}",
                msgspec.json.encode(asked),
                reply=f"{self._inbox}.{token}",
            )
            try:
                async with asyncio.timeout(left + MARGIN):
                    found = await future
            except TimeoutError:
                return None
            except asyncio.CancelledError:
                await self._give_back(future)
                raise
        finally:
            self._waiting.pop(token, None)
            self._link.forget(token)
        if found is None:
            raise LostReply
        return found

    async def _on_message(self, message: Msg) -> None:
        """A message of the queue goes to whoever waits longest; the server's word to the one who asked."""
        waiting = [one for one in self._waiting.values() if not one.done()]
        if not message.reply.startswith("$JS.ACK."):
            asked = self._waiting.get(message.subject.rpartition(".")[2])
            # Who asked may have been served by the answer to another's request, which is still to be told.
            waiting = [asked] if asked is not None and not asked.done() else waiting
        if waiting:
            waiting[0].set_result(message)
        elif message.reply.startswith("$JS.ACK."):
            await self._return(message)

    async def _give_back(self, future: asyncio.Future[Msg | None]) -> None:
        message = future.result() if future.done() and not future.cancelled() else None
        if message is not None and message.reply.startswith("$JS.ACK."):
            await self._return(message)

    async def _return(self, message: Msg) -> None:
        """Work that came when nobody waited any more: another one may have it at once."""
        with suppress(LostReply):
            await self._link.send(message.reply, b"-NAK")

    def take(self, message: Msg) -> None:
        """Nothing comes on the common inbox: only breaks are told there."""

    def broke(self) -> None:
        """The connection broke: requests that stood are forgotten by the server."""
        for one in self._waiting.values():
            if not one.done():
                one.set_result(None)


class QueueWork:
    """A message of a queue in our hands (the port ``Work``)."""

    def __init__(self, link: Link, message: Msg) -> None:
        self._link = link
        self._reply = message.reply
        self.data = message.data
        self.subject = link.names.plain(message.subject)
        self.headers = message.headers or {}
        self.deliveries, self.sequence, self.stored = place_of(message.reply)

    async def ack(self) -> None:
        """It is done."""
        await self._confirmed(b"+ACK")

    async def progress(self) -> None:
        """It is being worked on."""
        await self._confirmed(b"+WPI")

    async def nak(self, delay: float = 0.0) -> None:
        """Give it back."""
        after = f' {{"delay": {int(delay * SECOND)}}}' if delay > 0 else ""
        await self._confirmed(b"-NAK" + after.encode())

    async def term(self) -> None:
        """Never again."""
        await self._confirmed(b"+TERM")

    async def _confirmed(self, word: bytes) -> None:
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._link.patience
        while True:
            await self._link.ready(max(0.1, ends - loop.time()))
            try:
                await self._link.request(self._reply, word, patience=ATTEMPT)
            except (LostReply, NoResponders):
                if loop.time() > ends:
                    raise self._link.away() from None
                await asyncio.sleep(0.05)
            else:
                return
