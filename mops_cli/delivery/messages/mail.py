"""Mails: everything that is the same for everybody is made once, the rest is joined in between."""

from __future__ import annotations

import re
from email.utils import format_datetime, formataddr
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from mops_cli.clock import SystemClock
from mops_cli.delivery.messages import mime
from mops_cli.delivery.messages.content import twin_path
from mops_cli.delivery.messages.setting import CannotBeMade, Filling, Setting, key_of
from mops_cli.model.delivery import Outgoing

if TYPE_CHECKING:
    from mops_cli.clock import Clock
    from mops_cli.model.delivery import Recipient

_BAD = re.compile(r"[\x00-\x20\x7f-\x9f<>\ud800-\udfff]")


def mail_composer(setting: Setting) -> Mails:
    """The composer of a mail.

    Raises:
        MopsError: A file is missing, changed, or no template.
    """
    return Mails(setting, SystemClock())


class Mails:
    """The port ``Composer`` for mail."""

    def __init__(self, setting: Setting, clock: Clock) -> None:
        """``clock`` gives the mails their date."""
        content, part = setting.content, setting.part
        twin = content.twin(twin_path(content, part, "{}", setting.locale, setting.variant))
        html = mime.short_lines(content.text(twin["html"]))
        headers: dict[str, str] = twin["headers"]
        templated = {name: value for name, value in headers.items() if "{{" in value}
        text = content.text(twin["text"])
        self._filling = Filling(setting, [twin["subject"], text, html, *templated.values()])
        base = setting.settings.url
        self._text = mime.width_of(text, self._filling.least[1], base)
        self._html = mime.width_of(html, self._filling.least[2], base)
        self._templated = [f"{name}: ".encode() for name in templated]
        self.fields = self._filling.fields
        self._part = part
        self._clock = clock
        self._sender: str = twin["from"]["email"]
        self._domain = self._sender.rpartition("@")[2].encode()
        boundary = "=_" + blake2b(part.content_hash.encode(), digest_size=12).hexdigest()
        frame = mime.frame(boundary, _files(setting, twin["inline"]), _files(setting, twin["attachments"]))
        fixed = {name: value for name, value in headers.items() if name not in templated}
        self._head = _head(twin, fixed)
        self._structure = b"MIME-Version: 1.0\r\n" + frame.head + b"\r\n" + frame.before_text
        self._before_html = frame.before_html
        self._after = frame.after
        self._date = (0, b"")

    def compose(self, recipient: Recipient) -> Outgoing:
        """The mail for one person.

        Raises:
            MopsError: It cannot be made; says why, without personal data.
        """
        address = recipient.address
        if _BAD.search(address) or "@" not in address:
            raise CannotBeMade("the address is malformed", hint="correct the contact")
        subject, text, html, *headers = self._filling.fill(recipient)
        key = key_of(self._part, recipient)
        number = blake2b(key.encode(), digest_size=12).hexdigest().encode()
        lines = b"".join(name + value.encode() + b"\r\n" for name, value in zip(self._templated, headers, strict=True))
        as_text, as_html = mime.body_of(text, self._text), mime.body_of(html, self._html)
        payload = b"".join((
            self._head, b"To: ", address.encode(), b"\r\nSubject: ", mime.header_text(subject), b"\r\nDate: ",
            self._today(), b"\r\nMessage-ID: <", number, b"@", self._domain, b">\r\n", lines, self._structure, as_text.way,
            b"\r\n\r\n", as_text.data, self._before_html, as_html.way, b"\r\n\r\n", as_html.data, self._after,
        ))  # fmt: skip
        clean = as_text.clean and as_html.clean  # nothing else here can begin a line with a dot
        return Outgoing(recipient.index, key, self._sender, address, payload, clean=clean)

    def _today(self) -> bytes:
        """The date, made anew every second."""
        now = self._clock.now()
        second = int(now.timestamp())
        if self._date[0] != second:
            self._date = (second, format_datetime(now).encode())
        return self._date[1]


def _head(twin: dict[str, Any], headers: dict[str, str]) -> bytes:
    """The headers that are the same for everybody."""
    sender = twin["from"]
    lines = [f"From: {formataddr((sender['name'], sender['email']))}"]
    if twin.get("reply_to"):
        lines.append(f"Reply-To: {twin['reply_to']}")
    made = "\r\n".join(lines).encode() + b"\r\n"
    return made + b"".join(name.encode() + b": " + mime.header_text(value) + b"\r\n" for name, value in headers.items())


def _files(setting: Setting, said: list[dict[str, Any]]) -> list[mime.File]:
    return [
        mime.File(
            one.get("filename") or one["path"].rpartition("/")[2],
            one["type"],
            setting.content.read(one["path"]),
            one.get("cid", ""),
        )
        for one in said
    ]
