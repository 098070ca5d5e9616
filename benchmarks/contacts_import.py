"""How long a million contacts take to come in from CSV, again with every tenth changed, and from the journal.

    python benchmarks/contacts_import.py [ROWS]

Prints one JSON line. The plain reference, in the same run, is DuckDB's own read_csv and insert without any check.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from mops_cli.audience import imports
from mops_cli.audience.imports import Agreement
from mops_cli.clock import SystemClock
from mops_cli.model.config import Fields, FieldSpec, ProjectConfig, ProjectInfo, Topic
from mops_cli.store.backup import rebuild
from mops_cli.store.opening import open_store

ROWS = 1_000_000
LIMIT_NEW, LIMIT_CHANGED = 20.0, 30.0
COLUMNS = (
    "external_id", "email", "phone", "first_name", "city", "points", "credit", "member_since", "locale", "zone",
    "shoe_size", "hobby",
)  # fmt: skip
CONFIG = ProjectConfig(
    project=ProjectInfo(id="bench", name="Bench", url="https://bench.example", country="DE"),
    topics={"news": Topic(title="News")},
    fields=Fields(
        contact={
            "first_name": FieldSpec(),
            "email": FieldSpec(type="email", nullable=False),
            "city": FieldSpec(),
            "points": FieldSpec(type="integer"),
            "credit": FieldSpec(type="money"),
            "member_since": FieldSpec(type="date"),
        }
    ),
)
"""Six declared fields; the last two columns of the file are not declared."""
SAME = """
SELECT count(*), bit_xor(hash(id, external_id, email, phone, first_name, city, points, credit, member_since, locale, zone,
       created_at, updated_at, extra::JSON::VARCHAR)),
       (SELECT bit_xor(hash(number, contact_id, topic, channel, state, occurred_at, source, recorded_at)) FROM consent_log)
FROM contacts
"""
"""What must come out of the journal as it went in."""


def write(place: Path, rows: int, *, changed: bool) -> None:
    """The file; with ``changed``, every tenth person moved."""
    with place.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for i in range(rows):
            moved = changed and i % 10 == 0
            writer.writerow((
                f"c{i}", f"person{i}@people.example", f"+4930{i:08d}", f"Name{i % 997}",
                "Moved" if moved else f"City{i % 313}", i % 500 + moved, f"{i % 90}.50",
                f"2024-{i % 12 + 1:02d}-{i % 28 + 1:02d}", "de" if i % 2 else "en", "Europe/Berlin", 36 + i % 10,
                f"hobby{i % 17}",
            ))  # fmt: skip


def plain(folder: Path, file: Path) -> float:
    """Read and insert, nothing else."""
    import duckdb

    start = time.perf_counter()
    with duckdb.connect(str(folder / "plain.duckdb")) as connection:
        connection.execute(f"CREATE TABLE contacts AS SELECT * FROM read_csv('{file}')")
    return time.perf_counter() - start


def main() -> int:
    """Write the files, import them, say how long it took."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first, second = folder / "first.csv", folder / "second.csv"
        write(first, rows, changed=False)
        write(second, rows, changed=True)
        reference = plain(folder, first)
        took, outcomes = [], []
        with open_store(folder, CONFIG, SystemClock()) as store:
            for file in (first, second):
                start = time.perf_counter()
                wish = imports.Wish(file, {}, agreement=Agreement("news", "email", "benchmark"))
                outcomes.append(imports.run(store, CONFIG, wish))
                took.append(time.perf_counter() - start)
            before = store.rows(SAME)
        start = time.perf_counter()
        rebuild(folder, None, CONFIG, SystemClock())
        again = time.perf_counter() - start
        with open_store(folder, CONFIG, SystemClock()) as store:
            rebuilt = store.rows(SAME) == before
    new, changed = outcomes
    right = (new.added, changed.changed, changed.same) == (rows, rows // 10, rows - rows // 10) and rebuilt
    print(json.dumps({
        "rows": rows, "new_seconds": round(took[0], 1), "limit_new": LIMIT_NEW, "changed_seconds": round(took[1], 1),
        "limit_changed": LIMIT_CHANGED, "plain_read_and_insert_seconds": round(reference, 1),
        "times_plain": round(took[0] / reference, 1), "right": right, "rebuild_seconds": round(again, 1), "load": round(os.getloadavg()[0], 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }))  # fmt: skip
    return 0 if right and (rows < ROWS or (took[0] < LIMIT_NEW and took[1] < LIMIT_CHANGED)) else 1


if __name__ == "__main__":
    sys.exit(main())
