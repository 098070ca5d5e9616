"""Questions and answers of any size, and calls to whoever listens."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from mops_cli.delivery.bus.port import BusUnavailable, NobodyAnswers, Refused
from mops_cli.delivery.bus.replies import Line, LostReply
from mops_cli.errors import MopsError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nats.aio.msg import Msg
    from nats.aio.subscription import Subscription as Heard

    from mops_cli.delivery.bus.connection import Link

CHUNK = 512 * 1024
"""Bytes of one part of an answer: fits into every server's default limit of one megabyte."""
AT_ONCE = 64
"""Questions that one answerer works on at a time."""
PARTS, ERROR = "Mops-Parts", "Mops-Error"


class Complaint(msgspec.Struct, frozen=True):
    """An answerer's error as it travels."""

    message: str
    hint: str = ""
    exit_code: int = 70


class Talking:
    """Talks over one link (the port ``Talks``)."""

    def __init__(self, link: Link) -> None:
        """``link`` is open."""
        self._link = link
        self._open: list[Hearing] = []

    async def ask(self, subject: str, data: bytes, timeout: float) -> bytes:  # noqa: ASYNC109 - one deadline for all
        """The answer to a question."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + timeout
        while True:
            left = ends - loop.time()
            if left <= 0:
                raise BusUnavailable(
                    f"no answer to {subject} within {timeout:.0f} seconds",
                    hint="whoever answers is busy or was stopped; repeat the command",
                )
            generation = self._link.generation
            try:
                await self._link.ready(left)
                return await self._answer_to(subject, data, ends)
            except LostReply:
                if self._link.up and self._link.generation == generation:
                    continue  # its time is over
            except NobodyAnswers:
                if not self._link.fresh:
                    raise
            await asyncio.sleep(min(0.05, max(0.0, ends - loop.time())))

    async def _answer_to(self, subject: str, data: bytes, ends: float) -> bytes:
        line = Line(self._link)
        loop = asyncio.get_running_loop()
        parts: list[bytes] = []
        try:
            await line.ask(self._link.names.subject(subject), data)
            while True:
                message = await line.next(max(0.0, ends - loop.time()))
                headers = message.headers or {}
                if headers.get("Status") == "503":
                    raise NobodyAnswers(
                        f"nobody answers {subject}",
                        hint="start the node (mops up), or the command that holds the store",
                    )
                if ERROR in headers:
                    said = msgspec.json.decode(message.data, type=Complaint)
                    raise Refused(said.message, hint=said.hint, exit_code=said.exit_code)
                parts.append(message.data)
                if len(parts) >= int(headers.get(PARTS, "1")):
                    return parts[0] if len(parts) == 1 else b"".join(parts)
        finally:
            line.close()

    async def answer(self, subject: str, handler: Callable[[bytes], Awaitable[bytes]]) -> Hearing:
        """Answer questions."""
        at_once = asyncio.Semaphore(AT_ONCE)
        hearing = Hearing()

        async def one(message: Msg) -> None:
            try:
                await self._reply(message, handler)
            finally:
                at_once.release()

        async def heard(message: Msg) -> None:
            await at_once.acquire()
            hearing.start(one(message))

        await self._listen(subject, heard, hearing)
        return hearing

    async def _reply(self, message: Msg, handler: Callable[[bytes], Awaitable[bytes]]) -> None:
        try:
            said = await handler(message.data)
        except asyncio.CancelledError:
            raise
        except MopsError as problem:
            await self._complain(message, Complaint(problem.message, problem.hint, problem.exit_code))
        except Exception as problem:  # noqa: BLE001 - the asker must hear of any mistake
            await self._complain(message, Complaint(crash_message(problem, message.subject), "please report this"))
            asyncio.get_running_loop().call_exception_handler(
                {"message": f"answering {message.subject} failed", "exception": problem}
            )
        else:
            await self._say(message.reply, said)

    async def _complain(self, message: Msg, complaint: Complaint) -> None:
        with suppress(LostReply):
            await self._link.send(message.reply, msgspec.json.encode(complaint), headers={ERROR: "1"})

    async def _say(self, reply: str, said: bytes) -> None:
        count = max(1, -(-len(said) // CHUNK))
        headers = {PARTS: str(count)} if count > 1 else None
        with suppress(LostReply):  # who asked asks again
            for part in range(count):
                await self._link.send(reply, said[part * CHUNK : (part + 1) * CHUNK], headers=headers)

    async def notify(self, subject: str, data: bytes) -> None:
        """Call out."""
        await self._link.ready()
        with suppress(LostReply):
            await self._link.send(self._link.names.subject(subject), data)

    async def subscribe(self, subject: str, handler: Callable[[bytes], Awaitable[None]]) -> Hearing:
        """Hear calls."""
        hearing = Hearing()

        async def heard(message: Msg) -> None:
            await handler(message.data)

        await self._listen(subject, heard, hearing)
        return hearing

    async def _listen(self, subject: str, heard: Callable[[Msg], Awaitable[None]], hearing: Hearing) -> None:
        await self._link.ready()
        hearing.take(await self._link.hear(self._link.names.subject(subject), heard))
        # The server has it when this returns: it answers in order.
        with suppress(LostReply):
            await self._link.round_trip()
        self._open.append(hearing)

    async def close(self) -> None:
        """Hear nothing more."""
        for one in self._open:
            await one.close()


class Hearing:
    """Something that is heard (the port ``Subscription``), and the answers that are being made."""

    def __init__(self) -> None:
        self._heard: Heard | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, heard: Heard) -> None:
        """The subscription itself."""
        self._heard = heard

    def start(self, work: Awaitable[None]) -> None:
        """Go on with a piece of work beside others."""
        task = asyncio.ensure_future(work)
        assert isinstance(task, asyncio.Task)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Hear nothing more; answers that are being made are dropped, their askers ask again."""
        heard, self._heard = self._heard, None
        if heard is not None:
            with suppress(Exception):
                await heard.unsubscribe()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def crash_message(problem: Exception, subject: str) -> str:
    """Which mistake in our own code; never what it was about."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace is not None else ""
    return f"whoever answers {subject} has a mistake: {type(problem).__name__}{where}"
