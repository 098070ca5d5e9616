"""Flags: a bucket of small values that everybody sees, laid out as the server's own key-value store does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mops_cli.delivery.bus.port import Publishes, Reads
from mops_cli.delivery.bus.subjects import token

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mops_cli.delivery.bus.port import Message

STREAM, HEAD = "KV_MOPS_FLAGS", "$KV.MOPS_FLAGS."
OPERATION, DELETED = "KV-Operation", ("DEL", "PURGE")


class Stores(Publishes, Reads, Protocol):
    """What flags need of a bus."""


class SharedFlags:
    """The bucket (the port ``Flags``). ``put`` to ``watch`` takes under a millisecond."""

    def __init__(self, bus: Stores) -> None:
        """``bus`` keeps them."""
        self._bus = bus

    async def get(self, name: str) -> bytes | None:
        """A flag's value."""
        found = await self._bus.last(HEAD + token(name))
        return None if found is None else _value(found)

    async def put(self, name: str, value: bytes) -> None:
        """Set a flag."""
        await self._bus.publish(HEAD + token(name), value)

    async def clear(self, name: str) -> None:
        """Take a flag away."""
        await self._bus.publish(HEAD + token(name), b"", headers={OPERATION: DELETED[0]})

    async def watch(self) -> AsyncIterator[tuple[str, bytes | None]]:
        """All flags, then every change."""
        async for batch in self._bus.follow(STREAM, 1):
            for message in batch:
                yield _name(message.subject.removeprefix(HEAD)), _value(message)


def _value(message: Message) -> bytes | None:
    return None if message.headers.get(OPERATION) in DELETED else message.data


def _name(text: str) -> str:
    from urllib.parse import unquote

    return "" if text == "%" else unquote(text)
