"""From a host's name to a connection that takes mail: greeting, TLS, log-in."""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
from typing import TYPE_CHECKING

from mops_cli.delivery.providers.replies import scrubbed
from mops_cli.delivery.providers.smtp.connection import Connection, Lost
from mops_cli.delivery.providers.smtp.letters import Able
from mops_cli.model.delivery import Answer, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.delivery.providers.smtp.reading import Reply
    from mops_cli.delivery.providers.smtp.settings import Login, SmtpSettings

_WAIT = 30.0
"""Seconds until a server that cannot be used is tried again."""


class Unwelcome(Exception):
    """The server cannot be used now. It is not the messages' fault: all are put off."""

    def __init__(self, said: str, code: str = "") -> None:
        super().__init__(said)
        self.answer = Answer(Outcome.DEFERRED, code, scrubbed(said), wait=_WAIT)


async def welcome(settings: SmtpSettings, login: Login, tls: Callable[[], ssl.SSLContext]) -> tuple[Connection, Able]:
    """A connection that is ready for messages, and what its server takes.

    Raises:
        Unwelcome: It cannot be had; says why.
    """
    connection = await _connect(settings, tls)
    try:
        _good(await connection.command(b"", settings.patience.greeting), "the server does not want us")
        words = await _hello(connection, settings)
        if settings.security == "starttls":
            await _start_tls(connection, settings, words, tls)
            words = await _hello(connection, settings)
        if login.user or login.token:
            await _log_in(connection, settings, login, words.get("AUTH", "").upper().split())
    except Lost as problem:
        raise Unwelcome(str(problem)) from None
    except BaseException:
        connection.end("closed")
        raise
    connection.rest()
    return connection, Able.of(words)


async def _connect(settings: SmtpSettings, tls: Callable[[], ssl.SSLContext]) -> Connection:
    loop = asyncio.get_running_loop()
    context = tls() if settings.security == "implicit" else None
    try:
        async with asyncio.timeout(settings.patience.connect):
            _, protocol = await loop.create_connection(
                lambda: Connection(settings.patience),
                settings.host,
                settings.number,
                ssl=context,
                server_hostname=settings.host if context else None,
                happy_eyeballs_delay=0.25,
            )
    except TimeoutError:
        raise Unwelcome(f"no connection within {settings.patience.connect:g} seconds") from None
    except OSError as problem:
        raise Unwelcome(_trouble(problem)) from None
    return protocol


async def _hello(connection: Connection, settings: SmtpSettings) -> dict[str, str]:
    """EHLO; gives the server's keywords with their parameters."""
    name = settings.hello or _own_name()
    reply = await connection.command(f"EHLO {name}\r\n".encode("ascii", "replace"), settings.patience.command)
    if reply.code in {500, 502, 504, 550}:
        _good(
            await connection.command(f"HELO {name}\r\n".encode("ascii", "replace"), settings.patience.command),
            "the server does not want us",
        )
        return {}
    _good(reply, "the server does not want us")
    found: dict[str, str] = {}
    for line in reply.lines[1:]:
        word, _, rest = line.replace("AUTH=", "AUTH ").partition(" ")
        found[word.upper()] = f"{found.get(word.upper(), '')} {rest}".strip()
    return found


async def _start_tls(
    connection: Connection, settings: SmtpSettings, words: dict[str, str], tls: Callable[[], ssl.SSLContext]
) -> None:
    if "STARTTLS" not in words:
        raise Unwelcome("the server offers no encryption (STARTTLS), which is required")
    _good(await connection.command(b"STARTTLS\r\n", settings.patience.command), "no encryption")
    if not connection.quiet:  # plain text behind the 220 would be taken for encrypted
        raise Unwelcome("the server said more than it was asked before encryption began")
    connection.rest()
    try:
        async with asyncio.timeout(settings.patience.connect):
            transport = await asyncio.get_running_loop().start_tls(
                connection.transport, connection, tls(), server_hostname=settings.host
            )
    except TimeoutError:
        raise Unwelcome("the encryption did not begin in time") from None
    except OSError as problem:
        raise Unwelcome(_trouble(problem)) from None
    if transport is None:
        raise Unwelcome("the connection broke while encryption began")
    connection.connection_made(transport)


async def _log_in(connection: Connection, settings: SmtpSettings, login: Login, offered: list[str]) -> None:
    patience = settings.patience.command

    async def say(line: bytes) -> Reply:
        return await connection.command(line + b"\r\n", patience, "2345")

    if login.token:
        if "XOAUTH2" not in offered:
            raise Unwelcome("the server does not take tokens (AUTH XOAUTH2)")
        reply = await say(b"AUTH XOAUTH2 " + _b64(f"user={login.user}\x01auth=Bearer {login.token}\x01\x01"))
        if reply.code == 334:  # the reason, in base64; an empty line asks for the refusal itself
            reply = await say(b"")
    elif "PLAIN" in offered:
        reply = await say(b"AUTH PLAIN " + _b64(f"\0{login.user}\0{login.password}"))
    elif "LOGIN" in offered:
        reply = await say(b"AUTH LOGIN")
        for word in (login.user, login.password):
            if reply.code == 334:
                reply = await say(_b64(word))
    else:
        raise Unwelcome("the server offers no log-in that we know (AUTH PLAIN, LOGIN, XOAUTH2)")
    _good(reply, "the log-in was refused")


def _b64(text: str) -> bytes:
    return base64.b64encode(text.encode())


def _good(reply: Reply, what: str) -> None:
    if not 200 <= reply.code < 300:
        raise Unwelcome(f"{what}: {reply.code} {reply.text}", str(reply.code))


def _trouble(problem: OSError) -> str:
    if isinstance(problem, ssl.SSLCertVerificationError):
        return f"the server's certificate is not trusted: {problem.verify_message}"
    if isinstance(problem, ssl.SSLError):
        return f"encryption failed: {problem.reason or 'unknown'}"
    if isinstance(problem, socket.gaierror):
        return "the server's name is not known"
    return f"no connection: {problem.strerror or type(problem).__name__}"


def _own_name() -> str:
    """This machine's name for EHLO; without a dot it would be refused by many."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"
