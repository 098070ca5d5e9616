"""One connection to a server: joining, coming back, and questions that always end in an answer or an error."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from mops_cli.clock import new_id
from mops_cli.delivery.bus.joining import is_refusal, options, said
from mops_cli.delivery.bus.port import BusUnavailable
from mops_cli.delivery.bus.replies import ATTEMPT, Asked, LostReply, NoResponders, Single, Waits, passing
from mops_cli.delivery.bus.subjects import Names
from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from nats.aio.client import Client
    from nats.aio.msg import Msg
    from nats.aio.subscription import Subscription

    from mops_cli.delivery.bus.joining import Joining

PATIENCE = 30.0
"""Seconds that anything waits for a server that went away."""
CONNECT = 5.0
"""Seconds for the first connection."""
FRESH = 5.0
"""Seconds after a reconnection in which others (the owner, streams of a cluster) may still be coming back."""
STARTING = 1.0
"""Seconds in which a server that refuses connections may be just starting."""
NEEDED = (2, 12)
"""The oldest server that knows atomic batches and schedules."""
NOT_FOUND, STREAM_NOT_FOUND = 404, 10059


class Link:
    """A connection that comes back by itself. Everything that waits when it breaks is told at once."""

    def __init__(self, joining: Joining, patience: float = PATIENCE) -> None:
        """:meth:`open` connects. ``patience``: seconds that anything waits for a server that went away."""
        self.joining = joining
        self.patience = patience
        self.names = Names(joining.prefix)
        self.generation = 0
        self._up = asyncio.Event()
        self._down_since = 0.0
        self._up_since = 0.0
        self._closed = False
        self._waiting: dict[str, Waits] = {}
        self._count = 0
        self._inbox = f"_INBOX.{new_id()}"
        self._last_error = ""
        self.client: Client

    # -- life

    async def open(self) -> None:
        """Connect.

        Raises:
            BusUnavailable: The server is not there.
            UsageError: It does not let us in, or is too old.
        """
        from nats.aio.client import Client

        self.client = Client()
        loop = asyncio.get_running_loop()
        refused: asyncio.Future[str] = loop.create_future()
        began = loop.time()
        told = await asyncio.to_thread(options, self.joining)

        async def on_error(problem: Exception) -> None:
            self._last_error = said(problem)
            if refused.done():
                return
            if is_refusal(problem):
                refused.set_result(self._last_error)
            elif isinstance(problem, ConnectionRefusedError) and loop.time() - began > STARTING:
                refused.cancel()  # nobody is there, and nobody is just starting

        connecting = asyncio.ensure_future(
            self.client.connect(error_cb=on_error, disconnected_cb=self._on_down, reconnected_cb=self._on_up, **told)
        )
        waiting: set[asyncio.Future[Any]] = {connecting, refused}
        try:
            await asyncio.wait(waiting, timeout=CONNECT, return_when=asyncio.FIRST_COMPLETED)
        except BaseException:
            connecting.cancel()  # it would try for ever
            raise
        if not connecting.done() or connecting.exception() is not None:
            await self._give_up(connecting, refused)
        await self.client.subscribe(f"{self._inbox}.*", cb=self._on_reply)
        self._up.set()
        self._check_version()

    async def _give_up(self, connecting: asyncio.Future[None], refused: asyncio.Future[str]) -> None:
        connecting.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await connecting
        with suppress(Exception):
            await self.client.close()
        where = self.joining.where
        if refused.done() and not refused.cancelled():
            raise UsageError(
                f"the NATS server at {where} does not let us in: {refused.result()}",
                hint="check token, user, password, creds, nkey, ca, cert and key under [nats] in mops.toml",
            )
        why = f": {self._last_error}" if self._last_error else ""
        raise BusUnavailable(
            f"the NATS server at {where} cannot be reached{why}",
            hint="is it running, and is nats.url right? without nats.url mops starts a server of its own",
        )

    def _check_version(self) -> None:
        version = self.client.connected_server_version
        if (version.major, version.minor) < NEEDED:
            raise UsageError(
                f"the NATS server at {self.joining.where} has version {version.major}.{version.minor}",
                hint=f"mops needs {NEEDED[0]}.{NEEDED[1]} or newer, with JetStream",
            )

    async def close(self) -> None:
        """Leave; what is still waited for is lost."""
        self._closed = True
        await self._break()
        with suppress(Exception):
            await self.client.close()

    async def _on_down(self) -> None:
        self._up.clear()
        self._down_since = asyncio.get_running_loop().time()
        await self._break()

    async def _on_up(self) -> None:
        self.generation += 1
        self._up_since = asyncio.get_running_loop().time()
        self._up.set()

    async def _break(self) -> None:
        for one in list(self._waiting.values()):
            one.broke()

    @property
    def fresh(self) -> bool:
        """Whether we came back only just now."""
        return self.generation > 0 and asyncio.get_running_loop().time() - self._up_since < FRESH

    @property
    def up(self) -> bool:
        """Whether the server is there."""
        return self._up.is_set()

    def lost_for(self) -> float:
        """Seconds since the server went away; 0 when it is there."""
        return 0.0 if self._up.is_set() else asyncio.get_running_loop().time() - self._down_since

    async def ready(self, patience: float | None = None) -> None:
        """Wait until the server is there.

        Raises:
            BusUnavailable: It does not come back in time.
        """
        if self._closed:
            raise BusUnavailable("the bus was left", hint="this is a mistake in mops if it happens while it works")
        if self._up.is_set():
            return
        try:
            async with asyncio.timeout(self.patience if patience is None else patience):
                await self._up.wait()
        except TimeoutError:
            raise self.away() from None

    def away(self) -> BusUnavailable:
        """The error for a server that does not answer."""
        return BusUnavailable(
            f"the NATS server at {self.joining.where} does not answer",
            hint="nothing is lost: start it again and repeat the command",
        )

    # -- talking

    def expect(self, waits: Waits) -> str:
        """A new token of our inbox."""
        self._count += 1
        token = f"{self._count:x}"
        self._waiting[token] = waits
        return token

    def forget(self, token: str) -> None:
        """Expect nothing more on a token."""
        self._waiting.pop(token, None)

    def inbox(self, token: str) -> str:
        """The subject of a token."""
        return f"{self._inbox}.{token}"

    async def _on_reply(self, message: Msg) -> None:
        waits = self._waiting.get(message.subject.rpartition(".")[2])
        if waits is not None:
            waits.take(message)

    async def hear(self, subject: str, heard: Callable[[Msg], Awaitable[None]]) -> Subscription:
        """Subscribe; it lasts over reconnections.

        Raises:
            LostReply: There is no connection.
        """
        from nats import errors

        try:
            return await self.client.subscribe(subject, cb=heard)
        except (errors.Error, OSError, AssertionError):
            raise LostReply from None

    async def send(
        self, subject: str, data: bytes, *, reply: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        """Hand a message to the connection.

        Raises:
            LostReply: There is no connection.
            UsageError: It is too large for the server.
        """
        from nats import errors

        try:
            await self.client.publish(subject, data, reply=reply, headers=dict(headers) if headers else None)
        except errors.MaxPayloadError:
            raise UsageError(
                f"a message of {len(data)} bytes for {subject} is larger than the server takes",
                hint=f"it takes {self.client.max_payload}; raise max_payload in its configuration",
            ) from None
        except (errors.Error, OSError, AssertionError):
            raise LostReply from None

    async def question(self, subject: str, data: bytes, headers: Mapping[str, str] | None = None) -> Asked:
        """Ask and go on; :meth:`Asked.reply` waits for the answer."""
        single = Single()
        asked = Asked(self, self.expect(single), single.future)
        try:
            await self.send(subject, data, reply=self.inbox(asked.token), headers=headers)
        except LostReply:
            single.broke()
        except BaseException:
            self.forget(asked.token)
            raise
        return asked

    async def request(
        self, subject: str, data: bytes, headers: Mapping[str, str] | None = None, *, patience: float = ATTEMPT
    ) -> Msg:
        """Ask and wait.

        Raises:
            LostReply: No answer came.
            NoResponders: Nobody listens.
        """
        return await (await self.question(subject, data, headers)).reply(patience)

    async def round_trip(self) -> None:
        """Wait until the server has everything that was handed to the connection so far."""
        single = Single()
        asked = Asked(self, self.expect(single), single.future)
        await self.send(self.inbox(asked.token), b"")
        await asked.reply()

    # -- the server's own interface

    async def api(self, call: str, asked: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A question to JetStream that can be repeated; the answer as it is, with ``error`` when there is one.

        Raises:
            BusUnavailable: No answer, or no JetStream.
        """
        data = msgspec.json.encode(asked) if asked else b""
        loop = asyncio.get_running_loop()
        ends = loop.time() + self.patience
        while True:
            await self.ready(max(0.0, ends - loop.time()))
            try:
                found: dict[str, Any] = msgspec.json.decode((await self.request(f"$JS.API.{call}", data)).data)
            except NoResponders:
                if not self.fresh:
                    raise BusUnavailable(
                        f"the NATS server at {self.joining.where} has no JetStream",
                        hint="switch it on for this account: jetstream { store_dir: … }",
                    ) from None
            except LostReply:
                pass
            else:
                problem = found.get("error", {})
                if not passing(problem.get("code", 0), problem.get("err_code", 0)):
                    return found
            if loop.time() > ends:
                raise self.away()
            await asyncio.sleep(0.05)

    async def change(self, call: str, asked: Mapping[str, Any]) -> str:
        """Change something; gives the server's objection, empty when it is done."""
        return str((await self.api(call, asked)).get("error", {}).get("description", ""))

    async def stream_info(self, stream: str) -> dict[str, Any] | None:
        """The configuration of a stream, None when it does not exist."""
        found = await self.api(f"STREAM.INFO.{self.names.stream(stream)}")
        if "error" in found:
            if found["error"].get("err_code") == STREAM_NOT_FOUND:
                return None
            raise BusUnavailable(f"the server says of {stream}: {found['error'].get('description')}")
        config: dict[str, Any] = found["config"]
        return config
