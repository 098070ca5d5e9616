"""The worker's journal: one line before a message's point of no return, one after its answer.

It shrinks doubt after a crash on the same machine. The writer holds an exclusive lock on the file for its whole life,
and the kernel frees it at death: only who wins that lock may conclude from a missing line that nothing was sent.
Lines go to the kernel at once; they survive the death of the process, not of the machine.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.errors import ExternalError
from mops_cli.model.delivery import Answer, Outcome

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "journals"


class JournalFull(ExternalError):
    """The journal cannot be written (disk full, file gone): the worker stops before it sends anything more."""


class Journal:
    """The journal of this process. ``worker`` names the file; it must be unique for every start of a worker."""

    def __init__(self, folder: Path, worker: str) -> None:
        """Make the file and lock it."""
        import fcntl

        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.worker = worker
        self._path = folder / f"{worker}.log"
        self._file = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._broken = ""

    def begins(self, shard: str, index: int) -> None:
        """A message is about to leave.

        Raises:
            JournalFull: The line could not be written; the message must not leave.
        """
        self._write(b"D %d %s\n" % (index, shard.encode()))

    def ends(self, shard: str, index: int, answer: Answer) -> None:
        """The provider's answer; a line that cannot be written leaves the recipient in doubt, no more."""
        words = (answer.outcome.value, answer.code or "-", answer.reference or "-")
        self._write(
            b"R %d %s %s\n" % (index, shard.encode(), " ".join(word.replace(" ", "_") for word in words).encode())
        )

    def _write(self, line: bytes) -> None:
        if not self._broken:
            try:
                # A torn line would hide the one after it: after the first failure nothing is written any more.
                self._broken = "" if os.write(self._file, line) == len(line) else "No space left on device"
            except OSError as problem:
                self._broken = problem.strerror or "it failed"
        if self._broken:
            raise JournalFull(
                f"the journal cannot be written: {self._broken}", hint="make room on the disk, then resume"
            )

    def close(self, *, keep: bool = True) -> None:
        """Let go of the lock; ``keep=False`` deletes the file too (every shard of it is in the ledger)."""
        if not keep:
            self._path.unlink(missing_ok=True)
        os.close(self._file)


@dataclass(frozen=True, slots=True)
class Remains:
    """What a dead worker's journal says about one shard."""

    begun: frozenset[int] = frozenset()
    answers: dict[int, Answer] = field(default_factory=dict)


def remains(folder: Path, worker: str, shard: str, *, own: str = "") -> Remains | None:
    """What a worker's journal says about a shard; None when it may not be used.

    That is: it lies on another machine, it is gone, or its writer lives (the lock cannot be won). ``own`` is the worker
    that asks: it may read its own journal, as it is not sending from this shard while it asks.
    """
    import fcntl

    try:
        file = os.open(folder / f"{worker}.log", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        if worker != own:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return None
        with os.fdopen(os.dup(file), "rb") as lines:
            return _read(lines.read(), shard)
    finally:
        os.close(file)


def _read(text: bytes, shard: str) -> Remains:
    begun: set[int] = set()
    answers: dict[int, Answer] = {}
    wanted = shard.encode()
    for line in text.split(b"\n")[:-1]:  # a line without its end was torn by a full disk: the message did not leave
        words = line.split(b" ")
        if len(words) < 3 or words[2] != wanted:
            continue
        index = int(words[1])
        if words[0] == b"D":
            begun.add(index)
            answers.pop(index, None)  # a later try
        elif len(words) == 6:
            outcome, code, reference = (word.decode() for word in words[3:])
            answers[index] = Answer(Outcome(outcome), code.strip("-"), "", reference if reference != "-" else "")
    return Remains(frozenset(begun), answers)


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
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
