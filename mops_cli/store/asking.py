"""Questions in SQL that a person types: read-only, one statement, no file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from mops_cli.store.database import Store


def ask(store: Store, statement: str, most: int) -> tuple[tuple[str, ...], list[tuple[Any, ...]], bool]:
    """Column names, at most so many rows, and whether there are more.

    Raises:
        UsageError: It is no query, or it would change something.
    """
    import duckdb

    try:
        parsed = duckdb.extract_statements(statement)
    except duckdb.Error as problem:
        raise UsageError(_first_line(problem)) from None
    if len(parsed) != 1:
        raise UsageError("one statement at a time", hint='for instance mops sql "SELECT count(*) FROM contacts"')
    if parsed[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        raise UsageError(
            "only questions: SELECT and EXPLAIN", hint="contacts, consent and store have commands of their own"
        )
    store.run("BEGIN TRANSACTION READ ONLY")
    try:
        return store.some(statement, most)
    except duckdb.DataError:  # its words quote the value, which may be an address
        raise UsageError("a value cannot be converted so", hint="use try_cast") from None
    except duckdb.Error as problem:
        raise UsageError(_first_line(problem), hint="a query of the store's tables, e.g. contacts, consent, events") from None  # fmt: skip
    finally:
        store.run("ROLLBACK")


def _first_line(problem: Exception) -> str:
    return str(problem).strip().splitlines()[0]
