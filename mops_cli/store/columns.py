"""Declared fields as typed columns: what ``mops.toml`` says is made so in the tables, and nothing is lost on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.errors import UsageError
from mops_cli.store.queries import filled, literal, queries, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mops_cli.model.config import FieldSpec, ProjectConfig
    from mops_cli.store.database import Store

SQL_TYPES = {
    "text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE",
    "datetime": "TIMESTAMP", "money": "DECIMAL(18,4)", "url": "VARCHAR", "email": "VARCHAR", "phone": "VARCHAR",
    "list": "VARIANT", "object": "VARIANT",
}  # fmt: skip
"""Declared type -> column type."""

OWN = ("external_id", "email", "phone", "locale", "zone")
"""Columns of ``contacts`` that exist without a declaration and may be imported."""

TAKEN = frozenset({"id", "created_at", "updated_at", "extra", "contact_id"})
"""Names of ``contacts`` that a declaration cannot use."""

REST = {"contacts": "extra", "events": "data"}


@dataclass(frozen=True, slots=True)
class Column:
    """A declared field: its column's name, the declared type, the column's type."""

    name: str
    kind: str
    sql: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What opening the store did to one declared column."""

    table: str
    name: str
    what: str
    filled: int = 0
    kept_aside: int = 0

    def sentence(self) -> str:
        """For people."""
        text = f"{self.table}.{self.name}: {self.what}, {self.filled} filled"
        rest = REST[self.table]
        return text + (f", {self.kept_aside} did not fit and stay in {rest}" if self.kept_aside else "")


def contact_columns(config: ProjectConfig) -> tuple[Column, ...]:
    """The typed columns of ``contacts`` that are declared.

    Raises:
        UsageError: A field has a name that the table needs itself.
    """
    declared = config.fields.contact
    for name in sorted(TAKEN & {name.lower() for name in declared}):
        raise UsageError(f"mops.toml: the contact field {name} has a name that the store uses itself", hint="rename it")
    return tuple(_column(name, spec) for name, spec in declared.items() if name not in OWN)


def event_columns(config: ProjectConfig) -> tuple[Column, ...]:
    """The typed columns of ``events``, named ``kind.field``."""
    return tuple(
        _column(f"{kind}.{name}", spec) for kind, fields in config.events.items() for name, spec in fields.items()
    )


def _column(name: str, spec: FieldSpec) -> Column:
    return Column(name, spec.type, SQL_TYPES[spec.type])


def sync(store: Store, table: str, wanted: Iterable[Column]) -> Iterator[Changes]:
    """Make the columns of a table what is declared; yields what was changed."""
    yield from _sync(store, table, {column.name: column.sql for column in wanted})


def follow(store: Store, declared: Mapping[str, str]) -> None:
    """Make the columns what they were when an entry of the journal was written; names are ``table:field``."""
    for table in REST:
        wanted = {name.partition(":")[2]: kind for name, kind in declared.items() if name.startswith(f"{table}:")}
        for _ in _sync(store, table, wanted):
            pass


def declared(store: Store) -> dict[str, str]:
    """The declared columns, in the order of ``mops.toml``, as :func:`follow` takes them."""
    tables = {"contacts": store.contact_columns, "events": store.event_columns}
    return {f"{table}:{one.name}": one.sql for table, found in tables.items() for one in found}


def _sync(store: Store, table: str, new: Mapping[str, str]) -> Iterator[Changes]:
    sql = queries("mops_cli.store", "columns")
    now: Mapping[str, str] = dict(store.rows(sql["declared"], {"owner": table}))
    for name, kind in now.items():
        if name not in new:
            yield _retire(store, table, name, "no longer declared")
        elif new[name] != kind:
            yield _retype(store, table, name, new[name], kind)
    for name, kind in new.items():
        if name not in now:
            yield _add(store, table, name, kind, "new column")


def _retype(store: Store, table: str, name: str, kind: str, before: str) -> Changes:
    """Through the rest column and back: what does not fit the new type stays there."""
    _retire(store, table, name, "")
    return _add(store, table, name, kind, f"{before} became {kind}")


def _retire(store: Store, table: str, name: str, what: str) -> Changes:
    moved = _statement(store, "retire", table, name)
    _statement(store, "drop", table, name)
    store.run(queries("mops_cli.store", "columns")["forget"], {"owner": table, "name": name})
    return Changes(table, name, what, moved)


def _add(store: Store, table: str, name: str, kind: str, what: str) -> Changes:
    _statement(store, "add", table, name, kind)
    found = _statement(store, "fill", table, name, kind)
    _statement(store, "tidy", table, name)
    left = store.one(_sql("left_over", table, name))
    store.run(queries("mops_cli.store", "columns")["remember"], {"owner": table, "name": name, "type": kind})
    aside = int(left[0]) if left else 0
    return Changes(table, name, what, found - aside, aside)


def _statement(store: Store, statement: str, table: str, name: str, kind: str = "VARCHAR") -> int:
    return store.run(_sql(statement, table, name, kind))


def _sql(statement: str, table: str, name: str, kind: str = "VARCHAR") -> str:
    # An event's column carries its kind; the rest column knows the field alone.
    prefix, _, field = name.rpartition(".")
    ours = f"kind = {literal(prefix)}" if table == "events" else "true"
    shown = f"{quoted(name)}::JSON" if kind == "VARIANT" else quoted(name)
    cast = f"v::{kind}" if kind == "VARIANT" else f"try_cast(v AS {kind})"
    return filled(
        queries("mops_cli.store", "columns")[statement], table=table, column=quoted(name), type=kind, shown=shown,
        rest=REST[table], key=literal(field), ours=ours, cast=cast.replace("v", f"variant_extract({REST[table]}, {literal(field)})", 1),
    )  # fmt: skip
