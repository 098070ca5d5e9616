"""Which files are there and which have changed: sizes and times first, bytes only when in doubt.

A file is read again when its size, its time of change or its time of attribute change differ from the last
look, or when it was changed so shortly before that look that a second change could carry the same times.
This module, like everything the no-change path needs, imports the standard library only.
"""

from __future__ import annotations

import hashlib
import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from mops_cli.build import atomic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ABSENT = "absent"
CONTENT = ("mops.toml", "brand", "content", "segments", "campaigns")
"""What of a project a build looks at; other files count when a unit asked for them."""

_FINE = 50_000_000  # nanoseconds: coarser than any kernel's tick
_COARSE = 2_000_000_000  # file systems that keep whole or even seconds


class Seen(NamedTuple):
    """A file as it was last looked at; times in nanoseconds."""

    size: int
    mtime: int
    ctime: int
    sha256: str


class Table(dict[str, Seen]):
    """Files by relative path, and how many of them had to be read."""

    read: int = 0


def look(root: str, paths: Iterable[str], known: Mapping[str, Seen], tick: int, *, wary: bool = False) -> Table:
    """Look at single files; missing ones are left out. ``tick`` is when ``known`` was taken.

    ``wary``: the paths are what somebody wrote; one that leads out of ``root`` counts as missing.
    """
    table = Table()
    for path in paths:
        if wary and not _inside(root, os.path.join(root, path)):
            continue
        seen = _look_at(os.path.join(root, path), path, known, tick, table)
        if seen:
            table[path] = seen
    return table


def walk(root: str, tops: Iterable[str], known: Mapping[str, Seen], tick: int) -> Table:
    """Look at all files in these folders (and at these files).

    Hidden ones, linked folders and links out of ``root`` are left out.
    """
    table = Table()
    waiting = []
    for top in (name for name in tops if _inside(root, os.path.join(root, name))):
        if os.path.isdir(os.path.join(root, top)):
            waiting.append(top)
        else:
            table.update(_counted(table, look(root, (top,), known, tick)))
    while waiting:
        folder = waiting.pop()
        prefix = "" if folder in ("", ".") else f"{folder}/"
        try:
            entries = list(os.scandir(os.path.join(root, folder)))
        except OSError:
            continue
        for entry in entries:
            if entry.name.startswith(".") or entry.name == "__pycache__":
                continue
            path = prefix + entry.name
            if entry.is_symlink() and not _inside(root, entry.path):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
                continue
            seen = _look_at(entry.path, path, known, tick, table)
            if seen:
                table[path] = seen
    return table


def _inside(root: str, place: str) -> bool:
    """Whether a place, its links followed, is in a folder."""
    real = os.path.realpath(root)
    try:
        return os.path.commonpath((real, os.path.realpath(place))) == real
    except (OSError, ValueError):
        return False


def now(folder: str) -> int:
    """The present as the file system of ``folder`` sees it, in nanoseconds."""
    return atomic.write(os.path.join(folder, "tick"), b"", mode=atomic.PRIVATE_FILE, shown=".mops/cache").st_mtime_ns


def sha256(data: bytes) -> str:
    """The hexadecimal SHA-256 of some bytes."""
    return hashlib.sha256(data).hexdigest()


def signature(files: Mapping[str, str | Seen]) -> str:
    """One hash over names and contents of files."""
    state = hashlib.sha256()
    for path in sorted(files):
        entry = files[path]
        content = entry.sha256 if isinstance(entry, Seen) else entry
        state.update(f"{path}\0{content}\n".encode("utf-8", "surrogatepass"))
    return state.hexdigest()


def _counted(table: Table, more: Table) -> Table:
    table.read += more.read
    return more


def _look_at(place: str, path: str, known: Mapping[str, Seen], tick: int, table: Table) -> Seen | None:
    """One file: its old entry if that can be trusted, else a new one from its bytes."""
    try:
        found = os.stat(place)
        if not stat.S_ISREG(found.st_mode):
            return None
        old = known.get(path)
        if (
            old
            and (old.size, old.mtime, old.ctime) == (found.st_size, found.st_mtime_ns, found.st_ctime_ns)
            and not _racy(old, tick)
        ):
            return old
        with open(place, "rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, ValueError):
        return None
    table.read += 1
    return Seen(found.st_size, found.st_mtime_ns, found.st_ctime_ns, digest)


def _racy(seen: Seen, tick: int) -> bool:
    """Whether the file may have been changed again, with the same times, after it was looked at."""
    newest = max(seen.mtime, seen.ctime)
    margin = _FINE if seen.mtime % 1_000_000_000 or seen.ctime % 1_000_000_000 else _COARSE
    return newest >= tick - margin
