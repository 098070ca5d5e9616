"""What a segment says, as a tree. ``keys`` of a node is its place in the file, for findings and ``explain``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import timedelta

    from mops_cli.model.source import Key

Keys: TypeAlias = "tuple[Key, ...]"
Scalar: TypeAlias = str | int | float | bool | Decimal | date | datetime


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a contact or an event. ``kind`` is its declared type; "" when nobody declared it."""

    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison. ``value`` is a scalar, several (``in``), a truth (``exists``) or a span of time (``within``)."""

    operator: str
    value: Scalar | tuple[Scalar, ...] | timedelta


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field with comparisons that must all hold; ``or_unknown`` also takes those of whom it is not known."""

    field: Field
    tests: tuple[Test, ...]
    or_unknown: bool = False
    keys: Keys = ()


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time: the last ``within``, or from ``start`` up to (not including) ``end``; all time when empty."""

    within: timedelta | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """Events of a kind, filtered: how many (or the sum of a field) in a window."""

    kind: str
    where: tuple[Attribute, ...] = ()
    tests: tuple[Test, ...] = (Test("gte", 1),)
    total: Field | None = None
    window: Window = Window()
    keys: Keys = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """The first or the last event of a kind lies in a window."""

    kind: str
    last: bool
    window: Window
    where: tuple[Attribute, ...] = ()
    keys: Keys = ()


@dataclass(frozen=True, slots=True)
class Member:
    """In another segment."""

    segment: str
    keys: Keys = ()


@dataclass(frozen=True, slots=True)
class Consented:
    """Consent to a topic, on a channel or on any."""

    topic: str
    channel: str = ""
    keys: Keys = ()


@dataclass(frozen=True, slots=True)
class InZone:
    """Lives in one of these time zones."""

    zones: tuple[str, ...]
    keys: Keys = ()


@dataclass(frozen=True, slots=True)
class Near:
    """Within ``km`` of a place, by the fields ``lat`` and ``lon``."""

    lat: float
    lon: float
    km: float
    keys: Keys = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """A stable share of everybody: the same people for the same salt."""

    share: float
    salt: str = ""
    keys: Keys = ()


@dataclass(frozen=True, slots=True)
class Every:
    """All of the parts, or any of them."""

    parts: tuple[Node, ...]
    any: bool = False
    keys: Keys = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; of what is not known the opposite is not known either."""

    part: Node
    keys: Keys = ()


Leaf: TypeAlias = Attribute | Happened | Edge | Member | Consented | InZone | Near | Sample
Node: TypeAlias = Leaf | Every | Not


def leaves(node: Node) -> list[Leaf]:
    """The conditions of a tree, in the order of the file."""
    if isinstance(node, Every):
        return [leaf for part in node.parts for leaf in leaves(part)]
    return leaves(node.part) if isinstance(node, Not) else [node]
