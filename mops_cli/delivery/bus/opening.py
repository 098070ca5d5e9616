"""Opening the bus of a project: the server of ``[nats]`` in ``mops.toml``, or one of our own."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mops_cli.clock import Clock, SystemClock
from mops_cli.content.secrets import resolve
from mops_cli.delivery.bus.joining import Joining, decoded
from mops_cli.delivery.bus.nats_bus import NatsBus, connect
from mops_cli.delivery.bus.server import Embedded
from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from mops_cli.model.config import ProjectConfig

STATE = ".mops"
SCHEMES = ("nats", "tls", "ws", "wss")


@asynccontextmanager
async def opened_bus(
    root: Path, config: ProjectConfig, variables: Mapping[str, str], clock: Clock | None = None
) -> AsyncIterator[NatsBus]:
    """The project's bus with all its streams, for the time of the block.

    Without ``nats.url`` a server runs under ``.mops/nats``: an own one, or the one that another command of this project
    started; the last to leave ends it.

    Raises:
        ServerFailed: A server of our own cannot be started.
        BusUnavailable, UsageError, StreamDiffers: See ``nats_bus.connect``.
    """
    clock = clock or SystemClock()
    if config.nats.url:
        bus = await connect(joining_of(root, config, variables), clock)
        try:
            yield bus
        finally:
            await bus.close()
        return
    server = Embedded(root / STATE, clock)
    try:
        running = await server.join()
        bus = await connect(
            Joining((f"nats://127.0.0.1:{running.port}",), running.token, prefix=config.nats.prefix, embedded=True),
            clock,
        )
        try:
            yield bus
        finally:
            await bus.close()
    finally:
        await server.leave()


async def join(brief: str, clock: Clock | None = None) -> NatsBus:
    """The bus that another process has opened and told us of (its ``brief``); close it after use.

    Raises:
        BusUnavailable, UsageError: See ``nats_bus.connect``.
    """
    return await connect(decoded(brief), clock, streams=False)


def joining_of(root: Path, config: ProjectConfig, variables: Mapping[str, str]) -> Joining:
    """How to join the server of ``[nats]``, with its secrets.

    Raises:
        UsageError: An address is malformed, or a secret is missing.
    """
    nats = config.nats

    def secret(name: str) -> str:
        value: str = getattr(nats, name)
        return resolve(value, root, variables, what=f"nats.{name}") if value else ""

    def file(name: str) -> str:
        value: str = getattr(nats, name).removeprefix("file:")
        return str(root / Path(value).expanduser()) if value else ""

    return Joining(
        urls=_urls(nats.url),
        token=secret("token"),
        user=secret("user") if nats.user.startswith(("env:", "file:")) else nats.user,
        password=secret("password"),
        credentials=secret("creds"),
        nkey=secret("nkey").strip(),
        ca=file("ca"),
        cert=file("cert"),
        key=file("key"),
        prefix=nats.prefix,
        replicas=nats.replicas,
    )


def _urls(text: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    for url in found:
        scheme, colon, rest = url.partition("://")
        if (colon and scheme not in SCHEMES) or not (rest if colon else scheme):
            raise UsageError(f'nats.url: "{scheme}" is no address of a NATS server', hint="write nats://host:4222")
        if "@" in url:
            raise UsageError(
                "nats.url holds a password",
                hint="write nats.user, nats.password or nats.token as env:NAME or file:path",
            )
    return tuple(url if "://" in url else f"nats://{url}" for url in found)
