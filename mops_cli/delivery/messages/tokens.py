"""One signed token a recipient: who, of which send, channel, locale and arm; the same in all addresses of a message.

A token is base64url of: one byte for the key, six bytes of the send's reference, the contact's id without leading zeros,
ten bytes of keyed BLAKE2s over all that. The gateway reads it without a table; where a link leads stands in ``links``.
"""

from __future__ import annotations

import hmac
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b, blake2s
from typing import TYPE_CHECKING, NamedTuple

from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FILE = "link.key"
_REFERENCE, _MAC, _KEY = 6, 10, 32
_CODE = 6
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Known(NamedTuple):
    """What a token says: the reference (12 hexadecimal digits) and the contact's id, 0 for a destination."""

    reference: str
    contact_id: int


def link_keys(folder: Path) -> list[bytes]:
    """The keys below ``.mops``, the newest first; the first is made at first use. Older ones are still read.

    A new key is a new first line of the file: 64 hexadecimal digits.

    Raises:
        UsageError: The file is damaged; old addresses would lead nowhere.
    """
    place = folder / FILE
    try:
        lines = place.read_text(encoding="ascii").split()
    except FileNotFoundError:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return [_made(place)]
    try:
        keys = [bytes.fromhex(line) for line in lines]
    except ValueError:
        keys = []
    if not keys or any(len(key) != _KEY for key in keys):
        raise UsageError(f".mops/{FILE} is damaged", hint="bring it back from a backup: sent links need it")
    return keys


def _made(place: Path) -> bytes:
    key = secrets.token_bytes(_KEY)
    part = place.with_name(f".{place.name}.{secrets.token_hex(6)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(key.hex() + "\n")
    try:
        os.link(part, place)  # the first of two processes wins
    except FileExistsError:
        return bytes.fromhex(place.read_text(encoding="ascii").split()[0])
    finally:
        part.unlink()
    return key


def reference(send: str, channel: str, locale: str, variant: str) -> str:
    """What stands for a send, channel, locale and arm in tokens and in the table of links."""
    return blake2b(f"{send}\n{channel}\n{locale}\n{variant}".encode(), digest_size=_REFERENCE).hexdigest()


class Signer:
    """Makes the tokens of one reference."""

    __slots__ = ("_head", "_mac")

    def __init__(self, key: bytes, ref: str) -> None:
        """``key`` signs; ``ref`` is a :func:`reference`."""
        self._head = _mark(key) + bytes.fromhex(ref)
        self._mac = blake2s(self._head, key=key, digest_size=_MAC)

    def token(self, contact_id: int) -> str:
        """The token of a contact."""
        who = contact_id.to_bytes((contact_id.bit_length() + 7) // 8, "big")
        mac = self._mac.copy()
        mac.update(who)
        return urlsafe_b64encode(self._head + who + mac.digest()).rstrip(b"=").decode()

    def code(self, contact_id: int) -> str:
        """Six letters for a short link: found again by computing them for everybody of recent sends."""
        mac = self._mac.copy()
        mac.update(b"code" + contact_id.to_bytes(8, "big"))
        number, letters = int.from_bytes(mac.digest()[:8], "big"), []
        for _ in range(_CODE):
            number, rest = divmod(number, len(_LETTERS))
            letters.append(_LETTERS[rest])
        return "".join(letters)


def read(token: str, keys: Sequence[bytes]) -> Known | None:
    """What a token says; None when it is not ours or was changed."""
    try:
        data = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    body, mac = data[:-_MAC], data[-_MAC:]
    if not 1 + _REFERENCE <= len(body) <= 1 + _REFERENCE + 8:
        return None
    for key in keys:
        if body[:1] == _mark(key) and hmac.compare_digest(mac, blake2s(body, key=key, digest_size=_MAC).digest()):
            return Known(body[1 : 1 + _REFERENCE].hex(), int.from_bytes(body[1 + _REFERENCE :], "big"))
    return None


def _mark(key: bytes) -> bytes:
    """One byte that tells keys apart, so that an old key is tried only for its own tokens."""
    return blake2s(b"which key", key=key, digest_size=1).digest()
