"""The owner's answers to workers: who the recipients are, now."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mops_cli.audience.recipients import read_recipients, structured
from mops_cli.delivery.questions import PeopleAsked, PeopleTold
from mops_cli.errors import MopsError
from mops_cli.store.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.delivery.sending.audience import Audience
    from mops_cli.store.database import Store

GONE = "not in the store any more"


class NotRunning(MopsError):
    """A worker asks about a send that is not running: its job is out of date."""

    exit_code = 5


def people(store: Store, audience: Audience, asked: PeopleAsked, *, others: bool) -> PeopleTold:
    """Addresses and fields of some recipients; consent and suppression are looked at again.

    ``others``: there was another plan of the same send; whom it reached is blocked here.
    """
    rows = audience.read(asked.indices)
    ids = sorted({contact for _, contact, _, _ in rows})
    by_contact = _contacts(store, asked, ids)
    reached = _reached(store, asked, ids) if others else frozenset[int]()
    told: list[list[Any]] = []
    for index, contact, locale, variant in rows:
        one = by_contact.get(contact)
        if one is None:
            told.append([index, contact, "", locale, variant, GONE, *([None] * len(asked.fields))])
            continue
        blocked = "already sent" if contact in reached else one[1]
        told.append([index, contact, one[0], locale, variant, blocked, *one[2:]])
    return PeopleTold(told)


def destinations(names: Sequence[str], asked: PeopleAsked) -> PeopleTold:
    """The places of a send that has no people: the name is the address."""
    return PeopleTold([[index, 0, names[index], "", "", "", *([None] * len(asked.fields))] for index in asked.indices])


def _contacts(store: Store, asked: PeopleAsked, ids: list[int]) -> Mapping[int, list[Any]]:
    table = read_recipients(store, ids, asked.topic, asked.channel, asked.fields, transactional=asked.transactional)
    in_json = structured(store, asked.fields)
    columns = [table.column(place).to_pylist() for place in range(3)]
    for place, name in enumerate(asked.fields, 3):
        values = table.column(place).to_pylist()
        columns.append([_parsed(one) for one in values] if name in in_json else _plain(values))
    return {contact: values for contact, *values in zip(*columns, strict=True)}


def _reached(store: Store, asked: PeopleAsked, ids: list[int]) -> frozenset[int]:
    parameters = {"send": asked.send, "channel": asked.channel, "plan": asked.plan, "ids": ids}
    return frozenset(int(row[0]) for row in store.rows(queries("mops_cli.delivery", "sends")["reached"], parameters))


def _parsed(value: str | None) -> Any:
    return None if value is None else json.loads(value)


def _plain(values: list[Any]) -> list[Any]:
    """Values as the personas have them, so that what was previewed is what is sent."""
    first = next((one for one in values if one is not None), None)
    if isinstance(first, str | int | float | bool | None):
        return values
    return [_value(one) for one in values]


def _value(one: Any) -> Any:
    if isinstance(one, datetime | date | time):
        return one.isoformat()
    return float(one) if isinstance(one, Decimal) else one
