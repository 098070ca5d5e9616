"""Questions about segments that people ask: how many, who, why, and what changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mops_cli.audience.segments import tree
from mops_cli.audience.segments.catalog import Catalog
from mops_cli.audience.segments.compiling import Compiler, Query
from mops_cli.audience.segments.reading import read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mops_cli.model.config import ProjectConfig
    from mops_cli.model.content import SegmentFile
    from mops_cli.model.diagnostic import Diagnostic
    from mops_cli.model.source import Loaded
    from mops_cli.store.database import Store


@dataclass(frozen=True, slots=True)
class Segments:
    """All segments of a project that can be understood, and what is wrong with the others."""

    trees: Mapping[str, tree.Node]
    sources: Mapping[str, Loaded[SegmentFile]]
    catalog: Catalog
    findings: tuple[Diagnostic, ...] = ()

    def compiler(self, now: datetime) -> Compiler:
        """A fresh compiler for one statement."""
        return Compiler(now, self.trees, declared=tuple(self.catalog.contact))


def load(segments: Mapping[str, Loaded[SegmentFile]], config: ProjectConfig) -> Segments:
    """Read all segments."""
    catalog = Catalog.of(config)
    trees: dict[str, tree.Node] = {}
    found: list[Diagnostic] = []
    for name, segment in segments.items():
        if segment.value.where in (None, {}, []):
            continue  # MG101 says so
        node, findings = read(segment, catalog)
        found += findings
        if node is not None:
            trees[name] = node
    # A segment that names one with mistakes cannot be asked either.
    while broken := [name for name, node in trees.items() if not _named(node) <= trees.keys()]:
        for name in broken:
            del trees[name]
    return Segments(trees, segments, catalog, tuple(found))


def _named(node: tree.Node) -> set[str]:
    return {leaf.segment for leaf in tree.leaves(node) if isinstance(leaf, tree.Member)}


def members(segments: Segments, name: str, now: datetime) -> Query:
    """The contacts of a segment, as a query with the column ``id``: what the audience of a campaign is made of."""
    return segments.compiler(now).members(segments.trees[name])


def count(store: Store, segments: Segments, name: str, now: datetime) -> int:
    """How many contacts are in a segment."""
    query = members(segments, name, now)
    row = store.one(f"SELECT count(*) FROM ({query.sql})", query.parameters)  # noqa: S608 - compiled, with parameters
    return int(row[0]) if row else 0


def preview(store: Store, segments: Segments, name: str, now: datetime, most: int = 10) -> list[int]:
    """The first contacts in an order that has nothing to do with who they are, and is the same every time."""
    query = members(segments, name, now)
    order = f"SELECT id FROM ({query.sql}) ORDER BY md5_number_lower(concat('preview:', id)), id LIMIT {int(most)}"  # noqa: S608
    return [int(row[0]) for row in store.rows(order, query.parameters)]


@dataclass(frozen=True, slots=True)
class Step:
    """One condition of a segment: its place, how many pass it alone, and how many pass it with all before it."""

    line: int
    column: int
    text: str
    alone: int
    together: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """How a segment narrows everybody down."""

    everybody: int
    steps: tuple[Step, ...] = field(default=())


def explain(store: Store, segments: Segments, name: str, now: datetime) -> Funnel:
    """Per condition of the top level: who passes it, and who is left."""
    node = segments.trees[name]
    parts = _top(node)
    compiler = segments.compiler(now)
    truths = [f"coalesce({compiler.truth(part)}, false)" for part in parts]
    columns = ["count(*)"]
    for number, truth in enumerate(truths):
        columns.append(f"count(*) FILTER (WHERE {truth})")
        columns.append(f"count(*) FILTER (WHERE {' AND '.join(truths[: number + 1])})")
    query = compiler.select(columns)
    row = store.one(query.sql, query.parameters) or ()
    steps = tuple(
        Step(*_place(segments, name, part), int(row[1 + 2 * number]), int(row[2 + 2 * number]))
        for number, part in enumerate(parts)
    )
    return Funnel(int(row[0]) if row else 0, steps)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One condition for one contact: true, false, or None for what is not known of them."""

    line: int
    column: int
    text: str
    holds: bool | None


def explain_contact(
    store: Store, segments: Segments, name: str, contact: int, now: datetime
) -> tuple[bool, tuple[Verdict, ...]] | None:
    """Whether a contact is in, and what each single condition says of them; None when there is no such contact."""
    node = segments.trees[name]
    compiler = segments.compiler(now)
    found = _conditions(node)
    columns = [f"coalesce({compiler.truth(node)}, false)", *(compiler.truth(leaf) for leaf in found)]
    query = compiler.select(columns, where=f"c.id = {compiler.value(contact)}")
    row = store.one(query.sql, query.parameters)
    if row is None:
        return None
    verdicts = tuple(
        Verdict(*_place(segments, name, leaf), None if holds is None else bool(holds))
        for leaf, holds in zip(found, row[1:], strict=True)
    )
    return bool(row[0]), verdicts


@dataclass(frozen=True, slots=True)
class Difference:
    """Between two moments, or two versions of a segment: who came, who went, who stayed."""

    joined: tuple[int, ...]
    left: tuple[int, ...]
    stayed: int


def difference(store: Store, before: Query, after: Query) -> Difference:
    """Compare two queries of members."""
    old = {int(row[0]) for row in store.rows(before.sql, before.parameters)}
    new = {int(row[0]) for row in store.rows(after.sql, after.parameters)}
    return Difference(tuple(sorted(new - old)), tuple(sorted(old - new)), len(old & new))


def _conditions(node: tree.Node) -> list[tree.Node]:
    """Each condition, with the ``not`` before it."""
    if isinstance(node, tree.Every):
        return [inner for part in node.parts for inner in _conditions(part)]
    return [node]


def _top(node: tree.Node) -> tuple[tree.Node, ...]:
    """The conditions that must all hold, seen through groups that hold only one."""
    if isinstance(node, tree.Every) and (not node.any or len(node.parts) == 1):
        return tuple(inner for part in node.parts for inner in _top(part))
    return (node,)


def _place(segments: Segments, name: str, node: tree.Node) -> tuple[int, int, str]:
    """Line, column and the words of the file."""
    source: Any = segments.sources[name].source
    keys = node.keys
    span = source.key(*keys) if keys and isinstance(keys[-1], str) and keys[-1] != "where" else source.at(*keys)
    lines = source.text.split("\n")
    words = lines[span.line - 1].strip() if 0 < span.line <= len(lines) else ""
    return span.line, span.column, words.removeprefix("- ")
