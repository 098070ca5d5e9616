"""What questions about segments need: the project's segments, its store, and a moment."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mops_cli.errors import UsageError
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mops_cli.audience.segments.asking import Segments
    from mops_cli.cli.state import State
    from mops_cli.model.diagnostic import Diagnostic
    from mops_cli.store.database import Store


@dataclass(frozen=True, slots=True)
class Room:
    """Segments and store, at a moment (UTC, without saying so, as the store keeps it)."""

    store: Store
    segments: Segments
    now: datetime

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """What is wrong with segments."""
        return self.segments.findings

    def need(self, name: str) -> None:
        """Refuse a segment that is not there or cannot be understood.

        Raises:
            UsageError: It cannot be asked.
        """
        if name not in self.segments.sources:
            hint = advice(name, self.segments.sources, what="segments", none="add a file to segments/")
            raise UsageError(f'there is no segment "{name}"', hint=hint)
        if name not in self.segments.trees:
            raise UsageError(f'the segment "{name}" has mistakes or no conditions', hint="run `mops lint`")

    def contact(self, who: str) -> int:
        """A contact by number or email.

        Raises:
            UsageError: There is none.
        """
        if who.isdecimal() and len(who) < 19:
            row = self.store.one("SELECT id FROM contacts WHERE id = $who", {"who": int(who)})
        else:
            row = self.store.one("SELECT id FROM contacts WHERE lower(email) = $who", {"who": who.strip().lower()})
        if row is None:
            raise UsageError("there is no such contact", hint="give the number that `mops segments preview` shows")
        return int(row[0])

    def addresses(self, ids: Sequence[int]) -> dict[int, tuple[str | None, str | None]]:
        """Email and phone of contacts."""
        rows = self.store.rows(
            "SELECT id, email, phone FROM contacts WHERE id IN (SELECT unnest($ids))", {"ids": list(ids)}
        )
        return {int(number): (email, phone) for number, email, phone in rows}


@contextmanager
def room(state: State, at: str = "") -> Iterator[Room]:
    """Open project and store.

    Raises:
        UsageError: The moment cannot be read, or the project has errors that concern segments.
    """
    from mops_cli.app.borrowing import reached_store
    from mops_cli.audience.segments.asking import load
    from mops_cli.build.project import open_project

    now = instant(at) if at else state.clock.now().astimezone(UTC).replace(tzinfo=None)
    opened = open_project(state.root())
    config = opened.repository.config
    if config.path in opened.broken:
        raise UsageError(f"{config.path} has errors", hint="run `mops lint`")
    segments = load(opened.repository.segments, config.value)
    with reached_store(state.root(), config.value, state.clock, state.ground) as store:
        yield Room(store, segments, now)


def instant(text: str) -> datetime:
    """A moment that a person wrote, in UTC.

    Raises:
        UsageError: It is none.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f'"{text}" is no day or time', hint="write 2026-03-01, or 2026-03-01T09:30") from None
    return found if found.tzinfo is None else found.astimezone(UTC).replace(tzinfo=None)
