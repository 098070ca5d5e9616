"""What comes back from a server: single answers, many in a row, and the messages of a consumer."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from mops_cli.clock import new_id

if TYPE_CHECKING:
    from nats.aio.msg import Msg
    from nats.aio.subscription import Subscription

    from mops_cli.delivery.bus.connection import Link

ATTEMPT = 5.0
"""Seconds for one confirmation; then it is looked up or asked again."""
NO_RESPONDERS = "503"
FULL = 10023
"""The server's number for: my storage is used up. It has the code of passing troubles, and does not pass."""


class LostReply(Exception):
    """No answer came: what was asked for may have happened."""


class NoResponders(Exception):
    """Nobody listens on the subject."""


def passing(code: int, number: int) -> bool:
    """Whether an error of JetStream may be gone in a moment: a leader is being elected, a server starts."""
    return code == 503 and number != FULL


class Waits(Protocol):
    """Something that waits for replies on a token of our inbox."""

    def take(self, message: Msg) -> None:
        """A reply."""
        ...

    def broke(self) -> None:
        """The connection broke: replies may be lost."""
        ...


class Single:
    """Waits for one reply; None = the connection broke."""

    __slots__ = ("future",)

    def __init__(self) -> None:
        self.future: asyncio.Future[Msg | None] = asyncio.get_running_loop().create_future()

    def take(self, message: Msg) -> None:
        """The reply."""
        if not self.future.done():
            self.future.set_result(message)

    def broke(self) -> None:
        """The connection broke."""
        if not self.future.done():
            self.future.set_result(None)


class Replies:
    """Messages that come in answer to one question, in order."""

    def __init__(self) -> None:
        self._messages: asyncio.Queue[Msg | None] = asyncio.Queue()

    def take(self, message: Msg) -> None:
        """A reply."""
        self._messages.put_nowait(message)

    def broke(self) -> None:
        """The connection broke."""
        self._messages.put_nowait(None)

    def waiting(self) -> int:
        """How many replies can be had at once."""
        return self._messages.qsize()

    async def next(self, patience: float) -> Msg:
        """The next reply.

        Raises:
            LostReply: None came in time, or the connection broke.
        """
        if self._messages.empty():
            try:
                async with asyncio.timeout(patience):
                    found = await self._messages.get()
            except TimeoutError:
                raise LostReply from None
        else:
            found = self._messages.get_nowait()
        if found is None:
            raise LostReply
        return found


class Line(Replies):
    """Many replies to one question, on a token of the common inbox."""

    def __init__(self, link: Link) -> None:
        """Ends with :meth:`close`."""
        super().__init__()
        self._link = link
        self._token = link.expect(self)

    async def ask(self, subject: str, data: bytes) -> None:
        """Put the question; every reply comes here."""
        await self._link.send(subject, data, reply=self._link.inbox(self._token))

    def close(self) -> None:
        """Expect no more."""
        self._link.forget(self._token)


class Feed(Replies):
    """Messages of a consumer. They keep their own subjects, so that they need a subscription of their own."""

    def __init__(self, link: Link) -> None:
        """:meth:`open` first, :meth:`close` last."""
        super().__init__()
        self._link = link
        self._token = link.expect(self)
        self._heard: Subscription | None = None

    async def open(self) -> None:
        """Begin to hear.

        Raises:
            LostReply: There is no connection.
        """
        self._heard = await self._link.hear(f"_INBOX.{new_id()}", self._on_message)

    async def ask(self, subject: str, data: bytes) -> None:
        """Ask for messages."""
        if self._heard is None:
            raise LostReply
        await self._link.send(subject, data, reply=self._heard.subject)

    async def _on_message(self, message: Msg) -> None:
        self.take(message)

    async def close(self) -> None:
        """Hear no more."""
        self._link.forget(self._token)
        heard, self._heard = self._heard, None
        if heard is not None:
            with suppress(Exception):
                await heard.unsubscribe()


class Asked:
    """A question that is under way."""

    __slots__ = ("_future", "_link", "token")

    def __init__(self, link: Link, token: str, future: asyncio.Future[Msg | None]) -> None:
        self._link = link
        self.token = token
        self._future = future

    async def reply(self, patience: float = ATTEMPT) -> Msg:
        """The answer.

        Raises:
            LostReply: None came.
            NoResponders: Nobody listens.
        """
        try:
            if not self._future.done():
                async with asyncio.timeout(patience):
                    await self._future
            found = self._future.result()
        except TimeoutError:
            raise LostReply from None
        finally:
            self._link.forget(self.token)
        if found is None:
            raise LostReply
        if found.headers and not found.data and found.headers.get("Status") == NO_RESPONDERS:
            raise NoResponders
        return found

    def drop(self) -> None:
        """Wait no more."""
        self._link.forget(self.token)
        self._future.cancel()
