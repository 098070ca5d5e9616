"""Tests of segments: people and events from a file, in a store of their own."""

from datetime import UTC

import pytest

from mops_cli.audience.segments import trials
from mops_cli.clock import FrozenClock
from mops_cli.content.schema import validate
from mops_cli.content.yaml_source import parse
from mops_cli.model.content import SegmentTest
from mops_cli.model.source import Loaded
from tests.unit.audience.segments.test_segments import NOW, config, load

GOOD = """
segment: it
at: 2026-11-24
contacts:
  ada: {city: Hamburg, age: 36, credit: 12.5, member_since: "2020-01-01", country: DE, fan: true}
  bo: {city: Wien}
  cy: {}
events:
  - {contact: ada, kind: purchase, occurred_at: 2026-11-01, amount: 60.25, note: gift}
  - {contact: bo, kind: purchase, occurred_at: "2026-11-01T10:00", amount: 5, campaign: spring}
consent:
  - {contact: ada, topic: news, channel: email}
in: [ada]
out: [bo, cy]
"""
WHERE = "all:\n  - country: DE\n  - event: purchase\n    where: {amount: {gt: 60}}\n    within: 90 days\n  - consent: {topic: news, channel: email}"


def run(text, where=WHERE):
    value, found = validate(SegmentTest, parsed := parse("segments/tests/it.yaml", text), "a test")
    assert found == []
    return trials.run(
        Loaded("it", value, parsed.source), load(it=where), config(), FrozenClock(NOW.replace(tzinfo=UTC))
    )


def test_a_test_that_holds_says_nothing():
    assert run(GOOD) == []


def test_somebody_who_is_not_in_is_told_with_every_line_of_the_segment():
    (found,) = run(GOOD.replace("in: [ada]", "in: [ada, cy]").replace("out: [bo, cy]", "out: [bo]"))
    assert (found.code, found.span.line, found.message) == ("MG301", 13, "cy is not in it")
    assert "line 4 (country: DE): not known" in found.help
    assert "line 5 (event: purchase): no" in found.help


def test_somebody_who_should_not_be_in_is_told():
    (found,) = run(GOOD.replace("in: [ada]", "in: []").replace("out: [bo, cy]", "out: [ada]"))
    assert found.message == "ada is in it"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("contact: bo, kind", "contact: bob, kind", 10, "bob"),
        ("kind: purchase, occurred_at: 2026", "kind: purchse, occurred_at: 2026", 9, "purchse"),
        ("occurred_at: 2026-11-01,", "occurred_at: then,", 9, "then"),
        ("amount: 60.25", "amount: lots", 9, "cannot be stored"),
        ("age: 36", "age: old", 5, "cannot be stored"),
        ("topic: news", "topic: newz", 12, "newz"),
        ("in: [ada]", "in: [adda]", 13, "adda"),
        ("at: 2026-11-24", "at: some day", 3, "some day"),
        ("segment: it", "segment: other", 2, "other"),
    ],
)
def test_a_mistake_in_a_test_is_told_at_its_place(old, new, line, said):
    (found, *_) = run(GOOD.replace(old, new, 1))
    assert found.code == "MG301"
    assert found.span.line == line
    assert said in found.message
