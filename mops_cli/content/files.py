"""Reading inside the project, and nowhere else."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from posixpath import normpath

from mops_cli.errors import OutsideProject, UsageError

PACKAGE_PREFIX = "mops:"
MAX_BYTES = 64 * 1024 * 1024
_DEFAULTS = Path(__file__).parent / "defaults"


class FileTooLarge(UsageError):
    """A file is larger than anything a message needs."""


class Unreadable(UsageError):
    """A file or folder is there, and this user may not read it."""


class ProjectFiles:
    """The files of one project by relative path, and the package's defaults by ``mops:`` path.

    Every path is resolved, links included, before it is opened; what leads out of the project raises
    :class:`OutsideProject`. Pipes, devices and folders count as missing. Hidden files are never listed.
    """

    def __init__(self, root: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self.root = root.resolve()
        self._max_bytes = max_bytes
        self._inside: dict[str, bool] = {}
        self.refused: set[str] = set()

    def read_bytes(self, path: str) -> bytes | None:
        """The file's bytes; None when there is no such file.

        Raises:
            OutsideProject: The path leads out of the project.
            FileTooLarge: The file is beyond the limit.
            Unreadable: It is there, but closed to this user.
        """
        place = self._place(path)
        try:
            found = os.stat(place)  # noqa: PTH116 -- plain strings: this runs for every file of every build
        except PermissionError as problem:
            raise _unreadable(path, problem) from problem
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(found.st_mode):
            return None
        if found.st_size > self._max_bytes:
            raise FileTooLarge(
                f"{path} has {found.st_size:,} bytes", hint=f"files may have at most {self._max_bytes:,} bytes"
            )
        try:
            with open(place, "rb") as stream:  # noqa: PTH123
                return stream.read()
        except FileNotFoundError:  # removed in this moment
            return None
        except OSError as problem:
            raise _unreadable(path, problem) from problem

    def exists(self, path: str) -> bool:
        """Whether the file is there, inside the project."""
        return os.path.isfile(self._place(path))  # noqa: PTH113

    def size(self, path: str) -> int:
        """The file's size in bytes, 0 when it is missing."""
        try:
            return os.stat(self._place(path)).st_size  # noqa: PTH116
        except (OSError, ValueError):
            return 0

    def listing(self, folder: str) -> tuple[str, ...]:
        """Paths of all files below a folder, sorted; hidden ones and links out of the project left out.

        Raises:
            Unreadable: A folder is closed to this user. Were it counted as empty, a build would remove what it made of it.
        """
        prefix = PACKAGE_PREFIX if folder.startswith(PACKAGE_PREFIX) else ""
        top = folder.removeprefix(prefix).strip("/")
        top = "" if top in ("", ".") else f"{top}/"
        found: list[str] = []
        waiting = [top]
        while waiting:
            relative = waiting.pop()
            try:
                entries = list(os.scandir(self._place(prefix + relative)))
            except PermissionError as problem:
                raise _unreadable(relative, problem) from problem
            except (OSError, ValueError, OutsideProject):
                continue
            for entry in entries:
                self._sort_in(entry, prefix, relative, found, waiting)
        return tuple(sorted(found))

    def _sort_in(
        self, entry: os.DirEntry[str], prefix: str, relative: str, found: list[str], waiting: list[str]
    ) -> None:
        """One entry of a folder: a file to list, a folder to look into, or neither."""
        if entry.name.startswith(".") or entry.name == "__pycache__":
            return
        path = relative + entry.name
        if entry.is_dir(follow_symlinks=False):
            waiting.append(f"{path}/")
        elif entry.is_symlink():
            if self._link_is_fine(prefix + path):
                found.append(prefix + path)
        elif entry.is_file(follow_symlinks=False):
            found.append(prefix + path)

    def _link_is_fine(self, path: str) -> bool:
        """Whether a link leads to a file of the project (links to folders are not followed: they may loop)."""
        try:
            return self.exists(path)
        except OutsideProject:
            self.refused.add(path)
            return False

    def _place(self, path: str) -> str:
        """The absolute place of a path, proven to be inside."""
        base, relative = self.root, path
        if path.startswith(PACKAGE_PREFIX):
            base, relative = _DEFAULTS, path.removeprefix(PACKAGE_PREFIX)
        if "\0" in relative or relative.startswith(("/", "\\", "~")) or relative[1:2] == ":":
            raise _outside(path)
        clean = normpath(relative.replace("\\", "/")) if relative else "."
        if clean == ".." or clean.startswith("../"):
            raise _outside(path)
        root = os.fspath(base)
        place = os.path.join(root, clean)  # noqa: PTH118
        # Folders are resolved once; the file itself each time, for it may be a link.
        folder = os.path.dirname(place)  # noqa: PTH120
        if folder not in self._inside:
            self._inside[folder] = _is_inside(root, folder)
        if not self._inside[folder] or (os.path.islink(place) and not _is_inside(root, place)):  # noqa: PTH114
            raise _outside(path)
        return place


def _is_inside(root: str, place: str) -> bool:
    """Whether a place, all links followed, is in the folder ``root``."""
    real_root = os.path.realpath(root)
    real = os.path.realpath(place)
    # The parent of the root itself is asked for when the root is listed.
    return real == real_root or real.startswith(real_root + os.sep) or place == os.path.dirname(root)  # noqa: PTH120


def _unreadable(path: str, problem: OSError) -> Unreadable:
    why = problem.strerror if not isinstance(problem, PermissionError) else "permission denied"
    return Unreadable(
        f"{path} cannot be read: {why}",
        hint=f"give yourself the right to read it: `chmod -R u+rX {path}`, or become its owner",
    )


def _outside(path: str) -> OutsideProject:
    shown = path.replace("\0", "\\0")
    return OutsideProject(
        f'the path "{shown}" leads out of the project',
        hint="files outside the project are never read; copy the file into the project, e.g. content/assets/",
    )
