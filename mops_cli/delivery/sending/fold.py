"""The ledger becomes rows of the store: final outcomes and the stream's offset in one transaction, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.audience.recipients import mark_dead
from mops_cli.delivery.ledger.records import Result, decoded
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
    """What a batch brought: final outcomes by send, dead addresses, subjects of sends that nobody knows."""

    outcomes: dict[tuple[str, str, str], dict[str, int]] = field(default_factory=dict)
    bad_addresses: dict[str, list[int]] = field(default_factory=dict)  # channel -> contact ids
    said: dict[tuple[str, str, str], str] = field(default_factory=dict)  # what the provider said last when it put off
    strangers: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    put_off: dict[tuple[str, str, str], dict[int, bool]] = field(default_factory=dict)  # number -> still put off


class _Rows:
    """Outcomes by column, as they are inserted."""

    def __init__(self) -> None:
        self.sends: list[Send] = []
        self.shards: list[int] = []
        self.results: list[Result] = []

    def add(self, send: Send, shard: int, results: list[Result]) -> None:
        """Some outcomes of one shard."""
        self.sends += [send] * len(results)
        self.shards += [shard] * len(results)
        self.results += results


def fold(store: Store, messages: Sequence[Message], send_of: Callable[[str], tuple[Send, int] | None]) -> Folded:
    """Store the final outcomes of a batch; what is stored already is passed over.

    ``send_of`` gives the send and the shard's number of a ledger subject, None for one that this store does not know
    (its records are passed over: they belong to a store that was restored or thrown away).

    Raises:
        LedgerDamaged: A record of a send cannot be read; nothing of the batch was stored, and nothing moves on.
    """
    folded = Folded()
    with store.transaction():
        last = offset(store, STREAM)
        new = [one for one in messages if one.sequence > last]
        if not new:
            return folded
        rows = _Rows()
        for message in new:
            _read(message, send_of, rows, folded)
        if rows.results:
            _insert(store, rows)
        for channel, ids in folded.bad_addresses.items():
            mark_dead(store, ids, channel, "the provider knows no such address")
        advance(store, STREAM, new[-1].sequence)
    return folded


def _read(
    message: Message, send_of: Callable[[str], tuple[Send, int] | None], rows: _Rows, folded: Folded
) -> None:  # fmt: skip
    known = send_of(message.subject)
    if known is None:
        folded.strangers.append(message.subject)
        return
    send, shard = known
    record = decoded(message.data, message.subject)
    if record.closed:
        folded.closed.append(message.subject)
    final = [one for one in record.done if one.outcome.final]
    rows.add(send, shard, final)
    counted = folded.outcomes.setdefault(send.key, {})
    for outcome in [one.outcome for one in final]:
        counted[outcome.value] = counted.get(outcome.value, 0) + 1
    put_off = folded.put_off.setdefault(send.key, {})
    for one in record.done:
        put_off[one.index] = not one.outcome.final
        if not one.outcome.final:
            folded.said[send.key] = f"{one.code} {one.said}".strip()
        if one.outcome is Outcome.BAD_ADDRESS and one.contact_id:
            folded.bad_addresses.setdefault(send.channel, []).append(one.contact_id)


def _insert(store: Store, rows: _Rows) -> None:
    import pyarrow as pa

    text, results, sends = pa.string(), rows.results, rows.sends
    columns = {
        "send": pa.array([one.send for one in sends], text),
        "campaign": pa.array([one.campaign for one in sends], text),
        "channel": pa.array([one.channel for one in sends], text),
        "step": pa.array([""] * len(sends), text),
        "contact_id": pa.array([one.contact_id for one in results], pa.int64()),
        "destination": pa.array([one.destination or None for one in results], text),
        "locale": pa.array([one.locale or None for one in results], text),
        "variant": pa.array([one.variant or None for one in results], text),
        "outcome": pa.array([one.outcome.value for one in results], text),
        "code": pa.array([one.code or None for one in results], text),
        "said": pa.array([one.said or None for one in results], text),
        "reference": pa.array([one.reference or None for one in results], text),
        "occurred_at": pa.array([one.at for one in results], pa.timestamp("ms")).cast(pa.timestamp("us")),
        "plan": pa.array([one.plan for one in sends], text),
        "shard": pa.array(rows.shards, pa.int32()),
        "number": pa.array([one.index for one in results], pa.int64()),
    }
    with store.lent(folded=pa.table(columns)):
        store.run(queries("mops_cli.delivery", "sends")["fold"])
