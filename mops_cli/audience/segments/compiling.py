"""From a tree to SQL: one statement, every value a parameter.

Whether something happened is a bitmap of people, made by a scan that sees only its kind and time; counts and sums share
one aggregate over one scan.

Truth has three values: what is not known of a contact is neither true nor false, stays so under ``not``, and counts as
false in the end. Identifiers come from the catalogue or are quoted; ``now`` is a parameter, so that the same question
has the same answer whenever it is asked again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from mops_cli.audience.consent import GIVEN
from mops_cli.audience.segments import bitmaps, tree
from mops_cli.audience.segments.catalog import ENVELOPE, OWN_FIELDS
from mops_cli.audience.segments.operators import OPERATORS
from mops_cli.store.columns import SQL_TYPES
from mops_cli.store.queries import quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

EARTH_KM = 6371.0088
SAMPLE_STEPS = 1_000_000
EVER = {("gte", 1): True, ("gt", 0): True, ("ne", 0): True, ("eq", 0): False, ("lt", 1): False, ("lte", 0): False}
"""Tests of a count that only ask whether there is any, with the answer when there is."""


@dataclass(frozen=True, slots=True)
class Query:
    """A statement and its parameters."""

    sql: str
    parameters: Mapping[str, object]


@dataclass(slots=True)
class Compiler:
    """Compiles nodes against one moment; the same condition on events is looked at once.

    ``segments`` holds the trees of all segments by name; their references have no circles (checked when loading).
    ``declared`` are the fields of contacts that are columns.
    """

    now: datetime
    segments: Mapping[str, tree.Node] = field(default_factory=dict)
    declared: Collection[str] = ()
    parameters: dict[str, object] = field(default_factory=dict)
    _aggregates: dict[str, str] = field(default_factory=dict)
    _events: dict[tuple[str, datetime | None], None] = field(default_factory=dict)
    _sets: dict[tuple[str, str], str] = field(default_factory=dict)

    # -- statements

    def members(self, node: tree.Node) -> Query:
        """The ids of the contacts of whom the tree is true, as the column ``id``."""
        truth = self.truth(node)
        # Bare, so that the database sees the parts: what is not known is left out all the same.
        return self._query(f"SELECT c.id FROM {self._tables()} WHERE {truth}")

    def select(self, columns: Sequence[str], *, where: str = "") -> Query:
        """Any columns over the contacts (alias ``c``) and the aggregates that :meth:`truth` asked for."""
        condition = f" WHERE {where}" if where else ""
        return self._query(f"SELECT {', '.join(columns)} FROM {self._tables()}{condition}")

    def _query(self, body: str) -> Query:
        sets = (bitmaps.table(name, number, source) for (number, source), name in self._sets.items())
        parts = [part for part in (self._event_part(), *sets) if part]
        head = f"WITH {', '.join(parts)} " if parts else ""
        return Query(head + body, dict(self.parameters))

    def _tables(self) -> str:
        happened = " LEFT JOIN happened AS h ON h.contact_id = c.id" if self._aggregates else ""
        return ", ".join([f"contacts AS c{happened}", *self._sets.values()])

    def _event_part(self) -> str:
        if not self._aggregates:
            return ""
        columns = ", ".join(f"{sql} AS {name}" for sql, name in self._aggregates.items())
        # A kind is read from the earliest moment that anybody asks for.
        scanned: dict[str, datetime | None] = {}
        for kind, since in self._events:
            before = scanned.get(kind, since)
            scanned[kind] = None if before is None or since is None else min(before, since)
        kinds = " OR ".join(
            f"(e.kind = {kind}" + (f" AND e.occurred_at >= {self.value(since)})" if since else ")")
            for kind, since in scanned.items()
        )
        scan = (
            f"FROM events AS e WHERE e.contact_id IS NOT NULL AND e.occurred_at <= {self.value(self.now)} AND ({kinds})"
        )
        return f"happened AS (SELECT e.contact_id, {columns} {scan} GROUP BY e.contact_id)"

    def _set(self, number: str, source: str) -> str:
        """Whether a contact is among those that a source gives; the same source is read once."""
        return bitmaps.inside(self._sets.setdefault((number, source), f"s{len(self._sets) + 1}"))

    def value(self, value: object) -> str:
        """A parameter for a value; the same value has the same one."""
        for name, known in self.parameters.items():
            if type(known) is type(value) and known == value:
                return f"${name}"
        name = f"p{len(self.parameters) + 1}"
        self.parameters[name] = value
        return f"${name}"

    # -- truth

    def truth(self, node: tree.Node) -> str:
        """A node as an SQL expression over ``c``: true, false, or null for what is not known."""
        if isinstance(node, tree.Every):
            return self._every(node)
        if isinstance(node, tree.Not):
            return f"(NOT {self.truth(node.part)})"
        if isinstance(node, tree.Attribute):
            return self._attribute(node, self._contact_column)
        if isinstance(node, tree.Happened):
            return self._happened(node)
        if isinstance(node, tree.Edge):
            return self._edge(node)
        if isinstance(node, tree.Member):
            # Membership is decided: whoever is not known to be in is out.
            return f"coalesce({self.truth(self.segments[node.segment])}, false)"
        return self._other(node)

    def _every(self, node: tree.Every) -> str:
        if not node.parts:
            return "true"
        if not node.any:
            return "(" + " AND ".join(self.truth(part) for part in node.parts) + ")"
        # Several things of which one must have happened in the same time are one set.
        alike: dict[tree.Window, list[tree.Happened]] = {}
        terms = []
        for part in node.parts:
            if isinstance(part, tree.Happened) and _ever_asked(part):
                alike.setdefault(part.window, []).append(part)
            else:
                terms.append(self.truth(part))
        terms += [self._ever(parts, window) for window, parts in alike.items()]
        return "(" + " OR ".join(terms) + ")"

    def _other(self, node: tree.Consented | tree.InZone | tree.Near | tree.Sample) -> str:
        if isinstance(node, tree.Consented):
            return self._consented(node)
        if isinstance(node, tree.InZone):
            return f"(c.zone IN ({', '.join(map(self.value, node.zones))}))"
        if isinstance(node, tree.Sample):
            salt, most = self.value(f"{node.salt}:"), self.value(round(node.share * SAMPLE_STEPS))
            return f"(md5_number_lower(concat({salt}, c.id)) % {SAMPLE_STEPS} < {most})"
        return self._near(node)

    def _attribute(self, node: tree.Attribute, column: Column) -> str:
        tests = [self._test(node.field, test, column) for test in node.tests]
        joined = tests[0] if len(tests) == 1 else "(" + " AND ".join(tests) + ")"
        return f"coalesce({joined}, true)" if node.or_unknown else joined

    def _test(self, of: tree.Field, test: tree.Test, column: Column) -> str:
        sql = column(of, test)
        if test.operator == "exists":
            return f"({sql} IS {'NOT ' if test.value else ''}NULL)"
        if isinstance(test.value, timedelta):
            return f"({sql} BETWEEN {self._typed(of, self.now - test.value)} AND {self._typed(of, self.now)})"
        values = test.value if isinstance(test.value, tuple) else (test.value,)
        shown = ", ".join(self._typed(of, value) for value in values)
        return "(" + OPERATORS[test.operator].sql.format(field=sql, value=shown) + ")"

    def _typed(self, of: tree.Field, value: object) -> str:
        if of.kind == "date" and isinstance(value, datetime):
            value = value.date()
        if of.kind in ("money", "date", "datetime"):
            return f"CAST({self.value(value)} AS {SQL_TYPES[of.kind]})"
        return self.value(value)

    # -- columns

    def _contact_column(self, of: tree.Field, test: tree.Test) -> str:
        if of.name in OWN_FIELDS or of.kind:
            return f"c.{quoted(of.name)}"
        return self._loose("c.extra", of, test)

    def _loose(self, holder: str, of: tree.Field, test: tree.Test) -> str:
        """A field that nobody declared, read as what it is compared with."""
        inside = f"variant_extract({holder}, {self.value(of.name)})"
        sample = test.value[0] if isinstance(test.value, tuple) else test.value
        if test.operator == "exists":
            return inside
        kind = next((sql for known, sql in _LOOSE if isinstance(sample, known)), "VARCHAR")
        return f"try_cast({inside} AS {kind})"

    # -- events

    def _aggregate(self, sql: str) -> str:
        name = self._aggregates.setdefault(sql, f"a{len(self._aggregates) + 1}")
        return f"h.{name}"

    def _what(self, node: tree.Happened | tree.Edge) -> str:
        """The condition on an event, without its time."""

        def column(of: tree.Field, test: tree.Test) -> str:
            if of.name in ENVELOPE:
                return f"e.{quoted(of.name)}"
            return f"e.{quoted(f'{node.kind}.{of.name}')}" if of.kind else self._loose("e.data", of, test)

        return " AND ".join(
            [f"e.kind = {self.value(node.kind)}", *(self._attribute(one, column) for one in node.where)]
        )

    def _when(self, window: tree.Window) -> list[str]:
        """The conditions on its time."""
        since = self._since(window)
        start = [f"e.occurred_at >= {self.value(since)}"] if since is not None else []
        return start + ([f"e.occurred_at < {self.value(window.end)}"] if window.end is not None else [])

    def _since(self, window: tree.Window) -> datetime | None:
        """The moment from which events matter."""
        return window.start if window.within is None else self.now - window.within

    def _ever(self, nodes: Sequence[tree.Happened | tree.Edge], window: tree.Window) -> str:
        """Whether there is an event of any of these at all."""
        what = " OR ".join(f"({self._what(node)})" for node in nodes)
        when = " AND ".join([*self._when(window), f"e.occurred_at <= {self.value(self.now)}"])
        return self._set("e.contact_id", f"FROM events AS e WHERE ({what}) AND {when}")

    def _happened(self, node: tree.Happened) -> str:
        wanted = _ever_asked(node)
        if wanted is not None:
            ever = self._ever([node], node.window)
            return ever if wanted else f"(NOT {ever})"
        condition = " AND ".join([self._what(node), *self._when(node.window)])
        self._events[self.value(node.kind), self._since(node.window)] = None
        if node.total is None:
            counted = f"coalesce({self._aggregate(f'count(*) FILTER (WHERE {condition})')}, 0)"
        else:
            name = node.total.name
            what = f"e.{quoted(name)}" if name in ENVELOPE else f"e.{quoted(f'{node.kind}.{name}')}"
            counted = f"coalesce({self._aggregate(f'sum({what}) FILTER (WHERE {condition})')}, 0)"
        tests = [
            "(" + OPERATORS[test.operator].sql.format(field=counted, value=self.value(test.value)) + ")"
            for test in node.tests
        ]
        return tests[0] if len(tests) == 1 else "(" + " AND ".join(tests) + ")"

    def _edge(self, node: tree.Edge) -> str:
        """The first event ever lies in the window: one does, and none lies before. The last: none lies after."""
        since = self._since(node.window)
        found = self._ever([node], node.window)
        beyond = tree.Window(start=node.window.end) if node.last else tree.Window(end=since)
        if beyond == tree.Window():
            return found
        return f"({found} AND NOT {self._ever([node], beyond)})"

    # -- the rest

    def _consented(self, node: tree.Consented) -> str:
        """The latest word on a topic, for each channel, is yes."""
        about = f"topic = {self.value(node.topic)}" + (
            f" AND channel = {self.value(node.channel)}" if node.channel else ""
        )
        said = (
            f"SELECT contact_id FROM consent_log WHERE {about} GROUP BY contact_id, channel"
            f" HAVING arg_max(state, (occurred_at, number)) = '{GIVEN}'"
        )
        return self._set("contact_id", f"FROM ({said}) WHERE true")

    def _near(self, node: tree.Near) -> str:
        """Great-circle distance (haversine). ``least`` would not do: it takes what is known for what is not."""
        number = tree.Test("lte", 0.0)
        lat, lon = (
            self._contact_column(tree.Field(name, "number" if name in self.declared else ""), number)
            for name in ("lat", "lon")
        )
        here_lat, here_lon = self.value(node.lat), self.value(node.lon)
        half = (
            f"power(sin(radians({lat} - {here_lat}) / 2), 2) + cos(radians({here_lat})) * cos(radians({lat}))"
            f" * power(sin(radians({lon} - {here_lon}) / 2), 2)"
        )
        near = f"({2 * EARTH_KM} * asin(sqrt(CASE WHEN {half} > 1 THEN 1 ELSE {half} END)) <= {self.value(node.km)})"
        # Whoever lives too far north or south needs no sine.
        reach = math.degrees(node.km / EARTH_KM) * 1.0001
        south, north = self.value(node.lat - reach), self.value(node.lat + reach)
        return f"CASE WHEN {lat} NOT BETWEEN {south} AND {north} AND {lon} IS NOT NULL THEN false ELSE {near} END"


def _ever_asked(node: tree.Happened) -> bool | None:
    """For a count that only asks whether there is any: the answer when there is. None for other counts."""
    if node.total is not None or len(node.tests) != 1 or not isinstance(node.tests[0].value, int):
        return None
    return EVER.get((node.tests[0].operator, node.tests[0].value))


if TYPE_CHECKING:
    from collections.abc import Callable

    Column = Callable[[tree.Field, tree.Test], str]

_LOOSE: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "BOOLEAN"),
    ((int, float, Decimal), "DOUBLE"),
    (datetime, "TIMESTAMP"),
    (date, "DATE"),
    (timedelta, "TIMESTAMP"),
)
