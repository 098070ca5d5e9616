"""Consent: what people said about a topic on a channel, as a log to which rows are only ever added."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from mops_cli.errors import UsageError
from mops_cli.model.suggest import advice
from mops_cli.store.queries import queries
from mops_cli.store.recording import insert, note

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from mops_cli.store.database import Store

GIVEN, WITHDRAWN = "given", "withdrawn"
CHANNELS = ("email", "sms", "push", "chat")


def wording_hash(text: str) -> str:
    """The hash of the words somebody agreed to; nothing for no words."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def record(
    store: Store, contact: int, topic: str, channel: str, state: str, *,
    source: str, wording: str = "", at: datetime | None = None,
) -> None:  # fmt: skip
    """Add a word to the log; ``at`` is in UTC and is now when nobody says."""
    now = store.clock.now().replace(tzinfo=None)
    said: dict[str, object] = {"id": contact, "topic": topic, "channel": channel, "state": state, "source": source}
    with store.transaction():
        more = {"at": at or now, "wording": wording_hash(wording) or None, "now": now}
        row = insert(store, "consent_log", _sql()["say"], {**said, **more})
        note(store, f"consent.{state}", [row], contact=contact, channel=channel, source=source, about={"topic": topic})


def history(store: Store, contact: int) -> list[dict[str, object]]:
    """Everything a contact said, the first first."""
    return store.records(_sql()["consent_history"], {"id": contact})


def totals(store: Store) -> list[tuple[str, str, int, int]]:
    """Topic, channel, how many agree, how many withdrew."""
    return store.rows(_sql()["consent_totals"])


def check(topic: str, channel: str, topics: Iterable[str]) -> None:
    """Whether there is such a topic and channel.

    Raises:
        UsageError: There is not.
    """
    names = list(topics)
    if topic not in names:
        raise UsageError(f"there is no topic {topic}", hint=advice(topic, names, what="topics"))
    if channel not in CHANNELS:
        raise UsageError(f"nobody agrees to the channel {channel}", hint=advice(channel, CHANNELS, what="channels"))


def _sql() -> dict[str, str]:
    return queries("mops_cli.audience", "people")
