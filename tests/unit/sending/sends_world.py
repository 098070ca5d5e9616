"""A store with a send in its register, and a ledger to be folded into it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mops_cli.clock import FrozenClock
from mops_cli.delivery.bus.memory import MemoryBus
from mops_cli.delivery.jobs import Job
from mops_cli.delivery.ledger.records import Record, Result, encoded
from mops_cli.delivery.sending import register
from mops_cli.model.config import ProjectConfig, ProjectInfo, Topic
from mops_cli.model.delivery import Outcome
from mops_cli.store.opening import open_store

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
INFO = ProjectInfo(id="demo", name="Demo", url="https://demo.example", country="DE")
SETTINGS = ProjectConfig(project=INFO, topics={"news": Topic(title="News")})


def opened(root):
    return open_store(root, SETTINGS, FrozenClock(NOW))


def send(name="spring@1", channel="email", plan="abcdef0123456789", **more):
    made = register.Send(
        name, channel, "spring", "news", plan, "production", "relay", "hold", register.RUNNING, 100, 3, NOW,
        NOW + timedelta(hours=2), NOW + timedelta(days=1), NOW, NOW,
    )  # fmt: skip
    return replace(made, **more)


def job(of, shard=0):
    """The job of a shard, as it is given out."""
    return Job(of.send, of.channel, of.campaign, of.topic, of.plan, of.provider, shard, 0, 1)


def result(index, outcome=Outcome.SENT, tried=1, **more):
    made = Result(index, 100 + index, outcome, 1_764_579_600_000 + index, "en", "", "250", f"Q{index}", "", tried)
    from msgspec import structs

    return structs.replace(made, **more)


def window(*done, closed=False, number=1):
    return encoded(Record("w", 1, number, done=done, closed=closed))


def ledger(*records):
    """Records on their subjects, as the bus gives them: ``(subject, data)``."""

    async def story():
        bus = MemoryBus()
        for subject, data in records:
            await bus.publish(subject, data)
        return await bus.read("mops.ledger.>")

    return asyncio.run(story())


def sends_by_subject(*sends):
    """What the owner knows about subjects."""
    known = {one.ledger: one for one in sends}

    def send_of(subject):
        head, dash, number = subject.rpartition("-")
        one = known.get(head + dash)
        return (one, int(number)) if one is not None and number.isdigit() else None

    return send_of


def rows(store):
    return store.rows("SELECT send, channel, plan, shard, number, contact_id, outcome FROM deliveries ORDER BY ALL")
