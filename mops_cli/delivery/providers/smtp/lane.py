"""Lanes to a mail server: a connection that is made when needed, kept while used, made again when it breaks."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from mops_cli.delivery.providers.smtp.connection import Lost
from mops_cli.delivery.providers.smtp.letters import letter
from mops_cli.delivery.providers.smtp.pipeline import Pipeline
from mops_cli.delivery.providers.smtp.welcome import Unwelcome, welcome
from mops_cli.model.delivery import Answer, Outcome

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Sequence

    from mops_cli.delivery.providers.smtp.connection import Connection
    from mops_cli.delivery.providers.smtp.letters import Able
    from mops_cli.delivery.providers.smtp.settings import Login, SmtpSettings
    from mops_cli.model.delivery import Outgoing, Told

MOST_STRIKES = 3
"""Connections in a row that break without having answered for one message, before the others are put off."""


class SmtpProvider:
    """The port ``Provider`` for one mail server."""

    def __init__(
        self,
        name: str,
        settings: SmtpSettings,
        login: Login,
        tls: Callable[[], ssl.SSLContext],
        sign: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self.name = name
        self.lanes = settings.lanes
        self._make = partial(SmtpLane, settings, login, tls, sign)

    async def open(self) -> SmtpLane:
        """A lane; it connects at its first message."""
        return self._make()


class SmtpLane:
    """The port ``Lane`` for one connection at a time."""

    def __init__(
        self,
        settings: SmtpSettings,
        login: Login,
        tls: Callable[[], ssl.SSLContext],
        sign: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self._settings = settings
        self._login = login
        self._tls = tls
        self._sign = sign
        self._connection: Connection | None = None
        self._able: Able | None = None
        self._used = 0
        self._idle: asyncio.TimerHandle | None = None
        self._closing: asyncio.Task[None] | None = None

    async def deliver(self, messages: Sequence[Outgoing], told: Told) -> None:
        """Hand messages over, in order; see the port."""
        if self._idle is not None:
            self._idle.cancel()
        if self._closing is not None:
            await self._closing
        left, strikes = messages, 0
        while left and strikes < MOST_STRIKES:
            try:
                connection, able, fresh = await self._connected()
            except Unwelcome as problem:
                _put_off(left, told, problem.answer)
                return
            row = left[: self._settings.messages - self._used]
            run = Pipeline(
                connection, row, told, partial(letter, able=able, sign=self._sign), pipelining=able.pipelining
            )
            await run.run()
            self._used += len(row)
            left = left[run.at :]
            if run.stopped is not None and (fresh or run.answered):
                _put_off(left, told, run.stopped)
                return
            if run.declined:
                _put_off(left[:1], told, Answer(Outcome.DEFERRED, "", connection.lost))
                left, strikes = left[1:], strikes + 1
            elif connection.lost and left and fresh and not run.answered:
                # Nobody knows whether the server broke by itself or over this message, so it alone is put off.
                strikes += 1
                if run.blamed:
                    _put_off(left[:1], told, Answer(Outcome.DEFERRED, "", connection.lost))
                    left = left[1:]
            elif run.answered:
                strikes = 0
        _put_off(left, told, Answer(Outcome.DEFERRED, "", "the server breaks its connections"))
        self._rest()

    async def close(self) -> None:
        """End the connection politely."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if self._closing is not None:
            await self._closing
        await self._quit()

    async def _connected(self) -> tuple[Connection, Able, bool]:
        """A connection that is ready for a message, and whether it is new.

        Raises:
            Unwelcome: There is none to be had.
        """
        connection, able = self._connection, self._able
        if connection is not None and able is not None:
            if connection.quiet and self._used < self._settings.messages:
                return connection, able, False
            await self._quit()
        connection, able = await welcome(self._settings, self._login, self._tls)
        self._connection, self._able, self._used = connection, able, 0
        return connection, able, True

    async def _quit(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if connection.quiet:
            with suppress(Lost):
                await connection.command(b"QUIT\r\n", 2.0)
        connection.end("closed")

    def _rest(self) -> None:
        """From now on the connection is idle."""
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(self._settings.patience.idle, self._tired)

    def _tired(self) -> None:
        self._closing = asyncio.get_running_loop().create_task(self._quit())


def _put_off(messages: Sequence[Outgoing], told: Told, answer: Answer) -> None:
    for one in messages:
        told.ends(one.index, answer)
