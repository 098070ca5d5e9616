"""Tokens: one a recipient, short, not to be made or changed by others; keys can be replaced."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from mops_cli.delivery.messages.tokens import FILE, Known, Signer, link_keys, read, reference
from mops_cli.errors import UsageError

KEY, OTHER = b"k" * 32, b"o" * 32
REF = reference("spring@2027-03-15", "email", "en", "a")


@pytest.mark.parametrize("contact", [0, 1, 255, 256, 1_000_000, 2**40, 2**63 - 1])
def test_what_goes_in_comes_out(contact):
    token = Signer(KEY, REF).token(contact)
    assert read(token, [KEY]) == Known(REF, contact)
    assert len(token) <= 34
    assert token.replace("-", "").replace("_", "").isalnum()


def test_a_million_contacts_have_tokens_of_at_most_27_letters():
    assert len(Signer(KEY, REF).token(1_000_000)) <= 27


def test_no_letter_can_be_changed():
    token = Signer(KEY, REF).token(4711)
    known = read(token, [KEY])
    for place in range(len(token)):
        for letter in "Aa0-_Z":
            changed = token[:place] + letter + token[place + 1 :]
            # The last letter holds spare bits: the same octets may be written in several ways.
            assert changed == token or read(changed, [KEY]) in (None, known)


@pytest.mark.parametrize("text", ["", "x", "=", "%%%", "a" * 500, "ünï", "AAAA", "-" * 27, "\n", "a b"])
def test_what_is_no_token_is_none(text):
    assert read(text, [KEY]) is None


def test_another_key_reads_nothing_and_an_old_key_goes_on():
    token = Signer(OTHER, REF).token(7)
    assert read(token, [KEY]) is None
    assert read(token, [KEY, OTHER]) == Known(REF, 7)


def test_references_tell_sends_apart():
    parts = [
        ("a", "b", "c", "d"),
        ("a", "b", "c", ""),
        ("a", "b", "", "c"),
        ("ab", "", "c", "d"),
        ("a", "sms", "c", "d"),
    ]
    assert len({reference(*part) for part in parts}) == len(parts)


def test_codes_of_short_links_differ_by_person_and_send():
    one, other = Signer(KEY, REF), Signer(KEY, reference("x@once", "sms", "en", ""))
    codes = {one.code(number) for number in range(10_000)}
    assert len(codes) >= 9_999
    assert all(len(code) == 6 and code.isalnum() for code in codes)
    assert one.code(5) != other.code(5)


def test_the_key_is_made_once_and_private(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: tuple(link_keys(tmp_path / ".mops")), range(32)))
    assert len(set(found)) == 1
    assert stat.S_IMODE((tmp_path / ".mops" / FILE).stat().st_mode) == 0o600


def test_a_new_first_line_is_the_new_key(tmp_path):
    old = link_keys(tmp_path)[0]
    place = tmp_path / FILE
    place.write_text(KEY.hex() + "\n" + place.read_text())
    assert link_keys(tmp_path) == [KEY, old]


@pytest.mark.parametrize("text", ["", "zz", "abcd", KEY.hex() + "\nxyz"])
def test_a_damaged_key_is_said(tmp_path, text):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(UsageError, match="damaged"):
        link_keys(tmp_path)
