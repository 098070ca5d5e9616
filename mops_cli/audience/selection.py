"""Who is written to: who agreed, is in the segment, not excluded, suppressed or capped; all others with a reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.audience import suppression
from mops_cli.store.queries import filled, queries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from mops_cli.store.database import Store


RANGE = 122_880
"""Ids that are looked at together: as many as the database keeps together."""


@dataclass(frozen=True, slots=True)
class Members:
    """A segment as a query that gives one column of contact ids; parameters must not begin with ``mops_``."""

    sql: str
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Selection:
    """``people`` has the columns contact_id, address, locale, zone; ``left_out`` counts the others by reason."""

    people: pa.Table
    left_out: Mapping[str, int]

    @property
    def asked(self) -> int:
        """How many the segment holds."""
        return int(self.people.num_rows) + sum(self.left_out.values())


def select(
    store: Store, topic: str, channel: str, *,
    segment: Members | None = None, excluded: Sequence[Members] = (), capped: Sequence[Members] = (),
    transactional: bool = False,
) -> Selection:  # fmt: skip
    """The audience of a topic on a channel (``email``, ``sms``, ``push``, …).

    ``capped`` are those who have had enough for now: see :func:`mops_cli.audience.caps.reached`.
    """
    sql = queries("mops_cli.audience", "people")
    choose(
        store, topic, channel, segment=segment, excluded=excluded, capped=capped, transactional=transactional
    )  # fmt: skip
    return Selection(store.table(sql["audience_people"]), left_out(store))


def choose(
    store: Store, topic: str, channel: str, *,
    segment: Members | None = None, excluded: Sequence[Members] = (), capped: Sequence[Members] = (),
    transactional: bool = False,
) -> None:  # fmt: skip
    """Leave the same answer in the store's table ``audience_now``."""
    _ask(store, segment, excluded, capped)
    store.run(queries("mops_cli.audience", "people")["audience_empty"])
    for _ in _answers(store, topic, channel, transactional=transactional):
        pass


def in_parts(
    store: Store, topic: str, channel: str, *,
    segment: Members | None = None, excluded: Sequence[Members] = (), capped: Sequence[Members] = (),
    transactional: bool = False,
) -> Iterator[dict[str, int]]:  # fmt: skip
    """The same for so many that they shall not be held at once: each time ``audience_now`` has the next part.

    Gives those of the part who are left out, by reason.
    """
    empty = queries("mops_cli.audience", "people")["audience_empty"]
    _ask(store, segment, excluded, capped)
    store.run(empty)
    for _ in _answers(store, topic, channel, transactional=transactional):
        yield left_out(store)
        store.run(empty)


def _ask(
    store: Store, segment: Members | None, excluded: Sequence[Members], capped: Sequence[Members]
) -> None:  # fmt: skip
    """Who is in the segment, who is in those that are left out, and who has had enough."""
    sql = queries("mops_cli.audience", "people")
    members = segment or Members(sql["everybody"])
    store.run(filled(sql["audience_asked"], segment=members.sql), members.parameters)
    for name, slot, found in (("audience_excluded", "excluded", excluded), ("audience_capped", "capped", capped)):
        parameters = {key: value for one in found for key, value in one.parameters.items()}
        together = " UNION ALL ".join(f"({one.sql})" for one in found) or "SELECT NULL::BIGINT WHERE false"
        store.run(filled(sql[name], **{slot: together}), parameters)


def _answers(store: Store, topic: str, channel: str, *, transactional: bool) -> Iterator[None]:
    """Add one range of ids after the other to ``audience_now``."""
    about = {
        "mops_topic": topic, "mops_channel": channel, "mops_transactional": transactional,
        **suppression.pads(store.folder),
    }  # fmt: skip
    for low, high in _ranges(store):
        store.run(queries("mops_cli.audience", "people")["audience"], {**about, "mops_low": low, "mops_high": high})
        yield


def forget(store: Store) -> None:
    """Take ``audience_now`` away again, for it may be large."""
    store.run(queries("mops_cli.audience", "people")["audience_forget"])


def _ranges(store: Store) -> Iterator[tuple[int, int]]:
    """Ranges of ids that hold everybody who is asked for."""
    first, last, count = store.rows(queries("mops_cli.audience", "people")["audience_range"])[0]
    if not count:
        return
    if count <= RANGE:
        yield first, last
        return
    for low in range(first, last + 1, RANGE):
        yield low, min(low + RANGE - 1, last)


def left_out(store: Store) -> dict[str, int]:
    """Those of ``audience_now`` who are not written to, by reason."""
    return {
        reason: int(count) for reason, count in store.rows(queries("mops_cli.audience", "people")["audience_reasons"])
    }


def look_again(
    store: Store, ids: Sequence[int], topic: str, channel: str, *, transactional: bool = False
) -> Selection:  # fmt: skip
    """The same question about some people only, right before a hand-over."""
    these = Members(queries("mops_cli.audience", "people")["these"], {"mops_ids": list(ids)})
    return select(store, topic, channel, segment=these, transactional=transactional)
