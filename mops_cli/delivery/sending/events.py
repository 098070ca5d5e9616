"""Events of the bus become rows of the store: in order, each exactly once, whatever they look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from mops_cli.store.ingest import ingest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.delivery.bus.port import Message
    from mops_cli.store.database import Store

STREAM = "MOPS_EVENTS"
_SUBJECT = "mops.events."


def take(store: Store, messages: Sequence[Message]) -> int:
    """Store a batch and the stream's new offset in one transaction; gives how many were new.

    Raises:
        Gap: A message before or between them is missing; nothing was stored.
    """
    return ingest(store, STREAM, [(one.sequence, read(one)) for one in messages])


def read(message: Message) -> Mapping[str, object]:
    """The envelope of an event. What is none is kept whole, as data of a kind nobody declared."""
    kind = message.subject.removeprefix(_SUBJECT)
    try:
        found = msgspec.json.decode(message.data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        found = message.data.decode("utf-8", "replace")
    if not isinstance(found, dict):
        found = {"data": {"raw": found}}
    base = {"id": message.message_id or None, "kind": kind, "occurred_at": message.time.isoformat()}
    return {**base, **found}
