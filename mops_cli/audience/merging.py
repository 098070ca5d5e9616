"""Two profiles of one person become one: nothing that was said or happened is lost, and who withdrew stays so."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from mops_cli.audience import contacts
from mops_cli.audience.mapping import OWN
from mops_cli.errors import UsageError
from mops_cli.store import recording
from mops_cli.store.queries import filled, queries, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mops_cli.store.database import Store
    from mops_cli.store.journal import Part

RULES = ("keep", "overwrite", "newest")
CHANNEL = {"email": "email", "phone": "sms"}
"""Fields that are addresses, and their channels."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of it.

    ``taken`` are fields whose value came from the profile that is gone, ``lost`` those where both had one; ``withdrawn``
    are topic and channel.
    """

    gone: int
    into: int
    taken: tuple[str, ...]
    lost: tuple[str, ...]
    words: int
    addresses: int
    events: int
    deliveries: int
    withdrawn: tuple[tuple[str, str], ...]
    dry_run: bool = False

    def as_json(self) -> dict[str, object]:
        """The stable machine shape."""
        return asdict(self)


class _Undone(Exception):
    """Takes a dry run back."""


def merge(store: Store, who: str, into: str, rule: str = "keep", *, dry_run: bool = False) -> Merged:
    """Make the first contact a part of the second.

    Where both have a value, ``keep`` takes the one that stays, ``overwrite`` the one that goes, ``newest`` the profile
    that was changed last. An e-mail address or telephone number that loses is kept out of use, and never written to.

    Raises:
        NoContact: One of them is not known.
        UsageError: They are the same, or there is no such rule.
    """
    if rule not in RULES:
        raise UsageError(f"there is no rule {rule}", hint=f"--merge {', '.join(RULES)}")
    gone, kept = contacts.find(store, who), contacts.find(store, into)
    if gone == kept:
        raise UsageError(f"both are contact {kept}", hint="name two contacts")
    found: Merged | None = None
    try:
        with store.transaction():
            found = _merge(store, gone, kept, rule, dry_run=dry_run)
            _keep(dry_run)
    except _Undone:
        pass
    if found is None:
        raise AssertionError("a transaction ended without an outcome")
    return found


def _keep(dry_run: bool) -> None:
    if dry_run:
        raise _Undone


def _merge(store: Store, gone: int, into: int, rule: str, *, dry_run: bool) -> Merged:
    now = store.clock.now().replace(tzinfo=None)
    both: dict[str, object] = {"gone": gone, "into": into}
    taken, lost, parts = _fields(store, gone, into, _theirs(store, both, rule))
    withdrawn = tuple((topic, channel) for topic, channel in store.rows(_sql()["withdrawn"], both))
    words = recording.insert(store, "consent_log", _sql()["merge_consent"], {**both, "now": now})
    parts.append(words)
    again = [_withdraw(store, into, topic, channel, f"merge of contact {gone}") for topic, channel in withdrawn]
    moved, addresses = _addresses(store, both)
    events = recording.move(store, "events", gone, into)
    deliveries = recording.move(store, "deliveries", gone, into)
    parts += [*again, *moved, *(part for _, part in (events, deliveries)), *_trail(store, both)]
    parts += [recording.remove(store, "contacts", "id = $id", {"id": gone}), recording.people(store, [into])]
    told = {"from": gone, "fields": taken, "words": len(words.rows), "events": events[0]}
    recording.note(store, "contact.merged", parts, contact=into, source="command", about=told)
    stay = tuple((topic, channel) for (topic, channel), part in zip(withdrawn, again, strict=True) if part.rows)
    return Merged(
        gone, into, tuple(taken), tuple(lost), len(words.rows), addresses, events[0], deliveries[0], stay, dry_run
    )


def _theirs(store: Store, both: Mapping[str, object], rule: str) -> bool:
    """Whether the values of the profile that goes win."""
    (_, kept_at), (_, gone_at) = store.rows(_sql()["both"], both)
    return rule == "overwrite" or (rule == "newest" and gone_at > kept_at)


def _fields(store: Store, gone: int, into: int, theirs: bool) -> tuple[list[str], list[str], list[Part]]:
    """Fields of the one that stays; gives those taken, those lost, and addresses that are out of use now."""
    names = [*OWN, *(one.name for one in store.contact_columns)]
    columns = ", ".join(
        f"({quoted(name)}{'::JSON' if name not in OWN and _variant(store, name) else ''})::VARCHAR AS {quoted(name)}"
        for name in names
    )
    ours, other = (store.records(filled(_sql()["now"], columns=columns), {"id": one})[0] for one in (into, gone))
    differ = [name for name in names if other[name] is not None and other[name] != ours[name]]
    taken = [name for name in differ if ours[name] is None or theirs]
    lost = [name for name in differ if ours[name] is not None]
    for name in taken:
        store.run(filled(_sql()["merge_field"], column=quoted(name)), {"gone": gone, "into": into})
    winner, loser = (gone, into) if theirs else (into, gone)
    store.run(_sql()["merge_extra"], {"winner": winner, "loser": loser, "into": into})
    now = store.clock.now().replace(tzinfo=None)
    store.run(_sql()["merge_seen"], {"gone": gone, "into": into, "now": now})
    parts = []
    for name in lost:
        if name in CHANNEL:
            address = ours[name] if theirs else other[name]
            about = {"into": into, "channel": CHANNEL[name], "address": address, "now": now}
            parts.append(recording.insert(store, "other_addresses", _sql()["merge_old_address"], about))
            parts.append(recording.insert(store, "address_states", _sql()["merge_old_state"], about))
    return taken, lost, parts


def _variant(store: Store, name: str) -> bool:
    return any(one.name == name and one.sql == "VARIANT" for one in store.contact_columns)


def _withdraw(store: Store, into: int, topic: str, channel: str, source: str) -> Part:
    now = store.clock.now().replace(tzinfo=None)
    about = {"into": into, "topic": topic, "channel": channel, "source": source, "now": now}
    return recording.insert(store, "consent_log", _sql()["merge_withdrawn"], about)


def _addresses(store: Store, both: Mapping[str, object]) -> tuple[list[Part], int]:
    new = recording.insert(store, "other_addresses", _sql()["merge_addresses"], both)
    states = recording.insert(store, "address_states", _sql()["merge_states"], both)
    about = {"gone": both["gone"]}
    gone = [recording.remove(store, table, "contact_id = $gone", about) for table in ("other_addresses", "address_states")]  # fmt: skip
    return [new, states, *gone], len(new.rows)


def _trail(store: Store, both: Mapping[str, object]) -> list[Part]:
    """Numbers that were merged before point to the one that stays."""
    now = store.clock.now().replace(tzinfo=None)
    return [
        recording.insert(store, "merges", _sql()["merged_before"], both),
        recording.remove(store, "merges", "into_id = $gone", {"gone": both["gone"]}),
        recording.insert(store, "merges", _sql()["merged"], {**both, "now": now}),
    ]


def _sql() -> dict[str, str]:
    return queries("mops_cli.audience", "editing")
