"""Asking the owner of the store from another process; who finds no owner becomes it for one question.

Reads are functions of the store, the same for both ways. What changes something is done by a node: see ``orders``.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from mops_cli.app import reporting
from mops_cli.delivery import questions
from mops_cli.delivery.bus.opening import opened_bus
from mops_cli.delivery.bus.port import NobodyAnswers
from mops_cli.errors import LockHeld, UsageError
from mops_cli.store.opening import exists, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from mops_cli.app.ground import Ground
    from mops_cli.delivery.bus.port import Talks
    from mops_cli.store.database import Store

PATIENCE = 30.0
"""Seconds that an owner may take for an answer."""

READS: dict[str, Callable[..., Any]] = {
    "overview": reporting.overview,
    "details": reporting.details,
    "recipients": reporting.recipients,
}
"""What can be asked: a function of the store and of plain values, which gives plain values."""


def read(store: Store, name: str, arguments: dict[str, Any]) -> Any:
    """One of :data:`READS`.

    Raises:
        UsageError: There is none of this name (the asker is a newer version).
    """
    if name not in READS:
        raise UsageError(f"this mops cannot be asked about {name}", hint="restart mops up with the newest version")
    return READS[name](store, **arguments)


async def ask(ground: Ground, name: str, **arguments: Any) -> Any:
    """The answer to a question, from the store or from who has it.

    Raises:
        LockHeld: Something else than a node has the store.
        UsageError: There is no store yet.
    """
    if not exists(ground.root):
        raise UsageError("nothing was sent from this project yet", hint="begin with: mops send CAMPAIGN --dry-run")
    try:
        with open_store(ground.root, ground.settings.config, ground.clock) as store:
            return read(store, name, arguments)
    except LockHeld as held:
        async with connected(ground, held) as node:
            return await node.read(name, **arguments)


class Running:
    """A node that runs in another process."""

    def __init__(self, bus: Talks, held: LockHeld) -> None:
        """``held`` is raised when it turns out that nobody answers."""
        self._bus = bus
        self._held = held

    async def order(self, subject: str, what: dict[str, Any]) -> Any:
        """Let it do something.

        Raises:
            Refused: It says no, with its own exit code.
            LockHeld: It is no node that has the store.
        """
        try:
            return msgspec.json.decode(await self._bus.ask(subject, msgspec.json.encode(what), PATIENCE))
        except NobodyAnswers:
            raise self._held from None

    async def read(self, name: str, **arguments: Any) -> Any:
        """One of :data:`READS`."""
        return await self.order(questions.READ, {"name": name, "arguments": arguments})


@asynccontextmanager
async def connected(ground: Ground, held: LockHeld) -> AsyncIterator[Running]:
    """The node that has the store.

    Raises:
        BusUnavailable: There is no bus.
    """
    async with opened_bus(ground.root, ground.settings.config, ground.variables, ground.clock) as bus:
        yield Running(bus, held)
