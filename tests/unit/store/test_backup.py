"""Backups hold everything, come back whole, and are refused when they are something else."""

import pytest

from mops_cli.errors import LockHeld, UsageError
from mops_cli.store.backup import backup, restore
from mops_cli.store.ingest import ingest, offset
from mops_cli.store.opening import facts, migrations
from mops_cli.store.refusals import NewerStore


def test_a_backup_comes_back_with_key_and_offsets(opened, tmp_path, clock):
    store = opened()
    ingest(store, "E", [(1, {"kind": "x"}), (2, {"kind": "y"})])
    (tmp_path / ".mops" / "suppression.key").write_text("ab" * 32)
    place = tmp_path / "backup.mops"
    assert backup(store, place)["offsets"] == {"E": 2}
    assert place.stat().st_mode & 0o777 == 0o600
    ingest(store, "E", [(3, {"kind": "z"})])
    (tmp_path / ".mops" / "suppression.key").unlink()
    store.close()
    restore(tmp_path, place, clock)
    store = opened()
    assert offset(store, "E") == 2
    assert facts(store)["tables"]["events"] == 2
    assert (tmp_path / ".mops" / "suppression.key").read_text() == "ab" * 32
    assert (tmp_path / ".mops" / "mops.duckdb.before-restore").exists()
    assert ingest(store, "E", [(3, {"kind": "z"})]) == 1  # the events after the backup are read again


def test_a_damaged_store_is_brought_back(opened, tmp_path, clock):
    backup(opened(), tmp_path / "b")
    opened().close()
    (tmp_path / ".mops" / "mops.duckdb").write_bytes(b"oh no")
    restore(tmp_path, tmp_path / "b", clock)
    assert facts(opened())["version"] == max(migrations())


@pytest.mark.parametrize("content", [b"", b"something else" * 100])
def test_something_else_is_no_backup(tmp_path, clock, content):
    (tmp_path / "b").write_bytes(content)
    with pytest.raises(UsageError, match="no backup"):
        restore(tmp_path, tmp_path / "b", clock)


def test_a_backup_of_a_newer_version_is_refused(opened, tmp_path, clock, monkeypatch):
    from mops_cli.store import backup as module

    store = opened()
    monkeypatch.setattr(module, "version", lambda store: 99)
    backup(store, tmp_path / "b")
    with pytest.raises(NewerStore):
        restore(tmp_path, tmp_path / "b", clock)


def test_a_store_that_is_held_is_not_replaced(opened, tmp_path, clock, monkeypatch):
    from mops_cli.store import backup as module

    backup(opened(), tmp_path / "b")

    def held(root, clock):
        raise LockHeld("another run has it")

    monkeypatch.setattr(module, "connect", held)
    with pytest.raises(LockHeld):
        restore(tmp_path, tmp_path / "b", clock)
