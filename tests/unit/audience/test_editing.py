"""Profiles changed by hand, and two that become one."""

from datetime import datetime

import pytest

from mops_cli.audience import addresses, consent, contacts, editing, merging, selection, suppression
from mops_cli.errors import UsageError
from mops_cli.model.config import Fields, FieldSpec
from mops_cli.store.backup import rebuild
from mops_cli.store.ingest import ingest
from tests.unit.audience.people import CONFIG, store_in, take

AT = datetime(2026, 11, 1)  # noqa: DTZ001 - the store holds UTC without saying so
PEOPLE = """external_id,email,phone,first_name,points,vip,likes,favourite
a,ada@people.example,+4930111111,Ada,3,,"[""x""]",filter
b,bo@people.example,+4930222222,Bo,,true,,
"""


@pytest.fixture
def store(tmp_path):
    with store_in(tmp_path) as store:
        take(store, tmp_path / "p.csv", PEOPLE)
        yield store


def row(store, contact):
    return contacts.profile(store, contact)["contact"]


def dump(store):
    tables = (
        "contacts",
        "consent_log",
        "suppressions",
        "address_states",
        "other_addresses",
        "merges",
        "events",
        "deliveries",
    )
    variant = {"contacts": "likes::JSON AS likes, extra::JSON AS extra", "events": "data::JSON AS data"}
    return {
        table: store.rows(
            f"SELECT *{' REPLACE (' + variant[table] + ')' if table in variant else ''} FROM {table} ORDER BY ALL"
        )
        for table in tables
    }


def test_fields_are_typed_and_counted_as_an_event(store):
    words = [
        "first_name= Adele ",
        "points=12",
        "credit=1.5",
        "likes=[1]",
        "phone=030 999 999",
        "favourite=",
        "push=endpoint",
    ]
    found = editing.change(store, CONFIG, "ada@people.example", editing.pairs(words))
    assert (found.added, found.contact) == (False, 1)
    assert set(found.changed) == {"first_name", "points", "credit", "likes", "phone", "favourite", "push"}
    now = row(store, 1)
    assert (now["first_name"], now["points"], str(now["credit"]), now["likes"]) == ("Adele", 12, "1.5000", [1])
    assert (now["phone"], now["extra"]) == ("+4930999999", {})
    assert ("push", "endpoint") in [(one["channel"], one["address"]) for one in contacts.profile(store, 1)["addresses"]]
    told = store.rows("SELECT contact_id, data::JSON ->> 'fields' FROM events WHERE kind = 'contact.changed'")
    assert len(told) == 1
    assert "ada" not in told[0][1].casefold().replace("first_name", "")
    again = editing.change(store, CONFIG, "1", editing.pairs(words[:5] + words[6:]))
    assert again.changed == ()
    editing.change(store, CONFIG, "1", {"push": ""})
    assert store.rows("SELECT count(*) FROM other_addresses") == [(0,)]


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["fist_name=x"], "no field fist_name", 'did you mean "first_name"'),
        (["points=many"], "points: not a whole number", ""),
        (["email=nobody"], "email: not an e-mail address", ""),
        (["email=bo@people.example"], "belongs to contact 2", "mops contacts merge 2 1"),
        (["zone=Mars/Base"], "zone: not a time zone", ""),
        (["secret@people.example"], "write FIELD=VALUE", ""),
        (["points=1", "points=2"], "points is given twice", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_changes(store, words, message, hint):
    before = dump(store)
    with pytest.raises(UsageError) as caught:
        editing.change(store, CONFIG, "ada@people.example", editing.pairs(["vip=true", *words]))
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert "people.example" not in caught.value.message + caught.value.hint
    assert dump(store) == before


def test_somebody_new_is_added_only_when_that_is_wanted(store):
    with pytest.raises(contacts.NoContact):
        editing.change(store, CONFIG, "neu@people.example", {"points": "1"})
    found = editing.change(store, CONFIG, "Neu@People.example", {"points": "1"}, add=True)
    assert (found.contact, found.added) == (3, True)
    assert (row(store, 3)["email"], row(store, 3)["points"]) == ("neu@people.example", 1)
    assert editing.change(store, CONFIG, "+49 30 333333", {}, add=True).contact == 4
    assert editing.change(store, CONFIG, "crm-7", {}, add=True).contact == 5
    assert row(store, 5)["external_id"] == "crm-7"
    needed = CONFIG.__class__(
        project=CONFIG.project, topics=CONFIG.topics,
        fields=Fields(contact={**CONFIG.fields.contact, "points": FieldSpec(type="integer", nullable=False)}),
    )  # fmt: skip
    with pytest.raises(UsageError, match="needs points"):
        editing.change(store, needed, "more@people.example", {}, add=True)
    with pytest.raises(UsageError, match="must not be empty"):
        editing.change(store, needed, "crm-7", {"points": ""})
    assert store.rows("SELECT count(*) FROM contacts") == [(5,)]


def lives(store):
    """Both have said and done things."""
    consent.record(store, 1, "news", "email", "given", source="form", at=AT)
    consent.record(store, 1, "news", "sms", "withdrawn", source="form", at=AT)
    consent.record(store, 2, "news", "sms", "given", source="fair")
    addresses.add(store, 1, "push", "one")
    addresses.add(store, 2, "push", "one")
    addresses.add(store, 1, "chat", "two")
    addresses.mark(store, 1, "push", "one", "unreachable")
    suppression.add(store, "sms", "+4930111111")
    ingest(store, "E", [(1, {"id": "x", "kind": "purchase", "contact": 1})])
    store.run(
        "INSERT INTO deliveries (send, campaign, channel, step, contact_id, outcome, occurred_at, plan, shard, number) "
        "VALUES ('s@1', 's', 'email', '', 1, 'sent', $at, 'p', 0, 0)",
        {"at": AT},
    )


def test_two_profiles_become_one(store):
    lives(store)
    before = dump(store)
    planned = merging.merge(store, "ada@people.example", "2", dry_run=True)
    assert dump(store) == before
    found = merging.merge(store, "ada@people.example", "2")
    assert found.as_json() == planned.as_json() | {"dry_run": False}
    assert (found.taken, found.lost) == (("points", "likes"), ("external_id", "email", "phone", "first_name"))
    assert (found.words, found.addresses, found.events, found.deliveries) == (2, 1, 6, 1)
    assert found.withdrawn == (("news", "sms"),)
    now = row(store, 2)
    assert (now["email"], now["first_name"], now["points"], now["vip"], now["likes"]) == (
        "bo@people.example",
        "Bo",
        3,
        True,
        ["x"],
    )
    assert now["extra"] == {"favourite": "filter"}
    assert store.rows("SELECT id FROM contacts") == [(2,)]
    said = {(one["topic"], one["channel"]): one["state"] for one in contacts.profile(store, 2)["consent"]}
    assert said == {("news", "email"): "given", ("news", "sms"): "withdrawn"}
    states = {(one["channel"], one["address"]): one["state"] for one in contacts.profile(store, 2)["addresses"]}
    assert states == {
        ("email", "bo@people.example"): "active", ("email", "ada@people.example"): "unreachable",
        ("sms", "+4930222222"): "active", ("sms", "+4930111111"): "unreachable",
        ("push", "one"): "unreachable", ("chat", "two"): "active",
    }  # fmt: skip
    assert selection.select(store, "news", "email").people.to_pylist()[0]["address"] == "bo@people.example"
    assert selection.select(store, "news", "sms").left_out == {"consent withdrawn": 1}
    assert store.rows("SELECT DISTINCT contact_id FROM deliveries") == [(2,)]
    assert contacts.find(store, "1") == 2
    # What comes later for the old number belongs to the one that stayed.
    ingest(
        store,
        "E",
        [(2, {"id": "y", "kind": "consent.withdrawn", "contact": 1, "channel": "email", "data": {"topic": "news"}})],
    )
    assert store.rows("SELECT contact_id FROM events WHERE id = 'y'") == [(2,)]
    assert selection.select(store, "news", "email").left_out == {"consent withdrawn": 1}


@pytest.mark.parametrize(
    ("rule", "email", "name"), [("overwrite", "ada", "Ada"), ("newest", "ada", "Ada"), ("keep", "bo", "Bo")]
)
def test_which_value_wins(store, rule, email, name):
    store.clock.tick(60)
    editing.change(store, CONFIG, "1", {"points": "9"})
    merging.merge(store, "1", "2", rule)
    assert (row(store, 2)["email"], row(store, 2)["first_name"]) == (f"{email}@people.example", name)
    assert selection.select(store, "news", "email", transactional=True).people["address"].to_pylist() == [
        f"{email}@people.example"
    ]


def test_numbers_lead_on_through_several_merges(store):
    editing.change(store, CONFIG, "third@people.example", {}, add=True)
    merging.merge(store, "1", "2")
    merging.merge(store, "2", "3")
    assert [contacts.find(store, number) for number in ("1", "2", "3")] == [3, 3, 3]
    with pytest.raises(UsageError, match="both are contact 3"):
        merging.merge(store, "1", "3")
    with pytest.raises(UsageError, match="no rule best"):
        merging.merge(store, "1", "3", "best")


def test_a_rebuild_after_edits_and_merges(tmp_path):
    with store_in(tmp_path) as store:
        take(store, tmp_path / "p.csv", PEOPLE)
        lives(store)
        editing.change(store, CONFIG, "neu@people.example", {"likes": '[{"a": 1}]'}, add=True)
        editing.change(store, CONFIG, "2", {"chat": "three", "vip": ""})
        merging.merge(store, "1", "2")
        merging.merge(store, "2", "3", "overwrite")
        before = dump(store)
    rebuild(tmp_path, None, CONFIG, store.clock)
    with store_in(tmp_path) as store:
        ingest(store, "E", [(1, {"id": "x", "kind": "purchase", "contact": 1})])
        after = dump(store)
    assert before.pop("deliveries")
    assert not after.pop("deliveries")  # sends are in the ledger and in backups, not in the journal
    assert after == before
