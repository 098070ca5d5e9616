"""How long a plan for a million people takes, in a process of its own, and how much memory.

    python benchmarks/plan_rates.py [--contacts N] [--events N] [--times N]

Prints one JSON line a promise; exit code 1 when one does not hold. First a campaign that everybody gets; then the
showcase's launch on all its channels, whose segments look at what people did. The plain reference, in the same run, is
writing the same number of contact ids, sorted by time, from the store to Parquet.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import measure
from measure import MOPS, ROOT

from mops_cli.build.runner import build
from mops_cli.clock import FrozenClock, SystemClock
from mops_cli.content.environments import config_of
from mops_cli.store.opening import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from mops_cli.store.database import Store

NOW = datetime(2026, 12, 1, 9)  # noqa: DTZ001 - the store holds UTC without saying so
LIMIT, MEMORY = 15.0, 400
PEOPLE = """
INSERT INTO contacts (id, email, phone, locale, zone, first_name, city, country, lat, lon, created_at, updated_at)
SELECT i, 'person' || i || '@people.example', '+4915' || (10000000 + i), ['de', 'en', 'de-AT', 'fr'][1 + i % 4],
       ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Europe/Berlin', 'nowhere', NULL, 'Europe/London'][1 + i % 7],
       'Name' || i % 5000, ['Hamburg', 'Wien', 'Halle', 'Zürich'][1 + i % 4], ['DE', 'AT', 'CH', 'FR'][1 + i % 4],
       46 + (i % 1000) / 100.0, 6 + (i % 1300) / 100.0, $now, $now
FROM range(1, $contacts + 1) AS t(i)
"""
CONSENT = """
INSERT INTO consent_log
SELECT i, i, $topic, $channel, 'given', TIMESTAMP '2026-01-01', 'form', NULL, TIMESTAMP '2026-01-01'
FROM range(1, $contacts + 1) AS t(i) WHERE i % 20 <> 0
"""
EVENTS = """
INSERT INTO events (id, kind, occurred_at, received_at, contact_id, "purchase.amount", "purchase.collection")
SELECT 'e' || i, ['delivered', 'opened', 'clicked', 'purchase'][1 + i % 4],
       $now - to_seconds((($events - i) * (300 * 86400.0 / $events))::BIGINT), $now, 1 + i * 7919 % $contacts,
       20.5, ['spring-2027', 'winter', 'house'][1 + i % 3]
FROM range($events) AS t(i)
"""
EVERYBODY = """\
title: A letter to everybody
topic: service
channels:
  email: {layout: letter, sender: letter}
schedule: {at: 2027-03-15 09:00, zone: contact, window: business-hours}
experiment: {vary: subject, arms: {a: 50%, b: 50%}}
"""


def main() -> int:
    """Fill a store and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    hold = []
    with measure.folder() as folder:
        project = prepare(folder / "project", given.contacts, given.events)
        plain = reference(project, given.contacts)
        for name in ("everybody", "spring-roast"):
            hold.append(measured(project, name, given.times, plain))
    return 0 if all(hold) else 1


def prepare(project: Path, contacts: int, events: int) -> Path:
    """The showcase with one campaign more, built, and a store."""
    for name in ("brand", "campaigns", "content", "segments"):
        shutil.copytree(ROOT / name, project / name)
    shutil.copy(ROOT / "mops.toml", project)
    own = project / "campaigns" / "everybody"
    own.mkdir()
    (own / "campaign.yaml").write_text(EVERYBODY)
    for name in ("message.md", "message.de.md"):
        shutil.copy(project / "campaigns" / "welcome" / name, own / name)
    build(str(project), SystemClock())
    with open_store(project, config_of(project), FrozenClock(NOW.replace(tzinfo=UTC))) as store:
        fill(store, contacts, events)
    return project


def fill(store: Store, contacts: int, events: int) -> None:
    """People who agreed, and what they did."""
    store.run(PEOPLE, {"contacts": contacts, "now": NOW})
    for channel in ("email", "sms"):
        store.run(CONSENT, {"contacts": contacts, "topic": "product-news", "channel": channel})
    store.run(EVENTS, {"contacts": contacts, "events": events, "now": NOW})
    store.run("CHECKPOINT")


def reference(project: Path, contacts: int) -> float:
    """Sort and write, nothing else."""
    import pyarrow.parquet as pq

    with open_store(project, config_of(project), SystemClock()) as store:
        start = time.perf_counter()
        table = store.table("SELECT id, zone FROM contacts ORDER BY zone, id LIMIT $most", {"most": contacts})
        pq.write_table(table, project / "plain.parquet")
        return time.perf_counter() - start


def measured(project: Path, campaign: str, times: int, plain: float) -> bool:
    """``mops plan`` in a fresh process, with everything that it prints."""
    costs = [measure.run((*MOPS, "plan", campaign, "--json"), project, memory=True) for _ in range(times)]
    newest = max((project / ".mops" / "plans").glob("*/plan.json"), key=lambda file: file.stat().st_mtime)
    sends = json.loads(newest.read_bytes())["plan"]["sends"]
    wall = statistics.median(cost.wall for cost in costs)
    cost = next(cost for cost in costs if cost.wall == wall) if times % 2 else costs[0]
    peak = max(cost.memory for cost in costs)
    fine = measure.line(
        f"mops plan {campaign}", cost, LIMIT, reference=plain, reference_name="sort and write the ids",
        recipients={one["channel"]: one["count"] for one in sends}, peak_mb=peak, limit_mb=MEMORY,
    )  # fmt: skip
    return fine and peak <= MEMORY


if __name__ == "__main__":
    sys.exit(main())
