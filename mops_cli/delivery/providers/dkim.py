"""DKIM signatures (RFC 6376, Ed25519 by RFC 8463), made for speed: relaxed headers, simple body.

Texts come with clean CRLF lines, so that the simple form of a body is the body itself without empty lines at its end: it is
hashed once, in C, whatever the number of keys. Headers are oversigned: one more of each is listed than there is, so that
nobody can add a second one.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SIGNED = (
    b"from", b"sender", b"reply-to", b"to", b"cc", b"subject", b"date", b"message-id", b"in-reply-to", b"references",
    b"mime-version", b"content-type", b"content-transfer-encoding", b"list-id", b"list-help", b"list-unsubscribe",
    b"list-unsubscribe-post", b"feedback-id",
)  # fmt: skip
"""Headers that are signed when they are there. RFC 8058 asks for the two of List-Unsubscribe."""

OVERSIGNED = frozenset({b"from", b"sender", b"reply-to", b"to", b"cc", b"subject", b"date", b"message-id", b"mime-version",
                        b"content-type", b"list-unsubscribe", b"list-unsubscribe-post"})  # fmt: skip
"""Headers of which nobody may add one more."""

_FOLD = re.compile(rb"\r\n(?=[ \t])")
_BLANKS = re.compile(rb"[ \t]+")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?")


class _Maker(Protocol):
    def __call__(self, data: bytes, /) -> bytes: ...


class Key(NamedTuple):
    """A key ready to sign: ``algorithm`` as in the header, ``sign`` makes a signature over the header data."""

    domain: str
    selector: str
    algorithm: bytes
    sign: _Maker


class Signer:
    """Signs with all of its keys."""

    def __init__(self, keys: Sequence[Key], now: Callable[[], int]) -> None:
        """``now`` gives seconds since 1970, for ``t=``."""
        self._keys = keys
        self._now = now

    def sign(self, payload: bytes) -> bytes:
        """The header lines to set before the message: one DKIM-Signature for each key."""
        head, _, body = payload.partition(b"\r\n\r\n")
        hashed = base64.b64encode(hashlib.sha256(_simple(body)).digest())
        names, data = _headers(head)
        return b"".join(self._signature(key, names, data, hashed) for key in self._keys)

    def _signature(self, key: Key, names: bytes, data: bytes, hashed: bytes) -> bytes:
        tags = b"v=1; a=%b; c=relaxed/simple; d=%b; s=%b; t=%d; h=%b; bh=%b; b=" % (
            key.algorithm,
            key.domain.encode("ascii"),
            key.selector.encode("ascii"),
            self._now(),
            names,
            hashed,
        )
        # The header itself is signed as it is read back: unfolded, without its line end, b= empty.
        signature = base64.b64encode(key.sign(data + b"dkim-signature:" + tags))
        lines = b"\r\n ".join(signature[at : at + 72] for at in range(0, len(signature), 72))
        return b"DKIM-Signature: " + _folded(tags) + b"\r\n " + lines + b"\r\n"


def _folded(tags: bytes) -> bytes:
    """The tags on lines of a legal length; only spaces that are there become folds, so that relaxed reading undoes them."""
    made: list[bytes] = []
    length = 16
    for part in tags.split(b" "):
        # A list of names may be folded at its colons only by adding white space, which would be signed: it is left whole.
        if made and length + len(part) > 76:
            made.append(b"\r\n ")
            length = 1
        elif made:
            made.append(b" ")
            length += 1
        made.append(part)
        length += len(part)
    return b"".join(made)


def _simple(body: bytes) -> bytes:
    """The body in simple form: exactly one line end at its end."""
    stripped = body
    while stripped.endswith(b"\r\n\r\n"):
        stripped = stripped[:-2]
    return stripped if stripped.endswith(b"\r\n") else stripped + b"\r\n"


def _headers(head: bytes) -> tuple[bytes, bytes]:
    """The list for ``h=``, and the signed headers in relaxed form, each with its line end."""
    found: dict[bytes, list[bytes]] = {}
    for line in _FOLD.sub(b"", head).split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon:
            found.setdefault(name.strip().lower(), []).append(value)
    names: list[bytes] = []
    data: list[bytes] = []
    for name in SIGNED:
        values = found.get(name, ())
        for value in reversed(values):  # of several, the last is read first
            names.append(name)
            data.append(name + b":" + _BLANKS.sub(b" ", value).strip(b" \t") + b"\r\n")
        if name in OVERSIGNED:
            names.append(name)
    return b":".join(names), b"".join(data)


def read_key(domain: str, selector: str, pem: str, what: str) -> Key:
    """A key from its PEM text; ``what`` is its place in the settings, for messages.

    Raises:
        UsageError: It is no private key of RSA (1024 bits or more) or Ed25519, or a name is none of DNS.
    """
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    for name in (domain, selector):
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"{what}: domain and selector are names of DNS", hint="write them in ASCII, e.g. aurora.example"
            )
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        raise UsageError(
            f"{what} is no private key in PEM form", hint="it begins with -----BEGIN PRIVATE KEY-----"
        ) from None
    if isinstance(key, RSAPrivateKey) and key.key_size >= 1024:
        return Key(domain, selector, b"rsa-sha256", lambda data: key.sign(data, padding.PKCS1v15(), hashes.SHA256()))
    if isinstance(key, Ed25519PrivateKey):
        return Key(domain, selector, b"ed25519-sha256", lambda data: key.sign(hashlib.sha256(data).digest()))
    raise UsageError(f"{what} is no key for DKIM", hint="make one of RSA with 2048 bits, or of Ed25519")
