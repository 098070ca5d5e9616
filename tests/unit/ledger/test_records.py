"""Records of the ledger: what was written is read again, what is none is named, what a provider says can be stored."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_words import PEOPLE, SUBJECT, result

from mops_cli.delivery.ledger.records import LONGEST, LedgerDamaged, Record, Result, counts, decoded, encoded, result_of
from mops_cli.model.delivery import WINDOW, Answer, Outcome, Recipient

text = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
numbers = st.integers(0, 2**53)
results = st.builds(
    Result, numbers, numbers, st.sampled_from(Outcome), numbers, text, text, text, text, text, st.integers(0, 99), text
)
records = st.builds(
    Record, text, numbers, numbers, st.just(1), text, st.lists(results, max_size=4).map(tuple),
    st.lists(numbers, max_size=4).map(tuple), st.booleans(),
)  # fmt: skip


@given(records)
def test_a_record_comes_back_as_it_was(record):
    assert decoded(encoded(record)) == record


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_written_by_its_value(outcome):
    record = Record("w", 1, 1, done=(result(3, outcome),))
    assert f'"{outcome.value}"'.encode() in encoded(record)
    assert decoded(encoded(record)) == record


def test_the_words_of_outcomes_are_those_of_the_ledgers_that_exist():
    assert {one.value for one in Outcome} == {
        "sent", "deferred", "bad-address", "refused", "failed", "skipped", "late", "unknown",
    }  # fmt: skip
    assert [one for one in Outcome if not one.final] == [Outcome.DEFERRED]


def test_the_shape_of_version_1_stays():
    short = b'{"worker":"w","epoch":2,"number":7,"done":[[3,103,"sent",1000]],"meant":[5,6]}'
    long = short.replace(b"1000", b'1000,"","","","","",1,""')
    assert decoded(short) == decoded(long) == Record("w", 2, 7, done=(result(3),), meant=(5, 6))
    assert encoded(decoded(short)) == long


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{}", b"null", b"[]", b'{"worker": 1}', b"\xff\xfe", b'{"worker":"\xff","epoch":1,"number":1}',
        b'{"worker":"w","epoch":1,"number":1,"done":[[1,2,"eaten",3]]}',
        b'{"worker":"w","epoch":1,"number":1,"done":[[1]]}', b'{"worker":"w","epoch":1,"number":1,"later":' + b"[" * 9_000,
    ],
)  # fmt: skip
def test_what_is_no_record_is_named(data):
    with pytest.raises(LedgerDamaged, match="ledger record"):
        decoded(data, SUBJECT)


@given(records, st.data())
def test_no_damage_is_more_than_damage(record, drawn):
    written = bytearray(encoded(record))
    for _ in range(drawn.draw(st.integers(1, 3))):
        written[drawn.draw(st.integers(0, len(written) - 1))] = drawn.draw(st.integers(0, 255))
    with suppress(LedgerDamaged):
        decoded(bytes(written), SUBJECT)  # it may still be one


def test_a_record_of_a_newer_version_is_not_guessed_at():
    with pytest.raises(LedgerDamaged, match=r"of mops\.ledger\.\S+ has version 9"):
        decoded(b'{"worker": "w", "epoch": 1, "number": 1, "version": 9}', SUBJECT)


def test_what_a_service_says_can_always_be_stored():
    said = result_of(PEOPLE[1], Answer(Outcome.SENT, "2\ud800", "x" * 70_000, "id-\udfff\n"), 5, 1)
    assert (said.code, said.said, said.reference) == ("2?", "x" * LONGEST, "id-?\n")
    assert decoded(encoded(Record("w", 1, 1, done=(said,)))).done == (said,)


def test_a_window_of_long_answers_fits_into_one_message():
    from mops_cli.delivery.bus.server_files import PAYLOAD

    wordy = Answer(Outcome.REFUSED, "5" * 9_999, "\x00" * 9_999, "\x00" * 9_999)
    done = tuple(result_of(PEOPLE[1], wordy, 5, 1) for _ in range(WINDOW))
    assert len(encoded(Record("w" * 40, 1, 1, done=done, meant=tuple(range(WINDOW))))) < PAYLOAD


def test_a_destination_is_named_and_a_person_is_not():
    assert result_of(Recipient(0, 0, "instagram", "en"), Answer(Outcome.SENT), 5, 1).destination == "instagram"
    person = result_of(PEOPLE[1], Answer(Outcome.SENT), 5, 1)
    assert (person.contact_id, person.destination) == (101, "")
    assert b"people.example" not in encoded(Record("w", 1, 1, done=(person,)))


def test_outcomes_are_counted_by_name():
    assert counts([result(1), result(2), result(3, Outcome.UNKNOWN)]) == {"sent": 2, "unknown": 1}
