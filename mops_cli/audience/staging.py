"""The import's SQL filled with the columns of one file: pure texts, so that tests can look at them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.audience import checks
from mops_cli.audience.mapping import OWN, UPDATED
from mops_cli.store.queries import filled, literal, queries, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mops_cli.audience.mapping import Target

JSON_KINDS = frozenset({"list", "object"})


def sql() -> dict[str, str]:
    """The import's statements."""
    return queries("mops_cli.audience", "imports")


@dataclass(frozen=True, slots=True)
class Staging:
    """The statements of one import. ``keys`` are the fields that say who somebody is, the first one before all."""

    targets: tuple[Target, ...]
    keys: tuple[str, ...]
    rule: str = "overwrite"
    country: str = ""
    date_format: str = ""
    columns: Sequence[str] = field(default=())

    @property
    def _fields(self) -> list[Target]:
        """Targets with a column of their own."""
        return [target for target in self.targets if not target.extra and target.field != UPDATED]

    def value(self, name: str) -> str:
        """The typed value of a field: ``x3``; NULL when the file does not have it."""
        return next((f"x{target.index}" for target in self.targets if target.field == name), "NULL")

    def begin(self) -> str:
        """Tables for the file."""
        return filled(sql()["begin"], columns=", ".join(f"c{index} VARCHAR" for index in range(len(self.columns))))

    def typed(self) -> str:
        """Types."""
        values = [
            f"{checks.stored(one.cell, one.kind, country=self.country, date_format=self.date_format)} AS x{one.index}"
            for one in self.targets
        ]
        kept = [f"x{one.index}" for one in self.targets]
        bad = " OR ".join(f"({self._wrong(one)})" for one in self.targets)
        return filled(sql()["type"], values=", ".join(values), kept=", ".join(kept), bad=bad)

    @staticmethod
    def _wrong(one: Target) -> str:
        return f"{one.cell} IS NOT NULL AND x{one.index} IS NULL"

    def refuse_cells(self, one: Target) -> str:
        """Wrong cells of one column."""
        if not one.extra:
            return filled(sql()["refuse_cells"], wrong=self._wrong(one))
        return filled(sql()["refuse_cells"], wrong=f"length({one.cell}) > {checks.LONGEST}")

    def refuse_twice(self, key: str) -> str:
        """The same key twice in the file."""
        return filled(sql()["refuse_twice"], key=self.value(key))

    def refuse_nobody(self) -> str:
        """Rows without any key."""
        return filled(sql()["refuse_nobody"], keys=", ".join([*map(self.value, self.keys), "NULL"]))

    def place(self) -> str:
        """Find the contacts."""
        joins, clashes = [], []
        first = self.keys[0]
        for index, key in enumerate(self.keys):
            # A telephone may be shared by a family: then it does not say who somebody is.
            table = "contacts" if key != "phone" else "(SELECT phone, min(id) AS id, any_value(email) AS email, any_value(external_id) AS external_id, count(*) > 1 AS several FROM contacts WHERE phone IS NOT NULL GROUP BY phone)"  # fmt: skip
            joins.append(f"LEFT JOIN {table} AS k{index} ON k{index}.{key} = t.{self.value(key)}")
            if key == "phone":
                clashes.append(f"k{index}.several")
            clashes += [f"k{before}.id <> k{index}.id" for before in range(index)]
            if index:
                clashes.append(
                    f"(k0.id IS NULL AND t.{self.value(first)} IS NOT NULL AND k{index}.{first} IS NOT NULL)"
                )
        return filled(
            sql()["place"],
            joins=" ".join(joins),
            found=", ".join([*(f"k{index}.id" for index in range(len(self.keys))), "NULL"]),
            clash=f"coalesce({' OR '.join(clashes) or 'false'}, false)",
        )

    def refuse_incomplete(self, name: str) -> str:
        """New contacts without a field that must not be empty."""
        return filled(sql()["refuse_incomplete"], empty=f"{self.value(name)} IS NULL")

    def _merged(self, new: str, old: str, *, json: bool = False) -> str:
        ours = (
            f"coalesce({new}, {old})"
            if not json
            else f"json_merge_patch(coalesce({old}, '{{}}'), coalesce({new}, '{{}}'))"
        )
        theirs = (
            f"coalesce({old}, {new})"
            if not json
            else f"json_merge_patch(coalesce({new}, '{{}}'), coalesce({old}, '{{}}'))"
        )
        if self.rule == "newest":
            return f"CASE WHEN t.{self.value(UPDATED)} >= c.updated_at THEN {ours} ELSE {theirs} END"
        return theirs if self.rule == "keep" else ours

    def merge(self) -> str:
        """Known contacts, merged by the rule."""
        fields = self._fields
        merged = [f"{self._next(one)} AS x{one.index}" for one in fields]
        different = [
            f"{self._plain(one, self._next(one))} IS DISTINCT FROM {self._plain(one, _old(one))}" for one in fields
        ]
        different += [self._extra_differs(one) for one in self.targets if one.extra]
        extra = self._merged(self._extra(), "c.extra::JSON", json=True) if self._has_extra else "NULL::JSON"
        return filled(
            sql()["merge"], merged=", ".join(merged), merged_extra=extra, different=" OR ".join(different),
            stamp=self._stamp,
        )  # fmt: skip

    def _next(self, one: Target) -> str:
        return self._merged(f"t.x{one.index}", _old(one))

    def _extra_differs(self, one: Target) -> str:
        """Looked at key by key: comparing whole objects would take longer than everything else."""
        old = f"variant_extract_string(c.extra, {literal(one.field)})"
        return f"{self._merged(f't.x{one.index}', old)} IS DISTINCT FROM {old}"

    @staticmethod
    def _plain(one: Target, value: str) -> str:
        return f"({value}::JSON)::VARCHAR" if one.kind in JSON_KINDS else value

    def _extra(self) -> str:
        """Undeclared fields as JSON, without the empty ones."""
        pairs = [f"{literal(one.field)}, t.x{one.index}" for one in self.targets if one.extra]
        return f"json_merge_patch('{{}}'::JSON, json_object({', '.join(pairs)}))" if pairs else "NULL::JSON"

    def _new_extra(self) -> str:
        """The same for a new contact; where no field is empty, made without JSON, which takes half of the time."""
        rest = [one for one in self.targets if one.extra]
        if not rest:
            return "NULL::VARIANT"
        full = " AND ".join(f"t.x{one.index} IS NOT NULL" for one in rest)
        struct = ", ".join(f"{literal(one.field)}: t.x{one.index}" for one in rest)
        return f"CASE WHEN {full} THEN {{{struct}}}::VARIANT ELSE ({self._extra()})::VARIANT END"

    @property
    def _has_extra(self) -> bool:
        return any(one.extra for one in self.targets)

    @property
    def _stamp(self) -> str:
        name = self.value(UPDATED)
        return "$now" if name == "NULL" else f"coalesce(t.{name}, $now)"

    def insert(self) -> str:
        """New contacts."""
        names = ", ".join(quoted(one.field) for one in self._fields)
        values = ", ".join(f"t.x{one.index}" for one in self._fields)
        return filled(sql()["insert"], fields=names, values=values, extra=self._new_extra(), stamp=self._stamp)

    def update(self) -> str:
        """Changed contacts."""
        parts = [f"{quoted(one.field)} = m.x{one.index}" for one in self._fields]
        if self._has_extra:
            parts.append("extra = m.extra::VARIANT")
        return filled(sql()["update"], assignments=", ".join([*parts, "updated_at = m.updated_at"]))

    def refused(self) -> str:
        """Refused rows with their cells."""
        return filled(sql()["refused"], cells=", ".join(f"r.c{index}" for index in range(len(self.columns))))


def _old(one: Target) -> str:
    return f"c.{quoted(one.field)}"


def keys_of(targets: Sequence[Target], wanted: str) -> tuple[str, ...]:
    """Which fields say who somebody is: the one that was asked for, then the id of the other system, then the address."""
    there = {target.field for target in targets}
    found: list[str] = [name for name in ("external_id", "email") if name in there]
    if not found and "phone" in there:
        found = ["phone"]
    if wanted:
        found = [wanted, *(name for name in found if name != wanted)]
    return tuple(name for name in found if name in OWN)
