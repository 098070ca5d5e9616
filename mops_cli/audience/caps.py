"""Frequency caps: who has had enough messages for now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.audience.selection import Members
from mops_cli.errors import UsageError
from mops_cli.model.suggest import advice
from mops_cli.model.values import duration
from mops_cli.store.queries import queries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mops_cli.model.config import Cap, ProjectConfig


def reached(
    config: ProjectConfig, topic: str, channel: str, *, send: str, environment: str, now: datetime
) -> tuple[Members, ...]:  # fmt: skip
    """Those who have had as many messages as each cap allows that holds for a topic on a channel.

    Counted is what a provider took in this environment, in the time before ``now``, of other sends than this one.
    Topics that need no consent are neither capped nor counted.

    Raises:
        UsageError: A cap names a topic that is not declared.
    """
    return tuple(_reached(config, topic, channel, send=send, environment=environment, now=now))


def _reached(
    config: ProjectConfig, topic: str, channel: str, *, send: str, environment: str, now: datetime
) -> Iterator[Members]:  # fmt: skip
    for number, (name, cap) in enumerate(config.caps.items()):
        topics = _topics(config, name, cap)
        if topic not in topics or cap.channel not in ("", channel):
            continue
        slots: dict[str, object] = {
            "since": now.replace(tzinfo=None) - duration(cap.within), "most": cap.most, "channel": cap.channel,
            "topics": topics, "send": send, "environment": environment,
        }  # fmt: skip
        statement = queries("mops_cli.audience", "people")["reached"]
        for slot in slots:
            statement = statement.replace(f"${slot}", f"$cap{number}_{slot}")
        yield Members(statement, {f"cap{number}_{slot}": value for slot, value in slots.items()})


def _topics(config: ProjectConfig, name: str, cap: Cap) -> list[str]:
    for topic in cap.topics:
        if topic not in config.topics:
            hint = advice(topic, config.topics, what="topics")
            raise UsageError(f"mops.toml: caps.{name}: there is no topic {topic}", hint=hint)
    return [topic for topic in cap.topics or config.topics if not config.topics[topic].transactional]
