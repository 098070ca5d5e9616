"""A message as the bytes that go over the wire: the envelope's commands, the text with its dots stuffed."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from mops_cli.model.delivery import Answer, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mops_cli.model.delivery import Outgoing

_PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255}")
# Spaces and angle brackets would let an address write commands of its own.
_ANY = re.compile(
    r'(?:[^\x00-\x20\x7f-\x9f<>()\[\]:;@\\,"]{1,64}|"(?:[^\x00-\x1f\x7f"\\<>]|\\[\x20-\x7e]){1,62}")@([^\x00-\x20\x7f-\x9f<>@()\[\]:;\\,"]{1,255})'
)
_BREAKS = re.compile(rb"\r\n|\r|\n")


class Able(NamedTuple):
    """What a server takes, from its EHLO; ``size`` in octets, 0 = not said."""

    pipelining: bool = False
    eight_bit: bool = False
    utf8: bool = False
    size: int = 0
    says_size: bool = False

    @classmethod
    def of(cls, words: Mapping[str, str]) -> Able:
        """From the keywords of an EHLO reply."""
        size = words.get("SIZE", "")
        return cls(
            "PIPELINING" in words,
            "8BITMIME" in words,
            "SMTPUTF8" in words,
            int(size) if size.isdigit() and len(size) < 16 else 0,
            "SIZE" in words,
        )


class Letter(NamedTuple):
    """``number`` is the message's index; ``mail`` and ``rcpt`` are commands with their line ends; ``body`` ends before the final dot's line."""

    number: int
    mail: bytes
    rcpt: bytes
    body: bytes


class Unsendable(Exception):
    """This server cannot be given this message; ``answer`` says what that means for it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.said)
        self.answer = answer


def letter(message: Outgoing, able: Able, sign: Callable[[bytes], bytes] | None = None) -> Letter:
    """The message for the wire; ``sign`` gives header lines to set before it.

    Raises:
        Unsendable: An address is malformed, or the message needs what the server does not offer.
    """
    payload = message.payload if message.clean else lines_ended(message.payload)
    if sign is not None:
        payload = sign(payload) + payload
    sender = wire_address(message.sender) if message.sender else ""
    address = message.address if _PLAIN.fullmatch(message.address) else wire_address(message.address)
    if able.size and len(payload) > able.size:
        raise Unsendable(
            Answer(Outcome.REFUSED, "5.3.4", f"the message is larger than the server's {able.size} octets")
        )
    options = f" SIZE={len(payload)}" if able.says_size else ""
    if not payload.isascii():
        if not able.eight_bit:
            raise Unsendable(Answer(Outcome.REFUSED, "5.6.3", "the server takes no 8-bit mail (8BITMIME)"))
        options += " BODY=8BITMIME"
    if not (address.isascii() and sender.isascii()):
        if not able.utf8:
            raise Unsendable(Answer(Outcome.REFUSED, "5.6.7", "the server takes no such address (SMTPUTF8)"))
        options += " SMTPUTF8"
    mail, rcpt = f"MAIL FROM:<{sender}>{options}\r\n", f"RCPT TO:<{address}>\r\n"
    return Letter(message.index, mail.encode(), rcpt.encode(), payload if message.clean else stuffed(payload))


def wire_address(address: str) -> str:
    """The address with its domain in A-labels.

    Raises:
        Unsendable: It is no address.
    """
    found = _ANY.fullmatch(address)
    if not found:
        raise Unsendable(Answer(Outcome.FAILED, "5.1.3", "the address is malformed"))
    domain = found[1]
    if domain.isascii():
        return address
    labels = [_a_label(label) for label in unicodedata.normalize("NFKC", domain.lower()).split(".")]
    made = ".".join(labels)
    if len(made) > 253:
        raise Unsendable(Answer(Outcome.FAILED, "5.1.3", "the address's domain is too long"))
    return f"{address[: found.start(1)]}{made}"


def _a_label(label: str) -> str:
    """One label of a domain. The standard library's codec is IDNA 2003 and would turn ß into ss: another domain."""
    if not label or not all(one == "-" or unicodedata.category(one)[0] in "LMN" for one in label):
        raise Unsendable(Answer(Outcome.FAILED, "5.1.3", "the address's domain is malformed"))
    made = label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
    if len(made) > 63:
        raise Unsendable(Answer(Outcome.FAILED, "5.1.3", "the address's domain is malformed"))
    return made


def lines_ended(payload: bytes) -> bytes:
    """The text with every line ended by CRLF, and its last too. A lone CR or LF would be read differently by two servers."""
    ends = payload.count(b"\r\n")
    if payload.count(b"\n") != ends or payload.count(b"\r") != ends:
        payload = _BREAKS.sub(b"\r\n", payload)
    return payload if payload.endswith(b"\r\n") else payload + b"\r\n"


def stuffed(payload: bytes) -> bytes:
    """Every line that begins with a dot gets a second one (RFC 5321 section 4.5.2)."""
    if b"\r\n." in payload:
        payload = payload.replace(b"\r\n.", b"\r\n..")
    return b"." + payload if payload.startswith(b".") else payload
