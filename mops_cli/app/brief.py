"""What a worker process is told when it starts: through its standard input, as it holds secrets."""

from __future__ import annotations

import msgspec


class Brief(msgspec.Struct, frozen=True):
    """Where the project and the bus are, and for whom to work."""

    root: str
    environment: str
    bus: str  # how to join the bus, as `delivery.bus` writes it
    providers: tuple[str, ...]
    alone: bool = True  # ends when its starter ends


def encoded(brief: Brief) -> bytes:
    """One line of JSON."""
    return msgspec.json.encode(brief) + b"\n"


def decoded(line: bytes) -> Brief:
    """A brief from the line."""
    return msgspec.json.decode(line, type=Brief)
