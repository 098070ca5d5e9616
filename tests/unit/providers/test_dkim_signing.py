"""Our signatures are read by another implementation."""

from __future__ import annotations

import base64
import re
from types import SimpleNamespace

import dkim
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from mops_cli.delivery.providers.dkim import Signer, read_key
from mops_cli.errors import UsageError

RSA = rsa.generate_private_key(65537, 2048)
ED = ed25519.Ed25519PrivateKey.generate()


def pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


KEYS = [read_key("aurora.example", "r1", pem(RSA), "x"), read_key("aurora.example", "e1", pem(ED), "x")]
DNS = {
    b"r1._domainkey.aurora.example.": b"v=DKIM1; k=rsa; p=" + base64.b64encode(RSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)),
    b"e1._domainkey.aurora.example.": b"v=DKIM1; k=ed25519; p=" + base64.b64encode(ED.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)),
}  # fmt: skip
HEAD = b"From: news@aurora.example\r\nTo: ada@people.example\r\nSubject: Hello\r\nDate: Tue, 26 Jan 2027 17:00:00 +0000\r\n"


@pytest.fixture(autouse=True)
def curve(monkeypatch):
    """dkimpy reads the message; where it would ask PyNaCl about the curve, it asks cryptography."""

    class VerifyKey:
        def __init__(self, text, encoder):
            self._key = ed25519.Ed25519PublicKey.from_public_bytes(base64.b64decode(text))

        def verify(self, digest, signature):
            self._key.verify(signature, digest)

    encoding = SimpleNamespace(Base64Encoder=None)
    exceptions = SimpleNamespace(ValueError=ValueError, BadSignatureError=InvalidSignature)
    nacl = SimpleNamespace(signing=SimpleNamespace(VerifyKey=VerifyKey), encoding=encoding, exceptions=exceptions)
    monkeypatch.setattr(dkim, "nacl", nacl, raising=False)


def verified(message):
    found = dkim.DKIM(message)
    return [verdict(found, number) for number in range(2)]


def verdict(found, number):
    try:
        return found.verify(idx=number, dnsfunc=lambda name, timeout=5: DNS[name])
    except dkim.ValidationError:
        return False


def signed(message):
    return Signer(KEYS, lambda: 1_790_000_000).sign(message) + message


@pytest.mark.parametrize(
    "message",
    [
        HEAD + b"\r\nHello.\r\n",
        HEAD + b"\r\n",
        HEAD + b"\r\n\r\n\r\n",
        HEAD + b"\r\nHello.\r\n\r\n\r\n",
        HEAD + b"\r\n  spaces  \t \r\n\t\r\n. dot\r\n..\r\n",
        HEAD + "Reply-To: Jürgen <j@aurora.example>\r\n\r\nGrüße ✓\r\n".encode(),
        HEAD + b"Content-Type: text/plain;\r\n\tcharset=utf-8;\r\n  format=flowed\r\n\r\nfolded\r\n",
        HEAD + b"Message-ID:\r\n <a@aurora.example>\r\nList-Unsubscribe: <https://aurora.example/u/1>,\r\n <mailto:u@aurora.example>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nx\r\n",
        HEAD + b"To: second@people.example\r\nCc:\r\nX-Other: 1\r\n\r\ntwo To, an empty Cc\r\n",
        HEAD + b"\r\n" + b"x" * 900 + b"\r\n",
    ],
)  # fmt: skip
def test_both_signatures_of_these_are_good(message):
    assert verified(signed(message)) == [True, True]


TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=30)


@settings(max_examples=60, deadline=None)
@given(TEXT, st.lists(TEXT, max_size=4), st.lists(st.sampled_from(["", " ", "\t", "a", "ü", ".", "  b "]), max_size=8))
def test_both_signatures_of_any_message_are_good(subject, folds, lines):
    subject = "\r\n ".join(["x" + subject, *(f"y{one}" for one in folds)])
    message = (
        f"From: a@aurora.example\r\nSubject: {subject}\r\n\r\n".encode()
        + "".join(f"{one}\r\n" for one in lines).encode()
    )
    assert verified(signed(message)) == [True, True]


@pytest.mark.parametrize(
    "change",
    [lambda m: m.replace(b"Hello.", b"Hullo."), lambda m: m.replace(b"Subject: Hello", b"Subject: Other"),
     lambda m: m.replace(b"From:", b"From: eve@x.example\r\nFrom:", 1), lambda m: m.replace(b"Subject:", b"Reply-To: eve@x.example\r\nSubject:", 1)],
)  # fmt: skip
def test_a_changed_or_added_header_breaks_them(change):
    message = signed(HEAD + b"\r\nHello.\r\n")
    assert verified(message) == [True, True]
    assert verified(change(message)) == [False, False]


def test_unsubscribing_is_signed_and_lines_are_short():
    head = Signer(KEYS, lambda: 1).sign(
        HEAD
        + b"List-Unsubscribe: <https://x.example>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nx\r\n"
    )
    for names in re.findall(rb"\sh=([^;]+);", head):
        assert names.count(b"list-unsubscribe:list-unsubscribe") >= 1
        assert b"list-unsubscribe-post" in names
    assert max(map(len, head.split(b"\r\n"))) < 998


@pytest.mark.parametrize("text", ["no key", pem(ec.generate_private_key(ec.SECP256R1()))])
def test_what_is_no_key_for_dkim_is_refused(text):
    with pytest.raises(UsageError) as problem:
        read_key("aurora.example", "s", text, "providers.x.dkim.key")
    assert "providers.x.dkim.key" in problem.value.message
    assert problem.value.exit_code == 2


def test_names_are_names():
    with pytest.raises(UsageError):
        read_key("aurora.example; x=1", "s", pem(ED), "x")
