"""Worker processes: started with a brief, restarted when they die, ended with the one who started them."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.app.brief import Brief, encoded
from mops_cli.delivery.worker import points
from mops_cli.errors import ExternalError, MopsError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

MODULE = "mops_cli.app.worker_process"
REST = 0.2
"""Seconds before a worker that died is started again; doubles up to :data:`LONGEST_REST` while it keeps dying."""
LONGEST_REST = 5.0
HEALTHY = 30.0
"""Seconds after which a worker that dies is no longer one that keeps dying."""


HOPELESS = frozenset({2, 5, 70})
"""Exit codes of a worker after which another one would end alike: settings, guards, a bug."""
MOST_QUICK = 5
"""So many workers in a row may give up soon after their start before the send does."""
LAST_WORDS = "\x04"
"""Begins the line in which a worker says why it ends."""


@dataclass(frozen=True, slots=True)
class Ears:
    """Who hears of workers: ``tell`` gets sentences for the log.

    ``failed`` is called when starting a worker again would not help: its settings have a mistake, the disk is full;
    ``died`` after each death, before another worker is started.
    """

    tell: Callable[[str], None]
    failed: Callable[[MopsError], None]
    died: Callable[[], Awaitable[None]]


class Workers:
    """A number of worker processes of one brief."""

    def __init__(self, count: int, root: Path, environment: Mapping[str, str], ears: Ears) -> None:
        """``environment`` are the processes' variables, ``root`` is where they work."""
        self._count = count
        self._root = root
        self._environment = dict(environment)
        self._tell = ears.tell
        self._failed = ears.failed
        self._died = ears.died
        self._brief: asyncio.Future[Brief | None] = asyncio.get_running_loop().create_future()
        self._ending = False
        self._tasks: list[asyncio.Task[None]] = []
        self._running: dict[int, asyncio.subprocess.Process] = {}
        self._last_words = ""
        self.deaths = 0

    @property
    def pids(self) -> list[int]:
        """The processes that run now."""
        return [one.pid for one in self._running.values()]

    def warm(self) -> None:
        """Start the processes; they load what they need and wait for :meth:`start`."""
        self._tasks = [asyncio.create_task(self._keep(number)) for number in range(self._count)]

    def start(self, brief: Brief) -> None:
        """Tell them where and for whom to work."""
        if not self._tasks:
            self.warm()
        self._brief.set_result(brief)

    async def close(self, patience: float = 30.0) -> None:
        """Let them finish their windows, then end them."""
        self._ending = True
        if not self._brief.done():
            self._brief.set_result(None)  # nobody needed them
        for one in self._running.values():
            if one.stdin is not None:
                one.stdin.close()  # that is how they are told
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*self._tasks, return_exceptions=True), patience)
        for one in self._running.values():
            with suppress(ProcessLookupError):
                one.kill()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, number: int) -> None:
        try:
            await self._kept(number)
        except MopsError as problem:
            self._failed(problem)
        except OSError as problem:
            self._failed(ExternalError(f"a worker cannot be started: {problem.strerror}", hint="then mops resume"))

    async def _kept(self, number: int) -> None:
        loop = asyncio.get_running_loop()
        rest, quick = REST, 0
        while not self._ending:
            began = loop.time()
            code = await self._one(number)
            if self._ending or code == 0:
                return
            self.deaths += 1
            healthy = loop.time() - began > HEALTHY
            rest = REST if healthy else min(rest * 2, LONGEST_REST)
            # One that was killed is replaced for ever; one that gives up for a reason of its own, a few times.
            quick = quick + 1 if code > 0 and not healthy else 0
            if code in HOPELESS or quick >= MOST_QUICK:
                self._failed(_problem(code, self._last_words))
                return
            self._tell(f"a worker ended ({_how(code)}{self._last_words and ': ' + self._last_words}); another goes on")
            self._environment.pop(points.VARIABLE, None)  # a trial kills once
            await self._died()
            await asyncio.sleep(rest)

    async def _one(self, number: int) -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", MODULE, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            env=self._environment, cwd=self._root, start_new_session=True,  # Ctrl-C is for the starter
        )  # fmt: skip
        self._running[number] = process
        self._last_words = ""
        try:
            if process.stdin is not None and process.stdout is not None:
                brief = await asyncio.shield(self._brief)
                with suppress(ConnectionError):
                    if brief is not None:
                        process.stdin.write(encoded(brief))
                        await process.stdin.drain()
                async for line in process.stdout:
                    self._hear(line.decode(errors="replace").rstrip("\n"))
            return await process.wait()
        finally:
            self._running.pop(number, None)

    def _hear(self, line: str) -> None:
        if line.startswith(LAST_WORDS):
            self._last_words = line.removeprefix(LAST_WORDS)
        else:
            self._tell(line)


def _how(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"


def _problem(code: int, words: str) -> MopsError:
    message, _, hint = words.partition(" | ")
    problem = MopsError(
        f"workers cannot go on: {message or _how(code)}", hint=hint or "see what they said above; then mops resume"
    )
    problem.exit_code = code
    return problem
