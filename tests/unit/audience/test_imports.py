"""Every row of a file is new, changed, the same or refused, and nothing of it is lost."""

import csv
import json
from pathlib import Path

import pytest

from mops_cli.audience import contacts, imports
from mops_cli.audience.imports import Agreement
from mops_cli.errors import UsageError
from mops_cli.model.config import Fields, FieldSpec, ProjectConfig
from tests.unit.audience.people import CONFIG, counts, store_in, take

TEN = "email,first_name,points\n" + "".join(f"p{i}@people.example,Name{i},{i}\n" for i in range(10))


@pytest.fixture
def store(tmp_path):
    with store_in(tmp_path) as opened:
        yield opened


@pytest.fixture
def file(tmp_path):
    return tmp_path / "people.csv"


def refused(outcome):
    with Path(outcome.errors).open(encoding="utf-8", newline="") as stream:
        return [(int(row["row"]), row["column"], row["reason"], row["original"]) for row in csv.DictReader(stream)]


def test_import_again_changes_nothing_and_a_change_is_counted(store, file):
    assert counts(take(store, file, TEN)) == (10, 0, 0, 0)
    assert counts(take(store, file)) == (0, 0, 10, 0)
    changed = TEN.replace("Name3,3", "Name3,30").replace("Name4", "Nina")
    assert counts(take(store, file, changed)) == (0, 2, 8, 0)
    assert store.one("SELECT count(*), sum(points) FROM contacts") == (10, 45 + 27)


def test_values_are_typed_and_addresses_normal(store, file):
    text = (
        "E-Mail;Mobile;Language;Time zone;points;credit;since;vip;likes;score;site;seen;Shoe size\n"
        ' MARA@People.Example ;030 / 123-4567;de_AT;Europe/Vienna;+7;12.50;2024-02-29;yes;"[""a""]";1.5;'
        "https://a.example/x;2026-01-01T00:30:00+02:00;39\n"
    )
    outcome = take(store, file, text)
    assert counts(outcome) == (1, 0, 0, 0)
    assert outcome.undeclared == ("shoe_size",)
    row = contacts.profile(store, contacts.find(store, "mara@people.example"))["contact"]
    assert (row["email"], row["phone"], row["locale"], row["zone"]) == (
        "mara@people.example", "+49301234567", "de-AT", "Europe/Vienna",
    )  # fmt: skip
    assert (row["points"], str(row["credit"]), row["vip"], row["likes"], row["score"]) == (
        7,
        "12.5000",
        True,
        ["a"],
        1.5,
    )
    assert row["seen"].isoformat() == "2025-12-31T22:30:00"
    assert row["extra"] == {"shoe_size": "39"}
    assert counts(take(store, file)) == (0, 0, 1, 0)


WRONG = [
    ("email", '"a@b.example\nBcc: c@d.example"'), ("email", "a b@c.example"), ("email", "a..b@c.example"),
    ("email", "a@localhost"), ("email", ".a@b.example"), ("email", f"{'a' * 65}@b.example"), ("email", "a@-b.example"),
    ("phone", "12"), ("phone", "call me"), ("locale", "German"), ("zone", "Europe/Atlantis"), ("zone", "CET+1"),
    ("points", "1.5"), ("points", "9999999999999999999999"), ("credit", "12.50 EUR"), ("since", "31.12.2024"),
    ("vip", "maybe"), ("likes", "{}"), ("likes", "[1"), ("score", "nan"), ("site", "javascript:alert(1)"),
    ("first_name", "x" * 65_537), ("note", "x" * 65_537), ("seen", "soon"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value"), WRONG)
def test_a_wrong_cell_refuses_its_row_with_column_and_reason(store, file, column, value):
    others = "external_id,first\n" if column != "external_id" else ""
    head = others.strip() + f",{column}\n"
    outcome = take(store, file, f"{head}a,x,\nb,y,{value}\nc,z,\n", key="external_id")
    assert counts(outcome) == (2, 0, 0, 1)
    ((row, place, reason, original),) = refused(outcome)
    assert (row, place) == (3, column)
    assert reason
    assert json.loads(original)["external_id"] == "b"
    assert value.strip('"') in json.loads(original)[column]


def test_the_file_of_errors_is_private_and_holds_broken_rows_as_they_came(store, file):
    text = b'email,first_name\na@b.example,A\nbroken\nc@d.example,"never closed\ne@f.example,\xe4\ng@h.example,G\n'
    outcome = take(store, file, text)
    assert counts(outcome) == (2, 0, 0, 3)
    assert [(row, original) for row, _, _, original in refused(outcome)] == [
        (3, "broken"), (4, 'c@d.example,"never closed'), (5, "e@f.example,\\xe4"),
    ]  # fmt: skip
    assert Path(outcome.errors).stat().st_mode & 0o777 == 0o600


def test_a_key_that_comes_twice_is_taken_once(store, file):
    outcome = take(store, file, "email,first_name\na@b.example,A\nA@B.example,B\nc@d.example,C\n")
    assert counts(outcome) == (2, 0, 0, 1)
    assert refused(outcome)[0][:3] == (3, "email", "the same as in row 2")


def test_a_row_without_a_key_is_refused(store, file):
    outcome = take(store, file, "email,first_name\n,Nobody\na@b.example,A\n")
    assert counts(outcome) == (1, 0, 0, 1)
    assert refused(outcome)[0][2] == "no email"


def test_rows_that_belong_to_two_contacts_are_refused(store, file):
    take(store, file, "external_id,email\n1,one@p.example\n2,two@p.example\n")
    outcome = take(store, file, "external_id,email\n1,two@p.example\n3,one@p.example\n")
    assert counts(outcome) == (0, 0, 0, 2)
    assert {reason for _, _, reason, _ in refused(outcome)} == {"parts of it belong to another contact"}


def test_an_address_changes_by_external_id_and_an_id_is_added_by_address(store, file):
    take(store, file, "external_id,email\n1,one@p.example\n")
    take(store, file, "email\ntwo@p.example\n")
    assert counts(take(store, file, "external_id,email\n1,uno@p.example\n2,two@p.example\n")) == (0, 2, 0, 0)
    assert store.rows("SELECT external_id, email FROM contacts ORDER BY id") == [
        ("1", "uno@p.example"), ("2", "two@p.example"),
    ]  # fmt: skip


def test_a_shared_telephone_does_not_say_who_somebody_is(store, file):
    take(store, file, "email,phone\na@b.example,+49301234567\nc@d.example,+49301234567\n")
    assert counts(take(store, file, "phone,first_name\n+49301234567,X\n")) == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("rule", "name", "points"), [("overwrite", "New", 1), ("keep", "Old", 1), ("newest", "Old", 1)]
)
def test_rules_of_merging(store, file, rule, name, points):
    take(store, file, "email,first_name,points,hobby\na@b.example,Old,,chess\n")
    told = {"changed": "updated_at"}
    text = "email,first_name,points,hobby,changed\na@b.example,New,1,go,2020-01-01\n"
    take(store, file, text, told=told if rule == "newest" else {"changed": ""}, rule=rule)
    hobby = "go" if rule == "overwrite" else "chess"
    assert store.one("SELECT first_name, points, extra::JSON ->> 'hobby' FROM contacts") == (name, points, hobby)


def test_newer_rows_win_under_newest_and_empty_cells_never_erase(store, file):
    take(store, file, "email,first_name\na@b.example,Old\n")
    told = {"changed": "updated_at"}
    take(store, file, "email,first_name,changed\na@b.example,New,2030-01-01\n", told=told, rule="newest")
    take(store, file, "email,first_name,changed\na@b.example,,2031-01-01\n", told=told, rule="newest")
    assert store.one("SELECT first_name, updated_at::VARCHAR FROM contacts") == ("New", "2030-01-01 00:00:00")


def test_a_dry_run_counts_the_same_and_changes_nothing(store, file):
    outcome = take(store, file, TEN + "nonsense,x,y\n", dry_run=True)
    assert counts(outcome) == (10, 0, 0, 1)
    assert len(refused(outcome)) == 2
    assert store.one("SELECT (SELECT count(*) FROM contacts), (SELECT count(*) FROM imports)") == (0, 0)
    assert counts(take(store, file)) == (10, 0, 0, 1)


def test_consent_is_written_only_when_told_and_never_over_a_withdrawal(store, file):
    from mops_cli.audience import consent

    assert take(store, file, TEN).consented == 0
    assert store.one("SELECT count(*) FROM consent_log") == (0,)
    consent.record(store, contacts.find(store, "p3@people.example"), "news", "email", "withdrawn", source="form")
    agreed = Agreement("news", "email", "fair", consent.wording_hash("I agree"))
    outcome = take(store, file, agreement=agreed)
    assert (outcome.consented, outcome.withdrawn_kept) == (9, 1)
    assert take(store, file, agreement=agreed).consented == 0
    assert store.rows("SELECT state, count(*), max(wording_hash) FROM consent GROUP BY state ORDER BY state") == [
        ("given", 9, consent.wording_hash("I agree")), ("withdrawn", 1, None),
    ]  # fmt: skip


def test_a_new_contact_needs_the_fields_that_may_not_be_empty(tmp_path, file):
    config = ProjectConfig(project=CONFIG.project, fields=Fields(contact={"city": FieldSpec(nullable=False)}))
    with store_in(tmp_path, config) as store:
        outcome = take(store, file, "email,city\na@b.example,Ulm\nc@d.example,\n", config=config)
        assert counts(outcome) == (1, 0, 0, 1)
        assert refused(outcome)[0][1:3] == ("city", "a new contact needs it")
        assert counts(take(store, file, "email,city\na@b.example,\n", config=config)) == (0, 0, 1, 0)


BAD_WISHES = [
    (b"", {}, "empty"), (b"first_name\nA\n", {}, "no column goes to email"), (b"email,mail\na@b.example,c\n", {}, "both go"),
    (b"email\na@b.example\n", {"told": {"emial": "email"}}, "no column emial"), (b"\x00\x01\x02", {}, "not text"),
    (b"email\na@b.example\n", {"rule": "newest"}, "updated_at"), (b"email\na@b.example\n", {"rule": "best"}, "no rule"),
    (b"email\na@b.example\n", {"key": "name"}, "no key"), (b"email\na@b.example\n", {"encoding": "klingon"}, "no encoding"),
    (b"email\na@b.example\n", {"agreement": Agreement("nwes", "email", "x")}, "no topic"),
    (b"email,since\na@b.example,x\n", {"date_format": "'); DROP TABLE contacts; --"}, "no date format"),
    (b"email\na@b.example\n", {"kind": "xls"}, "format is not known"), (b"email\na@b.example\n", {"kind": "parquet"}, "not a Parquet"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wish", "said"), BAD_WISHES)
def test_a_wish_that_does_not_fit_is_a_sentence(store, file, text, wish, said):
    with pytest.raises(UsageError, match=said) as told:
        take(store, file, text, **wish)
    assert "a@b.example" not in told.value.message + told.value.hint
    assert store.one("SELECT count(*) FROM contacts") == (0,)


def test_dates_and_encodings_of_other_countries(store, file):
    text = "email;first_name;since\na@b.example;Jürgen;31.12.2024\n".encode("cp1252")
    assert counts(take(store, file, text)) == (0, 0, 0, 1)
    assert counts(take(store, file, encoding="cp1252", date_format="%d.%m.%Y")) == (1, 0, 0, 0)
    assert store.one("SELECT first_name, since::VARCHAR FROM contacts") == ("Jürgen", "2024-12-31")
    assert counts(take(store, file, "email,first_name\nx@b.example,Zoë\n".encode("utf-16"))) == (1, 0, 0, 0)


def test_names_of_columns_are_never_sql(store, file):
    head = 'email,"a""b","x\'; DROP TABLE contacts; --"'
    assert counts(take(store, file, f"{head}\na@b.example,1,2\n")) == (1, 0, 0, 0)
    assert counts(take(store, file)) == (0, 0, 1, 0)


def test_nothing_of_an_import_that_is_cut_short_arrives(store, file, monkeypatch):
    class Cut(Exception):
        pass

    def cut(*_):
        raise Cut

    monkeypatch.setattr(imports, "_count", cut)
    with pytest.raises(Cut):
        take(store, file, TEN)
    monkeypatch.undo()
    assert store.one("SELECT count(*) FROM contacts") == (0,)
    assert counts(take(store, file)) == (10, 0, 0, 0)


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_what_is_exported_is_imported_as_the_same(store, file, tmp_path, ending):
    text = 'external_id,email,first_name,likes,credit,hobby\n1,a@b.example,"A, ""B""","[1,{""x"":2}]",1.5,go\n2,c@d.example,,,,\n'
    take(store, file, text)
    place = tmp_path / f"out.{ending}"
    assert contacts.export(store, place) == 2
    assert place.stat().st_mode & 0o777 == 0o600
    assert counts(take(store, place)) == (0, 0, 2, 0)
