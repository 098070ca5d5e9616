"""A memory for slow pure steps in ``.mops/cache/objects/``: what was drawn once is not drawn again.

An object's name is a hash over the kind, the key and the tools; its content carries length and hash, so that a
damaged one is recognised and made anew. Any number of processes may use it at once.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from typing import TYPE_CHECKING

from mops_cli.build import atomic
from mops_cli.errors import MopsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER = ".mops/cache/objects"
LIMIT = 512 * 1024 * 1024
_LOCK = ".lock"
_MAGIC = b"MOPS1\n"
_HEAD = len(_MAGIC) + 8 + 32


class Objects:
    """The memory of one project; an instance is a :class:`mops_cli.channels.base.Memo`."""

    def __init__(self, root: str, environment: str, *, limit: int = LIMIT) -> None:
        self._folder = os.path.join(root, FOLDER)
        self._environment = environment.encode()
        self._limit = limit
        self.hits = 0
        self.misses = 0

    def __call__(self, kind: str, key: bytes, compute: Callable[[], bytes]) -> bytes:
        """What ``compute`` gave for this kind and key, now or in an earlier build."""
        place = self._place(kind, key)
        data = self._known(place)
        if data is not None:
            return data
        with _alone(place):
            data = self._known(place)
            if data is not None:
                return data
            self.misses += 1
            data = compute()
            # A cache that cannot be written (a full disk) must not cost the artifact.
            with contextlib.suppress(MopsError):
                atomic.write(place, _pack(data), mode=atomic.PRIVATE_FILE, shown=FOLDER)
        return data

    def _known(self, place: str) -> bytes | None:
        """A remembered object, marked as just used."""
        data = _unpack(atomic.read(place))
        if data is not None:
            self.hits += 1
            with contextlib.suppress(OSError):
                os.utime(place)
        return data

    def trim(self) -> int:
        """Remove what was used longest ago until four fifths of the limit are left; tells how many went."""
        entries = self._entries()
        for entry in [entry for entry in entries if entry[2].endswith(_LOCK)]:
            atomic.remove(entry[2])  # of a process that was killed
            entries.remove(entry)
        size = sum(entry[1] for entry in entries)
        if size <= self._limit:
            return 0
        removed = 0
        for _, length, place in sorted(entries):
            if size <= self._limit * 4 // 5:
                break
            removed += atomic.remove(place)
            size -= length
        return removed

    def _entries(self) -> list[tuple[int, int, str]]:
        """Time of last use, size and place of every object."""
        found = []
        for folder, _, names in os.walk(self._folder):
            for name in names:
                place = os.path.join(folder, name)
                with contextlib.suppress(OSError):
                    status = os.stat(place)
                    found.append((status.st_mtime_ns, status.st_size, place))
        return found

    def _place(self, kind: str, key: bytes) -> str:
        state = hashlib.sha256()
        for part in (self._environment, kind.encode(), key):
            state.update(len(part).to_bytes(8, "big"))
            state.update(part)
        name = state.hexdigest()
        return os.path.join(self._folder, name[:2], name[2:])


@contextlib.contextmanager
def _alone(place: str) -> Iterator[None]:
    """Wait while another process computes the same object; two would only take turns at the processor.

    Where locks do not work, both compute.
    """
    try:
        handle = _locked(place + _LOCK)
    except OSError:
        handle = -1
    try:
        yield
    finally:
        if handle >= 0:
            atomic.remove(place + _LOCK)
            os.close(handle)


def _locked(place: str) -> int:
    """An open, locked file at ``place``, and not one that its last holder has removed meanwhile."""
    os.makedirs(os.path.dirname(place), exist_ok=True)
    while True:
        handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, atomic.PRIVATE_FILE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if os.path.exists(place) and os.path.samestat(os.stat(place), os.fstat(handle)):
                return handle
        except OSError:
            os.close(handle)
            raise
        os.close(handle)


def _pack(data: bytes) -> bytes:
    return _MAGIC + len(data).to_bytes(8, "big") + hashlib.sha256(data).digest() + data


def _unpack(raw: bytes | None) -> bytes | None:
    """The content of an object; None when it is missing or damaged."""
    if raw is None or not raw.startswith(_MAGIC) or len(raw) < _HEAD:
        return None
    data = raw[_HEAD:]
    length = int.from_bytes(raw[len(_MAGIC) : len(_MAGIC) + 8], "big")
    if len(data) != length or hashlib.sha256(data).digest() != raw[_HEAD - 32 : _HEAD]:
        return None
    return data
