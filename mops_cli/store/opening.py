"""Opening the store: own the file, bring its tables to this version, make declared fields columns."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from mops_cli.store import columns, recording, replaying
from mops_cli.store.database import FILE, FOLDER, SHOWN, Store, connect
from mops_cli.store.queries import filled, queries, quoted
from mops_cli.store.refusals import NewerStore, NotAStore

if TYPE_CHECKING:
    from pathlib import Path

    from mops_cli.clock import Clock
    from mops_cli.model.config import ProjectConfig

_MIGRATION = re.compile(r"^(\d{4})_\w+\.sql$")


def exists(root: Path) -> bool:
    """Whether the project has a store."""
    return (root / FOLDER / FILE).exists()


def open_store(root: Path, config: ProjectConfig, clock: Clock) -> Store:
    """The project's store, made when there is none; close it (or use ``with``) to let go of the file.

    Raises:
        LockHeld: Another process has it open.
        NewerStore: A newer version wrote it.
        NotAStore: The file is something else.
        JournalDamaged: The journal of people is ahead of the store and cannot be read.
    """
    store = connect(root, clock)
    try:
        migrate(store)
        replaying.catch_up(store)
        store.ahead = recording.ahead
        with store.transaction():
            store.contact_columns = columns.contact_columns(config)
            store.event_columns = columns.event_columns(config)
            store.changes = (
                *columns.sync(store, "contacts", store.contact_columns),
                *columns.sync(store, "events", store.event_columns),
            )
            if store.changes:
                recording.note(store, "fields.declared", told=False, declared=columns.declared(store))
    except BaseException:
        store.close()
        raise
    return store


def migrate(store: Store) -> int:
    """Apply the migrations that are missing; gives the version that the store has then.

    Raises:
        NewerStore: It has one that this version does not know.
        NotAStore: It is a database of something else.
    """
    known = migrations()
    done = version(store)
    if done > max(known):
        raise NewerStore(
            f"{SHOWN} has version {done}; this mops knows {max(known)}", hint="install the newest mops on this machine"
        )
    sql = queries("mops_cli.store", "schema")
    for number, text in sorted(known.items()):
        if number > done:
            with store.transaction():
                store.run(text)
                store.run(sql["applied"], {"version": number, "at": store.clock.now().replace(tzinfo=None)})
    return max(known)


def version(store: Store) -> int:
    """The version of the tables; 0 when there are none.

    Raises:
        NotAStore: There are tables of something else.
    """
    sql = queries("mops_cli.store", "schema")
    marked, tables = store.rows(sql["has_version"])[0]
    if not marked:
        if tables:
            raise NotAStore(f"{SHOWN} is a database of something else", hint="move it away")
        return 0
    return int(store.rows(sql["version"])[0][0])


def migrations() -> dict[int, str]:
    """The text of every migration by its number."""
    found = {}
    for place in files("mops_cli.store.migrations").iterdir():
        match = _MIGRATION.match(place.name)
        if match:
            found[int(match[1])] = place.read_text(encoding="utf-8")
    return found


def facts(store: Store) -> dict[str, Any]:
    """What ``mops store info`` shows: version, bytes, rows a table, offset a stream."""
    sql = queries("mops_cli.store", "schema")
    return {
        "version": version(store),
        "bytes": (store.folder / FILE).stat().st_size,
        "tables": {
            name: int(store.rows(filled(sql["size"], table=quoted(name)))[0][0])
            for (name,) in store.rows(sql["tables"])
        },
        "offsets": {stream: int(last) for stream, last, _ in store.rows(sql["offsets"])},
    }
