"""Segments over a large store: the showcase's own and twenty made ones, over a million contacts and ten million events.

    python benchmarks/segment_speed.py [--contacts N] [--events N] [--times N]

Prints one JSON line a promise; exit code 1 when one does not hold. The plain reference is a scan that counts the events
of one kind, in the same run.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import measure
from measure import ROOT, Cost

from mops_cli.audience.segments import asking
from mops_cli.clock import FrozenClock
from mops_cli.content.loader import load as load_project
from mops_cli.content.schema import validate
from mops_cli.content.yaml_source import parse
from mops_cli.model.content import SegmentFile
from mops_cli.model.source import Loaded
from mops_cli.store.opening import open_store

if TYPE_CHECKING:
    from mops_cli.store.database import Store

NOW = datetime(2027, 3, 1, 9)  # noqa: DTZ001 - the store holds UTC without saying so
PEOPLE = """
INSERT INTO contacts (id, email, zone, city, points, country, lat, lon, created_at, updated_at)
SELECT i, 'p' || i || '@people.example', CASE WHEN i % 3 = 0 THEN 'Europe/Vienna' ELSE 'Europe/Berlin' END,
       ['Hamburg', 'Wien', 'Halle', 'Zürich'][1 + i % 4], i % 400,
       ['DE', 'AT', 'CH', 'FR'][1 + i % 4], 46 + (i % 1000) / 100.0, 6 + (i % 1300) / 100.0,
       TIMESTAMP '2026-01-01', TIMESTAMP '2026-01-01'
FROM range($contacts) AS t(i)
"""
EVENTS = """
INSERT INTO events (id, kind, occurred_at, received_at, contact_id, campaign, "purchase.amount",
                    "purchase.collection")
SELECT 'e' || i, ['delivered', 'opened', 'clicked', 'purchase', 'signup', 'complaint', 'rsvp', 'delivered'][1 + (hash(i) % 8)::BIGINT],
       -- As they come: the latest last.
       $now - to_seconds((($events - i) * (720 * 86400.0 / $events))::BIGINT), $now, (hash(i * 3) % $contacts)::BIGINT,
       ['welcome', 'spring-roast', 'january-letter'][1 + i % 3], (hash(i * 11) % 20000 / 100)::DECIMAL(18, 4),
       ['spring-2027', 'winter', 'house'][1 + i % 3]
FROM range($events) AS t(i)
"""
CONSENT = """
INSERT INTO consent_log
SELECT i, i, 'letter', 'email', 'given', TIMESTAMP '2026-01-01', 'form', NULL, TIMESTAMP '2026-01-01'
FROM range($contacts) AS t(i) WHERE i % 5 <> 0
"""
MADE = "title: x\nwhere:\n  all:\n    - city: [Hamburg, Wien]\n    - points: {{gte: {n}0}}\n    - event: purchase\n      where: {{amount: {{gt: {n}}}}}\n      count: {{gte: 2}}\n      within: {n}0 days\n    - not: {{event: clicked, within: {n} days}}\n"


def main() -> int:
    """Fill a store and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    project = load_project(ROOT).repository
    config = project.config.value
    made = {f"made-{n}": segment(f"made-{n}", MADE.format(n=n)) for n in range(2, 22)}
    segments = asking.load({**project.segments, **made}, config)
    hold = []
    with measure.folder() as folder, open_store(folder, config, FrozenClock(NOW.replace(tzinfo=UTC))) as store:
        store.run(PEOPLE, {"contacts": given.contacts})
        store.run(EVENTS, {"contacts": given.contacts, "events": given.events, "now": NOW})
        store.run(CONSENT, {"contacts": given.contacts})
        plain = timed(lambda: store.rows("SELECT count(*) FROM events WHERE kind = 'purchase'"), given.times)
        for name in project.segments:
            seconds = timed(lambda name=name: asking.count(store, segments, name, NOW), given.times)
            facts = {"contacts": asking.count(store, segments, name, NOW)}
            hold.append(line(f"segment {name}, warm", seconds, 0.15, plain, facts))
        seconds = timed(lambda: every(store, segments, made), max(1, given.times // 3))
        hold.append(line("twenty segments, warm", seconds, 2.0, plain, {}))
    return 0 if all(hold) else 1


def segment(name: str, text: str) -> Loaded[SegmentFile]:
    """A segment from its text."""
    parsed = parse(f"segments/{name}.yaml", text)
    value, found = validate(SegmentFile, parsed, "a segment")
    if value is None:
        sys.exit(str(found))
    return Loaded(name, value, parsed.source)


def every(store: Store, segments: asking.Segments, names: dict[str, Loaded[SegmentFile]]) -> None:
    """Count all of these segments, one after the other."""
    for name in names:
        asking.count(store, segments, name, NOW)


def timed(action: object, times: int) -> float:
    """The median of several runs after one that warms up."""
    found = []
    for number in range(times + 1):
        start = time.perf_counter()
        action()
        if number:
            found.append(time.perf_counter() - start)
    return statistics.median(found)


def line(name: str, seconds: float, limit: float, plain: float, facts: dict[str, object]) -> bool:
    """Print one result."""
    return measure.line(
        name, Cost(seconds, 0.0), limit, reference=plain, reference_name="count the events of one kind", **facts
    )


if __name__ == "__main__":
    sys.exit(main())
