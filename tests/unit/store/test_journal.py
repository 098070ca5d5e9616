"""Backup and journal give the same store again, byte for byte, whatever dies in between."""

import os
import signal
import subprocess
import sys

import pytest

from mops_cli.audience import addresses, consent, contacts, imports, suppression
from mops_cli.errors import ExternalError
from mops_cli.store import journal as journals
from mops_cli.store import opening
from mops_cli.store.backup import backup, rebuild, restore
from mops_cli.store.database import connect
from mops_cli.store.ingest import ingest, offset
from mops_cli.store.journal import Entry, Journal, JournalDamaged, Part
from mops_cli.store.replaying import NoBase
from tests.unit.store.conftest import settings

TABLES = ("contacts", "consent_log", "suppressions", "address_states", "other_addresses", "imports", "events")
FIELDS = {
    "points": "integer",
    "credit": "money",
    "score": "number",
    "since": "date",
    "likes": "list",
    "seen": "datetime",
}
CSV = """email,phone,points,credit,score,since,likes,seen,shoe size,note
ada@people.example,+4930111111,3,12.5000,0.1,2024-02-29,"[""a"", {""b"": 1}]",2024-01-01 10:00:00.123456,41,"ä ""quoted"", x"
bo@people.example,,,,,,,,,
cy@people.example,+4930222222,-7,0.01,1e-300,1999-12-31,[],,,late
"""
HEARD = {
    "id": "a", "kind": "consent.given", "contact": 2, "channel": "sms", "data": {"topic": "news"},
    "occurred_at": "2026-11-24T12:00:00Z",
}  # fmt: skip


def everything(store):
    found = {}
    for table in TABLES:
        kinds = store.rows("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $t", {"t": table})
        columns = ", ".join(
            f'"{name}"::JSON::VARCHAR AS "{name}"' if kind == "VARIANT" else f'"{name}"' for name, kind in sorted(kinds)
        )
        found[table] = (sorted(kinds), store.rows(f"SELECT {columns} FROM {table} ORDER BY ALL"))
    found["sequences"] = store.rows("SELECT nextval('contact_ids'), nextval('consent_numbers')")
    return found


def take(store, root, text, config, **more):
    (root / "people.csv").write_text(text, encoding="utf-8")
    return imports.run(store, config, imports.Wish(root / "people.csv", {}, **more))


def write(store, root, config):
    """Every way in which something is written about people."""
    agreed = imports.Agreement("news", "email", "fair")
    take(store, root, CSV, config, agreement=agreed)
    take(store, root, CSV.replace("late", "later") + "di@people.example,,1,,,,,,,\n", config, agreement=agreed)
    consent.record(store, 1, "news", "email", consent.WITHDRAWN, source="letter")
    addresses.add(store, 1, "push", "endpoint-1")
    addresses.mark(store, 1, "email", "ada@people.example", "bounced", reason="unknown")
    suppression.add(store, "email", "zoe@people.example")
    suppression.add(store, "sms", "+4930999999", reason="complained")
    suppression.remove(store, "email", "zoe@people.example")
    ingest(store, "E", [(1, HEARD)])
    contacts.delete(store, contacts.find(store, "cy@people.example"))


@pytest.mark.parametrize("based", ["on a backup", "on nothing"])
def test_a_rebuild_gives_the_same_store(opened, tmp_path, clock, based):
    config = settings(FIELDS)
    store = opened(FIELDS)
    take(store, tmp_path, "email,points\nold@people.example,1\n", config)
    place = None
    if based == "on a backup":
        place = tmp_path / "b.mops"
        backup(store, place)
    write(store, tmp_path, config)
    # Another declaration in between: a column goes, another comes.
    changed = {name: kind for name, kind in FIELDS.items() if name != "score"} | {
        "shoe_size": "integer",
        "points": "number",
    }
    store = opened(changed)
    assert len(store.changes) == 3
    take(store, tmp_path, CSV.replace("late", "latest"), settings(changed))
    before = everything(store)
    entries = len(list(store.journal.entries(0)))
    assert entries == (14 if place else 16)
    assert [row[0] for row in store.rows("SELECT count(*) FROM contacts")] == [5]
    store.close()
    for _ in range(2):
        assert rebuild(tmp_path, place, settings(changed), clock) == entries
        store = opened(changed)
        assert store.changes == ()
        assert ingest(store, "E", [(1, HEARD)]) == 1  # events of streams are replayed from the stream
        assert everything(store) == before
        store.close()


def test_a_large_import_lies_in_files_of_its_own(opened, tmp_path, clock):
    config = settings(FIELDS)
    store = opened(FIELDS)
    rows = "".join(f'p{n}@people.example,,{n},{n}.25,{n}.5,2024-01-01,"[{n}]",,{n},x\n' for n in range(1_500))
    take(
        store, tmp_path, CSV.splitlines()[0] + "\n" + rows, config, agreement=imports.Agreement("news", "email", "fair")
    )
    take(store, tmp_path, CSV.splitlines()[0] + "\n" + rows.replace(",x\n", ",y\n"), config)
    files = sorted(one.name.split("-")[1] for one in store.journal.folder.glob("*.parquet"))
    assert files == ["consent_log", "contacts", "contacts"]
    assert all(one.stat().st_mode & 0o777 == 0o600 for one in store.journal.folder.glob("*.parquet"))
    before = everything(store)
    store.close()
    rebuild(tmp_path, None, config, clock)
    store = opened(FIELDS)
    assert everything(store) == before
    backup(store, tmp_path / "b.mops")
    assert list(store.journal.folder.glob("*.parquet")) == []
    store.close()
    (tmp_path / ".mops" / "people" / "journal.jsonl").unlink()
    rebuild(tmp_path, tmp_path / "b.mops", config, clock)
    assert everything(opened(FIELDS))["contacts"] == before["contacts"]


KILLED = """
import os, pathlib, signal, sys
from mops_cli.audience import consent
from mops_cli.clock import SystemClock
from mops_cli.store import journal
from mops_cli.store.opening import open_store
from tests.unit.store.conftest import settings
store = open_store(pathlib.Path(sys.argv[1]), settings(), SystemClock())
point, done = sys.argv[2], 0
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
run, append, fsync = store.run, store.journal.append, os.fsync
def stop_before(statement, parameters=None):
    if done == 5 and statement == point:
        die()
    return run(statement, parameters)
store.run = stop_before
def torn(entries):
    with store.journal.place.open("ab") as stream:
        stream.write(entries[0].line()[:40])
    die()
if point == "append":
    store.journal.append = lambda entries: die() if done == 5 else append(entries)
if point == "torn":
    store.journal.append = lambda entries: torn(entries) if done == 5 else append(entries)
for number in range(1, 10):
    consent.record(store, number, "news", "email", "given", source="test")
    done += 1
"""


@pytest.mark.parametrize(("point", "kept"), [("BEGIN", 5), ("append", 5), ("torn", 5), ("COMMIT", 6)])
def test_killed_between_journal_and_store(opened, tmp_path, clock, point, kept):
    done = subprocess.run(
        [sys.executable, "-c", KILLED, os.fspath(tmp_path), point], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    for _ in range(2):
        store = opened()
        assert store.rows("SELECT contact_id, number FROM consent_log ORDER BY number") == [
            (n, n) for n in range(1, kept + 1)
        ]
        assert store.rows("SELECT count(*) FROM events") == [(kept,)]
    consent.record(store, 77, "news", "email", "given", source="test")
    before = everything(store)
    store.close()
    rebuild(tmp_path, None, settings(), clock)
    assert everything(opened()) == before


def test_a_commit_that_fails_leaves_no_entry(opened, monkeypatch):
    store = opened()
    real = store.run

    def full(statement, parameters=None):
        if statement == "COMMIT":
            raise ExternalError("the disk is full")
        return real(statement, parameters)

    monkeypatch.setattr(store, "run", full)
    with pytest.raises(ExternalError):
        consent.record(store, 1, "news", "email", "given", source="test")
    monkeypatch.setattr(store, "run", real)
    assert list(store.journal.entries(0)) == []
    consent.record(store, 2, "news", "email", "given", source="test")
    assert [one.number for one in store.journal.entries(0)] == [1]
    assert opened().rows("SELECT contact_id FROM consent_log") == [(2,)]


def test_a_journal_that_cannot_be_written_changes_nothing(opened, monkeypatch):
    store = opened()

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journals.os, "fsync", full)
    with pytest.raises(ExternalError, match="No space left"):
        consent.record(store, 1, "news", "email", "given", source="test")
    monkeypatch.undo()
    assert store.rows("SELECT count(*) FROM consent_log") == [(0,)]
    assert list(store.journal.entries(0)) == []


def test_an_entry_that_the_store_never_committed_is_written_over(opened):
    store = opened()
    consent.record(store, 1, "news", "email", "given", source="test")
    stray = Entry(2, "consent.given", "now", (Part("consent_log", "add", ({"contact_id": "9"},)),))
    store.journal.append([stray])  # a command beside a node died before it could say: commit
    consent.record(store, 2, "news", "email", "given", source="test")
    assert [(one.number, one.parts[0].rows[0]["contact_id"]) for one in store.journal.entries(0)] == [
        (1, "1"),
        (2, "2"),
    ]


def test_a_backup_begins_the_journal_anew_and_older_ones_do_not_fit(opened, tmp_path, clock):
    store = opened()
    consent.record(store, 1, "news", "email", "given", source="test")
    backup(store, tmp_path / "first")
    consent.record(store, 2, "news", "email", "given", source="test")
    backup(store, tmp_path / "second")
    consent.record(store, 3, "news", "email", "given", source="test")
    assert [one.number for one in store.journal.entries(0)] == [3]
    before = everything(store)
    store.close()
    for place, said in ((tmp_path / "first", "entry 3"), (None, "from its beginning")):
        with pytest.raises(NoBase, match=said):
            rebuild(tmp_path, place, settings(), clock)
        assert opened().rows("SELECT count(*) FROM consent_log") == [(3,)]  # what was there is there again
        opened().close()
    rebuild(tmp_path, tmp_path / "second", settings(), clock)
    assert everything(opened())["consent_log"] == before["consent_log"]


def test_nothing_is_lost_in_silence_when_the_journal_is_empty(opened, tmp_path, clock):
    store = opened()
    consent.record(store, 1, "news", "email", "given", source="test")
    backup(store, tmp_path / "first")
    consent.record(store, 2, "news", "email", "given", source="test")
    backup(store, tmp_path / "second")
    store.close()
    for place in (tmp_path / "first", None):
        with pytest.raises(NoBase):
            rebuild(tmp_path, place, settings(), clock)
        store = opened()
        assert store.rows("SELECT count(*) FROM consent_log") == [(2,)]
        store.close()
    restore(tmp_path, tmp_path / "first", clock)  # who restores an older one wants it so
    store = opened()
    consent.record(store, 3, "news", "email", "given", source="test")
    store.close()
    assert rebuild(tmp_path, tmp_path / "first", settings(), clock) == 1
    assert opened().rows("SELECT contact_id FROM consent_log ORDER BY number") == [(1,), (3,)]


def test_people_from_before_the_journal_are_in_backups_only(tmp_path, opened, clock, monkeypatch):
    known = opening.migrations()
    monkeypatch.setattr(opening, "migrations", lambda: {number: text for number, text in known.items() if number < 3})
    with connect(tmp_path, clock) as store:
        opening.migrate(store)
        store.run("INSERT INTO contacts (id, created_at, updated_at) VALUES (1, now(), now())")
    monkeypatch.undo()
    store = opened()
    assert offset(store, "people") == 1
    consent.record(store, 1, "news", "email", "given", source="test")
    store.close()
    with pytest.raises(NoBase, match="from its beginning"):
        rebuild(tmp_path, None, settings(), clock)
    assert opened().rows("SELECT count(*) FROM contacts") == [(1,)]


def test_a_restored_store_stays_as_it_was(opened, tmp_path, clock):
    store = opened()
    consent.record(store, 1, "news", "email", "given", source="test")
    backup(store, tmp_path / "b")
    consent.record(store, 2, "news", "email", "given", source="test")
    store.close()
    restore(tmp_path, tmp_path / "b", clock)
    store = opened()
    assert store.rows("SELECT contact_id FROM consent_log") == [(1,)]
    consent.record(store, 3, "news", "email", "given", source="test")
    assert store.rows("SELECT contact_id FROM consent_log ORDER BY ALL") == [(1,), (3,)]
    assert (store.journal.folder / "journal.jsonl.before-restore").exists()


def test_a_damaged_entry_is_named_and_the_store_stays(opened, tmp_path, clock):
    store = opened()
    for number in (1, 2):
        consent.record(store, number, "news", "email", "given", source="test")
    place = store.journal.place
    assert place.stat().st_mode & 0o777 == 0o600
    assert place.parent.stat().st_mode & 0o777 == 0o700
    store.close()
    lines = place.read_bytes().splitlines(keepends=True)
    place.write_bytes(lines[0].replace(b"given", b"gIven") + lines[1])
    with pytest.raises(JournalDamaged, match="line 1"):
        rebuild(tmp_path, None, settings(), clock)
    assert opened().rows("SELECT count(*) FROM consent_log") == [(2,)]


@pytest.mark.parametrize("size", [10, 65_530, 65_536, 200_000])
def test_the_last_line_is_found_however_long_it_is(tmp_path, size):
    journal = Journal(tmp_path)
    assert journal.last() == 0
    for number in (1, 2, 3):
        journal.append([Entry(number, "suppressed", "now", (Part("x", "add", ({"a": "ü" * size},)),))])
        assert journal.last() == number
    whole = journal.place.read_bytes()
    journal.place.write_bytes(whole[:-1])
    assert journal.last() == 2
    assert [one.number for one in journal.entries(0)] == [1, 2]
