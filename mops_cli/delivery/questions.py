"""What workers and commands ask the owner of the store, and the shapes of the answers (MessagePack, version 1)."""

from __future__ import annotations

from typing import Any

import msgspec

PEOPLE = "mops.owner.people"
PERMIT = "mops.owner.permit"
READ = "mops.owner.read"
PLAN = "mops.owner.plan"
SEND = "mops.owner.send"
STOP = "mops.owner.stop"
RESUME = "mops.owner.resume"
STOPPED = "mops.control.stopped"
"""Told to all workers: a send was stopped (its id) or goes on (its id after a `+`)."""


class PeopleAsked(msgspec.Struct, frozen=True, array_like=True):
    """Recipients of a shard by their indices in the audience, and the contact fields that its templates read."""

    send: str
    channel: str
    plan: str
    topic: str
    transactional: bool
    indices: list[int]
    fields: list[str]


class PeopleTold(msgspec.Struct, frozen=True, array_like=True):
    """One row a recipient: index, contact id, address, locale, variant, why blocked, then the fields' values."""

    rows: list[list[Any]]


class PermitAsked(msgspec.Struct, frozen=True, array_like=True):
    """So many hand-overs of a provider, please."""

    provider: str
    count: int


class PermitTold(msgspec.Struct, frozen=True, array_like=True):
    """How many are granted, and how many seconds until more can be."""

    granted: int
    wait: float


def pack(value: msgspec.Struct) -> bytes:
    """A question or an answer as it travels."""
    return msgspec.msgpack.encode(value)


def unpack(kind: type[Any], data: bytes) -> Any:
    """A question or an answer of a kind."""
    return msgspec.msgpack.decode(data, type=kind)
