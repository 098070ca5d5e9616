"""Messages as files: a Maildir for mail, a JSON file for everything else, copies for drop folders.

A file's name comes from the ledger key, so that a message that is handed over twice is one file.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from mops_cli.delivery.providers.rules import Taking
from mops_cli.delivery.providers.settings import Making, checked
from mops_cli.model.delivery import Answer, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.model.delivery import Outgoing, Told

OUTBOX = ".mops/outbox"
"""Where messages go when nothing else is said and nothing may leave the machine."""

_SAFE = re.compile(r"[^A-Za-z0-9._-]+")
_AT_ONCE = 50
"""Messages between two looks at the event loop."""


class FileSettings(Taking, frozen=True):
    """A folder that takes messages."""

    type: Annotated[Literal["file"], Meta(description="Files.")]
    path: Annotated[str, Meta(description="The folder, relative to the project.")] = OUTBOX
    sync: Annotated[bool, Meta(description="Wait until each file is on the disk.")] = True
    lanes: Annotated[int, Meta(ge=1, le=16, description="Shards at once, in one worker.")] = 1


def make_file(making: Making, table: Mapping[str, object]) -> FileProvider:
    """A file provider from its table.

    Raises:
        UsageError: The table has a mistake.
    """
    settings = checked(FileSettings, making, table)
    return FileProvider(making.name, making.root / settings.path, making.root, settings)


class FileProvider:
    """The port ``Provider`` for a folder."""

    def __init__(self, name: str, folder: Path, root: Path, settings: FileSettings) -> None:
        self.name = name
        self.lanes = settings.lanes
        self._lane = FileLane(folder, root, sync=settings.sync)

    async def open(self) -> FileLane:
        """A lane; all lanes of a folder are alike."""
        return self._lane


class FileLane:
    """The port ``Lane`` for a folder. All files of messages and all drop folders lie below ``root``."""

    def __init__(self, folder: Path, root: Path, *, sync: bool = True) -> None:
        self._folder = folder
        self._root = root
        self._sync = sync

    async def deliver(self, messages: Sequence[Outgoing], told: Told) -> None:
        """Write each message; see the port."""
        for number, message in enumerate(messages, 1):
            if told.begins(message.index):
                told.ends(message.index, self._written(message))
            else:
                told.ends(message.index, Answer(Outcome.DEFERRED, "", "stopped before it was written"))
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)

    async def close(self) -> None:
        """Nothing is held open."""

    def _written(self, message: Outgoing) -> Answer:
        try:
            return Answer(Outcome.SENT, "", "", self._keep(message))
        except FileNotFoundError:
            return Answer(Outcome.FAILED, "", "a file of the message is missing; build again")
        except OSError as problem:
            return Answer(Outcome.DEFERRED, "", f"the folder cannot be written: {problem.strerror}", wait=30.0)

    def _keep(self, message: Outgoing) -> str:
        """Write it, unless it is there; gives its name."""
        if message.channel == "email":
            return self._mail(message)
        name = _named(message.key)
        folder = self._made(self._folder / _SAFE.sub("-", message.channel))
        where = self._drop(message.folder) if message.folder else folder / name
        for path in message.files:
            copied(self._inside(path), self._made(where) / _dropped(message, path), sync=self._sync)
        self._put(folder, folder / f"{name}.json", message.payload)
        return f"{folder.name}/{name}.json"

    def _mail(self, message: Outgoing) -> str:
        new, tmp = self._made(self._folder / "new"), self._made(self._folder / "tmp")
        self._made(self._folder / "cur")
        name = f"{_named(message.key)}.mops"
        # A mail reader moves what it has seen to cur/ and adds flags behind a colon.
        if not (new / name).exists() and not any((self._folder / "cur").glob(f"{name}*")):
            envelope = f"Return-Path: <{_line(message.sender)}>\r\nDelivered-To: {_line(message.address)}\r\n"
            self._put(tmp, new / name, envelope.encode() + message.payload)
        return name

    def _inside(self, path: str) -> Path:
        """A file of a message; none outside of the project."""
        found = (self._root / path).resolve()
        if not found.is_relative_to(self._root.resolve()):
            raise FileNotFoundError(path)
        return found

    def _drop(self, folder: str) -> Path:
        """A drop folder: below the project, or wherever ``mops.toml`` says in full."""
        return self._root / Path(folder).expanduser()

    def _put(self, by: Path, target: Path, data: bytes) -> None:
        if not target.exists():
            written(by / f".{target.name}.{os.getpid()}", target, data, sync=self._sync)

    @staticmethod
    def _made(folder: Path) -> Path:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder


def written(part: Path, target: Path, data: bytes, *, sync: bool = True) -> None:
    """Write ``data`` to ``part`` and give it its name ``target`` at once, readable for this user only.

    Raises:
        OSError: It cannot be written; nothing is left behind.
    """
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    if sync:
        _sync_folder(target.parent)


def copied(source: Path, target: Path, *, sync: bool = True) -> None:
    """A copy of a file under another name, all or nothing; a copy that is there is replaced.

    Raises:
        OSError: It cannot be read or written.
    """
    written(target.with_name(f".{target.name}.{os.getpid()}"), target, source.read_bytes(), sync=sync)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _named(key: str) -> str:
    """A file name for a ledger key: readable, and never the same for two keys."""
    digest = hashlib.blake2b(key.encode(), digest_size=8).hexdigest()
    return f"{_SAFE.sub('-', key).strip('-.')[:80]}.{digest}"


def _dropped(message: Outgoing, path: str) -> str:
    """The name of a file in a folder that people look into: what it belongs to comes first."""
    if not message.folder:
        return Path(path).name
    return f"{_SAFE.sub('-', message.key.partition('/')[0])}.{message.channel}.{Path(path).name}"


def _line(text: str) -> str:
    return text.replace("\r", "").replace("\n", "")
