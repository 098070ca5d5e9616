"""Messages as they go over the wire."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_scripts import BODY

from mops_cli.delivery.providers.smtp.letters import Able, Unsendable, letter, lines_ended, stuffed, wire_address
from mops_cli.model.delivery import Outgoing

FULL = Able(pipelining=True, eight_bit=True, utf8=True, size=10_000, says_size=True)


def out(payload=BODY, address="ada@people.example", sender="b@aurora.example"):
    return Outgoing(1, "k", sender, address, payload)


def test_the_usual_message():
    made = letter(out(), FULL)
    assert made.mail == b"MAIL FROM:<b@aurora.example> SIZE=%d\r\n" % len(BODY)
    assert made.rcpt == b"RCPT TO:<ada@people.example>\r\n"
    assert made.body == BODY


def test_options_are_asked_for_only_when_they_are_needed():
    made = letter(out(BODY + "ü\r\n".encode(), "jürgen@müller.example"), FULL)
    assert made.mail.endswith(b"BODY=8BITMIME SMTPUTF8\r\n")
    assert made.rcpt == "RCPT TO:<jürgen@xn--mller-kva.example>\r\n".encode()


def test_a_domain_beyond_ascii_needs_nothing_of_the_server():
    assert letter(out(address="ada@straße.example"), Able()).rcpt == b"RCPT TO:<ada@xn--strae-oqa.example>\r\n"


def test_a_local_part_beyond_ascii_needs_smtputf8():
    with pytest.raises(Unsendable) as problem:
        letter(out(address="jürgen@people.example"), Able())
    assert problem.value.answer.code == "5.6.7"


def test_the_empty_sender_of_a_bounce():
    assert letter(out(sender=""), Able()).mail == b"MAIL FROM:<>\r\n"


@pytest.mark.parametrize(
    "address",
    ["", "ada", "@people.example", "ada@", "a b@people.example", "ada@people.example\r\nDATA", "ada>@x.example",
     "<ada@x.example>", "ada@x.example,eve@x.example", "ada@[127.0.0.1]", "ada\x00@x.example", "ada@a..ü.example",
     "a" * 65 + "@x.example", "ada@" + "ü" * 80 + ".example", "ada@‥ü.example"],
)  # fmt: skip
def test_what_is_no_address_never_reaches_a_server(address):
    with pytest.raises(Unsendable) as problem:
        letter(out(address=address), FULL)
    assert str(problem.value.answer.outcome) == "failed"


@pytest.mark.parametrize(
    "address", ['"ada b"@people.example', "o'hara+tag@people.example", "a.b-c_d@sub.people.example"]
)
def test_unusual_addresses_are_addresses(address):
    assert letter(out(address=address), FULL).rcpt == f"RCPT TO:<{address}>\r\n".encode()


@given(st.text(max_size=80))
def test_an_address_writes_one_command_at_most(text):
    try:
        made = wire_address(text)
    except Unsendable:
        return
    assert not set(made) & set("\r\n<>\0")
    assert made.rpartition("@")[2].isascii()


@given(st.lists(st.sampled_from([b".", b"\r", b"\n", b"\r\n", b"a", b"..", "ü".encode()]), max_size=30).map(b"".join))
def test_no_text_can_hold_an_end_of_its_own(payload):
    """SMTP smuggling: a server that takes a lone LF for a line's end would see the end of the message in it."""
    clean = lines_ended(payload)
    sent = stuffed(clean) + b".\r\n"
    assert sent.count(b"\n") == sent.count(b"\r") == sent.count(b"\r\n")
    lines = sent.split(b"\r\n")
    assert lines.index(b".") == len(lines) - 2
    assert b"\r\n".join(one.removeprefix(b".") for one in lines[:-2]) + b"\r\n" == clean


def test_clean_text_is_not_copied():
    assert stuffed(lines_ended(BODY)) is BODY
