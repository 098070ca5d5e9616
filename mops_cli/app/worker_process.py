"""A worker as a process of its own: reads its brief from standard input, ends when that closes."""

from __future__ import annotations

import asyncio
import gc
import sys
from contextlib import suppress

from mops_cli.app.brief import decoded
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
        return asyncio.run(_work(line))
    except MopsError as problem:
        print(problem.message, flush=True)
        return problem.exit_code
    except KeyboardInterrupt:
        return 0


async def _work(line: bytes) -> int:
    closed = asyncio.create_task(_until_closed())
    with suppress(asyncio.CancelledError):
        await work(decoded(line), closed, lambda sentence: print(sentence, flush=True))
    closed.cancel()
    return 0


async def _until_closed() -> None:
    """Wait until nobody holds the other end of our input."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    while await reader.read(1024):
        pass


if __name__ == "__main__":
    sys.exit(main())
