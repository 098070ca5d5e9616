"""Consent, suppression and who is written to."""

import pytest

from mops_cli.audience import consent, contacts, selection, suppression
from mops_cli.audience.imports import Agreement
from mops_cli.errors import UsageError
from tests.unit.audience.people import counts, store_in, take

PEOPLE = "email,external_id,phone\n" + "".join(f"p{i}@people.example,c{i},\n" for i in range(9)) + ",c9,+49301234567\n"


@pytest.fixture
def store(tmp_path):
    with store_in(tmp_path) as opened:
        take(opened, tmp_path / "people.csv", PEOPLE, agreement=Agreement("news", "email", "fair"), key="external_id")
        yield opened


def test_everybody_is_written_to_or_left_out_for_the_first_reason(store):
    ids = {f"c{i}": contacts.find(store, f"c{i}") for i in range(10)}
    consent.record(store, ids["c1"], "news", "email", "withdrawn", source="form")
    suppression.add(store, "email", "P2@People.Example", reason="complained")
    suppression.add(store, "email", "p1@people.example")
    store.run(
        "INSERT INTO address_states VALUES ($id, 'email', 'p3@people.example', 'bounced', now()::TIMESTAMP, '5.1.1')",
        {"id": ids["c3"]},
    )
    excluded = [selection.Members("SELECT id FROM contacts WHERE external_id = $gone", {"gone": "c4"})]
    segment = selection.Members("SELECT id FROM contacts WHERE id <> $first", {"first": ids["c0"]})
    found = selection.select(store, "news", "email", segment=segment, excluded=excluded)
    assert found.left_out == {
        "address out of use": 1, "consent withdrawn": 1, "excluded": 1, "no address": 1, "suppressed": 1,
    }  # fmt: skip
    assert found.people.column("address").to_pylist() == [f"p{i}@people.example" for i in range(5, 9)]
    assert found.asked == 9


def test_without_consent_nobody_is_written_to_unless_the_topic_needs_none(store):
    assert selection.select(store, "other", "email").left_out["no consent"] == 9
    assert selection.select(store, "other", "email", transactional=True).people.num_rows == 9


def test_looking_again_sees_what_changed_since(store):
    ids = [contacts.find(store, name) for name in ("c1", "c2")]
    assert selection.look_again(store, ids, "news", "email").people.num_rows == 2
    consent.record(store, ids[0], "news", "email", "withdrawn", source="form")
    again = selection.look_again(store, ids, "news", "email")
    assert again.people.column("contact_id").to_pylist() == [ids[1]]


def test_a_suppression_outlives_the_contact_and_names_nobody(store, tmp_path):
    contacts.delete(store, contacts.find(store, "p5@people.example"))
    with pytest.raises(UsageError):
        contacts.find(store, "p5@people.example")
    take(store, tmp_path / "again.csv", "email\np5@people.example\n", agreement=Agreement("news", "email", "fair"))
    assert selection.select(store, "news", "email").left_out["suppressed"] == 1
    assert suppression.why(store, "email", " P5@people.example")[0] == "erased"
    assert "p5" not in str(store.rows("SELECT * FROM suppressions"))
    key = tmp_path / ".mops" / "suppression.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert suppression.remove(store, "email", "p5@people.example")
    assert not suppression.remove(store, "email", "p5@people.example")


def test_the_database_and_python_make_the_same_hash(store):
    import hashlib
    import hmac

    key = suppression.key(store.folder)
    assert suppression.hashed(store.folder, "email", "Ü@x.example") == hmac.new(key, "email:ü@x.example".encode(), hashlib.sha256).hexdigest()  # fmt: skip


@pytest.mark.parametrize("content", ["", "xyz", "ab"])
def test_a_damaged_key_stops_everything(store, content):
    (store.folder / "suppression.key").write_text(content)
    with pytest.raises(UsageError, match="damaged"):
        selection.select(store, "news", "email")


def test_the_log_of_consent_only_grows_and_the_latest_word_counts(store):
    from datetime import datetime

    who = contacts.find(store, "c1")
    consent.record(store, who, "news", "email", "withdrawn", source="form", at=datetime(2026, 11, 25))  # noqa: DTZ001  # the store's instants have no zone  # fmt: skip
    consent.record(store, who, "news", "email", "given", source="late paper", at=datetime(2020, 1, 1), wording="Yes")  # noqa: DTZ001  # the store's instants have no zone  # fmt: skip
    log = consent.history(store, who)
    assert [(row["state"], row["source"]) for row in log] == [
        ("given", "fair"),
        ("withdrawn", "form"),
        ("given", "late paper"),
    ]
    assert log[2]["wording_hash"] == consent.wording_hash("Yes")
    assert consent.totals(store) == [("news", "email", 9, 1)]


def test_a_profile_holds_everything(store):
    found = contacts.profile(store, contacts.find(store, "+49301234567"))
    assert found["contact"]["external_id"] == "c9"
    assert [(one["channel"], one["state"]) for one in found["addresses"]] == [("sms", "active")]
    assert [one["topic"] for one in found["consent"]] == ["news"]


def test_a_new_address_begins_active(store, tmp_path):
    who = contacts.find(store, "c1")
    store.run(
        "INSERT INTO address_states VALUES ($id, 'email', 'p1@people.example', 'bounced', now()::TIMESTAMP, '')",
        {"id": who},
    )
    assert counts(take(store, tmp_path / "n.csv", "external_id,email\nc1,new@people.example\n")) == (0, 1, 0, 0)
    assert contacts.profile(store, who)["addresses"][0]["state"] == "active"


def test_addresses_of_other_channels_and_what_became_of_them(store):
    from mops_cli.audience import addresses

    who = contacts.find(store, "c1")
    assert addresses.add(store, who, "push", "https://push.example/1")
    assert not addresses.add(store, who, "push", "https://push.example/1")
    addresses.mark(store, who, "email", "P1@people.example", "bounced", reason="5.1.1")
    found = {one["channel"]: one["state"] for one in contacts.profile(store, who)["addresses"]}
    assert found == {"email": "bounced", "push": "active"}
    with pytest.raises(UsageError):
        addresses.mark(store, who, "email", "p1@people.example", "tired")
