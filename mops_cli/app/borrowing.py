"""A store that somebody else has: the same calls as `store.database.Store`, answered by the node that owns it."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self, TypeVar

import msgspec

from mops_cli.app import lending
from mops_cli.app.remote import PATIENCE
from mops_cli.clock import new_id
from mops_cli.delivery.bus.opening import opened_bus
from mops_cli.delivery.bus.port import NobodyAnswers
from mops_cli.errors import LockHeld
from mops_cli.store import recording
from mops_cli.store.columns import Changes, Column
from mops_cli.store.database import FOLDER, Store
from mops_cli.store.journal import Journal
from mops_cli.store.opening import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Mapping
    from pathlib import Path

    import pyarrow as pa

    from mops_cli.app.ground import Ground
    from mops_cli.clock import Clock
    from mops_cli.delivery.bus.port import Bus
    from mops_cli.model.config import ProjectConfig
    from mops_cli.store.journal import Entry

T = TypeVar("T")
LONG = 600.0
"""Seconds that a statement may take, or the wait for the turn."""


class BorrowedStore(Store):
    """Use it with ``with``. The calls are those of the store itself; see there."""

    def __init__(self, ground: Ground, held: LockHeld) -> None:
        """``held`` is raised when it is no node that has the store."""
        self.root = ground.root
        self.folder = ground.root / FOLDER
        self.clock = ground.clock
        self.contact_columns: tuple[Column, ...] = ()
        self.event_columns: tuple[Column, ...] = ()
        self.changes: tuple[Changes, ...] = ()
        self.journal = Journal(self.folder)
        self.pending: list[Entry] = []
        self._ground = ground
        self._held = held
        self._name = new_id()
        self._depth = 0
        self._in_transaction = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="borrowed store", daemon=True)
        self._opened = opened_bus(ground.root, ground.settings.config, ground.variables, ground.clock)
        self._bus: Bus

    def __enter__(self) -> Self:
        """Connect; asks the node what it knows of declared fields."""
        self._thread.start()
        self._bus = self._wait(self._opened.__aenter__())
        try:
            contacts, events = self._ask("facts").values
        except BaseException:
            self.close()
            raise
        self.contact_columns = tuple(Column(*one) for one in contacts)
        self.event_columns = tuple(Column(*one) for one in events)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the bus."""
        self._wait(self._opened.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # -- statements

    def run(self, statement: str, parameters: Mapping[str, object] | None = None) -> int:
        """Execute a statement; gives how many rows it changed."""
        with self._turn():
            return self._ask("run", statement, lending.octets_of_parameters(parameters)).count

    def table(self, statement: str, parameters: Mapping[str, object] | None = None) -> pa.Table:
        """The result of a query as one Arrow table."""
        return lending.table_of(self._ask("table", statement, lending.octets_of_parameters(parameters)).table)

    def rows(self, statement: str, parameters: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        table = self.table(statement, parameters)
        columns = [column.to_pylist() for column in table.columns]
        return list(zip(*columns, strict=True)) if columns else []

    def one(self, statement: str, parameters: Mapping[str, object] | None = None) -> tuple[Any, ...] | None:
        """The first row of a query."""
        return next(iter(self.rows(statement, parameters)), None)

    def records(self, statement: str, parameters: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """All rows of a query by column name."""
        found: list[dict[str, Any]] = self.table(statement, parameters).to_pylist()
        return found

    def batches(
        self, statement: str, parameters: Mapping[str, object] | None = None, *, size: int = 50_000
    ) -> Iterator[pa.RecordBatch]:
        """The result of a query as Arrow batches."""
        yield from self.table(statement, parameters).to_batches(size)

    def asked(self, statement: str, most: int) -> tuple[tuple[str, ...], list[tuple[Any, ...]], bool]:
        """A person's own question; see ``store.asking``."""
        names, rows, more = self._ask("ask", statement, most=most).values
        return tuple(names), [tuple(row) for row in rows], more

    # -- around statements

    @contextmanager
    def lent(self, **tables: pa.Table | pa.RecordBatch | pa.RecordBatchReader) -> Iterator[None]:
        """Let statements read Arrow data by these names."""
        with self._turn():
            for name, data in tables.items():
                octets = lending.octets_of(_whole(data))
                for at in range(0, len(octets), lending.PIECE):
                    self._ask("piece", name, octets[at : at + lending.PIECE])
                self._ask("lend", name)
            try:
                yield
            finally:
                for name in tables:
                    self._ask("return", name)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else changes the store meanwhile."""
        with self._turn():
            yield

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; inside another transaction, a part of it."""
        if self._in_transaction:
            yield
            return
        with self._turn():
            self._ask("begin")
            self._in_transaction = True
            take_back = None
            try:
                yield
                take_back = recording.ahead(self)
                self._ask("commit")
            except BaseException:
                self._ask("rollback")
                if take_back is not None:
                    take_back()
                raise
            finally:
                self._in_transaction = False
                self.pending.clear()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """The node does nothing else meanwhile."""
        if not self._depth:
            self._ask("take", patience=LONG)
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                self._ask("give")

    def _ask(
        self, what: str, statement: str = "", given: bytes = b"", *, most: int = 0, patience: float = LONG
    ) -> lending.Told:
        asked = msgspec.msgpack.encode(lending.Asked(self._name, what, statement, given, most))
        try:
            data = self._wait(self._bus.ask(lending.SUBJECT, asked, patience if what != "facts" else PATIENCE))
        except NobodyAnswers:
            raise self._held from None
        return msgspec.msgpack.decode(data, type=lending.Told)

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


def _whole(data: pa.Table | pa.RecordBatch | pa.RecordBatchReader) -> pa.Table:
    import pyarrow as pa

    if isinstance(data, pa.RecordBatchReader):
        return data.read_all()
    return pa.Table.from_batches([data]) if isinstance(data, pa.RecordBatch) else data


@contextmanager
def reached_store(root: Path, config: ProjectConfig, clock: Clock, ground: Callable[[], Ground]) -> Iterator[Store]:
    """The project's store: opened, or that of the node that has it. ``ground`` is asked for in that case.

    Raises:
        LockHeld: Something else than a node has it.
    """
    try:
        opened = open_store(root, config, clock)
    except LockHeld as held:
        with BorrowedStore(ground(), held) as borrowed:
            yield borrowed
        return
    with opened:
        yield opened
