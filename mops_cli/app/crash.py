"""The last net: what is written when MOPS itself fails."""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback
from pathlib import Path

from mops_cli import __version__
from mops_cli.clock import SystemClock, new_id
from mops_cli.errors import ExternalError, MopsError, UsageError


def write_crash(exc: BaseException, argv: list[str], cwd: Path) -> Path | None:
    """Write the traceback with versions below ``.mops/crash`` (or the temporary folder); None when neither works."""
    now = SystemClock().now()
    name = f"{now:%Y%m%dT%H%M%SZ}-{new_id()[:6]}.txt"
    lines = (
        f"mops {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"arguments: {' '.join(argv)}",
        f"time: {now:%Y-%m-%dT%H:%M:%SZ}",
        "",
        "".join(traceback.format_exception(exc)),
    )
    for folder in (*_project_folder(cwd), Path(tempfile.gettempdir()) / "mops-crash"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / name
            path.write_text("\n".join(lines), encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return path
    return None


def crash_sentence(exc: BaseException, path: Path | None) -> str:
    """What the person at the terminal reads."""
    kind = type(exc).__name__
    said = str(exc).strip().splitlines()
    what = f"{kind}: {said[0]}" if said else kind
    where = f"The details are in {path}" if path else "The details could not be written to a file"
    return f"mops failed in a way it should not ({what}).\n{where}; please send that file with your report."


def refusal(problem: OSError) -> MopsError | None:
    """What the machine refused, as a sentence; None when the failure looks like a defect of ours."""
    import errno

    place = problem.filename2 or problem.filename
    what = str(place) if place is not None else "what was asked for"
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return ExternalError(
            f"the disk is full: {what} could not be written",
            hint="make room and do it again",
        )
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return UsageError(
            f"{what}: permission denied", hint="work in a folder that is yours, or change who owns this one"
        )
    if problem.errno in (errno.ENOTDIR, errno.EISDIR, errno.EEXIST):
        return UsageError(
            f"{what}: a file stands where a folder belongs, or the other way round",
            hint="move it away, or use another name",
        )
    if problem.errno in (errno.ENAMETOOLONG, errno.EILSEQ):
        return UsageError(f"{what[:80]}…: the file system refuses this name", hint="use a shorter one")
    return None


def _project_folder(cwd: Path) -> tuple[Path, ...]:
    for folder in (cwd, *cwd.parents):
        if (folder / "mops.toml").is_file():
            return (folder / ".mops" / "crash",)
    return ()


def is_debugging() -> bool:
    """Whether the traceback should also go to the terminal (``python -X dev``)."""
    return sys.flags.dev_mode
