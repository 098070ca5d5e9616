"""Reading streams: what is stored now, and everything from a place on, in order and without a gap."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from mops_cli.clock import new_id
from mops_cli.delivery.bus.connection import NOT_FOUND, STREAM_NOT_FOUND
from mops_cli.delivery.bus.port import FOLLOWED, BusUnavailable, Message
from mops_cli.delivery.bus.replies import ATTEMPT, Feed, Line, LostReply
from mops_cli.delivery.bus.streams import SECOND, stream_named, stream_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from nats.aio.msg import Msg

    from mops_cli.delivery.bus.connection import Link

CHUNK = 256
"""Messages that one question brings."""
GATHER = 0.02
"""Seconds that a follower waits for more before it gives what it has."""
PULL, BEAT = 30.0, 2.0
"""Seconds that one request for messages stands, and between signs of life meanwhile."""
IDLE = 120.0
"""Seconds after which the server forgets a follower that asks for nothing."""
_OWN = {"Nats-Stream", "Nats-Subject", "Nats-Sequence", "Nats-Time-Stamp", "Nats-Num-Pending", "Nats-Last-Sequence"}
"""Headers that the server adds to what is read directly."""


class Readings:
    """Reads over one link (the port ``Reads``)."""

    def __init__(self, link: Link) -> None:
        """``link`` is open."""
        self._link = link

    async def read(self, subject: str, *, start: int = 0) -> list[Message]:
        """Everything on a subject."""
        found: list[Message] = []
        ends = asyncio.get_running_loop().time() + self._link.patience
        while True:
            await self._link.ready()
            after = found[-1].sequence + 1 if found else max(start, 1)
            with suppress(LostReply):
                if not await self._chunk(subject, after, found):
                    return found
                ends = asyncio.get_running_loop().time() + self._link.patience  # it goes on
            if asyncio.get_running_loop().time() > ends:
                raise self._link.away()

    async def _chunk(self, subject: str, start: int, found: list[Message]) -> bool:
        """Some messages more; whether there are still others."""
        names = self._link.names
        asked = {"batch": CHUNK, "seq": start, "next_by_subj": names.subject(subject)}
        line = Line(self._link)
        try:
            stream = names.stream(stream_of(subject).name)
            await line.ask(f"$JS.API.DIRECT.GET.{stream}", msgspec.json.encode(asked))
            while True:
                message = await line.next(ATTEMPT)
                headers = message.headers or {}
                status = "" if "Nats-Sequence" in headers else headers.get("Status", "")
                if status == "204":
                    return headers.get("Nats-Num-Pending", "0") != "0"
                if status == str(NOT_FOUND):
                    return False
                if status:
                    await self._refused(status, stream, headers.get("Description", ""))
                    raise LostReply
                found.append(_direct(message, names.plain(headers["Nats-Subject"])))
        finally:
            line.close()

    async def _refused(self, status: str, stream: str, why: str) -> None:
        if status == "503" and self._link.fresh:
            await asyncio.sleep(0.05)
            return
        raise BusUnavailable(
            f"the stream {stream} cannot be read: {why or status}", hint="was it deleted? mops makes it at its start"
        )

    async def last(self, subject: str) -> Message | None:
        """The newest message of a subject, asked of the one who decides."""
        names = self._link.names
        found = await self._link.api(
            f"STREAM.MSG.GET.{names.stream(stream_of(subject).name)}", {"last_by_subj": names.subject(subject)}
        )
        if "error" in found:
            if found["error"].get("code") == NOT_FOUND and found["error"].get("err_code") != STREAM_NOT_FOUND:
                return None
            raise BusUnavailable(f"{subject} cannot be read: {found['error'].get('description')}")
        return _stored(found["message"], names.plain(found["message"]["subject"]))

    async def last_sequence(self, stream: str) -> int:
        """The newest sequence of a stream."""
        found = await self._link.api(f"STREAM.INFO.{self._link.names.stream(stream_named(stream).name)}")
        if "error" in found:
            raise BusUnavailable(
                f"the stream {stream} cannot be read: {found['error'].get('description')}",
                hint="was it deleted? mops makes it at its start",
            )
        return int(found["state"]["last_seq"])

    async def follow(self, stream: str, start: int, *, until_idle: bool = False) -> AsyncIterator[list[Message]]:
        """All messages from a sequence on."""
        follower = _Follower(self._link, self._link.names.stream(stream_named(stream).name), start, until_idle)
        try:
            while True:
                batch = await follower.batch()
                if batch:
                    yield batch
                elif follower.idle:
                    return
        finally:
            await follower.close()


class _Gone(Exception):
    """The consumer must be made anew."""


class _Follower:
    """An in-order consumer that nobody acknowledges, made anew from the right place whenever something is odd."""

    def __init__(self, link: Link, stream: str, start: int, until_idle: bool) -> None:
        self._link = link
        self._stream = stream
        self._next = max(start, 1)
        self._until_idle = until_idle
        self._line: Feed | None = None
        self._name = ""
        self._expected = 1
        self._generation = -1
        self._asked = 0
        self._pending = 0
        self.idle = False

    async def batch(self) -> list[Message]:
        """What is there, at least one message; none when nothing came for a while."""
        try:
            if self._line is None or self._generation != self._link.generation:
                await self._create()
            found = await self._gather()
        except (_Gone, LostReply):
            await self._drop()
            await self._link.ready()
            await asyncio.sleep(0.01)
            return []
        self.idle = self._until_idle and self._pending == 0 and not found
        return found

    async def _create(self) -> None:
        await self._drop()
        await self._link.ready()
        self._generation = self._link.generation
        self._name = f"follow-{new_id()}"
        config = {
            "name": self._name,
            "deliver_policy": "by_start_sequence",
            "opt_start_seq": self._next,
            "ack_policy": "none",
            "mem_storage": True,
            "num_replicas": 1,
            "inactive_threshold": int(IDLE * SECOND),
        }
        found = await self._link.api(
            f"CONSUMER.CREATE.{self._stream}.{self._name}", {"stream_name": self._stream, "config": config}
        )
        if "error" in found:
            raise BusUnavailable(
                f"the stream {self._stream} cannot be followed: {found['error'].get('description')}",
                hint="was it deleted? mops makes it at its start",
            )
        self._pending = int(found.get("num_pending", 0))
        self._expected, self._asked = 1, 0
        self._line = Feed(self._link)
        await self._line.open()

    async def _gather(self) -> list[Message]:
        line = self._line
        if line is None:
            raise _Gone
        found: list[Message] = []
        if self._until_idle and not self._pending:
            return found
        try:
            await self._pull(line)
            self._take(await line.next(BEAT * 2.5), found)
            while len(found) < FOLLOWED and (line.waiting() or (found and self._pending and self._asked)):
                self._take(await line.next(GATHER if found else BEAT * 2.5), found)
            if self._pending:
                await self._pull(line)  # the next ones travel while these are worked on
        except _Gone:
            await self._drop()
            if not found:
                raise
        except LostReply:
            if not found:
                raise
            if not self._link.up or self._generation != self._link.generation:
                await self._drop()  # what was taken is good; the rest comes again
        return found

    async def _pull(self, line: Feed) -> None:
        """Ask for messages, unless a request stands."""
        if self._asked:
            return
        asked = {"batch": FOLLOWED, "expires": int(PULL * SECOND), "idle_heartbeat": int(BEAT * SECOND)}
        await line.ask(f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{self._name}", msgspec.json.encode(asked))
        self._asked = FOLLOWED

    def _take(self, message: Msg, found: list[Message]) -> None:
        status = "" if message.reply.startswith("$JS.ACK.") else (message.headers or {}).get("Status", "")
        if status == "100":
            return
        if status in ("404", "408"):  # the request is over
            self._asked = 0
            return
        if status or not message.reply:
            raise _Gone
        _, _, sequence, number, time, pending = _place(message.reply)
        if number != self._expected or sequence < self._next:
            raise _Gone
        self._expected, self._next, self._pending = number + 1, sequence + 1, pending
        self._asked = max(0, self._asked - 1)
        found.append(
            Message(
                self._link.names.plain(message.subject), sequence, message.data, message.headers or {}, _moment(time)
            )
        )

    async def _drop(self) -> None:
        if self._line is not None:
            line, self._line = self._line, None
            await line.close()

    async def close(self) -> None:
        """Tell the server that nobody follows any more."""
        await self._drop()
        if self._name and self._link.up:
            with suppress(LostReply):
                await self._link.send(f"$JS.API.CONSUMER.DELETE.{self._stream}.{self._name}", b"")


def _place(reply: str) -> tuple[str, int, int, int, int, int]:
    """Consumer, deliveries, stream sequence, consumer sequence, time, pending: from an acknowledgement's subject."""
    parts = reply.split(".")
    if len(parts) == 9:
        _, _, _, consumer, deliveries, sequence, number, time, pending = parts
    else:  # with domain and account in front of the stream
        consumer, deliveries, sequence, number, time, pending = parts[5:11]
    return consumer, int(deliveries), int(sequence), int(number), int(time), int(pending)


def place_of(reply: str) -> tuple[int, int, float]:
    """How often a message was delivered, its sequence, and when it was stored (a timestamp)."""
    _, deliveries, sequence, _, time, _ = _place(reply)
    return deliveries, sequence, time / 1e9


def _moment(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC)


def _instant(text: str) -> datetime:
    """An instant as the server writes it: RFC 3339 with up to nine digits of a second."""
    head, _, rest = text.rstrip("Z").partition(".")
    return datetime.fromisoformat(f"{head}.{rest[:6]:0<6}+00:00")


def _direct(message: Msg, subject: str) -> Message:
    headers = message.headers or {}
    own = {key: value for key, value in headers.items() if key not in _OWN}
    return Message(
        subject, int(headers["Nats-Sequence"]), message.data, own, _instant(headers.get("Nats-Time-Stamp", ""))
    )


def _stored(found: dict[str, str], subject: str) -> Message:
    import base64

    headers = {}
    for line in base64.b64decode(found.get("hdrs", "")).decode("utf-8", "replace").split("\r\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers[name] = value.strip()
    data = base64.b64decode(found.get("data", ""))
    return Message(subject, int(found["seq"]), data, headers, _instant(found["time"]))
