"""One owner, private files, migrations, and declared fields that follow mops.toml."""

import subprocess
import sys

import pytest

from mops_cli.errors import LockHeld, UsageError
from mops_cli.store.opening import migrations, open_store, version
from mops_cli.store.refusals import NewerStore, NotAStore

ADD = "INSERT INTO contacts (id, created_at, updated_at, extra) VALUES ($id, $now, $now, $extra::JSON::VARIANT)"


def add(store, number, extra):
    store.run(ADD, {"id": number, "now": store.clock.now().replace(tzinfo=None), "extra": extra})


def test_a_store_is_made_with_all_migrations_and_private_files(opened, tmp_path):
    store = opened()
    assert version(store) == max(migrations())
    add(store, 1, "{}")
    folder = tmp_path / ".mops"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {place.stat().st_mode & 0o777 for place in folder.iterdir()} == {0o600}


def test_a_store_of_a_newer_version_is_refused(opened):
    store = opened()
    store.run("INSERT INTO schema_version VALUES (99, now()::TIMESTAMP)")
    with pytest.raises(NewerStore) as told:
        opened()
    assert told.value.exit_code == 2
    assert "99" in told.value.message


@pytest.mark.parametrize("content", [b"", b"no store at all " * 500, b"\0" * 5000])
def test_a_file_that_is_no_store_is_refused(tmp_path, clock, content):
    from tests.unit.store.conftest import settings

    (tmp_path / ".mops").mkdir()
    (tmp_path / ".mops" / "mops.duckdb").write_bytes(content)
    with pytest.raises(NotAStore):
        open_store(tmp_path, settings(), clock)


def test_a_second_process_is_told_who_has_it(opened, tmp_path):
    opened()
    program = (
        "import sys, pathlib\n"
        "from mops_cli.clock import SystemClock\n"
        "from mops_cli.store.database import connect\n"
        "from mops_cli.errors import LockHeld\n"
        "try: connect(pathlib.Path(sys.argv[1]), SystemClock())\n"
        "except LockHeld as held: print(held.exit_code, held.message)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("6 another run (process ")
    assert LockHeld.exit_code == 6


def test_a_new_declaration_is_filled_from_what_was_kept_and_what_does_not_fit_stays(opened):
    store = opened()
    add(store, 1, '{"points": "7", "city": "Ulm"}')
    add(store, 2, '{"points": "many"}')
    store = opened({"points": "integer"})
    assert store.rows("SELECT points, extra::JSON::VARCHAR FROM contacts ORDER BY id") == [
        (7, '{"city":"Ulm"}'),
        (None, '{"points":"many"}'),
    ]
    assert [(one.name, one.filled, one.kept_aside) for one in store.changes] == [("points", 1, 1)]


def test_a_changed_and_a_dropped_declaration_lose_nothing(opened):
    store = opened({"points": "text", "likes": "list"})
    add(store, 1, "{}")
    store.run("UPDATE contacts SET points = '12', likes = '[1,2]'::JSON::VARIANT")
    store = opened({"points": "integer", "likes": "list"})
    assert store.one("SELECT points FROM contacts") == (12,)
    store = opened()
    assert store.one("SELECT extra::JSON::VARCHAR FROM contacts") == ('{"likes":[1,2],"points":12}',)
    assert opened({"likes": "list"}).one("SELECT likes::JSON::VARCHAR FROM contacts") == ("[1,2]",)


def test_opening_again_changes_nothing(opened):
    opened({"points": "integer"}, {"purchase": {"amount": "money"}})
    assert opened({"points": "integer"}, {"purchase": {"amount": "money"}}).changes == ()


def test_a_field_with_a_name_of_ours_is_refused(opened):
    with pytest.raises(UsageError, match="created_at"):
        opened({"created_at": "datetime"})


def test_a_field_name_is_quoted_wherever_it_stands(opened):
    name = 'odd" name; DROP TABLE contacts'
    store = opened()
    add(store, 1, '{"odd\\" name; DROP TABLE contacts": "x"}')
    store = opened({name: "text"})
    assert store.one("SELECT count(*) FROM contacts") == (1,)
    assert [one.filled for one in store.changes] == [1]


def test_the_database_reads_no_other_file(opened, tmp_path):
    (tmp_path / "other.csv").write_text("a\n1\n")
    store = opened()
    import duckdb

    for statement in (f"SELECT * FROM read_csv('{tmp_path}/other.csv')", f"ATTACH '{tmp_path}/x.duckdb'", "SET enable_external_access = true"):  # fmt: skip
        with pytest.raises(duckdb.Error):
            store.run(statement)


def test_a_transaction_is_all_or_nothing(opened):
    store = opened()

    def fail():
        with store.transaction():
            add(store, 1, "{}")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert store.one("SELECT count(*) FROM contacts") == (0,)
