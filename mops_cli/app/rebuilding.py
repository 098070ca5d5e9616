"""``mops store rebuild``: the last backup, then the journal of people, then the events of the bus."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from mops_cli.delivery.sending import events
from mops_cli.errors import UsageError
from mops_cli.store import backup
from mops_cli.store.database import FOLDER
from mops_cli.store.ingest import Gap
from mops_cli.store.journal import Journal
from mops_cli.store.offsets import offset
from mops_cli.store.opening import open_store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mops_cli.clock import Clock
    from mops_cli.model.config import ProjectConfig


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it. ``entries`` of the journal, ``events`` of the bus; ``gap``: the bus has lost some in between."""

    backup: str
    entries: int
    events: int
    gap: bool = False


def last_backup(root: Path) -> Path | None:
    """Where the last backup of this project went; None when there was none.

    Raises:
        UsageError: It is not there any more.
    """
    place, _ = Journal(root / FOLDER).base()
    if place is not None and not place.exists():
        raise UsageError(f"the last backup, {place.name}, is not where it was made", hint="name it: mops store rebuild FILE")  # fmt: skip
    return place


async def rebuild(
    root: Path, place: Path | None, config: ProjectConfig, variables: Mapping[str, str], clock: Clock
) -> Rebuilt:  # fmt: skip
    """Make the store anew; without ``place``, from the last backup, else from the beginning of the journal.

    Raises:
        MopsError: See :func:`mops_cli.store.backup.rebuild` and :func:`mops_cli.delivery.bus.opening.opened_bus`.
    """
    base = place or last_backup(root)
    entries = backup.rebuild(root, base, config, clock)
    found, gap = 0, False
    if config.nats.url or (root / FOLDER / "nats").exists():
        found, gap = await _events(root, config, variables, clock)
    return Rebuilt(base.name if base else "", entries, found, gap)


async def _events(root: Path, config: ProjectConfig, variables: Mapping[str, str], clock: Clock) -> tuple[int, bool]:
    """Events after the backup's offset; they are stored once, also when this is done twice."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    from mops_cli.delivery.bus.opening import opened_bus

    count = 0
    # DuckDB's connection stays in one thread, and the bus must not wait for it.
    with ThreadPoolExecutor(1) as thread:
        run = partial(asyncio.get_running_loop().run_in_executor, thread)
        store = await run(open_store, root, config, clock)
        try:
            async with opened_bus(root, config, variables, clock) as bus:
                begin = await run(offset, store, events.STREAM)
                if await bus.last_sequence(events.STREAM) <= begin:
                    return 0, False
                async for batch in bus.follow(events.STREAM, begin + 1, until_idle=True):
                    count += await run(events.take, store, batch)
        except Gap:
            return count, True
        finally:
            await run(store.close)
    return count, False
