"""The bus over an embedded server that syncs every write, against the client library's own awaited publish, in one run.

    python benchmarks/bus_rates.py [--seconds N]

Prints one JSON line a promise; exit code 1 when one does not hold. Messages have one kilobyte; the seconds of a rate are
those of a thousand messages.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import time
from typing import TYPE_CHECKING

import measure
from measure import Cost
from nats.aio.client import Client

from mops_cli.clock import SystemClock
from mops_cli.delivery.bus.joining import Joining
from mops_cli.delivery.bus.nats_bus import NatsBus, connect
from mops_cli.delivery.bus.server import Embedded

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

KILOBYTE = b"x" * 1000
REFERENCE = "awaited publish of the client library"


def main() -> int:
    """Start, measure, stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="for each measurement")
    given = parser.parse_args()
    with measure.folder() as folder:
        return 0 if all(asyncio.run(every(folder, given.seconds))) else 1


async def every(folder: Path, seconds: float) -> list[bool]:
    """All promises."""
    server = Embedded(folder / ".mops", SystemClock())
    start = time.perf_counter()
    running = await server.join()
    joined = Cost(time.perf_counter() - start, 0.0)
    joining = Joining((f"nats://127.0.0.1:{running.port}",), running.token)
    hold = [step("start of an embedded server", joined, 0.15)]
    try:
        start = time.perf_counter()
        bus = await connect(joining)
        made = Cost(time.perf_counter() - start, 0.0)
        hold.append(step("first connection, all streams made", made, 0.5))
        hold += await rates(bus, joining, seconds)
        await bus.close()
    finally:
        start = time.perf_counter()
        await server.leave()
    hold.append(step("end of an embedded server", Cost(time.perf_counter() - start, 0.0), 0.05))
    return hold


async def rates(bus: NatsBus, joining: Joining, seconds: float) -> list[bool]:
    """Messages a second of each way to write and to read."""
    client = Client()
    await client.connect(list(joining.urls), token=joining.token)
    context = client.jetstream()
    plain = await per_message(lambda: context.publish("mops.events.plain", KILOBYTE), 1, seconds)
    await client.close()
    hold = [rate(REFERENCE, plain, 0.01, plain)]
    fenced, batch, many = Fenced(bus), Batches(bus), Many(bus)
    for name, action, count, limit in (
        ("fenced records, one after the other", fenced.one, 1, 1.5),
        ("plain messages, a window of them under way", many.one, 500, 1.2),
        ("atomic batches of 1000", batch.one, 1000, 0.25),
    ):
        hold.append(rate(name, await per_message(action, count, seconds), limit * plain.wall, plain))
    count = await bus.last_sequence("MOPS_EVENTS")
    start = Clocks()
    got = sum([len(found) async for found in bus.follow("MOPS_EVENTS", 1, until_idle=True)])
    followed = start.cost(got)
    hold.append(rate("followed in order", followed, plain.wall, plain, complete=got == count))
    shard = "mops.ledger.read.0"
    await bus.publish_batch([(shard, KILOBYTE)] * 100)
    recovery = await per_message(lambda: bus.read(shard), 1, seconds)
    hold.append(
        measure.line("all of a shard with 100 records", recovery, 0.02, reference=plain.wall, reference_name=REFERENCE)
    )
    return hold


class Clocks:
    """Wall and processor time since a moment."""

    def __init__(self) -> None:
        self.wall = time.perf_counter()
        self.cpu = _processor()

    def cost(self, count: int) -> Cost:
        """What one of ``count`` cost since then."""
        return Cost((time.perf_counter() - self.wall) / count, (_processor() - self.cpu) / count)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def per_message(action: Callable[[], Awaitable[object]], count: int, seconds: float) -> Cost:
    """What one message costs, after one call that warms up."""
    await action()
    start, done = Clocks(), 0
    while time.perf_counter() - start.wall < seconds:
        await action()
        done += count
    return start.cost(done)


class Fenced:
    """A shard's log that grows by fenced records."""

    def __init__(self, bus: NatsBus) -> None:
        self._bus = bus
        self._last = self._number = 0

    async def one(self) -> None:
        """One record more."""
        self._number += 1
        self._last = await self._bus.publish_fenced(
            "mops.ledger.bench.0", KILOBYTE, last=self._last, message_id=f"w.1.{self._number}"
        )


class Batches:
    """Atomic batches."""

    def __init__(self, bus: NatsBus) -> None:
        self._bus = bus

    async def one(self) -> None:
        """A thousand messages."""
        await self._bus.publish_batch([("mops.events.batch", KILOBYTE)] * 1000)


class Many:
    """Plain messages in windows."""

    def __init__(self, bus: NatsBus) -> None:
        self._bus = bus

    async def one(self) -> None:
        """Five hundred messages."""
        await self._bus.publish_many([("mops.events.many", KILOBYTE)] * 500)


def step(name: str, cost: Cost, limit: float) -> bool:
    """Print one result that stands for itself."""
    return measure.line(name, cost, limit, reference=0.0, reference_name="none")


def rate(name: str, cost: Cost, limit: float, plain: Cost, **facts: object) -> bool:
    """Print one result: seconds for a thousand messages, and messages a second."""
    return measure.line(
        name, Cost(cost.wall * 1000, cost.cpu * 1000), round(limit * 1000, 3), reference=plain.wall * 1000, reference_name=REFERENCE, per_second=round(1 / cost.wall),
        cpu_microseconds=round(cost.cpu * 1e6, 1), **facts,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
