"""Backups: the database as it stands between two commits, with the key of its suppressions, in one private file."""

from __future__ import annotations

import contextlib
import io
import json
import os
import tarfile
from typing import TYPE_CHECKING

from mops_cli.errors import ExternalError, UsageError
from mops_cli.store.database import FILE, FOLDER, PRIVATE_FOLDER, connect
from mops_cli.store.journal import STREAM, Journal
from mops_cli.store.offsets import offset
from mops_cli.store.opening import migrations, open_store, version
from mops_cli.store.queries import queries
from mops_cli.store.refusals import NewerStore, NotAStore
from mops_cli.store.replaying import NoBase

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mops_cli.clock import Clock
    from mops_cli.model.config import ProjectConfig
    from mops_cli.store.database import Store

KEY = "suppression.key"
ABOUT = "backup.json"
_PRIVATE = 0o600


def backup(store: Store, place: Path) -> dict[str, object]:
    """Write a backup; what is at ``place`` is replaced only when the new one is whole.

    The journal of people begins anew: a rebuild begins with this backup. So what was deleted is in older backups only.

    Raises:
        ExternalError: The disk is full.
    """
    with store.alone():
        return _backup(store, place)


def _backup(store: Store, place: Path) -> dict[str, object]:
    sql = queries("mops_cli.store", "schema")
    store.run(sql["checkpoint"])
    held = offset(store, STREAM)
    about: dict[str, object] = {
        "schema": "mops.backup/1",
        "version": version(store),
        "made_at": store.clock.now().isoformat(),
        "offsets": {stream: int(offset) for stream, offset, _ in store.rows(sql["offsets"])},
    }
    temporary = place.with_name(f".{place.name}.{os.getpid()}.mops-tmp")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
        with os.fdopen(handle, "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w") as archive:
                _put(archive, ABOUT, json.dumps(about).encode())
                if (store.folder / KEY).exists():
                    _put(archive, KEY, (store.folder / KEY).read_bytes())
                archive.add(store.folder / FILE, FILE, recursive=False)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(place)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        raise ExternalError(f"{place.name} could not be written: {problem.strerror}", hint="make room, or name another place") from None  # fmt: skip
    store.journal.remember(place, held)
    store.journal.forget(held)
    return {**about, "bytes": place.stat().st_size}


def _put(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), _PRIVATE
    archive.addfile(entry, io.BytesIO(content))


def restore(root: Path, place: Path, clock: Clock, *, cut: bool = True) -> dict[str, object]:
    """Put a backup in the place of the store; what was there is kept beside it.

    With ``cut``, the store stays as it was then: what the journal of people says since is set aside too.

    Raises:
        LockHeld: Somebody has the store open.
        UsageError: The file is no backup.
        NewerStore: A newer version made it.
    """
    about, files = _read(place)
    if int(str(about.get("version", 0))) > max(migrations()):
        raise NewerStore(f"{place.name} was made by a newer mops", hint="install the newest mops on this machine")
    _put_in_place(root, files, clock)
    if cut:
        journal, held = Journal(root / FOLDER), _held(about)
        journal.cut(held)
        journal.remember(place, held)
    return about


def _held(about: Mapping[str, object]) -> int:
    """The last entry of the journal that a backup holds."""
    offsets = about.get("offsets")
    return int(offsets.get(STREAM, 0)) if isinstance(offsets, dict) else 0


def rebuild(root: Path, place: Path | None, config: ProjectConfig, clock: Clock) -> int:
    """Make the store anew from a backup and the journal of people since; gives how many entries there were.

    Without a backup the journal must begin at the beginning. When it cannot be done, the store is what it was before.

    Raises:
        NoBase: Entries between the backup and the journal are missing.
        JournalDamaged: An entry cannot be read.
        LockHeld, UsageError, NewerStore: See :func:`restore`.
    """
    journal = Journal(root / FOLDER)
    about: dict[str, object] = {}
    if place is None:
        first = next(journal.entries(0), None)
        if first is None or first.number != 1:
            raise NoBase(
                "there is no journal of people from its beginning", hint="name a backup: mops store rebuild FILE"
            )
        _put_in_place(root, {FILE: b""}, clock)
        (root / FOLDER / FILE).unlink()
    else:
        about = restore(root, place, clock, cut=False)
    begin, last = _held(about), journal.last()
    try:
        open_store(root, config, clock).close()
    except BaseException:
        for name in (FILE, KEY):
            with contextlib.suppress(FileNotFoundError):
                (root / FOLDER / f"{name}.before-restore").replace(root / FOLDER / name)
        raise
    return max(last - begin, 0)


def _put_in_place(root: Path, files: Mapping[str, bytes], clock: Clock) -> None:
    folder = root / FOLDER
    folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    with contextlib.suppress(NotAStore, NewerStore):  # a damaged store is what a backup is for; a held one is not
        connect(root, clock).close()
    for name, content in files.items():
        temporary = folder / f".{name}.{os.getpid()}.mops-tmp"
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if (folder / name).exists():
            (folder / name).replace(folder / f"{name}.before-restore")
        temporary.replace(folder / name)
    (folder / f"{FILE}.wal").unlink(missing_ok=True)  # it belongs to the store that was put aside


def _read(place: Path) -> tuple[dict[str, object], dict[str, bytes]]:
    try:
        with tarfile.open(place) as archive:
            found = {name: _member(archive, name) for name in (ABOUT, KEY, FILE)}
        about = json.loads(found.pop(ABOUT) or b"")
        files = {name: content for name, content in found.items() if content}
    except (OSError, tarfile.TarError, ValueError):
        raise UsageError(f"{place.name} is no backup, or it is damaged") from None
    if not isinstance(about, dict) or FILE not in files:
        raise UsageError(f"{place.name} is no backup, or it is damaged")
    return about, files


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    try:
        stream = archive.extractfile(name)
    except KeyError:
        return b""
    return stream.read() if stream is not None else b""
