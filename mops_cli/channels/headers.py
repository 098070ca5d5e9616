"""The headers of a mail that receivers ask for, as templates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mops_cli.content.front_checks import misspelt
from mops_cli.model.diagnostic import error, warning

if TYPE_CHECKING:
    from mops_cli.channels.base import Job
    from mops_cli.model.campaign import EmailSettings
    from mops_cli.model.config import Sender, Topic

_TOKEN = re.compile(r"[^A-Za-z0-9._-]+")
_ADDRESS = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+\Z")


def sender_of(job: Job, settings: EmailSettings) -> Sender | None:
    """The sender identity of the mail: the campaign's, or the only one that has an address."""
    source = job.folder.campaign.source
    senders = {name: sender for name, sender in job.config.senders.items() if sender.email}
    name = settings.sender or next(iter(senders), None)
    sender = senders.get(name) if name else None
    if sender is None:
        span = source.at("channels", "email", "sender") if settings.sender else source.key("channels", "email")
        known = ", ".join(senders) or "none yet"
        job.report(
            error(
                "MD101",
                f'the sender "{settings.sender}" has no email address'
                if settings.sender
                else "no sender has an email address",
                span,
                f"add `email` to [senders.{settings.sender or 'news'}] in mops.toml; senders with an address: {known}",
            )
        )
    elif not _ADDRESS.match(sender.email or ""):
        place = job.repository.config.source.at("senders", name or "", "email")
        job.report(error("MD102", f"{sender.email!r} is no email address", place, 'write it as "news@aurora.example"'))
        return None
    return sender


def headers_of(job: Job, topic: Topic | None) -> dict[str, str]:
    """List and feedback headers by name; values are templates.

    List-Unsubscribe and -Post follow RFC 8058, List-Id RFC 2919, Feedback-ID Gmail's four-part form. Mail that a
    person did not subscribe to (a receipt) carries no list headers.
    """
    project = job.config.project
    host = urlsplit(project.url).hostname or "localhost"
    campaign, name = _token(job.folder.id), _token(job.campaign.topic)
    headers = {"Feedback-ID": f"{campaign}:{name}:{job.channel}:{_token(project.id)}"}
    if topic is not None and topic.transactional:
        headers["Auto-Submitted"] = "auto-generated"
        return headers
    list_id = job.config.email.list_id or f"{name}.{host}"
    title = (topic.title if topic else job.campaign.topic).replace('"', "")
    headers["List-Id"] = f'"{title}" <{list_id}>' if title.isascii() else f"<{list_id}>"
    headers["List-Unsubscribe"] = "<{{ links.unsubscribe | header }}>"
    headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    headers["Precedence"] = "bulk"
    return headers


def check_subject(job: Job, subject: str) -> None:
    """A mail needs a subject of one line."""
    message = job.message()
    span = message.source.at("subject") if message else job.folder.campaign.source.at()
    if not subject.strip():
        help_text = "add `subject: …` to the front matter of the message"
        slip = misspelt(message.front, "subject") if message else None
        if message and slip:
            span, help_text = message.source.key(slip), f'did you mean "subject"? It says "{slip}"'
        job.report(error("MD103", "the message has no subject", span, help_text))
    elif "\n" in subject:
        job.report(warning("MD104", "the subject has more than one line", span, "write it in one line"))


def _token(text: str) -> str:
    return _TOKEN.sub("-", text).strip("-") or "x"
