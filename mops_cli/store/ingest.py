"""Exactly-once ingest: a batch of a stream and the new offset in one transaction, in order, without gaps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mops_cli.errors import ExternalError
from mops_cli.store.offsets import advance, offset
from mops_cli.store.queries import filled, literal, queries, quoted
from mops_cli.store.recording import note, rows

__all__ = ["Gap", "advance", "ingest", "offset"]

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import pyarrow as pa

    from mops_cli.store.columns import Column
    from mops_cli.store.database import Store

ENVELOPE = (
    "id", "kind", "occurred_at", "received_at", "source", "contact", "campaign", "send", "step", "channel", "variant",
    "link", "value", "currency", "machine_score",
)  # fmt: skip


CONSENT = frozenset({"consent.given", "consent.withdrawn"})


class Gap(ExternalError):
    """A batch does not begin where the last one ended; read again from the stored offset."""


def ingest(store: Store, stream: str, messages: Sequence[tuple[int, Mapping[str, object]]]) -> int:
    """Store events with their stream numbers; what is stored already is passed over. Gives how many were new.

    Raises:
        Gap: A number is missing before or between them; nothing was stored.
    """
    with store.transaction():
        last = offset(store, stream)
        new = [(number, event) for number, event in messages if number > last]
        for expected, (number, _) in enumerate(new, last + 1):
            if number != expected:
                raise Gap(
                    f"{stream}: message {expected} is missing", hint="read the stream again from the stored offset"
                )
        if new:
            _store(store, new)
            advance(store, stream, new[-1][0])
    return len(new)


def _store(store: Store, messages: Sequence[tuple[int, Mapping[str, object]]]) -> None:
    now = store.clock.now().replace(tzinfo=None)
    with store.lent(event_batch=_arrow(messages)):
        for kind in dict.fromkeys(str(event.get("kind") or "unknown") for _, event in messages):
            declared = [one for one in store.event_columns if one.name.rpartition(".")[0] == kind]
            store.run(_insert(declared), {"kind": kind, "now": now})
        if any(event.get("kind") in CONSENT for _, event in messages):
            _listen(store, now)


def _listen(store: Store, now: datetime) -> None:
    """Words about consent reach the log, and the journal of people."""
    said = store.rows(_sql()["last_word"])[0][0]
    if store.run(_sql()["consent"], {"now": now}):
        new = rows(store, "consent_log", "number > $said ORDER BY number", {"said": said})
        note(store, "consent.received", [new], told=False)


def _insert(declared: Sequence[Column]) -> str:
    cells = [(one, f"(data::JSON ->> {literal(one.name.rpartition('.')[2])})") for one in declared]
    columns = "".join(f", {quoted(one.name)}" for one, _ in cells)
    values = "".join(f", {_cast(one, cell)}" for one, cell in cells)
    # What does not fit its column stays where it came.
    kept = [
        f"{literal(one.name.rpartition('.')[2])}, CASE WHEN {_cast(one, cell)} IS NULL THEN {cell} END"
        for one, cell in cells
    ]
    rest = f"json_merge_patch(data::JSON, json_object({', '.join(kept)}))" if kept else "data::JSON"
    return filled(_sql()["store"], columns=columns, values=values, rest=rest)


def _cast(one: Column, cell: str) -> str:
    return f"try_cast({cell} AS JSON)::VARIANT" if one.sql == "VARIANT" else f"try_cast({cell} AS {one.sql})"


def _arrow(messages: Sequence[tuple[int, Mapping[str, object]]]) -> pa.Table:
    import pyarrow as pa

    columns: dict[str, list[str | None]] = {
        name: [_text(event.get(name)) for _, event in messages] for name in ENVELOPE
    }
    columns["id"] = [value or str(number) for value, (number, _) in zip(columns["id"], messages, strict=True)]
    columns["kind"] = [value or "unknown" for value in columns["kind"]]
    columns["data"] = [json.dumps(_data(event), ensure_ascii=False, default=str) for _, event in messages]
    arrays = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    return pa.table({"number": pa.array([number for number, _ in messages], pa.int64()), **arrays})


def _data(event: Mapping[str, object]) -> dict[str, object]:
    """The event's own data; fields of the envelope that nobody knows yet are kept with it."""
    own = event.get("data")
    unknown = {name: value for name, value in event.items() if name not in ENVELOPE and name != "data"}
    return {**unknown, **own} if isinstance(own, dict) else {**unknown, **({"data": own} if own is not None else {})}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _sql() -> dict[str, str]:
    return queries("mops_cli.store", "ingest")
