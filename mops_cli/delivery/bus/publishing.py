"""Writing to streams: every message ends as stored or as an error, whatever happens to the connection."""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from typing import TYPE_CHECKING, NoReturn

import msgspec

from mops_cli.clock import new_id
from mops_cli.delivery.bus.port import BATCH, BusUnavailable, Fenced, NotStored, Post, posts
from mops_cli.delivery.bus.replies import ATTEMPT, FULL, LostReply, NoResponders, passing
from mops_cli.delivery.bus.streams import stream_of
from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nats.aio.msg import Msg

    from mops_cli.delivery.bus.connection import Link
    from mops_cli.delivery.bus.replies import Asked

WINDOW = 64
"""Plain publishes under way at once: with a sync each, a second's worth of a slow disk would be too many."""
ID, EXPECTED = "Nats-Msg-Id", "Nats-Expected-Last-Subject-Sequence"
BATCH_ID, BATCH_SEQUENCE, BATCH_COMMIT = "Nats-Batch-Id", "Nats-Batch-Sequence", "Nats-Batch-Commit"
WRONG_LAST, STORED_BEFORE = 10071, 10201
REST = 0.05
"""Seconds before something is tried again."""


class _Problem(msgspec.Struct, frozen=True):
    """Why a server refuses."""

    code: int = 0
    err_code: int = 0
    description: str = ""

    @property
    def passing(self) -> bool:
        """Whether it may be different in a moment (a leader is being elected, a restart)."""
        return passing(self.code, self.err_code)


class _Ack(msgspec.Struct, frozen=True):
    """A server's answer to a publish."""

    seq: int = 0
    duplicate: bool = False
    count: int = 0
    error: _Problem | None = None


_acks = msgspec.json.Decoder(_Ack)


def _ack(reply: Msg) -> _Ack:
    try:
        return _acks.decode(reply.data)
    except msgspec.DecodeError:
        return _Ack(error=_Problem(500, 0, "it is no stream that answers on this subject"))


class Publisher:
    """Writes over one link (the port ``Publishes``)."""

    def __init__(self, link: Link) -> None:
        """``link`` is open."""
        self._link = link

    # -- one message

    async def publish(
        self, subject: str, data: bytes, *, message_id: str = "", headers: Mapping[str, str] | None = None
    ) -> int:
        """Store one message."""
        all_headers = {ID: message_id or new_id(), **(headers or {})}
        attempts = _Attempts(self._link)
        while True:
            ack = await self._attempt(subject, data, all_headers, attempts)
            if ack is None:
                continue
            if ack.error is not None:
                _refuse(subject, ack.error)
            return ack.seq

    async def publish_fenced(self, subject: str, data: bytes, *, last: int, message_id: str) -> int:
        """Store one message behind a fence."""
        headers = {ID: message_id, EXPECTED: str(last)}
        attempts = _Attempts(self._link)
        while True:
            ack = await self._attempt(subject, data, headers, attempts)
            if ack is not None and ack.error is None and not ack.duplicate:
                return ack.seq
            if ack is not None and ack.error is not None and ack.error.err_code != WRONG_LAST:
                _refuse(subject, ack.error)
            # No confirmation, or the fence does not hold: perhaps because an earlier copy of ours was stored. The
            # newest message tells; just repeating would take our own record for another's.
            newest, newest_id = await self._newest(subject)
            if newest_id == message_id:
                return newest
            if newest != last:
                raise Fenced(newest, subject)
            if ack is not None and ack.duplicate:
                raise NotStored(f"{subject}: a message with this id was stored and deleted within two minutes")

    async def _attempt(self, subject: str, data: bytes, headers: Mapping[str, str], attempts: _Attempts) -> _Ack | None:
        """Publish once; None = no confirmation, or a passing refusal: it may be repeated."""
        await attempts.begin()
        try:
            ack = _ack(
                await self._link.request(self._link.names.subject(subject), data, headers, patience=attempts.patience)
            )
        except LostReply:
            return None
        except NoResponders:
            if not self._link.fresh:
                _no_stream(subject)
            return None
        return None if ack.error is not None and ack.error.passing else ack

    async def _newest(self, subject: str) -> tuple[int, str]:
        """Sequence and message id of a subject's newest message, asked of the one who decides (the leader)."""
        names = self._link.names
        found = await self._link.api(
            f"STREAM.MSG.GET.{names.stream(stream_of(subject).name)}", {"last_by_subj": names.subject(subject)}
        )
        message = found.get("message")
        if message is None:
            return 0, ""
        headers = base64.b64decode(message.get("hdrs", "")).decode("utf-8", "replace")
        for line in headers.split("\r\n"):
            name, _, value = line.partition(":")
            if name == ID:
                return message["seq"], value.strip()
        return message["seq"], ""

    # -- many messages

    async def publish_many(self, messages: Sequence[Post | tuple[str, bytes]]) -> list[int]:
        """Store messages one by one, a window at a time."""
        wanted = [_identified(one) for one in posts(messages)]
        run = _Run(self, wanted)
        await self._link.ready()
        under_way: deque[tuple[int, Asked]] = deque()
        try:
            for index, post in enumerate(wanted):
                if len(under_way) >= WINDOW:
                    await run.settle(*under_way.popleft())
                subject = self._link.names.subject(post.subject)
                under_way.append((index, await self._link.question(subject, post.data, _headers(post))))
            while under_way:
                await run.settle(*under_way.popleft())
        finally:
            for _, asked in under_way:
                asked.drop()
        return await run.finish()

    async def again(self, post: Post) -> int:
        """Store a message whose confirmation was lost."""
        if post.last is not None:
            return await self.publish_fenced(post.subject, post.data, last=post.last, message_id=post.message_id)
        return await self.publish(post.subject, post.data, message_id=post.message_id, headers=post.headers)

    async def publish_batch(self, messages: Sequence[Post | tuple[str, bytes]]) -> list[int]:
        """Store messages, all or none."""
        wanted = [_identified(one) for one in posts(messages)]
        if not wanted:
            return []
        if len(wanted) > BATCH:
            raise UsageError(f"a batch of {len(wanted)} messages", hint=f"the server takes {BATCH} at once")
        attempts = _Attempts(self._link)
        while True:
            first = attempts.count == 0
            await attempts.begin()
            ack = await self._batch(wanted, attempts.patience)
            if ack is None or (ack.error is not None and ack.error.passing):
                continue
            if ack.error is None:
                return list(range(ack.seq - len(wanted) + 1, ack.seq + 1))
            stored = 0 if first else await self._stored_before(wanted[-1], ack.error)
            if stored:
                return list(range(stored - len(wanted) + 1, stored + 1))
            if ack.error.err_code == WRONG_LAST:
                fenced = next((one for one in wanted if one.last is not None), wanted[0])
                raise Fenced(_last_of(ack.error), fenced.subject if len(wanted) == 1 else "a subject of the batch")
            _refuse(wanted[0].subject, ack.error)

    async def _batch(self, wanted: Sequence[Post], patience: float) -> _Ack | None:
        link, batch = self._link, new_id()
        subject = link.names.subject
        try:
            for number, post in enumerate(wanted[:-1], 1):
                headers = _headers(post) | {BATCH_ID: batch, BATCH_SEQUENCE: str(number)}
                await link.send(subject(post.subject), post.data, headers=headers)
            end = wanted[-1]
            headers = _headers(end) | {BATCH_ID: batch, BATCH_SEQUENCE: str(len(wanted)), BATCH_COMMIT: "1"}
            return _ack(await link.request(subject(end.subject), end.data, headers, patience=patience))
        except LostReply:
            return None
        except NoResponders:
            if not link.fresh:
                _no_stream(wanted[0].subject)
            return None

    async def _stored_before(self, end: Post, problem: _Problem) -> int:
        """After a lost confirmation: the sequence of a batch's last message when that batch was stored, else 0.

        The server refuses a batch with ids that it knows, without saying where they are; for a single message it does.
        A fenced batch that was stored is refused by its own fence before its ids are looked at.
        """
        if problem.err_code not in (STORED_BEFORE, WRONG_LAST):
            return 0
        if problem.err_code == WRONG_LAST:
            newest, newest_id = await self._newest(end.subject)
            return newest if newest_id == end.message_id else 0
        return await self.publish(end.subject, end.data, message_id=end.message_id, headers=end.headers)


class _Attempts:
    """How long and how often something is tried."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._loop = asyncio.get_running_loop()
        self._ends = self._loop.time() + link.patience
        self.count = 0

    @property
    def patience(self) -> float:
        """Seconds for the next attempt."""
        return max(0.1, min(ATTEMPT, self._ends - self._loop.time()))

    async def begin(self) -> None:
        """Wait until it makes sense to try.

        Raises:
            BusUnavailable: It has been tried long enough.
        """
        if self.count:
            if self._loop.time() >= self._ends:
                raise BusUnavailable(
                    f"the NATS server at {self._link.joining.where} did not confirm a message for {self._link.patience:.0f} seconds",
                    hint="look whether it runs and its disk has room; after a full disk it must be started anew",
                )
            await asyncio.sleep(REST)
        self.count += 1
        await self._link.ready(max(0.1, self._ends - self._loop.time()))


class _Run:
    """The results of many publishes."""

    def __init__(self, publisher: Publisher, wanted: Sequence[Post]) -> None:
        self._publisher = publisher
        self._wanted = wanted
        self._stored: dict[int, int] = {}
        self._failed: dict[int, str] = {}
        self._again: list[int] = []

    async def settle(self, index: int, asked: Asked) -> None:
        """What came of one."""
        try:
            ack = _ack(await asked.reply())
        except (LostReply, NoResponders):
            self._again.append(index)
            return
        post = self._wanted[index]
        if ack.error is None:
            self._stored[index] = ack.seq
        elif ack.error.passing or (post.last is not None and ack.error.err_code == WRONG_LAST):
            self._again.append(index)
        else:
            self._failed[index] = ack.error.description

    async def finish(self) -> list[int]:
        """Look after those without a confirmation; all sequences, in order."""
        for index in self._again:
            try:
                self._stored[index] = await self._publisher.again(self._wanted[index])
            except (NotStored, Fenced) as problem:
                self._failed[index] = problem.message
        if self._failed:
            some = next(iter(self._failed))
            raise NotStored(
                f"{len(self._failed)} of {len(self._wanted)} messages were refused; the first is for "
                f"{self._wanted[some].subject}: {self._failed[some]}",
                failed=self._failed,
                stored=self._stored,
            )
        return [self._stored[index] for index in range(len(self._wanted))]


def _identified(post: Post) -> Post:
    return post if post.message_id else msgspec.structs.replace(post, message_id=new_id())


def _headers(post: Post) -> dict[str, str]:
    headers = {ID: post.message_id, **post.headers}
    if post.last is not None:
        headers[EXPECTED] = str(post.last)
    return headers


def _last_of(problem: _Problem) -> int:
    number = problem.description.rpartition(":")[2].strip()
    return int(number) if number.isdigit() else 0


def _refuse(subject: str, problem: _Problem) -> NoReturn:
    hint = ""
    if problem.err_code in (FULL, 10047, 10077, 10122) or "insufficient" in problem.description:
        hint = "its storage is full: make room on its disk, or raise its limits"
    raise NotStored(f"the NATS server did not store a message for {subject}: {problem.description}", hint=hint)


def _no_stream(subject: str) -> NoReturn:
    raise NotStored(f"no stream of the NATS server takes {subject}", hint="was it deleted? mops makes it at its start")
