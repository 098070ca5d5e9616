"""What each run leaves behind: ``.mops/runs/<id>/run.json``, for its owner's eyes only."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.build import atomic, state
from mops_cli.clock import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mops_cli.clock import Clock

SCHEMA = "mops.run/1"
FOLDER = ".mops/runs"
KEEP = 50


@dataclass(slots=True)
class Run:
    """A run in progress. ``id`` sorts by time: ``20261124-090000-031415-1a2b3c4d``, the third part being microseconds."""

    root: str
    id: str
    command: str
    arguments: tuple[str, ...]
    started: str
    begin: float
    files: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The record's folder, relative to the project."""
        return f"{FOLDER}/{self.id}"

    def attach(self, name: str, text: str) -> str:
        """Keep a file beside the record (the trace of a crash); gives its path in the project.

        Raises:
            MopsError: It cannot be written.
        """
        state.check_folders(self.root)
        atomic.private_folder(os.path.join(self.root, self.path))
        place = os.path.join(self.root, self.path, name)
        atomic.write(place, text.encode("utf-8", "backslashreplace"), mode=atomic.PRIVATE_FILE, shown=self.path)
        return f"{self.path}/{name}"

    def finish(self, clock: Clock, exit_code: int, **facts: object) -> None:
        """Write the record; ``facts`` are counts, findings and whatever else the command knows.

        Raises:
            MopsError: It cannot be written.
        """
        record: Mapping[str, object] = {
            "schema": SCHEMA,
            "id": self.id,
            "command": self.command,
            "arguments": list(self.arguments),
            "started": self.started,
            "seconds": round(clock.elapsed() - self.begin, 3),
            "exit_code": exit_code,
            **facts,
        }
        self.attach("run.json", json.dumps(record, indent=2, ensure_ascii=False) + "\n")


def begin(root: str, command: str, arguments: tuple[str, ...], clock: Clock, *, keep: int = KEEP) -> Run:
    """Begin a run's record and drop the oldest ones beyond ``keep``."""
    now = clock.now()
    run = Run(
        root=root,
        id=f"{now:%Y%m%d-%H%M%S-%f}-{new_id()[:8]}",
        command=command,
        arguments=arguments,
        started=f"{now:%Y-%m-%dT%H:%M:%SZ}",
        begin=clock.elapsed(),
    )
    prune(root, keep - 1)
    return run


def ids(root: str) -> list[str]:
    """The ids of all kept runs, oldest first."""
    try:
        return sorted(name for name in os.listdir(os.path.join(root, FOLDER)) if not name.startswith("."))
    except OSError:
        return []


def prune(root: str, keep: int) -> None:
    """Drop the oldest records beyond ``keep``."""
    kept = ids(root)
    for name in kept[: max(0, len(kept) - keep)]:
        shutil.rmtree(os.path.join(root, FOLDER, name), ignore_errors=True)
