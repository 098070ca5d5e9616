"""A worker as a process of its own: reads its brief from standard input, ends when that closes."""

from __future__ import annotations

import asyncio
import gc
import sys
from contextlib import suppress
from pathlib import Path

from mops_cli.app.brief import decoded
from mops_cli.app.crash import refusal, write_crash
from mops_cli.app.workers import LAST_WORDS
from mops_cli.app.working import work
from mops_cli.clock import environment
from mops_cli.delivery.worker import points
from mops_cli.errors import MopsError


def main() -> int:
    """Work until the starter closes our input; the exit code says how it ended."""
    points.arm(environment())
    line = sys.stdin.buffer.readline()
    if not line:
        return 0
    gc.freeze()
    try:
        asyncio.run(_work(line))
    except MopsError as problem:
        _tell(f"{LAST_WORDS}{problem.message} | {problem.hint}".replace("\n", " "))
        return problem.exit_code
    except OSError as problem:
        known = refusal(problem)
        if known is not None:
            _tell(f"{LAST_WORDS}{known.message} | {known.hint}")
            return known.exit_code
        return _crashed(problem)
    except KeyboardInterrupt:
        pass
    except Exception as problem:  # noqa: BLE001  # the last net of this process
        return _crashed(problem)
    return 0


def _crashed(problem: Exception) -> int:
    """A defect of ours: the traceback goes into a file, its place to whoever started us."""
    path = write_crash(problem, ["worker"], Path.cwd())
    _tell(f"{LAST_WORDS}a worker failed in a way it should not ({type(problem).__name__}) | please send {path}")
    return MopsError.exit_code


async def _work(line: bytes) -> None:
    closed = asyncio.create_task(_until_closed())
    try:
        await work(decoded(line), closed, _tell)
    finally:
        closed.cancel()


async def _until_closed() -> None:
    """Wait until nobody holds the other end of our input."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    while await reader.read(1024):
        pass


def _tell(sentence: str) -> None:
    with suppress(OSError):  # whoever started us may be gone
        sys.stdout.write(sentence + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
