"""Writing files so that a reader, a crash or a full disk never sees half of one."""

from __future__ import annotations

import os
from typing import NoReturn

from mops_cli.errors import ExternalError, MopsError, UsageError

TEMPORARY = ".mops-tmp"
"""The end of a temporary file's name; what is left of a killed run is swept up by the next."""

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
PUBLIC_FILE = 0o644


def write(place: str, data: bytes, *, mode: int = PUBLIC_FILE, shown: str = "") -> os.stat_result:
    """Replace the file at ``place`` by ``data`` in one step; folders are made as needed.

    ``shown`` is the path an error message names. The mode does not depend on the umask.

    Raises:
        MopsError: The disk is full, the folder is read-only, or something else stands there.
    """
    folder, name = os.path.split(place)
    temporary = os.path.join(folder, f".{name[:180]}.{os.getpid()}{TEMPORARY}")
    try:
        os.makedirs(folder, mode=0o755 if mode == PUBLIC_FILE else PRIVATE_FOLDER, exist_ok=True)
        with open(temporary, "wb") as stream:
            stream.write(data)
            os.fchmod(stream.fileno(), mode)
        os.replace(temporary, place)
        return os.stat(place)
    except OSError as problem:
        remove(temporary)
        fail(problem, shown or name)


def remove(place: str) -> bool:
    """Remove a file if it is there; tells whether it was."""
    try:
        os.unlink(place)
    except OSError:
        return False
    return True


def private_folder(place: str) -> None:
    """Make a folder that only its owner may look into.

    Raises:
        MopsError: It cannot be made.
    """
    try:
        os.makedirs(place, mode=PRIVATE_FOLDER, exist_ok=True)
    except OSError as problem:
        fail(problem, os.path.basename(place))


def read(place: str) -> bytes | None:
    """The bytes of a file; None when it cannot be read."""
    try:
        with open(place, "rb") as stream:
            return stream.read()
    except (OSError, ValueError):
        return None


def fail(problem: OSError, shown: str) -> NoReturn:
    """Say in a sentence why ``shown`` could not be written.

    Raises:
        MopsError: Always.
    """
    import errno

    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        raise ExternalError(
            f"the disk is full: {shown} could not be written",
            hint="make room and build again; what was there before is untouched",
        ) from problem
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        raise UsageError(
            f"{shown} could not be written: permission denied",
            hint="check who owns the project's dist/ and .mops/ folders, or remove them",
        ) from problem
    if problem.errno in (errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY):
        raise UsageError(
            f"{shown} could not be written: a file stands where a folder belongs, or the other way round",
            hint="move it away and build again",
        ) from problem
    if problem.errno in (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ):
        raise UsageError(f"{shown} could not be written: the file system refuses this name") from problem
    raise MopsError(f"{shown} could not be written: {problem.strerror or problem}") from problem
