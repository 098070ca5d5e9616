"""Where a font can come from: a file or folder, an npm package, a Debian package. The only place that may ask a registry."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mops_cli.errors import ExternalError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SUFFIXES = (".ttf", ".otf", ".woff2", ".woff")
_NPM = re.compile(r"(?:@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*\Z")
_DEBIAN = re.compile(r"[a-z0-9][a-z0-9+.-]+\Z")
_LICENCE_NAMES = re.compile(r"(?:OFL|LICEN[CS]E|COPYING|COPYRIGHT|UFL)[\w.-]*\Z", re.IGNORECASE)
_MOST_BYTES = 200_000_000
_SECONDS = 180
_SPDX = (
    (re.compile(r"SIL OPEN FONT LICENSE|OFL-1\.1|scripts\.sil\.org/OFL", re.IGNORECASE), "OFL-1.1"),
    (re.compile(r"Apache License,?\s+Version 2\.0|Apache-2\.0", re.IGNORECASE), "Apache-2.0"),
    (re.compile(r"UBUNTU FONT LICENCE", re.IGNORECASE), "Ubuntu-font-1.0"),
)


@dataclass(frozen=True, slots=True)
class Material:
    """What a source holds: fonts by name, the licence's text and name, and what to call the source."""

    fonts: tuple[tuple[str, bytes], ...]
    licence_text: bytes = b""
    licence: str = ""
    source: str = ""
    family: str = ""


def fetch(family: str, where: str, here: Path) -> Material:
    """The material of a font. ``where`` is a path, ``npm``, ``debian``, or empty when the family is a package's name.

    Raises:
        UsageError: There is no such file, the tool is missing, or the name is no package's.
        ExternalError: The registry did not give the package.
    """
    if where == "npm" or (not where and family.startswith("@fontsource")):
        return from_npm(family if family.startswith("@") else f"@fontsource/{_slug(family)}")
    if where == "debian" or (not where and family.startswith("fonts-")):
        return from_debian(family if family.startswith("fonts-") else f"fonts-{_slug(family)}")
    if not where:
        raise UsageError(
            f'where should "{family}" come from?',
            hint="say --from PATH (a font file or a folder of them), --from npm, or --from debian",
        )
    return from_path((here / where).expanduser() if not where.startswith("~") else Path(where).expanduser(), where)


def from_path(place: Path, shown: str) -> Material:
    """A font file with the licence beside it, or all fonts of a folder.

    Raises:
        UsageError: There is nothing.
    """
    if place.is_dir():
        files = sorted(path for path in place.iterdir() if path.suffix.lower() in SUFFIXES)
    else:
        files = [place] if place.is_file() else []
    if not files:
        raise UsageError(
            f"no font at {shown}", hint="name a TrueType, OpenType, WOFF or WOFF2 file, or a folder of them"
        )
    folder = files[0].parent
    texts = [path for path in sorted(folder.iterdir()) if _LICENCE_NAMES.match(path.name) and path.is_file()]
    text = texts[0].read_bytes() if texts else b""
    return Material(tuple((path.name, path.read_bytes()) for path in files), text, spdx(text))


def from_npm(package: str) -> Material:
    """A ``@fontsource`` package, through npm.

    Raises:
        UsageError: npm is missing, or this is no name of a package.
        ExternalError: The registry did not give it.
    """
    if not _NPM.match(package):
        raise UsageError(f'"{package}" is no npm package', hint="write e.g. @fontsource/inter")
    with tempfile.TemporaryDirectory(prefix="mops-font-") as folder:
        _run(["npm", "pack", package, "--silent", "--ignore-scripts", "--pack-destination", folder], folder, package)
        archive = next(iter(sorted(Path(folder).glob("*.tgz"))), None)
        files = _members(archive.read_bytes()) if archive else {}
    facts: Any = json.loads(files.get("package/metadata.json", b"{}"))
    version = json.loads(files.get("package/package.json", b"{}")).get("version", "")
    fonts = [(name.rsplit("/", 1)[-1], data) for name, data in files.items() if name.endswith(".woff2")]
    licence = facts.get("license", {})
    text = files.get("package/LICENSE", b"")
    return Material(
        fonts=tuple(sorted(fonts)),
        licence_text=text,
        licence=(str(licence.get("type", "")) if isinstance(licence, dict) else "") or spdx(text),
        source=f"{package} {version}".strip(),
        family=str(facts.get("family", "")),
    )


def from_debian(package: str) -> Material:
    """A Debian package, through apt-get and dpkg-deb; nothing is installed.

    Raises:
        UsageError: The tools are missing, or this is no name of a package.
        ExternalError: The archive did not give it.
    """
    if not _DEBIAN.match(package):
        raise UsageError(f'"{package}" is no Debian package', hint="write e.g. fonts-inter")
    with tempfile.TemporaryDirectory(prefix="mops-font-") as folder:
        _run(["apt-get", "download", package], folder, package)
        archive = next(iter(sorted(Path(folder).glob("*.deb"))), None)
        if archive is None:
            raise ExternalError(f"apt-get gave no package {package}", hint="run apt-get update, then try again")
        tar = _run(["dpkg-deb", "--fsys-tarfile", str(archive)], folder, package)
        version = archive.name.split("_")[1].replace("%3a", ":") if archive.name.count("_") >= 2 else ""
    files = _members(tar)
    fonts = [(name.rsplit("/", 1)[-1], data) for name, data in files.items() if name.lower().endswith(SUFFIXES)]
    text = next((data for name, data in sorted(files.items()) if name.endswith(f"doc/{package}/copyright")), b"")
    return Material(tuple(sorted(fonts)), text, spdx(text), f"{package} {version}".strip())


def spdx(text: bytes) -> str:
    """The name of the licence that a text is; empty when it is none of the usual ones."""
    words = text.decode("utf-8", "replace")
    return next((name for pattern, name in _SPDX if pattern.search(words)), "")


def _slug(family: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", family.casefold()).strip("-")


def _run(command: Sequence[str], folder: str, package: str) -> bytes:
    tool = shutil.which(command[0])
    if tool is None:
        raise UsageError(
            f"{command[0]} is not installed here", hint="install it, or get the font yourself and say --from PATH"
        )
    try:
        made = subprocess.run([tool, *command[1:]], cwd=folder, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as problem:
        raise ExternalError(f"{command[0]} did not answer within {_SECONDS} seconds", hint="try again") from problem
    if made.returncode:
        said = made.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ExternalError(
            f"{command[0]} could not get {package}: {said[-1] if said else 'no reason given'}",
            hint="check the name and the connection, or get the font yourself and say --from PATH",
        )
    return made.stdout


def _members(archive: bytes) -> dict[str, bytes]:
    """The plain files of a tar archive by name; read in memory, never unpacked onto the disk."""
    found: dict[str, bytes] = {}
    size = 0
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in _plain(tar):
            size += member.size
            if size > _MOST_BYTES:
                raise ExternalError("the package is too large to be a font", hint="say --from PATH with a single file")
            stream = tar.extractfile(member)
            if stream is not None:
                found[member.name.removeprefix("./")] = stream.read()
    return found


def _plain(tar: tarfile.TarFile) -> Iterable[tarfile.TarInfo]:
    return (member for member in tar if member.isfile())
