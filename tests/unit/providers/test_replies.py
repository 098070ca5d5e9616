"""What servers say, and what it means."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mops_cli.delivery.providers.replies import LONGEST, answer, reference, scrubbed
from mops_cli.delivery.providers.smtp.reading import LONGEST_LINE, Replies, Reply


@pytest.mark.parametrize(
    ("code", "text", "outcome"),
    [
        (550, "5.1.1 The email account that you tried to reach does not exist", "bad-address"),
        (550, "5.1.10 null MX", "bad-address"),
        (550, "5.2.1 disabled", "bad-address"),
        (550, "5.4.4 host not found", "bad-address"),
        (550, "sorry, no mailbox here by that name. (#5.1.1)", "bad-address"),
        (550, "Unrouteable address", "bad-address"),
        (550, "5.0.0 user unknown", "bad-address"),
        (556, "no mail here", "bad-address"),
        (552, "5.2.2 mailbox full", "refused"),
        (552, "message too big", "refused"),
        (550, "5.3.4 too big", "refused"),
        (550, "5.7.1 rejected: recipient address policy, user unknown to us", "refused"),
        (550, "5.7.26 unauthenticated", "refused"),
        (550, "blocked, see our page", "refused"),
        (554, "5.7.1 spam", "refused"),
        (554, "something new", "refused"),
        (550, "5.1.8 bad sender", "refused"),
        (503, "bad sequence", "failed"),
        (450, "4.2.1 greylisted", "deferred"),
        (421, "4.7.0 later", "deferred"),
        (450, "5.1.1 a server that contradicts itself", "deferred"),
    ],
)
def test_the_table(code, text, outcome):
    assert str(answer(code, text).outcome) == outcome


def test_a_refused_sender_is_never_a_bad_address():
    assert str(answer(550, "5.1.1 user unknown", recipient=False).outcome) == "refused"


@pytest.mark.parametrize(
    ("text", "ident"),
    [
        ("2.0.0 Ok: queued as 4F3A1B2C", "4F3A1B2C"),
        ("OK id=1q2w3e-0004Xy-Ab", "1q2w3e-0004Xy-Ab"),
        ("2.0.0 3B1x9k01234 Message accepted for delivery", "3B1x9k01234"),
        ("2.0.0: 3d5b1a2c Message accepted for delivery", "3d5b1a2c"),
        ("2.6.0 <a@b.example> [InternalId=4711, Hostname=x] 1234 bytes Queued mail for delivery", "4711"),
        ("2.0.0 OK  1700000000 a640c23a62f3a-xyz.123 - gsmtp", "1700000000 a640c23a62f3a-xyz.123"),
        ("ok 1700000000 qp 12345", "1700000000 qp 12345"),
        (
            "Ok 0100018c1a2b3c4d-5e6f7a8b-1234-5678-9abc-def012345678-000000",
            "0100018c1a2b3c4d-5e6f7a8b-1234-5678-9abc-def012345678-000000",
        ),
        ("2.0.0 thank you", ""),
    ],
)
def test_the_servers_own_id(text, ident):
    assert reference(text) == ident


def test_what_is_kept_names_nobody():
    said = scrubbed(
        '550 <ada@people.example>, "ada b"@people.example and ünï@people.example: see\r\nhttps://x.example/t/aB3dE5fG7hJ9kL1mN3pQ5r'
    )
    assert "@" not in said
    assert "aB3dE5" not in said
    assert "\n" not in said


@given(st.text())
def test_what_is_kept_is_one_short_line(text):
    said = scrubbed(text * 3)
    assert len(said) <= LONGEST
    assert said.isprintable() or not said


@given(
    st.lists(
        st.tuples(
            st.integers(200, 599),
            st.lists(
                st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=40), min_size=1, max_size=4
            ),
        ),
        max_size=5,
    ),
    st.lists(st.integers(0, 500)),
)
def test_replies_are_read_whole_however_they_are_cut(replies, cuts):
    wire = b"".join(
        f"{code}{' ' if n == len(lines) else '-'}{line}\r\n".encode()
        for code, lines in replies
        for n, line in enumerate(lines, 1)
    )
    edges = sorted({0, len(wire), *(cut for cut in cuts if cut < len(wire))})
    reader = Replies()
    found = [reply for a, b in pairwise(edges) for reply in reader.feed(wire[a:b])]
    assert found == [Reply(code, tuple(lines)) for code, lines in replies]
    assert reader.clean


@given(st.lists(st.binary(max_size=2 * LONGEST_LINE), max_size=6))
def test_any_bytes_are_replies_or_garbage_and_never_kept_for_long(pieces):
    reader = Replies()
    for piece in pieces:
        for reply in reader.feed(piece):
            assert 200 <= reply.code <= 599
        assert len(reader._rest) <= LONGEST_LINE
        if reader.garbage:
            assert not reader.clean
            assert reader.feed(b"250 ok\r\n") == []
