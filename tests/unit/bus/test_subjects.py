"""Names on the bus: any text becomes a token, and no two texts the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mops_cli.delivery.bus.streams import STREAMS, stream_named, stream_of
from mops_cli.delivery.bus.subjects import Names, covers, token
from mops_cli.errors import UsageError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("spring-2027@2027-01-26T17:00", "spring-2027@2027-01-26T17:00"),
        ("a.b", "a%2Eb"),
        ("a b", "a%20b"),
        ("*", "%2A"),
        (">", "%3E"),
        ("100%", "100%25"),
        ("é", "%C3%A9"),
        ("", "%"),
        ("$SYS", "%24SYS"),
    ],
)
def test_a_token_keeps_what_is_harmless(text, expected):
    assert token(text) == expected


@given(st.text(), st.text())
def test_two_texts_never_share_a_token(one, other):
    assert (token(one) == token(other)) == (one == other)


@given(st.text())
def test_a_token_is_one_token(text):
    made = token(text)
    assert made.isascii()
    assert made.isprintable()
    assert not set(made) & set(" .*>\r\n\t/\\")


@pytest.mark.parametrize(
    ("pattern", "subject", "expected"),
    [
        ("mops.jobs.>", "mops.jobs.a", True),
        ("mops.jobs.>", "mops.jobs.a.b", True),
        ("mops.jobs.>", "mops.jobs", False),
        ("mops.*.a", "mops.jobs.a", True),
        ("mops.*.a", "mops.jobs.b", False),
        ("mops.*", "mops.jobs.a", False),
        ("mops.jobs", "mops.jobs", True),
        ("mops.jobs", "mops.jobs.a", False),
        ("mops.jobs.>", "mops.jobs.p.>", True),
    ],
)
def test_wildcards_cover_as_the_server_does_it(pattern, subject, expected):
    assert covers(pattern, subject) is expected


def test_a_prefix_stands_before_all_names_and_is_taken_off_again():
    names = Names("aurora-live")
    assert names.stream("MOPS_JOBS") == "aurora-live_MOPS_JOBS"
    assert names.stream("KV_MOPS_FLAGS") == "KV_aurora-live_MOPS_FLAGS"
    for subject in ("mops.jobs.>", "$KV.MOPS_FLAGS.pause", "mops.owner.people"):
        assert names.plain(names.subject(subject)) == subject
        assert Names().subject(subject) == Names().plain(subject) == subject
    assert names.subject("$KV.MOPS_FLAGS.x") == "$KV.aurora-live_MOPS_FLAGS.x"
    with pytest.raises(UsageError):
        Names("a.b")


def test_every_stored_subject_has_one_stream():
    for stream in STREAMS:
        assert stream_named(stream.name) is stream
        for subject in stream.subjects:
            assert stream_of(subject.replace(">", "a.b")) is stream
            assert sum(covers(one, subject) for other in STREAMS for one in other.subjects) == 1
    with pytest.raises(UsageError, match=r"mops\.owner\.people"):
        stream_of("mops.owner.people")
    with pytest.raises(UsageError, match="MOPS_OTHER"):
        stream_named("MOPS_OTHER")
