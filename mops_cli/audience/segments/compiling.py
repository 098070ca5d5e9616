"""From a tree to SQL: one statement, one scan of the events, every value a parameter.

Truth has three values: what is not known of a contact is neither true nor false, stays so under ``not``, and counts as
false in the end. Identifiers come from the catalogue or are quoted; ``now`` is a parameter, so that the same question
has the same answer whenever it is asked again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from mops_cli.audience.consent import GIVEN
from mops_cli.audience.segments import tree
from mops_cli.audience.segments.catalog import ENVELOPE, OWN_FIELDS
from mops_cli.audience.segments.operators import OPERATORS
from mops_cli.store.columns import SQL_TYPES
from mops_cli.store.queries import quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

EARTH_KM = 6371.0088
SAMPLE_STEPS = 1_000_000


@dataclass(frozen=True, slots=True)
class Query:
    """A statement and its parameters."""

    sql: str
    parameters: Mapping[str, object]


@dataclass(slots=True)
class Compiler:
    """Compiles nodes against one moment; conditions on events share one aggregate over one scan.

    ``segments`` holds the trees of all segments by name; their references have no circles (checked when loading).
    ``declared`` are the fields of contacts that are columns.
    """

    now: datetime
    segments: Mapping[str, tree.Node] = field(default_factory=dict)
    declared: Collection[str] = ()
    parameters: dict[str, object] = field(default_factory=dict)
    _aggregates: dict[str, str] = field(default_factory=dict)
    _events: dict[tuple[str, datetime | None], None] = field(default_factory=dict)
    _consents: dict[str, str] = field(default_factory=dict)

    # -- statements

    def members(self, node: tree.Node) -> Query:
        """The ids of the contacts of whom the tree is true, as the column ``id``."""
        truth = self.truth(node)
        return self._query(f"SELECT c.id FROM {self._tables()} WHERE coalesce({truth}, false)")

    def select(self, columns: Sequence[str], *, where: str = "") -> Query:
        """Any columns over the contacts (alias ``c``) and the aggregates that :meth:`truth` asked for."""
        condition = f" WHERE {where}" if where else ""
        return self._query(f"SELECT {', '.join(columns)} FROM {self._tables()}{condition}")

    def _query(self, body: str) -> Query:
        parts = [part for part in (self._event_part(), *self._consent_parts()) if part]
        head = f"WITH {', '.join(parts)} " if parts else ""
        return Query(head + body, dict(self.parameters))

    def _tables(self) -> str:
        joins = ["contacts AS c"]
        if self._aggregates:
            joins.append("LEFT JOIN happened AS h ON h.contact_id = c.id")
        joins += [f"LEFT JOIN {name} ON {name}.contact_id = c.id" for name in self._consents.values()]
        return " ".join(joins)

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

    def _consent_parts(self) -> list[str]:
        return [
            f"{name} AS (SELECT DISTINCT contact_id, true AS given FROM consent WHERE {sql})"
            for sql, name in self._consents.items()
        ]

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
            if not node.parts:
                return "true"
            return "(" + (" OR " if node.any else " AND ").join(self.truth(part) for part in node.parts) + ")"
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

    def _filter(self, kind: str, where: tuple[tree.Attribute, ...], window: tree.Window) -> tuple[str, datetime | None]:
        """The condition on an event, and the moment from which events matter."""

        def column(of: tree.Field, test: tree.Test) -> str:
            if of.name in ENVELOPE:
                return f"e.{quoted(of.name)}"
            return f"e.{quoted(f'{kind}.{of.name}')}" if of.kind else self._loose("e.data", of, test)

        parts = [f"e.kind = {self.value(kind)}"]
        since = window.start if window.within is None else self.now - window.within
        if since is not None:
            parts.append(f"e.occurred_at >= {self.value(since)}")
        if window.end is not None:
            parts.append(f"e.occurred_at < {self.value(window.end)}")
        parts += [self._attribute(one, column) for one in where]
        return " AND ".join(parts), since

    def _happened(self, node: tree.Happened) -> str:
        condition, since = self._filter(node.kind, node.where, node.window)
        self._events[self.value(node.kind), since] = None
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
        """The first or last event ever lies in the window; no event at all is a plain no."""
        condition, _ = self._filter(node.kind, node.where, tree.Window())
        self._events[self.value(node.kind), None] = None
        sql = f"{'max' if node.last else 'min'}(e.occurred_at) FILTER (WHERE {condition})"
        at = self._aggregate(sql)
        start = node.window.start if node.window.within is None else self.now - node.window.within
        parts = [f"{at} IS NOT NULL"]
        if start is not None:
            parts.append(f"{at} >= {self.value(start)}")
        if node.window.end is not None:
            parts.append(f"{at} < {self.value(node.window.end)}")
        return f"coalesce({' AND '.join(parts)}, false)"

    # -- the rest

    def _consented(self, node: tree.Consented) -> str:
        condition = f"state = '{GIVEN}' AND topic = {self.value(node.topic)}"
        if node.channel:
            condition += f" AND channel = {self.value(node.channel)}"
        name = self._consents.setdefault(condition, f"consented{len(self._consents) + 1}")
        return f"coalesce({name}.given, false)"

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
        return f"({2 * EARTH_KM} * asin(sqrt(CASE WHEN {half} > 1 THEN 1 ELSE {half} END)) <= {self.value(node.km)})"


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
