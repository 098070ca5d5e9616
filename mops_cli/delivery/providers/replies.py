"""What a mail server's reply means for the person, the message and the list: one table for all servers.

Sources: RFC 5321 section 4.2 (reply codes), RFC 3463 and its registry at IANA (enhanced status), RFC 7505 (5.1.10), RFC 6531
(5.6.7). A code alone says little: over 275 labelled bounces "5.x is a bad address" is right in 44 of 100 cases. So only
statuses that speak of the mailbox itself suppress an address, everything else that is final is REFUSED.
"""

from __future__ import annotations

import re

from mops_cli.model.delivery import Answer, Outcome

LONGEST = 200
"""Characters of ``said``."""

_BAD, _REFUSED, _DEFERRED, _FAILED = Outcome.BAD_ADDRESS, Outcome.REFUSED, Outcome.DEFERRED, Outcome.FAILED

STATUSES: dict[str, Outcome] = {
    "5.1.0": _REFUSED,  # "other address status": said of senders as often as of recipients
    "5.1.1": _BAD,  # RFC 3463: bad destination mailbox
    "5.1.2": _BAD,  # RFC 3463: bad destination system
    "5.1.3": _BAD,  # RFC 3463: bad destination mailbox syntax
    "5.1.6": _BAD,  # RFC 3463: has moved, no forwarding address
    "5.1.10": _BAD,  # RFC 7505: the domain takes no mail (null MX)
    "5.2.1": _BAD,  # RFC 3463: mailbox disabled
    "5.2.2": _REFUSED,  # RFC 3463: mailbox full; somebody is there
    "5.2.3": _REFUSED,  # RFC 3463: longer than this mailbox takes
    "5.3.4": _REFUSED,  # RFC 3463: too big for the system
    "5.4.4": _BAD,  # RFC 3463: no route to the domain
    "5.5.1": _FAILED,  # RFC 3463: our command was wrong
    "5.5.2": _FAILED,
    "5.5.4": _FAILED,
    "5.6.3": _REFUSED,  # RFC 3463: conversion needed and not possible
    "5.6.7": _REFUSED,  # RFC 6531: the address needs SMTPUTF8
    "5.7.0": _REFUSED,  # RFC 3463: security or policy
}
"""Enhanced status -> outcome; what is not here goes by :data:`CLASSES`."""

CLASSES: dict[str, Outcome] = {
    "5.1": _REFUSED,  # 5.1.7, 5.1.8: the sender's address
    "5.2": _REFUSED,
    "5.3": _REFUSED,
    "5.4": _REFUSED,
    "5.5": _REFUSED,
    "5.6": _REFUSED,
    "5.7": _REFUSED,  # policy, authentication, reputation: never the address
}

CODES: dict[int, Outcome] = {
    500: _FAILED,  # RFC 5321: syntax error
    501: _FAILED,
    502: _FAILED,
    503: _FAILED,  # bad sequence
    504: _FAILED,
    550: _REFUSED,  # mailbox unavailable "or rejected for policy reasons": the text decides
    551: _BAD,  # user not local
    552: _REFUSED,  # storage exceeded
    553: _BAD,  # mailbox name not allowed
    554: _REFUSED,  # transaction failed
    555: _FAILED,  # parameters not recognised
    556: _BAD,  # RFC 7504: the domain takes no mail
}
"""Reply code -> outcome when there is no enhanced status."""

_NOBODY = re.compile(
    r"(?:no|unknown|invalid|non-?existent|not a valid) (?:such )?(?:local )?(?:user|recipient|mailbox|address)"
    r"|(?:user|recipient|mailbox|address|account)\b.{0,40}?\b(?:unknown|not found|not exist|no longer|doesn't exist|disabled)"
    r"|user unknown|no mailbox here|unrouteable address",
    re.IGNORECASE,
)  # of servers that give a bare 550 (qmail, Exim, many appliances)
_STATUS = re.compile(r"\A\s*([245]\.\d{1,3}\.\d{1,3})(?=[\s:]|\Z)\s*")
_ADDRESS = re.compile(r"<[^<>\s]*@[^<>\s]*>|[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+|\"[^\"]*\"@\S+")
_LONG = re.compile(r"[A-Za-z0-9_+/=.%~-]{24,}|(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{12,}")

# Each reads the id from the text of a 250. Postfix and SendGrid; Exim; Exchange; OpenSMTPD, Sendmail; qmail; Gmail; SES, KumoMTA.
_QUEUED = re.compile(
    r"queued (?:as|mail for delivery as) ([\w.-]{4,80})"
    r"|\bid=([\w.-]{6,80})"
    r"|InternalId=(\d+)"
    r"|(?:^|\s)([\w-]{6,80}) Message accepted for delivery"
    r"|\bok (\d+ qp \d+)"
    r"|\bOK\s+(\d{9,} [\w.-]{6,80}) - gsmtp"
    r"|Message Queued \(([\w.-]{6,80})\)"
    r"|\bids=([0-9a-f]{16,64})"
    r"|^Ok ([0-9a-f-]{30,80})$",
    re.IGNORECASE,
)


def answer(code: int, text: str, *, recipient: bool = True) -> Answer:
    """The meaning of a reply that is no success; ``recipient`` says whether it was given to RCPT or to the message.

    A refused MAIL speaks of the sender, so that it can never be a bad address of the person.
    """
    status, said = _split(text)
    if 400 <= code < 500:
        # A server that says 4yz with a 5.x.x status contradicts itself: the code decides (RFC 3463 section 2).
        return Answer(_DEFERRED, status or str(code), scrubbed(f"{code} {said}"))
    outcome = STATUSES.get(status) or CLASSES.get(status.rpartition(".")[0]) or CODES.get(code, _REFUSED)
    if outcome is _REFUSED and status in {"", "5.0.0", "5.1.0"} and code in {550, 553, 554} and _NOBODY.search(said):
        outcome = _BAD
    if outcome is _BAD and not recipient:
        outcome = _REFUSED
    return Answer(outcome, status or str(code), scrubbed(f"{code} {said}"))


def reference(text: str) -> str:
    """The server's own id of the message, from the text of its 250; "" when it gives none that is known."""
    found = _QUEUED.search(_split(text)[1])
    return next((group for group in found.groups() if group), "") if found else ""


def scrubbed(text: str) -> str:
    """The text in one line, without addresses and long tokens, at most 200 characters."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text[:2000]).split())
    line = _LONG.sub("…", _ADDRESS.sub("…", line))
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _split(text: str) -> tuple[str, str]:
    found = _STATUS.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)
