"""The ledger becomes rows of the store: final outcomes and the stream's offset in one transaction, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mops_cli.audience.recipients import mark_dead
from mops_cli.delivery.ledger.records import LedgerDamaged, Record, Result, decoded
from mops_cli.model.delivery import Outcome
from mops_cli.store.ingest import advance, offset
from mops_cli.store.queries import queries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mops_cli.delivery.bus.port import Message
    from mops_cli.delivery.sending.register import Send
    from mops_cli.store.database import Store

STREAM = "MOPS_LEDGER"


@dataclass(slots=True)
class Folded:
    """What a batch brought: final outcomes by send, dead addresses, damaged records by subject."""

    outcomes: dict[tuple[str, str, str], dict[str, int]] = field(default_factory=dict)
    bad_addresses: dict[str, list[int]] = field(default_factory=dict)  # channel -> contact ids
    damaged: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    put_off: dict[tuple[str, str, str], dict[int, bool]] = field(default_factory=dict)  # number -> still put off


@dataclass(frozen=True, slots=True)
class _Row:
    send: Send
    shard: int
    result: Result


def fold(store: Store, messages: Sequence[Message], send_of: Callable[[str], tuple[Send, int] | None]) -> Folded:
    """Store the final outcomes of a batch; what is stored already is passed over.

    ``send_of`` gives the send and the shard's number of a ledger subject, None for one that this store does not know
    (its records are passed over and told as damaged: they belong to a store that was restored or thrown away).
    """
    folded = Folded()
    with store.transaction():
        last = offset(store, STREAM)
        new = [one for one in messages if one.sequence > last]
        if not new:
            return folded
        rows: list[_Row] = []
        for message in new:
            _read(message, send_of, rows, folded)
        if rows:
            _insert(store, rows)
        for channel, ids in folded.bad_addresses.items():
            mark_dead(store, ids, channel, "the provider knows no such address")
        advance(store, STREAM, new[-1].sequence)
    return folded


def _read(
    message: Message, send_of: Callable[[str], tuple[Send, int] | None], rows: list[_Row], folded: Folded
) -> None:  # fmt: skip
    known = send_of(message.subject)
    try:
        record: Record | None = decoded(message.data, message.subject)
    except LedgerDamaged:
        record = None
    if record is None or known is None:
        folded.damaged.append(message.subject)
        return
    send, shard = known
    if record.closed:
        folded.closed.append(message.subject)
    put_off = folded.put_off.setdefault(send.key, {})
    for one in record.done:
        if not one.outcome.final:
            put_off[one.index] = True
            continue
        if one.tried > 1:
            put_off[one.index] = False
        rows.append(_Row(send, shard, one))
        counted = folded.outcomes.setdefault(send.key, {})
        counted[one.outcome.value] = counted.get(one.outcome.value, 0) + 1
        if one.outcome is Outcome.BAD_ADDRESS and one.contact_id:
            folded.bad_addresses.setdefault(send.channel, []).append(one.contact_id)


def _insert(store: Store, rows: Sequence[_Row]) -> None:
    import pyarrow as pa

    text = pa.string()
    columns = {
        "send": pa.array([one.send.send for one in rows], text),
        "campaign": pa.array([one.send.campaign for one in rows], text),
        "channel": pa.array([one.send.channel for one in rows], text),
        "step": pa.array([""] * len(rows), text),
        "contact_id": pa.array([one.result.contact_id for one in rows], pa.int64()),
        "destination": pa.array([one.result.destination or None for one in rows], text),
        "locale": pa.array([one.result.locale or None for one in rows], text),
        "variant": pa.array([one.result.variant or None for one in rows], text),
        "outcome": pa.array([one.result.outcome.value for one in rows], text),
        "code": pa.array([one.result.code or None for one in rows], text),
        "said": pa.array([one.result.said or None for one in rows], text),
        "reference": pa.array([one.result.reference or None for one in rows], text),
        "occurred_at": pa.array([_time(one.result.at) for one in rows], pa.timestamp("us")),
        "plan": pa.array([one.send.plan for one in rows], text),
        "shard": pa.array([one.shard for one in rows], pa.int32()),
        "number": pa.array([one.result.index for one in rows], pa.int64()),
    }
    with store.lent(folded=pa.table(columns)):
        store.run(queries("mops_cli.delivery", "sends")["fold"])


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).replace(tzinfo=None)
