"""Putting files into ``dist/``: whole or not at all, and never over what a person put there."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, cast

from mops_cli.build import atomic, scan, state
from mops_cli.errors import OutsideProject

if TYPE_CHECKING:
    from collections.abc import Iterable

MANIFEST = "manifest.json"
JOURNAL = "written.log"


class Writer:
    """The one who writes into ``dist/``. ``present`` are the files known to be there, by path in it.

    Every path is noted in a journal before it is written, so that a killed run's files are known as ours.
    """

    def __init__(self, root: str, present: dict[str, scan.Seen]) -> None:
        self._root = root
        self._dist = os.path.join(root, state.DIST)
        self._journal = os.path.join(state.cache_folder(root), JOURNAL)
        self._handle = -1
        self._folders: dict[str, bool] = {}
        self.present = present
        self.written: list[str] = []
        self.removed: list[str] = []

    def put(self, path: str, data: bytes) -> str:
        """Write a file unless it has these bytes already; gives their SHA-256.

        Raises:
            OutsideProject: The path leads out of ``dist/``.
            MopsError: It cannot be written.
        """
        digest = scan.sha256(data)
        seen = self.present.get(path)
        if seen is not None and seen.sha256 == digest:
            return digest
        place = self._place(path)
        self._note(path)
        found = atomic.write(place, data, shown=f"{state.DIST}/{path}")
        self.present[path] = scan.Seen(found.st_size, found.st_mtime_ns, found.st_ctime_ns, digest)
        self.written.append(path)
        return digest

    def read(self, path: str) -> bytes:
        """The bytes of a file in ``dist/``."""
        return atomic.read(self._place(path)) or b""

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files that are ours and no longer belong, and the folders they leave empty."""
        for path in sorted(paths):
            try:
                place = self._place(path)
            except OutsideProject:
                continue  # a manifest that was tampered with
            if atomic.remove(place):
                self.removed.append(path)
                self._prune(os.path.dirname(place))
            self.present.pop(path, None)

    def ours(self) -> set[str]:
        """The files that earlier builds wrote: those of the manifest, and those of a run that was killed."""
        found = {MANIFEST}
        try:
            listed = json.loads(atomic.read(os.path.join(self._dist, MANIFEST)) or b"{}")
            found.update(str(artifact["path"]) for artifact in cast("list[dict[str, object]]", listed["artifacts"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            pass
        journal = atomic.read(self._journal) or b""
        # The last line of a killed run may be cut off: without its end it does not count.
        found.update(journal.decode("utf-8", "replace").split("\n")[:-1])
        return found

    def close(self) -> None:
        """Forget the journal: the manifest names everything now."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        atomic.remove(self._journal)

    def sweep(self) -> None:
        """Remove the temporary files of killed runs."""
        for folder, _, names in os.walk(self._dist):
            for name in names:
                if name.startswith(".") and name.endswith(atomic.TEMPORARY):
                    atomic.remove(os.path.join(folder, name))

    def _note(self, path: str) -> None:
        try:
            if self._handle < 0:
                flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
                self._handle = os.open(self._journal, flags, atomic.PRIVATE_FILE)
            os.write(self._handle, f"{path}\n".encode())
        except OSError as problem:
            atomic.fail(problem, state.FOLDER)

    def _prune(self, folder: str) -> None:
        while folder.startswith(self._dist + os.sep):
            try:
                os.rmdir(folder)
            except OSError:
                return
            folder = os.path.dirname(folder)

    def _place(self, path: str) -> str:
        """The absolute place of a path in ``dist/``, proven to be inside.

        Raises:
            OutsideProject: It is not.
        """
        parts = path.split("/")
        place = os.path.join(self._dist, *parts)
        folder = os.path.dirname(place)
        if folder not in self._folders:
            top = os.path.realpath(self._dist)
            self._folders[folder] = os.path.realpath(folder) == top or os.path.realpath(folder).startswith(top + os.sep)
        odd = any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts)
        if odd or not self._folders[folder]:
            raise OutsideProject(
                f"{path!r} leads out of {state.DIST}/", hint="artifacts are written into dist/ and nowhere else"
            )
        return place
