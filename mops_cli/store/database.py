"""The open store: one process owns the file, every statement goes through here, batches travel as Arrow."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from mops_cli.store.journal import Journal
from mops_cli.store.refusals import NotAStore, translated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import duckdb
    import pyarrow as pa

    from mops_cli.clock import Clock
    from mops_cli.store.columns import Changes, Column
    from mops_cli.store.journal import Entry

FOLDER = ".mops"
FILE = "mops.duckdb"
SHOWN = f"{FOLDER}/{FILE}"
PRIVATE_FOLDER = 0o700
PRIVATE_MASK = 0o077
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": False}


class Store:
    """A store that is open for reading and writing; made by :func:`mops_cli.store.opening.open_store`.

    ``contact_columns`` and ``event_columns`` are the declared fields, ``changes`` what opening had to change for them.
    ``pending`` are entries of the journal that the present transaction makes; ``ahead`` writes them before it commits
    and gives what takes them back.
    """

    def __init__(self, root: Path, connection: duckdb.DuckDBPyConnection, clock: Clock, mask: int) -> None:
        self.root = root
        self.folder = root / FOLDER
        self.clock = clock
        self.contact_columns: tuple[Column, ...] = ()
        self.event_columns: tuple[Column, ...] = ()
        self.changes: tuple[Changes, ...] = ()
        self.journal = Journal(self.folder)
        self.pending: list[Entry] = []
        self.ahead: Callable[[Store], Callable[[], None]] = _nothing_ahead
        self._connection = connection
        self._mask = mask

    # -- statements

    def run(self, statement: str, parameters: Mapping[str, object] | None = None) -> int:
        """Execute a statement; gives how many rows it changed, where it says so."""
        with translated(SHOWN):
            found = self._connection.execute(statement, parameters or None)
            if not found.description or found.description[0][0] != "Count":
                return 0
            rows = found.fetchall()
        return int(rows[0][0]) if rows else 0

    def rows(self, statement: str, parameters: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query, as Python values: for the few rows that a person reads."""
        with translated(SHOWN):
            return self._connection.execute(statement, parameters or None).fetchall()

    def one(self, statement: str, parameters: Mapping[str, object] | None = None) -> tuple[Any, ...] | None:
        """The first row of a query."""
        with translated(SHOWN):
            found = self._connection.execute(statement, parameters or None).fetchall()
        return found[0] if found else None

    def records(self, statement: str, parameters: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """All rows of a query by column name."""
        with translated(SHOWN):
            found = self._connection.execute(statement, parameters or None)
            names = [entry[0] for entry in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def some(self, statement: str, most: int) -> tuple[tuple[str, ...], list[tuple[Any, ...]], bool]:
        """Column names, the first rows of a query that a person wrote, and whether there are more."""
        cursor = self._connection.execute(statement)
        names = tuple(str(entry[0]) for entry in cursor.description or ())
        rows = cursor.fetchall()
        return names, rows[:most], len(rows) > most

    def table(self, statement: str, parameters: Mapping[str, object] | None = None) -> pa.Table:
        """The result of a query as one Arrow table."""
        with translated(SHOWN):
            return self._connection.sql(statement, params=parameters or None).to_arrow_table()

    def batches(
        self, statement: str, parameters: Mapping[str, object] | None = None, *, size: int = 50_000
    ) -> Iterator[pa.RecordBatch]:
        """The result of a query as Arrow batches; nothing else may use the store until they are read."""
        with translated(SHOWN):
            found: Any = self._connection.sql(statement, params=parameters or None)
            yield from found.to_arrow_reader(size)

    # -- around statements

    @contextmanager
    def lent(self, **tables: pa.Table | pa.RecordBatch | pa.RecordBatchReader) -> Iterator[None]:
        """Let statements read Arrow data by these names."""
        for name, data in tables.items():
            self.lend(name, data)
        try:
            yield
        finally:
            for name in tables:
                self.unlend(name)

    def lend(self, name: str, data: pa.Table | pa.RecordBatch | pa.RecordBatchReader) -> None:
        """Let statements read Arrow data by this name until :meth:`unlend`."""
        self._connection.register(name, data)

    def unlend(self, name: str) -> None:
        """Take the data away again."""
        self._connection.unregister(name)

    def asked(self, statement: str, most: int) -> tuple[tuple[str, ...], list[tuple[Any, ...]], bool]:
        """The answer to a person's own question; see ``asking``."""
        from mops_cli.store import asking

        return asking.ask(self, statement, most)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else changes the store meanwhile."""
        yield

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; inside another transaction, a part of it."""
        if self._in_transaction:
            yield
            return
        self.run("BEGIN")
        self._in_transaction = True
        take_back = None
        try:
            yield
            take_back = self.ahead(self)
            self.run("COMMIT")
        except BaseException:
            self._roll_back()
            if take_back is not None:
                take_back()
            raise
        finally:
            self._in_transaction = False
            self.pending.clear()

    _in_transaction = False

    def _roll_back(self) -> None:
        import contextlib

        import duckdb

        with contextlib.suppress(duckdb.Error):  # the failure that brought us here is what is told
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
        os.umask(self._mask)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _nothing_ahead(store: Store) -> Callable[[], None]:
    return lambda: None


def connect(root: Path, clock: Clock) -> Store:
    """Open ``.mops/mops.duckdb`` as its owner, or make it; tables are not looked at.

    The instance reads no file but its own: what is imported is read elsewhere and handed over as Arrow.

    Raises:
        LockHeld: Another process owns it.
        NotAStore: The file is something else.
    """
    import duckdb

    folder = root / FOLDER
    folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    folder.chmod(PRIVATE_FOLDER)
    place = folder / FILE
    if place.is_dir():
        raise NotAStore(f"{SHOWN} is a folder", hint="move it away")
    mask = os.umask(PRIVATE_MASK)  # the database makes files of its own as it likes: log, spill
    try:
        with translated(SHOWN):
            connection = duckdb.connect(str(place), config=_SETTINGS)
    except BaseException:
        os.umask(mask)
        raise
    for setting in ("enable_external_access = false", "TimeZone = 'UTC'", "lock_configuration = true"):
        connection.execute(f"SET {setting}")
    return Store(root, connection, clock, mask)
