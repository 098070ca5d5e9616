"""Messages as lines on the terminal: to see what would leave, and nothing else."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Literal, TextIO

from msgspec import Meta

from mops_cli.delivery.providers.rules import Taking
from mops_cli.delivery.providers.settings import Making, checked
from mops_cli.model.delivery import Answer, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.model.delivery import Outgoing, Told


class ConsoleSettings(Taking, frozen=True):
    """The terminal."""

    type: Annotated[Literal["console"], Meta(description="Lines on standard error.")]


def make_console(making: Making, table: Mapping[str, object]) -> ConsoleProvider:
    """A console provider from its table.

    Raises:
        UsageError: The table has a mistake.
    """
    checked(ConsoleSettings, making, table)
    return ConsoleProvider(making.name, sys.stderr)


class ConsoleProvider:
    """The port ``Provider`` for a text stream."""

    lanes = 1

    def __init__(self, name: str, stream: TextIO) -> None:
        self.name = name
        self._stream = stream

    async def open(self) -> ConsoleLane:
        """A lane."""
        return ConsoleLane(self._stream)


class ConsoleLane:
    """The port ``Lane``: one line a message. Addresses are hidden: terminals are logged."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    async def deliver(self, messages: Sequence[Outgoing], told: Told) -> None:
        """Print each message's line; see the port."""
        for message in messages:
            if not told.begins(message.index):
                told.ends(message.index, Answer(Outcome.DEFERRED, "", "stopped before it was printed"))
                continue
            try:
                self._stream.write(_line(message))
            except (OSError, ValueError):
                told.ends(message.index, Answer(Outcome.DEFERRED, "", "the terminal is gone"))
            else:
                told.ends(message.index, Answer(Outcome.SENT))

    async def close(self) -> None:
        """Everything printed is seen."""
        with suppress(OSError, ValueError):
            self._stream.flush()


def _line(message: Outgoing) -> str:
    files = f", {len(message.files)} files" if message.files else ""
    return f"{message.channel} #{message.index}: {_hidden(message.address)}, {len(message.payload):,} bytes{files}\n"


def _hidden(address: str) -> str:
    local, at, domain = address.rpartition("@")
    shown = f"{local[:1]}…@{domain}" if at else f"{address[:3]}…"
    return "".join(one for one in shown if one.isprintable())
