"""A worker put together: bus, providers, messages, journal."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mops_cli.app.composing import Composers
from mops_cli.clock import SystemClock, environment, new_id
from mops_cli.content.environments import config_of, in_force
from mops_cli.delivery.bus.opening import join
from mops_cli.delivery.ledger.journal import FOLDER, Journal
from mops_cli.delivery.providers.table import make
from mops_cli.delivery.sending.limits import limited, waits
from mops_cli.delivery.worker.asking import RemotePeople
from mops_cli.delivery.worker.loop import Worker
from mops_cli.delivery.worker.shard import Surroundings

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from mops_cli.app.brief import Brief


async def work(brief: Brief, ends: asyncio.Future[None], tell: Callable[[str], None]) -> None:
    """Be a worker until ``ends`` is done.

    Raises:
        MopsError: The bus is gone, or the journal cannot be written.
    """
    root, clock = Path(brief.root), SystemClock()
    settings = in_force(config_of(root), brief.environment)
    providers = [make(name, settings, root, environment()) for name in brief.providers]
    journal = Journal(root / ".mops" / FOLDER, new_id())
    bus = await join(brief.bus)
    try:
        composers = Composers(root, settings)
        people = RemotePeople(bus, composers.fields, partial(limited, settings.config), ends)
        around = Surroundings(
            bus=bus,
            worker=journal.worker,
            journal=journal,
            journals=root / ".mops" / FOLDER,
            people=people,
            composer=composers.composer,
            now=lambda: int(clock.now().timestamp() * 1000),
            elapsed=clock.elapsed,
        )
        worker = Worker(bus, providers, around, tell, partial(waits, settings.config))
        ends.add_done_callback(lambda _: worker.end())
        await worker.run()
    finally:
        with suppress(Exception):
            await bus.close()
        journal.close()
