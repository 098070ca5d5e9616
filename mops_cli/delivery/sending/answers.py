"""The owner's answers to workers: who the recipients are, now."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mops_cli.audience.recipients import read_recipients
from mops_cli.delivery.questions import PeopleAsked, PeopleTold
from mops_cli.errors import MopsError
from mops_cli.store.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mops_cli.delivery.sending.audience import Audience
    from mops_cli.store.database import Store


class NotRunning(MopsError):
    """A worker asks about a send that is not running: its job is out of date."""

    exit_code = 5


def people(store: Store, audience: Audience, asked: PeopleAsked, *, others: bool) -> PeopleTold:
    """Addresses and fields of some recipients; consent and suppression are looked at again.

    ``others``: there was another plan of the same send; whom it reached is blocked here.
    """
    rows = audience.read(asked.indices)
    by_contact = _contacts(store, asked, sorted({contact for _, contact, _, _ in rows}))
    reached = _reached(store, asked, [contact for _, contact, _, _ in rows]) if others else frozenset[int]()
    told: list[list[Any]] = []
    for index, contact, locale, variant in rows:
        one = by_contact.get(contact)
        if one is None:
            told.append(
                [index, contact, "", locale, variant, "not in the store any more", *([None] * len(asked.fields))]
            )
            continue
        blocked = "already sent" if contact in reached else one[1]
        told.append([index, contact, one[0] or "", locale, variant, blocked, *one[2:]])
    return PeopleTold(told)


def _contacts(store: Store, asked: PeopleAsked, ids: list[int]) -> Mapping[int, list[Any]]:
    table = read_recipients(store, ids, asked.topic, asked.channel, asked.fields, transactional=asked.transactional)
    columns = [_plain(table.column(name).to_pylist()) for name in ("contact_id", "address", "blocked", *asked.fields)]
    return {contact: values for contact, *values in zip(*columns, strict=True)}


def _reached(store: Store, asked: PeopleAsked, ids: list[int]) -> frozenset[int]:
    parameters = {"send": asked.send, "channel": asked.channel, "plan": asked.plan, "ids": ids}
    return frozenset(int(row[0]) for row in store.rows(queries("mops_cli.delivery", "sends")["reached"], parameters))


def _plain(values: list[Any]) -> list[Any]:
    """Values as the personas have them, so that what was previewed is what is sent."""
    first = next((one for one in values if one is not None), None)
    if isinstance(first, str | int | bool | None):
        return values
    return [_value(one) for one in values]


def _value(one: Any) -> Any:
    if isinstance(one, datetime | date | time):
        return one.isoformat()
    if isinstance(one, Decimal):
        return float(one)
    if isinstance(one, list):
        return [_value(item) for item in one]
    if isinstance(one, dict):
        return {name: _value(item) for name, item in one.items()}
    return one
