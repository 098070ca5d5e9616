"""The two worlds in which the bus is tested: the twin in memory, and a real nats-server."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from contextlib import asynccontextmanager

from mops_cli.clock import SystemClock
from mops_cli.delivery.bus.joining import Joining
from mops_cli.delivery.bus.memory import MemoryBus
from mops_cli.delivery.bus.nats_bus import connect
from mops_cli.delivery.bus.server import Embedded
from mops_cli.delivery.bus.server_files import program
from mops_cli.delivery.bus.streams import STREAMS


def tell(story, seconds=30.0):
    """Run a story; one that hangs is a failure."""

    async def bounded():
        async with asyncio.timeout(seconds):
            return await story

    return asyncio.run(bounded())


class InMemory:
    name = "memory"

    @asynccontextmanager
    async def bus(self):
        self._bus = MemoryBus()
        await self._bus.start()
        try:
            yield self._bus
        finally:
            await self._bus.close()

    async def later(self, seconds):
        """Time passes."""
        await self._bus.advance(seconds)


class OverNats:
    name = "nats"

    def __init__(self, joining):
        self.joining = joining

    @asynccontextmanager
    async def bus(self):
        bus = await connect(self.joining)
        try:
            for stream in STREAMS:
                await bus.purge(stream.name)
            yield bus
        finally:
            await bus.close()

    async def later(self, seconds):
        """Time passes by itself; who waits for something gives it a few seconds."""


class Server:
    """A nats-server under a watch-less owner: it stays dead when it is killed, until :meth:`start`."""

    def __init__(self, folder):
        self._loop = asyncio.new_event_loop()
        self.embedded = Embedded(folder / ".mops", SystemClock())
        self.running = self._loop.run_until_complete(self.embedded.join())

    @property
    def joining(self):
        return joining_of(self.running)

    def end(self):
        self._loop.run_until_complete(self.embedded.leave())
        self._loop.close()


def joining_of(running, **more):
    return Joining((f"nats://127.0.0.1:{running.port}",), running.token, **more)


@asynccontextmanager
async def embedded(folder):
    """An embedded server that is watched and brought back."""
    server = Embedded(folder / ".mops", SystemClock())
    await server.join()
    try:
        yield server
    finally:
        await server.leave()


@asynccontextmanager
async def served(folder, **more):
    """An embedded server that is watched, and a bus on it."""
    async with embedded(folder) as server:
        bus = await connect(joining_of(server.running, **more))
        try:
            yield server, bus
        finally:
            await bus.close()


def kill(server):
    os.kill(server.running.pid, signal.SIGKILL)


async def until(ready, seconds=10.0):
    """Wait for a condition."""
    ends = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < ends, "it did not happen in time"
        await asyncio.sleep(0.005)


@asynccontextmanager
async def plain_server(folder, config):
    """A nats-server that is none of ours, with a configuration of the test's."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "plain.conf"
    path.write_text(f'listen: "127.0.0.1:-1"\nports_file_dir: "{folder}"\nlog_file: "{folder}/log"\n{config}\n')
    child = await asyncio.to_thread(subprocess.Popen, [program(), "-c", path], stderr=subprocess.DEVNULL)
    try:
        ports = folder / f"nats-server_{child.pid}.ports"
        await until(lambda: ports.exists() and ports.read_text().endswith("}"))
        import json

        yield int(json.loads(ports.read_text())["nats"][0].rpartition(":")[2])
    finally:
        child.kill()
        child.wait()


class Wire:
    """A relay before a server. ``deaf``: what the server says is dropped, as when a cable is pulled after a request."""

    def __init__(self, port):
        self._to = port
        self.port = 0
        self.deaf = False
        self._writers = []
        self._tasks = set()

    @asynccontextmanager
    async def open(self):
        listening = await asyncio.start_server(self._client, "127.0.0.1", 0)
        self.port = listening.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self.cut()
            listening.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self):
        """Break all connections."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _client(self, reader, writer):
        back, forth = await asyncio.open_connection("127.0.0.1", self._to)
        self._writers += [writer, forth]
        for source, sink, answers in ((reader, forth, False), (back, writer, True)):
            task = asyncio.create_task(self._pump(source, sink, answers))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, source, sink, answers):
        try:
            while data := await source.read(65536):
                if not (answers and self.deaf):
                    sink.write(data)
                    await sink.drain()
        except OSError:
            pass
        finally:
            sink.close()
