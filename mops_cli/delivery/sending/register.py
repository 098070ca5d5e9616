"""The register of sends: what was started, how far it is, what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mops_cli.delivery.bus.subjects import token
from mops_cli.store.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.store.database import Store

RUNNING, STOPPED, FINISHED, CANCELLED = "running", "stopped", "finished", "cancelled"


@dataclass(frozen=True, slots=True)
class Send:
    """One send on one channel. Times are aware, UTC."""

    send: str
    channel: str
    campaign: str
    topic: str
    plan: str
    environment: str
    provider: str
    policy: str
    state: str
    recipients: int
    shards: int
    first_at: datetime | None
    last_at: datetime | None
    not_after: datetime | None
    started_at: datetime
    changed_at: datetime
    finished_at: datetime | None = None
    why: str | None = None
    outcomes: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, str]:
        """Send, channel, plan."""
        return (self.send, self.channel, self.plan)

    @property
    def ledger(self) -> str:
        """How the ledger subjects of its shards begin; their number follows (see ``Job.ledger``)."""
        return f"mops.ledger.{token(self.send)}.{token(self.channel)}-{self.plan[:8]}-"

    @property
    def settled(self) -> int:
        """How many recipients have a final outcome."""
        return sum(self.outcomes.values())

    @property
    def left(self) -> int:
        """How many have none yet."""
        return self.recipients - self.settled

    @property
    def in_doubt(self) -> int:
        """How many are in doubt."""
        return self.outcomes.get("unknown", 0)


def _sql() -> dict[str, str]:
    return queries("mops_cli.delivery", "sends")


def _aware(value: object) -> object:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


def _naive(value: datetime | None) -> datetime | None:
    return value.astimezone(UTC).replace(tzinfo=None) if value else None


def sends(store: Store, which: str = "all", **parameters: object) -> list[Send]:
    """Sends with their counts: ``all``, ``unfinished``, or ``find`` (with ``send`` and ``channel``)."""
    rows = store.records(_sql()[which], parameters or None)
    wanted = str(parameters.get("send", ""))
    found: dict[tuple[str, str, str], dict[str, int]] = {}
    for send, channel, plan, outcome, count in store.rows(_sql()["outcomes"], {"send": wanted}):
        found.setdefault((send, channel, plan), {})[outcome] = int(count)
    return [_send(row, found) for row in rows]


def _send(row: dict[str, object], found: dict[tuple[str, str, str], dict[str, int]]) -> Send:
    """A row of the store with the counts of its outcomes."""
    counts = found.get((str(row["send"]), str(row["channel"]), str(row["plan"])), {})
    return Send(**{name: _aware(value) for name, value in row.items()}, outcomes=counts)  # type: ignore[arg-type]


def find(store: Store, send: str, channel: str = "") -> list[Send]:
    """The rows of a send: one per channel and plan."""
    return sends(store, "find", send=send, channel=channel)


def begin(store: Store, one: Send) -> None:
    """Write down that a send starts, before anything of it leaves."""
    names = (
        "send", "channel", "campaign", "topic", "plan", "environment", "provider", "policy", "recipients", "shards",
    )  # fmt: skip
    values: dict[str, Any] = {name: getattr(one, name) for name in names}
    times = {name: _naive(getattr(one, name)) for name in ("first_at", "last_at", "not_after")}
    store.run(_sql()["begin"], {**values, **times, "now": _naive(one.started_at)})


def set_state(store: Store, key: tuple[str, str, str], state: str, why: str = "") -> None:
    """Write down a new state of a send."""
    send, channel, plan = key
    now = _naive(store.clock.now())
    store.run(
        _sql()["state"],
        {"send": send, "channel": channel, "plan": plan, "state": state, "why": why or None, "now": now},
    )


def by_shard(store: Store, key: tuple[str, str, str]) -> dict[int, int]:
    """How many final outcomes each shard of a send has."""
    send, channel, plan = key
    rows = store.rows(_sql()["by_shard"], {"send": send, "channel": channel, "plan": plan})
    return {int(shard): int(count) for shard, count in rows}


def doubts(store: Store, send: str, most: int = 1000) -> list[dict[str, Any]]:
    """Who of a send is in doubt, by contact id."""
    return store.records(_sql()["doubts"], {"send": send, "most": most})


def reasons(store: Store, send: str) -> list[dict[str, Any]]:
    """Why people of a send got nothing, counted."""
    return store.records(_sql()["reasons"], {"send": send})


def recipients(store: Store, send: str, outcome: str = "", *, most: int = 1000, skip: int = 0) -> list[dict[str, Any]]:
    """The ledger of a send, one entry a recipient."""
    return store.records(_sql()["recipients"], {"send": send, "outcome": outcome, "most": most, "skip": skip})


def of_contact(store: Store, contact_id: int) -> list[dict[str, Any]]:
    """Everything that was sent to one person, the newest first."""
    return store.records(_sql()["of_contact"], {"id": contact_id})


def store_links(store: Store, rows: Sequence[Mapping[str, object]]) -> None:
    """Write down where the links of a send lead."""
    if not rows:
        return
    import pyarrow as pa

    names = ("reference", "send", "campaign", "channel", "locale", "variant", "link", "url", "tracked")
    table = pa.table({name: [row[name] for row in rows] for name in names})
    with store.transaction(), store.lent(linked=table):
        store.run(_sql()["unlink"])
        store.run(_sql()["link"])
