"""One connection to a mail server: commands one at a time while it is set up, then messages in a pipeline.

A pipeline (RFC 2920) writes the text of a message, its final dot and the commands of the next message at once, so that a
message costs one write and one read. Replies are matched by their order alone, so the order is held strictly: a reply
for which nothing was asked, or of a kind its command cannot have, ends the connection.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from mops_cli.delivery.providers.smtp.reading import Replies, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.delivery.providers.smtp.settings import Patience

LARGE = 65_536
"""Octets; the final dot of a larger message waits until its text has left."""


class Lost(Exception):
    """The connection is gone; says why, in words without addresses."""


class Asked(NamedTuple):
    """A command under way: who takes its reply, and the codes' first digits that it can have."""

    takes: Callable[[Reply], None]
    kinds: str = "245"


class Connection(asyncio.Protocol):
    """The wire. Whoever uses it asks with :meth:`command` (waiting) or :meth:`ask` (called back)."""

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self.lost = ""
        self.closing = ""  # what the server said when it announced that it closes
        self.on_lost: Callable[[], None] | None = None
        self._transport: asyncio.Transport | None = None
        self._replies = Replies()
        self._asked: deque[Asked] = deque()
        self._unread = 0  # replies that have arrived and not been taken
        self._loop = asyncio.get_running_loop()
        self._deadline = 0.0
        self._limit = patience.command
        self._timer: asyncio.TimerHandle | None = None
        self._held = 0
        self._paused = False
        self._drained: Callable[[], None] | None = None

    # The protocol, called by the loop.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Also called again when TLS has begun."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=LARGE // 2, low=0)

    def data_received(self, data: bytes) -> None:
        """Replies, in the order of the commands."""
        if self.lost:
            return
        replies = self._replies.feed(data)
        self._unread = len(replies)
        for reply in replies:
            self._unread -= 1
            if not self._take(reply):
                return
        if self._replies.garbage:
            self.end(f"the server does not speak SMTP: {self._replies.garbage}")
        elif not self._asked and not self._replies.clean:
            self.end("the server said more than it was asked")

    def _take(self, reply: Reply) -> bool:
        """Give a reply to whom it is for; says whether the connection is still good."""
        if not self._asked:
            words = (
                "the server closed the connection" if reply.code == 421 else "the server answered before it was asked"
            )
            self.end(f"{words} ({reply.code})")
            return False
        takes, kinds = self._asked.popleft()
        if reply.code == 421:
            self.closing = reply.text or "421"
        elif str(reply.code)[0] not in kinds:
            self.end(f"the server gave a reply out of order ({reply.code})")
            return False
        takes(reply)
        return not self.lost

    def connection_lost(self, exc: Exception | None) -> None:
        """The other side is gone."""
        self.end("the connection broke" if exc is None else f"the connection broke ({type(exc).__name__})")

    def pause_writing(self) -> None:
        """The network is slower than we are."""
        self._paused = True

    def resume_writing(self) -> None:
        """Everything written has left."""
        self._paused = False
        if self._drained is not None:
            then, self._drained = self._drained, None
            if not self.lost:
                then()

    # What users of the connection call.

    @property
    def transport(self) -> asyncio.Transport:
        """The transport.

        Raises:
            Lost: There is none any more.
        """
        if self._transport is None or self.lost:
            raise Lost(self.lost or "not connected")
        return self._transport

    @property
    def quiet(self) -> bool:
        """Whether it is open, no reply is due, and none lies here unread: the next one answers the next command."""
        return not self._asked and not self._unread and not self.lost and self._replies.clean

    def write(self, data: bytes, seconds: float) -> None:
        """Send bytes; the next reply is due in ``seconds``."""
        if not self.lost and self._transport is not None:
            self._transport.write(data)
            self._await(seconds)

    def write_large(self, data: bytes, then: Callable[[], None]) -> None:
        """Send many bytes, and call ``then`` when they have left."""
        self.write(data, self.patience.data)
        if self._paused:
            self._drained = then
        else:
            then()

    def ask(self, *asked: Asked) -> None:
        """Replies that are due, in order, for commands about to be written."""
        self._asked.extend(asked)

    async def command(self, line: bytes, seconds: float, kinds: str = "245") -> Reply:
        """Send a command and wait for its reply. An empty ``line`` waits for the greeting.

        Raises:
            Lost: The connection is gone, or was silent too long.
        """
        due: asyncio.Future[Reply] = self._loop.create_future()
        before = self.on_lost

        def lost() -> None:
            if not due.done():
                due.set_exception(Lost(self.lost))

        self.on_lost = lost
        self.ask(Asked(lambda reply: None if due.done() else due.set_result(reply), kinds))
        if self.lost:
            raise Lost(self.lost)
        try:
            self.write(line, seconds)
            return await due
        finally:
            self.on_lost = before

    def rest(self) -> None:
        """Nothing is due: no deadline runs."""
        self._deadline = 0.0

    def end(self, why: str) -> None:
        """Cut the connection at once; says ``why`` to whoever waits."""
        if self.lost:
            return
        self.lost = why
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._asked.clear()
        self._drained = None
        if self._transport is not None:
            self._transport.abort()
        if self.on_lost is not None:
            self.on_lost()

    # One timer for the whole connection: setting one for every message would cost more than the message.

    def _await(self, seconds: float) -> None:
        self._limit = seconds
        self._deadline = self._loop.time() + seconds
        if self._timer is None or self._timer.when() > self._deadline:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = self._loop.call_at(self._deadline, self._look)

    def _look(self) -> None:
        self._timer = None
        if not self._deadline or self.lost:
            return
        now = self._loop.time()
        held = self._transport.get_write_buffer_size() if self._transport is not None else 0
        if held and held != self._held:
            # The text is still leaving: the server's time begins when it has it.
            self._held, self._deadline = held, now + self._limit
        if now < self._deadline:
            self._timer = self._loop.call_at(self._deadline, self._look)
        else:
            self.end(f"the server was silent for {self._limit:g} seconds")
