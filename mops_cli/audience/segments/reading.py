"""From the ``where:`` of a segment file to its tree; every mistake at its place."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from mops_cli.audience.consent import CHANNELS
from mops_cli.audience.segments import tree
from mops_cli.audience.segments.operators import COUNTING, OPERATORS, Unfit, scalar, span
from mops_cli.model.diagnostic import error, warning
from mops_cli.model.suggest import advice, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mops_cli.audience.segments.catalog import Catalog
    from mops_cli.model.content import SegmentFile
    from mops_cli.model.diagnostic import Diagnostic
    from mops_cli.model.source import Key, Loaded

    Keys = tuple[Key, ...]

_EVENT_WORDS = frozenset({"event", "where", "count", "sum", "within", "between"})
DEEPEST = 40
"""How deep conditions may be nested."""


def read(segment: Loaded[SegmentFile], catalog: Catalog) -> tuple[tree.Node | None, list[Diagnostic]]:
    """The conditions of a segment; None when one of them cannot be understood."""
    reader = _Reader(segment, catalog)
    node = reader.node(segment.value.where, ("where",), 0)
    failed = any(found.severity.value == "error" for found in reader.found)
    return (None if failed else node), reader.found


class _Refused(Exception):
    """A part that was reported already."""


class _Reader:
    """One file. Methods give a node, or raise :class:`_Refused` after reporting."""

    def __init__(self, segment: Loaded[SegmentFile], catalog: Catalog) -> None:
        self.source = segment.source
        self.catalog = catalog
        self.found: list[Diagnostic] = []
        self._special: dict[str, Callable[[Any, Keys], tree.Node]] = {
            "segment": self._member,
            "consent": self._consent,
            "zone": self._zones,
            "timezone": self._zones,
            "near": self._near,
            "sample": self._sample,
            "first_event": self._first,
            "last_event": self._last,
        }

    def refuse(self, code: str, message: str, keys: Keys, hint: str) -> type[_Refused]:
        """Report an error; gives what to raise."""
        # A wrong name is shown where it stands, anything else at its value.
        named = code in ("MG202", "MG204") and bool(keys) and isinstance(keys[-1], str)
        span = self.source.key(*keys) if named else self.source.at(*keys)
        self.found.append(error(code, message, span, hint))
        return _Refused

    # -- structure

    def node(self, data: object, keys: Keys, depth: int) -> tree.Node:
        """A mapping of conditions, all of which hold."""
        if depth > DEEPEST:
            self.refuse("MG201", "conditions are nested too deep", keys, "make a segment of a part of them")
            return tree.Every((), keys=keys)
        if isinstance(data, list):
            return self._group(data, keys, depth, any_of=False)
        if not isinstance(data, dict):
            self.refuse("MG201", "a condition is a mapping", keys, "write e.g. `{country: DE}` or `{event: purchase}`")
            return tree.Every((), keys=keys)
        parts: list[tree.Node] = []
        if "event" in data:
            self._try(parts, lambda: self._event(data, keys))
        for name, value in data.items():
            if "event" in data and name in _EVENT_WORDS:
                continue
            self._try(parts, lambda name=name, value=value: self._named(str(name), value, (*keys, name), depth))  # type: ignore[misc]
        return parts[0] if len(parts) == 1 else tree.Every(tuple(parts), keys=keys)

    def _try(self, parts: list[tree.Node], make: Callable[[], tree.Node]) -> None:
        try:
            parts.append(make())
        except _Refused:
            return

    def _named(self, name: str, value: Any, keys: Keys, depth: int) -> tree.Node:
        if name in ("all", "any"):
            if not isinstance(value, list):
                raise self.refuse("MG201", f'"{name}" takes a list of conditions', keys, f"write `{name}: [ … ]`")
            return self._group(value, keys, depth, any_of=name == "any")
        if name == "not":
            return tree.Not(self.node(value, keys, depth + 1), keys)
        if name in self._special:
            return self._special[name](value, keys)
        return self._attribute(name, value, keys)

    def _group(self, values: list[Any], keys: Keys, depth: int, *, any_of: bool) -> tree.Node:
        if not values and any_of:  # `all: []` is everybody
            raise self.refuse("MG201", "a group without conditions", keys, "write at least one, or delete it")
        parts = tuple(self.node(value, (*keys, number), depth + 1) for number, value in enumerate(values))
        return tree.Every(parts, any_of, keys)

    # -- fields

    def _attribute(self, name: str, value: Any, keys: Keys) -> tree.Attribute:
        field = self.catalog.contact_field(name)
        if not field.kind:
            words = [*self._special, "all", "any", "not", "event"]
            close = nearest(name, [*self.catalog.contact_names(), *words])
            if close is not None:
                raise self.refuse("MG202", f'no field is called "{name}"', keys, f'did you mean "{close}"?')
            hint = f"declare it: [fields.contact.{name}] in mops.toml, then it is a column and its values are checked"
            self.found.append(warning("MG203", f'"{name}" is not declared', self.source.key(*keys), hint))
        return self._field(field, value, keys)

    def _field(self, field: tree.Field, value: Any, keys: Keys) -> tree.Attribute:
        """``DE``, ``[DE, AT]`` or ``{gte: 25, or_unknown: true}``."""
        if isinstance(value, list):
            value = {"in": value}
        elif not isinstance(value, dict):
            value = {"eq": value}
        or_unknown = value.get("or_unknown", False)
        if not isinstance(or_unknown, bool):
            raise self.refuse("MG204", "or_unknown is true or false", (*keys, "or_unknown"), "write true or false")
        tests = tuple(
            self._test(field, str(word), v, (*keys, word)) for word, v in value.items() if word != "or_unknown"
        )
        if not tests:
            raise self.refuse("MG204", f'"{field.name}" is compared with nothing', keys, "write e.g. `{gte: 25}`")
        return tree.Attribute(field, tests, or_unknown, keys)

    def _test(self, field: tree.Field, word: str, value: Any, keys: Keys) -> tree.Test:
        operator = OPERATORS.get(word)
        if operator is None:
            raise self.refuse(
                "MG204", f'there is no comparison "{word}"', keys, advice(word, OPERATORS, what="comparisons")
            )
        if field.kind and operator.kinds and field.kind not in operator.kinds:
            fitting = [name for name, one in OPERATORS.items() if not one.kinds or field.kind in one.kinds]
            hint = f"use one of {', '.join(fitting)}"
            raise self.refuse("MG204", f'"{word}" does not fit "{field.name}", a {field.kind}', keys, hint)
        try:
            return tree.Test(word, self._value(field, word, value, keys))
        except Unfit as problem:
            what = f"a {field.kind}" if field.kind else "a value"
            raise self.refuse("MG205", f'"{field.name}" is compared with {what}', keys, str(problem)) from None

    def _value(self, field: tree.Field, word: str, value: Any, keys: Keys) -> Any:
        if word == "exists":
            if not isinstance(value, bool):
                raise Unfit("write true or false, without quotes")
            return value
        if word == "within":
            return span(value)
        kind = field.kind or ("number" if OPERATORS[word].kinds and not isinstance(value, str) else "")
        if OPERATORS[word].many:
            if not isinstance(value, list) or not value:
                raise Unfit("write a list: [one, two]")
            return tuple(scalar(one, kind) for one in value)
        return scalar(value, kind)

    # -- events

    def _event(self, data: Mapping[str, Any], keys: Keys) -> tree.Happened:
        kind = self._kind(data["event"], (*keys, "event"))
        where = self._where(kind, data.get("where"), (*keys, "where"))
        window = self._window(data, keys)
        tests: tuple[tree.Test, ...] = (tree.Test("gte", 1),)
        total = None
        if "count" in data:
            tests = self._counting(tree.Field("count", "integer"), data["count"], (*keys, "count"))
        if "sum" in data:
            total, tests = self._sum(kind, data["sum"], (*keys, "sum"))
            if "count" in data:
                raise self.refuse("MG206", "count and sum in one condition", (*keys, "sum"), "write two conditions")
        return tree.Happened(kind, where, tests, total, window, keys)

    def _kind(self, value: Any, keys: Keys) -> str:
        known = self.catalog.kinds()
        if not isinstance(value, str):
            raise self.refuse("MG206", "an event is named by its kind", keys, "write e.g. `event: purchase`")
        if value not in known:
            hint = advice(value, known, what="events") + f"; or declare [events.{value}] in mops.toml"
            raise self.refuse("MG206", f'there is no event "{value}"', keys, hint)
        return value

    def _where(self, kind: str, data: Any, keys: Keys) -> tuple[tree.Attribute, ...]:
        if data is None:
            return ()
        if not isinstance(data, dict):
            raise self.refuse("MG206", "`where` is a mapping of fields", keys, "write e.g. `where: {amount: {gt: 50}}`")
        return tuple(self._event_field(kind, str(name), value, (*keys, name)) for name, value in data.items())

    def _event_field(self, kind: str, name: str, value: Any, keys: Keys) -> tree.Attribute:
        field = self.catalog.event_field(kind, name)
        if not field.kind:
            known = self.catalog.event_names(kind)
            if nearest(name, known) is not None:
                hint = advice(name, known, what=f"fields of {kind}")
                raise self.refuse("MG202", f'"{kind}" has no field "{name}"', keys, hint)
            hint = f"declare it: [events.{kind}.{name}] in mops.toml, then it is a column and its values are checked"
            self.found.append(warning("MG203", f'"{name}" of {kind} is not declared', self.source.key(*keys), hint))
        return self._field(field, value, keys)

    def _counting(self, field: tree.Field, value: Any, keys: Keys) -> tuple[tree.Test, ...]:
        data = value if isinstance(value, dict) else {"eq": value}
        for word in data:
            if word not in COUNTING:
                raise self.refuse(
                    "MG204", f'"{word}" does not fit a number', (*keys, word), advice(str(word), COUNTING)
                )
        if not data:
            raise self.refuse("MG204", "nothing to compare with", keys, "write e.g. `{gte: 2}`")
        return tuple(self._test(field, str(word), one, (*keys, word)) for word, one in data.items())

    def _sum(self, kind: str, data: Any, keys: Keys) -> tuple[tree.Field, tuple[tree.Test, ...]]:
        """``sum: {amount: {gte: 100}}``."""
        if not isinstance(data, dict) or len(data) != 1:
            raise self.refuse("MG206", "`sum` names one field", keys, "write e.g. `sum: {amount: {gte: 100}}`")
        ((name, value),) = data.items()
        field = self.catalog.event_field(kind, str(name))
        if field.kind not in ("integer", "number", "money"):
            hint = advice(str(name), self.catalog.event_names(kind), what=f"fields of {kind}")
            raise self.refuse("MG202", f'"{name}" of {kind} is no number', (*keys, name), hint)
        return field, self._counting(field, value, (*keys, name))

    def _window(self, data: Mapping[str, Any], keys: Keys) -> tree.Window:
        if "within" in data and "between" in data:
            raise self.refuse("MG207", "within and between in one condition", (*keys, "between"), "keep one of them")
        if "within" in data:
            try:
                return tree.Window(within=span(data["within"]))
            except Unfit as problem:
                message = f'"{data["within"]}" is no length of time'
                raise self.refuse("MG207", message, (*keys, "within"), str(problem)) from None
        return self._between(data["between"], (*keys, "between")) if "between" in data else tree.Window()

    def _between(self, value: Any, keys: Keys) -> tree.Window:
        """``[2026-01-01, 2026-03-31]``: both days count."""
        try:
            first, last = (date.fromisoformat(str(day)) for day in value)
        except (TypeError, ValueError):
            hint = "write the first and the last day: [2026-01-01, 2026-03-31]"
            raise self.refuse("MG207", "`between` takes two days", keys, hint) from None
        if last < first:
            raise self.refuse("MG207", "the last day lies before the first", keys, "write the earlier day first")
        midnight = time()
        return tree.Window(
            start=datetime.combine(first, midnight), end=datetime.combine(last, midnight) + timedelta(days=1)
        )

    def _first(self, data: Any, keys: Keys) -> tree.Edge:
        return self._edge(data, keys, last=False)

    def _last(self, data: Any, keys: Keys) -> tree.Edge:
        return self._edge(data, keys, last=True)

    def _edge(self, data: Any, keys: Keys, *, last: bool) -> tree.Edge:
        word = "last_event" if last else "first_event"
        if not isinstance(data, dict) or "kind" not in data:
            hint = f"write `{word}: {{kind: signup, within: 7 days}}`"
            raise self.refuse("MG206", f"`{word}` names a kind", keys, hint)
        self._only(data, ("kind", "where", "within", "between"), keys)
        kind = self._kind(data["kind"], (*keys, "kind"))
        return tree.Edge(
            kind, last, self._window(data, keys), self._where(kind, data.get("where"), (*keys, "where")), keys
        )

    # -- the rest

    def _only(self, data: Mapping[str, Any], known: tuple[str, ...], keys: Keys) -> None:
        for name in data:
            if name not in known:
                raise self.refuse("MG201", f'"{name}" means nothing here', (*keys, name), advice(str(name), known))

    def _member(self, value: Any, keys: Keys) -> tree.Member:
        if not isinstance(value, str):
            raise self.refuse("MG201", "a segment is named by its file", keys, "write e.g. `segment: vip`")
        return tree.Member(value, keys)

    def _consent(self, data: Any, keys: Keys) -> tree.Consented:
        if isinstance(data, str):
            data = {"topic": data}
        if not isinstance(data, dict) or "topic" not in data:
            hint = "write `consent: {topic: newsletter, channel: email}`"
            raise self.refuse("MG208", "consent is to a topic", keys, hint)
        self._only(data, ("topic", "channel"), keys)
        topic, channel = data["topic"], data.get("channel", "")
        if topic not in self.catalog.topics:
            hint = advice(str(topic), self.catalog.topics, what="topics")
            raise self.refuse("MG208", f'there is no topic "{topic}"', (*keys, "topic"), hint)
        if channel and channel not in CHANNELS:
            hint = advice(str(channel), CHANNELS, what="channels")
            raise self.refuse("MG208", f'nobody consents to "{channel}"', (*keys, "channel"), hint)
        return tree.Consented(topic, channel, keys)

    def _zones(self, value: Any, keys: Keys) -> tree.InZone:
        from zoneinfo import available_timezones

        zones = value if isinstance(value, list) else [value]
        known = available_timezones()
        for zone in zones:
            if zone not in known:
                raise self.refuse(
                    "MG209", f'there is no time zone "{zone}"', keys, advice(str(zone), known, what="zones")
                )
        return tree.InZone(tuple(zones), keys)

    def _near(self, data: Any, keys: Keys) -> tree.Near:
        given = data if isinstance(data, dict) else {}
        lat, lon, km = (_finite(given.get(word)) for word in ("lat", "lon", "km"))
        if lat is None or lon is None or km is None or abs(lat) > 90 or abs(lon) > 180 or km <= 0:
            hint = "write `near: {lat: 53.55, lon: 9.99, km: 60}`"
            raise self.refuse("MG209", "`near` is a place and a distance", keys, hint)
        self._only(given, ("lat", "lon", "km"), keys)
        return tree.Near(lat, lon, km, keys)

    def _sample(self, data: Any, keys: Keys) -> tree.Sample:
        given = data if isinstance(data, dict) else {"percent": data}
        share = _finite(given.get("percent"))
        if share is None or not 0 < share <= 100:
            hint = "write `sample: {percent: 10, salt: autumn-test}`"
            raise self.refuse("MG209", "`sample` is a share in percent", keys, hint)
        self._only(given, ("percent", "salt"), keys)
        return tree.Sample(share / 100, str(given.get("salt", "")), keys)


def _finite(value: object) -> float | None:
    """A number, or None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e12:
        return None
    return float(value)
