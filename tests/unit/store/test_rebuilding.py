"""A rebuild also reads the events of the bus after the backup's offset, once."""

import asyncio
import json

from mops_cli.app.rebuilding import rebuild
from mops_cli.audience import consent
from mops_cli.delivery.bus.opening import opened_bus
from mops_cli.delivery.sending import events
from mops_cli.store.backup import backup
from mops_cli.store.ingest import offset
from tests.unit.store.conftest import settings


async def publish(root, numbers):
    async with opened_bus(root, settings(), {}) as bus:
        for number in numbers:
            said = {
                "id": f"e{number}", "contact": number, "channel": "email", "data": {"topic": "news"},
                "occurred_at": "2026-11-24T12:00:00Z",
            }  # fmt: skip
            await bus.publish("mops.events.consent.given", json.dumps(said).encode(), message_id=f"e{number}")


async def stored(root, store):
    async with opened_bus(root, settings(), {}) as bus:
        async for batch in bus.follow(events.STREAM, offset(store, events.STREAM) + 1, until_idle=True):
            events.take(store, batch)


def test_events_after_the_backup_come_from_the_bus(opened, tmp_path, clock):
    store = opened()
    asyncio.run(publish(tmp_path, range(1, 4)))
    asyncio.run(stored(tmp_path, store))
    backup(store, tmp_path / "b")
    asyncio.run(publish(tmp_path, range(4, 8)))
    consent.record(store, 50, "news", "email", "given", source="letter")
    asyncio.run(stored(tmp_path, store))
    rows = "SELECT * FROM consent_log ORDER BY number"
    kinds = "SELECT id, kind, contact_id FROM events ORDER BY ALL"
    before = store.rows(rows), store.rows(kinds), offset(store, events.STREAM)
    assert len(before[0]) == 8
    store.close()
    for _ in range(2):
        found = asyncio.run(rebuild(tmp_path, None, settings(), {}, clock))
        assert (found.backup, found.entries, found.events, found.gap) == ("b", 2, 4, False)
        store = opened()
        assert (store.rows(rows), store.rows(kinds), offset(store, events.STREAM)) == before
        store.close()
