"""How far each stream is stored: a number that is committed together with the rows that came with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.store.queries import queries

if TYPE_CHECKING:
    from mops_cli.store.database import Store


def offset(store: Store, stream: str) -> int:
    """The number of the last message that is stored; 0 before the first."""
    found = store.one(_sql()["offset"], {"stream": stream})
    return int(found[0]) if found else 0


def advance(store: Store, stream: str, last: int) -> None:
    """Write down that a stream is stored up to a message; belongs into the transaction that stores its rows."""
    now = store.clock.now().replace(tzinfo=None)
    if not store.one(_sql()["offset"], {"stream": stream}):
        store.run(_sql()["begin"], {"stream": stream, "now": now})
    store.run(_sql()["advance"], {"stream": stream, "last": last, "now": now})


def _sql() -> dict[str, str]:
    return queries("mops_cli.store", "ingest")
