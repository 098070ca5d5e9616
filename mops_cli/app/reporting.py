"""What a send came to, as plain data: for `mops send`, `mops status`, over the bus and in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mops_cli.delivery.sending import register

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mops_cli.delivery.sending.register import Send
    from mops_cli.store.database import Store

MOST_NAMED = 1000


def overview(store: Store, send: str = "", *, most: int = 20) -> list[dict[str, Any]]:
    """The newest sends with their counts, or one send by its name."""
    rows = register.find(store, send) if send else register.sends(store)
    return [as_data(row) for row in rows[:most]]


def details(store: Store, send: str) -> dict[str, Any]:
    """Why people got nothing, and who is in doubt."""
    return {
        "reasons": register.reasons(store, send),
        "in_doubt": [_plain(one) for one in register.doubts(store, send, MOST_NAMED)],
    }


def recipients(store: Store, send: str, outcome: str = "", most: int = 1000, skip: int = 0) -> list[dict[str, Any]]:
    """The ledger of a send, one entry a recipient."""
    return [_plain(one) for one in register.recipients(store, send, outcome, most=most, skip=skip)]


def as_data(row: Send) -> dict[str, Any]:
    """One send on one channel."""
    return {
        "send": row.send,
        "channel": row.channel,
        "campaign": row.campaign,
        "environment": row.environment,
        "provider": row.provider,
        "plan": row.plan,
        "state": row.state,
        "recipients": row.recipients,
        "outcomes": dict(sorted(row.outcomes.items())),
        "left": row.left,
        "in_doubt": row.in_doubt,
        "waiting": bool(row.first_at and row.first_at > row.changed_at),
        "first_at": _time(row.first_at),
        "last_at": _time(row.last_at),
        "started_at": _time(row.started_at),
        "finished_at": _time(row.finished_at),
        "why": row.why,
    }


def totals(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Outcomes over several sends."""
    found: dict[str, int] = {}
    for row in rows:
        for outcome, count in row["outcomes"].items():
            found[outcome] = found.get(outcome, 0) + count
    return found


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "occurred_at": _time(row["occurred_at"])}


def _time(value: datetime | None) -> str | None:
    return value.isoformat().replace("+00:00", "") + "Z" if value else None
