"""``mops contacts``, ``consent``, ``suppress`` and ``store`` through the entry point."""

import json

import pytest

PEOPLE = "email,first_name,shoe\n" + "".join(f"p{i}@people.example,Name{i},{i}\n" for i in range(10))


@pytest.fixture
def root(project):
    root = project({"people.csv": PEOPLE})
    (root / "bad.csv").write_text("email\nsecret@people.example\nsecret at people\n", encoding="utf-8")
    return root


def data(called):
    return json.loads(called.out)["data"]


def test_ten_contacts_come_in_and_one_is_shown(mops, root):
    called = mops("contacts", "import", "people.csv", cwd=root)
    assert (called.code, called.out) == (0, "10 rows: 10 new, 0 changed, 0 the same, 0 refused\n")
    assert "shoe" in called.err
    shown = mops("contacts", "show", "p3@people.example", cwd=root)
    assert "Name3" in shown.out
    assert data(mops("contacts", "show", "p3@people.example", "--json", cwd=root))["contact"]["extra"] == {"shoe": "3"}
    assert data(mops("contacts", "ls", "--limit", "2", "--json", cwd=root))["total"] == 10
    assert mops("contacts", "export", "out.csv", cwd=root).code == 0
    assert data(mops("contacts", "import", "out.csv", "--json", cwd=root))["same"] == 10


def test_refused_rows_are_exit_code_1_and_no_address_is_said(mops, root):
    called = mops("contacts", "import", "bad.csv", "--errors", "errors.csv", cwd=root)
    assert called.code == 1
    assert "secret" not in called.out + called.err
    assert "secret at people" in (root / "errors.csv").read_text()
    assert (root / "errors.csv").stat().st_mode & 0o777 == 0o600


def test_nobody_is_found_without_saying_whom(mops, root):
    mops("contacts", "import", "people.csv", cwd=root)
    called = mops("contacts", "show", "hidden@people.example", cwd=root)
    assert called.code == 2
    assert "hidden" not in called.err


@pytest.mark.parametrize("command", [("contacts", "ls"), ("consent", "show"), ("suppress", "show"), ("store", "info")])
def test_without_a_store_the_way_to_one_is_said(mops, root, command):
    called = mops(*command, cwd=root)
    assert called.code == 2
    assert "mops contacts import" in called.err
    assert not (root / ".mops" / "mops.duckdb").exists()


def test_consent_is_given_withdrawn_and_shown(mops, root):
    call = ("contacts", "import", "people.csv", "--consent", "news")
    assert "--source" in mops(*call, cwd=root).err
    assert mops(*call, "--source", "fair", cwd=root).code == 0
    assert mops("consent", "withdraw", "p1@people.example", "news", "--source", "call", cwd=root).code == 0
    assert data(mops("consent", "show", "--json", cwd=root)) == [
        {"topic": "news", "channel": "email", "given": 9, "withdrawn": 1}
    ]
    assert mops("consent", "give", "p1@people.example", "nwes", "--source", "x", cwd=root).code == 2
    assert mops("consent", "give", "p1@people.example", "news", "--source", "x", cwd=root).code == 0
    assert len(data(mops("consent", "show", "p1@people.example", "--json", cwd=root))) == 3


def test_suppress_delete_backup_restore(mops, root):
    mops("contacts", "import", "people.csv", cwd=root)
    assert mops("store", "backup", "b.mops", cwd=root).code == 0
    assert mops("contacts", "delete", "p1@people.example", "--yes", cwd=root).code == 0
    assert data(mops("suppress", "show", "p1@people.example", "--json", cwd=root))[0]["reason"] == "erased"
    assert mops("suppress", "remove", "p1@people.example", cwd=root).code == 0
    assert data(mops("suppress", "add", "p2@people.example", "--json", cwd=root))["changed"]
    assert data(mops("store", "info", "--json", cwd=root))["tables"]["contacts"] == 9
    assert mops("store", "restore", "b.mops", cwd=root).code == 0
    assert data(mops("store", "info", "--json", cwd=root))["tables"]["contacts"] == 10


def test_a_store_that_is_none_is_a_sentence(mops, root):
    (root / ".mops").mkdir(exist_ok=True)
    (root / ".mops" / "mops.duckdb").write_text("no")
    called = mops("contacts", "ls", cwd=root)
    assert called.code == 2
    assert "mops store restore" in called.err


def test_a_full_disk_is_code_75_and_nothing_arrives(root):
    import subprocess
    import sys

    program = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))\n"
        "from mops_cli.cli.main import run\n"
        "sys.exit(run(['contacts', 'import', 'many.csv']))\n"
    )
    lines = "".join(f"p{i}@people.example,{i * 7919 % 99991}-{i * 104729 % 99989}\n" for i in range(60_000))
    (root / "many.csv").write_text("email,note\n" + lines)
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 75, done.stderr
    assert "the disk is full" in done.stderr


def test_sql_answers_and_changes_nothing(mops, root):
    mops("contacts", "import", "people.csv", cwd=root)
    asked = mops(
        "sql", "SELECT first_name, created_at, extra FROM contacts ORDER BY id", "--limit", "2", "--json", cwd=root
    )
    assert data(asked)["more"]
    assert [row["first_name"] for row in data(asked)["rows"]] == ["Name0", "Name1"]
    for statement in (
        "DELETE FROM contacts", "DROP TABLE contacts", "COMMIT", "SELECT 1; DELETE FROM contacts", "nonsense",
        "SELECT * FROM read_csv('people.csv')", "COPY contacts TO 'x.csv'", "CREATE TABLE x (a INTEGER)", "",
        "SET enable_external_access = true", "ATTACH 'x.duckdb'", "INSERT INTO contacts SELECT * FROM contacts",
    ):  # fmt: skip
        called = mops("sql", statement, cwd=root)
        assert called.code == 2, statement
    assert data(mops("contacts", "ls", "--json", cwd=root))["total"] == 10


def test_an_import_that_is_killed_leaves_nothing_or_everything(mops, root):
    import subprocess
    import sys

    program = (
        "import os, signal, sys\n"
        "from mops_cli.store.database import Store\n"
        "run, records, seen = Store.run, Store.records, []\n"
        "def killed(real):\n"
        "    def call(self, statement, parameters=None):\n"
        "        if sys.argv[1] in statement and (sys.argv[1] != 'COMMIT' or 'INSERT INTO imports' in str(seen)):\n"
        "            os.kill(os.getpid(), signal.SIGKILL)\n"
        "        seen.append(statement)\n"
        "        return real(self, statement, parameters)\n"
        "    return call\n"
        "Store.run, Store.records = killed(run), killed(records)\n"
        "from mops_cli.cli.main import run as main\n"
        "main(['contacts', 'import', 'people.csv'])\n"
    )
    mops("suppress", "add", "x@people.example", cwd=root)
    points = {"INSERT INTO contacts": 0, "UPDATE contacts SET": 0, "INSERT INTO imports": 0, "COMMIT": 10}
    for point, kept in points.items():  # before the last point it stands in the journal of people
        done = subprocess.run([sys.executable, "-c", program, point], cwd=root, capture_output=True, check=False)
        assert done.returncode == -9
        assert data(mops("contacts", "ls", "--json", cwd=root))["total"] == kept
    assert mops("contacts", "import", "people.csv", cwd=root).code == 0


def test_a_lost_store_is_rebuilt(mops, root):
    assert mops("contacts", "import", "people.csv", cwd=root).code == 0
    assert mops("store", "backup", "b.mops", cwd=root).code == 0
    mops("contacts", "delete", "p1@people.example", "--yes", cwd=root)
    mops("suppress", "add", "zoe@people.example", cwd=root)
    before = mops("sql", "SELECT * FROM contacts ORDER BY id", "--json", cwd=root).out
    (root / ".mops" / "mops.duckdb").unlink()
    called = mops("store", "rebuild", "--json", cwd=root)
    assert data(called) == {"backup": "b.mops", "entries": 3, "events": 0, "complete": True}
    assert mops("sql", "SELECT * FROM contacts ORDER BY id", "--json", cwd=root).out == before
    assert data(mops("suppress", "show", "zoe@people.example", "--json", cwd=root))[0]["reason"] == "manual"
    assert data(mops("suppress", "show", "p1@people.example", "--json", cwd=root))[0]["reason"] == "erased"
    (root / "b.mops").unlink()
    called = mops("store", "rebuild", cwd=root)
    assert called.code == 2
    assert "b.mops" in called.err
    assert data(mops("contacts", "ls", "--json", cwd=root))["total"] == 9


def test_a_contact_is_changed_and_merged_by_hand(mops, root):
    mops("contacts", "import", "people.csv", cwd=root)
    called = mops("contacts", "set", "p1@people.example", "first_name=Neu", cwd=root)
    assert (called.code, called.err) == (0, "✓ contact 2: first_name set\n")
    called = mops("contacts", "set", "p1@people.example", "fist_name=Neu", cwd=root)
    assert called.code == 2
    assert 'did you mean "first_name"' in called.err
    assert mops("contacts", "set", "x@people.example", "first_name=X", cwd=root).code == 2
    added = data(mops("contacts", "set", "x@people.example", "first_name=X", "--add", "--json", cwd=root))
    assert added == {"contact": 11, "added": True, "changed": ["email", "first_name"]}
    planned = mops("contacts", "merge", "x@people.example", "p1@people.example", "--dry-run", "--json", cwd=root)
    assert (data(planned)["lost"], data(planned)["dry_run"]) == (["email", "first_name"], True)
    assert data(mops("contacts", "ls", "--json", cwd=root))["total"] == 11
    called = mops("contacts", "merge", "x@people.example", "p1@people.example", cwd=root)
    assert called.code == 0
    assert "contact 11 is now part of contact 2" in called.err
    assert "people.example" not in called.out + called.err
    assert data(mops("contacts", "show", "11", "--json", cwd=root))["contact"]["first_name"] == "Neu"
