"""Random segments over random people: the database and a plain reading of the tree agree."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mops_cli.audience.segments import tree
from mops_cli.audience.segments.compiling import Compiler
from tests.unit.audience.segments.test_segments import EVENTS, NOW, PEOPLE, store

__all__ = ["store"]
FIELDS = {"city": ("text", 3), "age": ("integer", 4), "credit": ("money", 5), "fan": ("boolean", 7)}
VALUES = {
    "text": st.sampled_from(["Hamburg", "Wien", "Halle", "x"]),
    "integer": st.sampled_from([0, 24, 25, 36, 99]),
    "money": st.sampled_from([Decimal("0.00"), Decimal("10.00"), Decimal("99.99")]),
    "boolean": st.booleans(),
}
ORDERED = {"eq": "==", "ne": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def compare(operator, left, right):
    if left is None:
        return None
    return {
        "eq": left == right, "ne": left != right, "gt": left > right, "gte": left >= right, "lt": left < right,
        "lte": left <= right,
    }[operator]  # fmt: skip


@st.composite
def attributes(draw):
    name = draw(st.sampled_from(sorted(FIELDS)))
    kind, _ = FIELDS[name]
    words = ["eq", "ne"] if kind in ("text", "boolean") else sorted(ORDERED)
    word = draw(st.sampled_from([*words, "exists"]))
    value = draw(st.booleans()) if word == "exists" else draw(VALUES[kind])
    return tree.Attribute(tree.Field(name, kind), (tree.Test(word, value),), draw(st.booleans()))


@st.composite
def events(draw):
    kind = draw(st.sampled_from(["purchase", "signup", "complaint"]))
    within = draw(st.sampled_from([None, 4, 30, 90, 1000]))
    window = tree.Window(within=None if within is None else timedelta(days=within))
    tests = (tree.Test(draw(st.sampled_from(sorted(ORDERED))), draw(st.integers(0, 3))),)
    return tree.Happened(kind, (), tests, None, window)


@st.composite
def edges(draw):
    kind = draw(st.sampled_from(["purchase", "signup", "complaint"]))
    days = sorted(draw(st.lists(st.sampled_from([1, 4, 10, 30, 80, 90, 1000]), min_size=2, max_size=2, unique=True)))
    start, end = (NOW - timedelta(days=one) for one in reversed(days))
    window = draw(
        st.sampled_from([
            tree.Window(), tree.Window(start=start), tree.Window(end=end), tree.Window(start=start, end=end),
            tree.Window(within=timedelta(days=days[1])),
        ])
    )  # fmt: skip
    return tree.Edge(kind, draw(st.booleans()), window)


NODES = st.recursive(
    attributes() | events() | edges(),
    lambda inner: (
        st.builds(
            lambda parts, many: tree.Every(tuple(parts), many), st.lists(inner, min_size=1, max_size=3), st.booleans()
        )
        | st.builds(tree.Not, inner)
    ),
    max_leaves=8,
)


def truth(node, person):
    """True, False or None, read off the rows that the store was filled with."""
    if isinstance(node, tree.Not):
        inside = truth(node.part, person)
        return None if inside is None else not inside
    if isinstance(node, tree.Every):
        found = [truth(part, person) for part in node.parts]
        if node.any:
            return True if True in found else (None if None in found else False)
        return False if False in found else (None if None in found else True)
    if isinstance(node, tree.Happened):
        since = NOW - (node.window.within or timedelta(days=100_000))
        count = sum(
            1
            for who, kind, ago, *_ in EVENTS
            if who == person[0] and kind == node.kind and NOW - timedelta(days=ago) >= since
        )
        return compare(node.tests[0].operator, count, node.tests[0].value)
    if isinstance(node, tree.Edge):
        times = sorted(
            NOW - timedelta(days=ago) for who, kind, ago, *_ in EVENTS if who == person[0] and kind == node.kind
        )
        if not times:
            return False
        at = times[-1] if node.last else times[0]
        start = NOW - node.window.within if node.window.within else node.window.start
        return (start is None or at >= start) and (node.window.end is None or at < node.window.end)
    value = person[FIELDS[node.field.name][1]]
    if isinstance(value, str) and node.field.kind == "money":
        value = Decimal(value)
    (test,) = node.tests
    if test.operator == "exists":
        return (value is not None) == test.value
    found = compare(test.operator, value, test.value)
    return True if found is None and node.or_unknown else found


@pytest.mark.timeout(120)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(node=NODES)
def test_the_database_says_the_same(store, node):
    query = Compiler(NOW).members(node)
    found = sorted(row[0] for row in store.rows(query.sql, query.parameters))
    assert found == [person[0] for person in PEOPLE if truth(node, person)]
