"""Tests of segments: given these people and events, these are in. Each runs in a store of its own that is thrown away."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mops_cli.audience import consent
from mops_cli.audience.segments import asking
from mops_cli.audience.segments.catalog import ENVELOPE, OWN_FIELDS
from mops_cli.model.diagnostic import error
from mops_cli.model.suggest import advice
from mops_cli.store.columns import SQL_TYPES
from mops_cli.store.opening import open_store
from mops_cli.store.queries import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mops_cli.clock import Clock
    from mops_cli.model.config import ProjectConfig
    from mops_cli.model.content import SegmentTest
    from mops_cli.model.diagnostic import Diagnostic
    from mops_cli.model.source import Loaded
    from mops_cli.store.database import Store


@dataclass(slots=True)
class Trial:
    """One test under way. ``found`` are its mistakes, and whoever is in or out against what it says."""

    test: Loaded[SegmentTest]
    segments: asking.Segments
    store: Store
    now: datetime
    found: list[Diagnostic] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def run(self) -> None:
        """Fill the store, ask, compare."""
        for name, fields in self.test.value.contacts.items():
            self.numbers[name] = len(self.numbers) + 1
            self._contact(name, fields)
        for number, event in enumerate(self.test.value.events):
            self._event(number, event)
        for number, one in enumerate(self.test.value.consent):
            self._consent(number, one)
        if not self.found:
            self._compare()

    def _contact(self, name: str, fields: Mapping[str, object]) -> None:
        declared = self.segments.catalog.contact
        columns = {key: value for key, value in fields.items() if key in OWN_FIELDS or key in declared}
        rest = {key: value for key, value in fields.items() if key not in columns}
        kinds = {key: SQL_TYPES[declared[key].type] if key in declared else "VARCHAR" for key in columns}
        self._insert(
            "contacts", ("contacts", name), columns, kinds,
            {"id": str(self.numbers[name]), "created_at": "$now", "updated_at": "$now", "extra": _variant(rest)},
        )  # fmt: skip

    def _event(self, number: int, event: Mapping[str, object]) -> None:
        keys = ("events", number)
        who, kind, at = event.get("contact"), event.get("kind"), event.get("occurred_at")
        if who not in self.numbers:
            self._wrong((*keys, "contact"), f'no contact is called "{who}"', advice(str(who), self.numbers))
            return
        if kind not in self.segments.catalog.kinds():
            self._wrong(
                (*keys, "kind"), f'there is no event "{kind}"', advice(str(kind), self.segments.catalog.kinds())
            )
            return
        moment = _moment(at)
        if moment is None:
            self._wrong((*keys, "occurred_at"), f'"{at}" is no moment', "write 2026-11-01, or 2026-11-01T09:30")
            return
        declared = self.segments.catalog.events.get(str(kind), {})
        fields = {k: v for k, v in event.items() if k not in ("contact", "kind", "occurred_at")}
        columns = {
            k if k in ENVELOPE else f"{kind}.{k}": v for k, v in fields.items() if k in ENVELOPE or k in declared
        }
        kinds = {f"{kind}.{name}": SQL_TYPES[spec.type] for name, spec in declared.items()}
        kinds |= {name: SQL_TYPES[word] for name, word in ENVELOPE.items()} | {"occurred_at": "TIMESTAMP"}
        rest = {k: v for k, v in fields.items() if k not in ENVELOPE and k not in declared}
        fixed = {
            "id": f"'test-{number}'", "contact_id": str(self.numbers[str(who)]), "received_at": "$now",
            "data": _variant(rest),
        }  # fmt: skip
        self._insert("events", keys, {**columns, "kind": kind, "occurred_at": moment}, kinds, fixed)

    def _consent(self, number: int, said: Mapping[str, str]) -> None:
        keys = ("consent", number)
        who, topic, channel = said.get("contact", ""), said.get("topic", ""), said.get("channel", "email")
        if who not in self.numbers:
            self._wrong((*keys, "contact"), f'no contact is called "{who}"', advice(who, self.numbers))
        elif topic not in self.segments.catalog.topics:
            self._wrong((*keys, "topic"), f'there is no topic "{topic}"', advice(topic, self.segments.catalog.topics))
        else:
            consent.record(
                self.store,
                self.numbers[who],
                topic,
                channel,
                said.get("state", consent.GIVEN),
                source="test",
                at=self.now,
            )

    def _insert(
        self, table: str, keys: tuple[str | int, ...], values: Mapping[str, object], kinds: Mapping[str, str],
        fixed: Mapping[str, str],
    ) -> None:  # fmt: skip
        names = list(values)
        slots = [f"CAST($v{number} AS {kinds.get(name, 'VARCHAR')})" for number, name in enumerate(names)]
        columns = ", ".join([*map(quoted, names), *fixed])
        statement = f"INSERT INTO {table} ({columns}) VALUES ({', '.join([*slots, *fixed.values()])})"  # noqa: S608 - names are quoted
        parameters = {f"v{number}": _plain(value) for number, value in enumerate(values.values())}
        if "$now" in fixed.values():
            parameters["now"] = self.now
        try:
            self.store.run(statement, parameters)
        except Exception as problem:  # noqa: BLE001 - whatever the database refuses is a mistake in the file
            self._wrong(keys, f"this cannot be stored: {str(problem).splitlines()[0]}", "check the types of its values")

    def _compare(self) -> None:
        query = asking.members(self.segments, self.test.value.segment, self.now)
        members = {int(row[0]) for row in self.store.rows(query.sql, query.parameters)}
        for key, names, wanted in (("in", self.test.value.inside, True), ("out", self.test.value.outside, False)):
            for number, name in enumerate(names):
                if name not in self.numbers:
                    self._wrong((key, number), f'no contact is called "{name}"', advice(name, self.numbers))
                elif (self.numbers[name] in members) != wanted:
                    word = "not in" if wanted else "in"
                    message = f"{name} is {word} {self.test.value.segment}"
                    self._wrong((key, number), message, self._why(name))

    def _why(self, name: str) -> str:
        """The lines of the segment and what they say of a contact."""
        found = asking.explain_contact(self.store, self.segments, self.test.value.segment, self.numbers[name], self.now)
        words = {True: "yes", False: "no", None: "not known"}
        return "; ".join(f"line {one.line} ({one.text}): {words[one.holds]}" for one in found[1]) if found else ""

    def _wrong(self, keys: tuple[str | int, ...], message: str, hint: str) -> None:
        self.found.append(error("MG301", message, self.test.source.at(*keys), hint))


def run(test: Loaded[SegmentTest], segments: asking.Segments, config: ProjectConfig, clock: Clock) -> list[Diagnostic]:
    """What is wrong; nothing when the test passes."""
    name = test.value.segment
    if name not in segments.trees:
        hint = advice(name, segments.trees, what="segments", none="run `mops lint`")
        return [error("MG301", f'there is no segment "{name}" that can be asked', test.source.at("segment"), hint)]
    now = _moment(test.value.at)
    if now is None:
        return [error("MG301", f'"{test.value.at}" is no moment', test.source.at("at"), "write 2026-12-01")]
    with (
        tempfile.TemporaryDirectory(prefix="mops-segments-") as folder,
        open_store(Path(folder), config, clock) as store,
    ):
        trial = Trial(test, segments, store, now)
        trial.run()
        return trial.found


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo is None else None


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int | float | bool | datetime) else json.dumps(value)


def _variant(rest: Mapping[str, object]) -> str:
    """The undeclared fields as a VARIANT literal."""
    from mops_cli.store.queries import literal

    return f"CAST({literal(json.dumps(rest))} AS JSON)::VARIANT" if rest else "NULL"
