"""One writer at a time: a lock that the system lets go when its holder dies, however it dies."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from typing import TYPE_CHECKING

from mops_cli.build import atomic
from mops_cli.errors import LockHeld

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACE = ".mops/lock"
WAIT = 30.0
_STEP = 0.05


@contextlib.contextmanager
def hold(root: str, command: str, *, wait: float = WAIT) -> Iterator[None]:
    """Hold the project's lock; another holder is waited for ``wait`` seconds.

    Raises:
        LockHeld: Another run still has it; the message says which.
        MopsError: The lock file cannot be made.
    """
    place = os.path.join(root, PLACE)
    atomic.private_folder(os.path.dirname(place))
    try:
        handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, atomic.PRIVATE_FILE)
    except OSError as problem:
        atomic.fail(problem, PLACE)
    try:
        _acquire(handle, wait)
        # Who holds it is a courtesy to the one who waits; the lock itself is the system's.
        owner = json.dumps({"pid": os.getpid(), "command": command}).encode()
        os.ftruncate(handle, 0)
        os.pwrite(handle, owner, 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def owner(root: str) -> dict[str, object]:
    """Who holds the lock, as far as is known."""
    try:
        found = json.loads(atomic.read(os.path.join(root, PLACE)) or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _acquire(handle: int, wait: float) -> None:
    """Take the lock or give up after ``wait`` seconds.

    Raises:
        LockHeld: It was not let go in time.
    """
    waited = 0.0
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waited >= wait:
                raise LockHeld(_who(handle), hint="wait for it, or end that process; the lock goes with it") from None
            time.sleep(_STEP)
            waited += _STEP
        else:
            return


def _who(handle: int) -> str:
    try:
        found = json.loads(os.pread(handle, 4096, 0) or b"{}")
        return f"another run holds the project: mops {found['command']} (process {found['pid']})"
    except (ValueError, KeyError, TypeError, RecursionError):
        return "another run holds the project"
