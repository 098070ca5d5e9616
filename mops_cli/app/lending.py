"""The store of a node, for commands that run beside it: statements go to the owner, results come back as Arrow.

A command that changes something takes its turn: until it gives it back, or says nothing for a while, the owner does
nothing else. What a dead command began is taken back.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from mops_cli.errors import ExternalError, UsageError
from mops_cli.store import asking

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    import pyarrow as pa

    from mops_cli.app.node import Node
    from mops_cli.store.database import Store

SUBJECT = "mops.owner.store"
SILENCE = 30.0
"""Seconds that a command may say nothing during its turn."""
PIECE = 512 * 1024
"""Octets of Arrow data in one question: fits into a message of every server."""


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """What is to be done. ``turn`` names the command; ``given`` are parameters, or a piece of a lent table, as Arrow."""

    turn: str
    what: str
    statement: str = ""
    given: bytes = b""
    most: int = 0


class Told(msgspec.Struct, frozen=True, array_like=True):
    """What came of it: a number, or a table as Arrow, or plain values."""

    count: int = 0
    table: bytes = b""
    values: Any = None


class TurnLost(ExternalError):
    """The command was silent for too long; what it began was taken back."""


class Lender:
    """Does what commands ask, for one node."""

    def __init__(self, node: Node) -> None:
        """The node has the store."""
        self._node = node
        self._turn = ""
        self._began = False
        self._pieces: dict[str, list[bytes]] = {}
        self._lent: set[str] = set()
        self._watch: asyncio.TimerHandle | None = None

    async def answer(self, data: bytes) -> bytes:
        """One question."""
        asked = msgspec.msgpack.decode(data, type=Asked)
        if asked.what == "take":
            await self._take(asked.turn)
            return msgspec.msgpack.encode(Told())
        if self._turn == asked.turn:
            self._patience()
            told = await self._node.owner.run_in_turn(partial(self._do, asked))
            if asked.what == "give":
                self._free()
        elif asked.what in READS:
            told = await self._node.owner.run(partial(self._do, asked))
        else:
            raise TurnLost("the node waited too long for this command and took back what it began", hint="do it again")
        return msgspec.msgpack.encode(told)

    async def _take(self, turn: str) -> None:
        await self._node.owner.turn.acquire()
        self._turn = turn
        self._patience()

    def _patience(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._watch = asyncio.get_running_loop().call_later(SILENCE, self._forget)

    def _forget(self) -> None:
        """The command of this turn is dead, or as good as."""
        task = asyncio.ensure_future(self._taken_back(self._turn))
        self._node.keep(task)

    async def _taken_back(self, turn: str) -> None:
        if self._turn == turn:
            await self._node.owner.run_in_turn(partial(self._do, Asked(turn, "give", "ROLLBACK")))
            self._free()

    def _free(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        self._turn = ""
        self._node.owner.turn.release()

    # -- in the store's thread

    def _do(self, asked: Asked) -> Told:
        store = self._node.store
        if asked.what in READS:
            return READS[asked.what](store, asked)
        if asked.what == "begin":
            store.run("BEGIN")
            self._began = True
        elif asked.what == "commit":
            store.run("COMMIT")
            self._began = False
        elif asked.what in {"rollback", "give"}:
            self._end(store)
        elif asked.what == "piece":
            self._pieces.setdefault(asked.statement, []).append(asked.given)
        elif asked.what == "lend":
            store.lend(asked.statement, table_of(b"".join(self._pieces.pop(asked.statement, []))))
            self._lent.add(asked.statement)
        elif asked.what == "return":
            store.unlend(asked.statement)
            self._lent.discard(asked.statement)
        elif asked.what == "run":
            return Told(store.run(asked.statement, parameters_of(asked.given)))
        else:
            raise UsageError(f"this node cannot {asked.what}", hint="restart mops up with the newest version")
        return Told()

    def _end(self, store: Store) -> None:
        if self._began:
            with suppress(Exception):  # a transaction that failed is over already
                store.run("ROLLBACK")
            self._began = False
        for name in list(self._lent):
            store.unlend(name)
        self._lent.clear()
        self._pieces.clear()


def _table(store: Store, asked: Asked) -> Told:
    return Told(table=octets_of(store.table(asked.statement, parameters_of(asked.given))))


def _ask(store: Store, asked: Asked) -> Told:
    names, rows, more = asking.ask(store, asked.statement, asked.most)
    return Told(values=[list(names), [[_plain(value) for value in row] for row in rows], more])


def _facts(store: Store, asked: Asked) -> Told:
    del asked
    columns = [[[one.name, one.kind, one.sql] for one in part] for part in (store.contact_columns, store.event_columns)]
    return Told(values=columns)


READS: dict[str, Callable[[Store, Asked], Told]] = {"table": _table, "ask": _ask, "facts": _facts}
"""What needs no turn: it changes nothing."""


async def lend(node: Node) -> None:
    """Answer from now on."""
    handler: Callable[[bytes], Awaitable[bytes]] = Lender(node).answer
    await node.bus.answer(SUBJECT, handler)


def octets_of(table: pa.Table) -> bytes:
    """A table as an Arrow stream."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    found: bytes = sink.getvalue().to_pybytes()
    return found


def table_of(data: bytes) -> pa.Table:
    """A table from an Arrow stream."""
    import pyarrow as pa

    return pa.ipc.open_stream(data).read_all()


def parameters_of(data: bytes) -> dict[str, object] | None:
    """Parameters of a statement: a table of one row."""
    return table_of(data).to_pylist()[0] if data else None


def octets_of_parameters(parameters: Mapping[str, object] | None) -> bytes:
    """Parameters as they travel."""
    if not parameters:
        return b""
    import pyarrow as pa

    return octets_of(pa.table({name: pa.array([value]) for name, value in parameters.items()}))


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
