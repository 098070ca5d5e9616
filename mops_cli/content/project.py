"""Finding the project a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.errors import ProjectNotFound

if TYPE_CHECKING:
    from pathlib import Path

PROJECT_FILE = "mops.toml"
_LOOK_DOWN = 50


def find(start: Path) -> Path:
    """The project's root: the nearest folder, from ``start`` upward, that holds ``mops.toml``.

    Raises:
        ProjectNotFound: There is none; the hint names a project in a subfolder when there is one.
    """
    here = start.resolve()
    if here.is_file():
        here = here.parent
    for folder in (here, *here.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    raise ProjectNotFound(f"no {PROJECT_FILE} in {here} or any folder above it", hint=_hint(here))


def _hint(here: Path) -> str:
    """What to do instead: go into the project below, or make one."""
    if not here.is_dir():
        return f"the folder {here.name} does not exist; check the path given with --project"
    below = _below(here)
    if below is not None:
        return f"a project lies in {below}/: change into it, or add `--project {below}`"
    return "run `mops init` to start a project here, or name one with `--project FOLDER`"


def _below(here: Path) -> str | None:
    """The name of the first subfolder with a project in it; only the first few are looked at."""
    try:
        folders = sorted(path for path in here.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError:
        return None
    for folder in folders[:_LOOK_DOWN]:
        if (folder / PROJECT_FILE).is_file():
            return folder.name
    return None
