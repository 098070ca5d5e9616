"""The worker's journal: one line before a message's point of no return, one after its answer.

It shrinks doubt after a crash on the same machine. The writer holds an exclusive lock on the file for its whole life,
and the kernel frees it at death: only who wins that lock may conclude from a missing line that nothing was sent.
Lines go to the kernel at once; they survive the death of the process, not of the machine. So the first line names the
start of the machine, and in the journal of another one a missing line says nothing.

Lines speak of one opening of a shard: what a worker did in an earlier one is no evidence about a later one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from mops_cli.errors import ExternalError
from mops_cli.model.delivery import Answer, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = "journals"
_OUTCOMES = frozenset(Outcome)
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@cache
def boot() -> str:
    """What is another text after each start of the machine; "" where the system does not say."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def opening(shard: str, epoch: int) -> str:
    """One opening of a shard, as the journal names it."""
    return f"{shard}#{epoch}"


class JournalFull(ExternalError):
    """The journal cannot be written (disk full, file gone): the worker stops before it sends anything more."""


class Journal:
    """The journal of this process. ``worker`` names the file; it must be unique for every start of a worker."""

    def __init__(self, folder: Path, worker: str) -> None:
        """Make the file and lock it.

        Raises:
            JournalFull: The disk is full, or the file cannot be made.
        """
        self.worker = worker
        self.at_work: set[str] = set()  # the shards that this process sends from now
        self._path = folder / f"{worker}.log"
        self._broken = ""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = _locked(self._path)
        except OSError as problem:
            raise _full(problem.strerror or "it failed") from problem
        self._write(b"B %s\n" % (boot() or "-").encode())

    def begins(self, of: str, index: int) -> None:
        """A message of an :func:`opening` is about to leave.

        Raises:
            JournalFull: The line could not be written; the message must not leave.
        """
        self._write(b"D %d %s\n" % (index, of.encode()))

    def ends(self, of: str, index: int, answer: Answer) -> None:
        """The provider's answer; a line that cannot be written leaves the recipient in doubt, no more."""
        words = (answer.outcome.value, answer.code, answer.reference)
        # Quoted: what a provider says must not look like another line.
        said = " ".join(quote(word, safe="", errors="replace") or "-" for word in words)
        self._write(b"R %d %s %s\n" % (index, of.encode(), said.encode()))

    def _write(self, line: bytes) -> None:
        if not self._broken:
            try:
                # A torn line would hide the one after it: after the first failure nothing is written any more.
                self._broken = "" if os.write(self._file, line) == len(line) else "No space left on device"
            except OSError as problem:
                self._broken = problem.strerror or "it failed"
        if self._broken:
            raise _full(self._broken)

    def close(self, *, keep: bool = True) -> None:
        """Let go of the lock; ``keep=False`` deletes the file too (every shard of it is in the ledger)."""
        if not keep:
            self._path.unlink(missing_ok=True)
        os.close(self._file)


def _full(why: str) -> JournalFull:
    return JournalFull(f"the journal cannot be written: {why}", hint="make room on the disk, then resume")


def _locked(path: Path) -> int:
    """A new file, locked. Between making and locking it another process may have swept it away."""
    import fcntl

    while True:
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)  # who looks whether we live holds it for a moment
        if os.fstat(file).st_nlink:
            return file
        os.close(file)


@dataclass(frozen=True, slots=True)
class Remains:
    """What a dead worker's journal says about one opening of a shard.

    ``whole``: it was written since this machine was started, so that who has no line was not sent to.
    """

    begun: frozenset[int] = frozenset()
    answers: dict[int, Answer] = field(default_factory=dict)
    whole: bool = True


def remains(folder: Path, worker: str, of: str, *, own: str = "") -> Remains | None:
    """What a worker's journal says about an :func:`opening`; None when it may not be used.

    That is: it lies on another machine, it is gone, or its writer lives (the lock cannot be won). ``own`` is the worker
    that asks: it may read its own journal, as it is not sending from this shard while it asks.
    """
    import fcntl

    try:
        with (folder / f"{worker}.log").open("rb") as lines:
            if worker != own:
                fcntl.flock(lines, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: others may read it too, at the same time
            return _read(lines, of)
    except OSError:
        return None


def _read(lines: Iterable[bytes], of: str) -> Remains:
    begun: set[int] = set()
    answers: dict[int, Answer] = {}
    start, wanted = b"B %s\n" % boot().encode(), b" %s" % of.encode()
    whole = False
    for number, line in enumerate(lines):
        if not number:
            whole = bool(boot()) and line == start
        if wanted not in line or not line.endswith(b"\n"):
            continue  # a line without its end was torn by a full disk: the message did not leave
        match line.split():
            case [b"D", index, name] if name == wanted[1:]:
                begun.add(int(index))
            case [b"R", index, name, *words] if name == wanted[1:] and words[0].decode() in _OUTCOMES:
                outcome, code, reference = (unquote(word.decode()) if word != b"-" else "" for word in words)
                answers[int(index)] = Answer(Outcome(outcome), code, "", reference)
    return Remains(frozenset(begun), answers, whole)


def sweep(folder: Path) -> int:
    """Delete the journals of dead workers, when no shard is open any more; gives how many."""
    import contextlib
    import fcntl

    gone = 0
    for path in folder.glob("*.log") if folder.is_dir() else ():
        with contextlib.suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
            gone += 1
    return gone


def alive(folder: Path, patience: float = 0.0) -> int:
    """How many journals have a living writer; waits up to ``patience`` seconds for them to end."""
    import time

    until = time.monotonic() + patience
    while True:
        count = sum(_held(path) for path in folder.glob("*.log")) if folder.is_dir() else 0
        if not count or time.monotonic() >= until:
            return count
        time.sleep(0.05)


def _held(path: Path) -> bool:
    import fcntl

    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
