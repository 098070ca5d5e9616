"""Escaping, one function per place where a value can land.

Each takes any value and gives text that stays inside its place. ``None`` becomes nothing.
"""

from __future__ import annotations

import json as jsonlib
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SCHEMES = ("http", "https", "mailto", "tel")
"""What a URL that comes from a value may begin with."""

_CLEAN = re.compile(r"[A-Za-z0-9 .,:/_~-]*").fullmatch
"""Text that reads the same everywhere in a document; most values are."""
_CLEAN_URL = re.compile(r"[A-Za-z0-9./:_~-]*").fullmatch
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"[\s\u2028\u2029]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_CSS_DANGER = re.compile(r"/\*|\*/|url\s*\(|expression\s*\(|javascript\s*:|[;{}<>\\@&\x00-\x1f]", re.IGNORECASE)
_DISCORD = re.compile(r"([\\*_~`|>\[\]()#<@-])")
_SMS_SPACES = re.compile("[\u00a0\u2007\u2009\u200a\u2028\u2029\u202f]")
_SMS_MARKS = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_TELEGRAM = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_ATTR = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "`": "&#96;", "\n": " ", "\r": " ", "\t": " "}
)
_JSON = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027"})


class Address(str):
    """A URL made by MOPS itself (``links.*``): every URL place lets it through."""

    __slots__ = ()


def plain(value: object) -> str:
    """Text for plain text: line ends normalised, control characters gone."""
    if value is None:
        return ""
    text = str(value)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", text)


def html(value: object) -> str:
    """Text between tags (also inside comments)."""
    if isinstance(value, str) and _CLEAN(value):
        return value
    return plain(value).translate(_HTML)


def attr(value: object) -> str:
    """Text inside a quoted attribute."""
    if isinstance(value, str) and _CLEAN(value):
        return value
    return plain(value).translate(_ATTR)


def allowed_url(value: object) -> bool:
    """Whether a whole URL may come from this value."""
    text = plain(value).strip()
    if isinstance(value, Address):
        return True
    scheme = _SCHEME.match(text)
    if scheme is None or scheme[1].lower() not in SCHEMES:
        return False
    return scheme[1].lower() in ("mailto", "tel") or text[scheme.end() :].startswith("//")


def harmless_url(text: str) -> bool:
    """Whether a written address has a scheme that is allowed, or none (``/path``, ``#part``)."""
    scheme = _SCHEME.match(plain(text).strip())
    return scheme is None or scheme[1].lower() in SCHEMES


def quote_part(text: str) -> str:
    """A build-time value inside an address; a path keeps its slashes."""
    return quote(plain(text), safe="/")


def url_text(value: object) -> str:
    """A URL, or more of one, with everything that would end its place percent-encoded."""
    text = _SPACES.sub(" ", plain(value)).strip()
    return quote(text, safe=":/?#[]@!$&*+,;=%-._~")


def url(value: object) -> str:
    """A whole URL: http, https, mailto, tel or one of ours; anything else becomes ``#``."""
    if isinstance(value, Address) and _CLEAN_URL(value):
        return value
    if value is None or value == "":
        return ""
    return url_text(value) if allowed_url(value) else "#"


def urlpart(value: object) -> str:
    """A part inside a URL: percent-encoded to the last reserved character."""
    return quote(plain(value), safe="")


def css(value: object) -> str:
    """A CSS value: what could end the declaration or load something is dropped."""
    text = plain(value)
    while True:
        cut = _CSS_DANGER.sub("", text)
        if cut == text:
            break
        text = cut
    if text.count('"') % 2 or text.count("'") % 2:
        text = text.replace('"', "").replace("'", "")
    if text.count("(") != text.count(")"):
        text = text.replace("(", "").replace(")", "")
    return text


def header(value: object) -> str:
    """One line for a mail header or a title."""
    return _SPACES.sub(" ", plain(value))


def slack(value: object) -> str:
    """Slack mrkdwn text: the three characters that Slack reads."""
    return plain(value).translate(_HTML)


def telegram(value: object) -> str:
    """Telegram text in HTML mode."""
    return plain(value).translate(_TELEGRAM)


def discord(value: object) -> str:
    """Discord Markdown text; an address of ours stays whole, or it would lead nowhere."""
    if isinstance(value, Address):
        return plain(value)
    return _DISCORD.sub(r"\\\1", plain(value))


def sms(value: object) -> str:
    """Text for an SMS, without what only typesetting needs: special spaces become plain ones, invisible marks go.

    Babel writes such spaces into numbers and Fluent writes bidi marks; one of them makes a message twice as dear.
    """
    text = plain(value)
    return text if text.isascii() else _SMS_MARKS.sub("", _SMS_SPACES.sub(" ", text))


def json(value: object) -> str:
    """The inside of a JSON string that stands in a script element."""
    return jsonlib.dumps(plain(value))[1:-1].translate(_JSON)


def raw(value: object) -> str:
    """The value as it is."""
    return "" if value is None else str(value)


ESCAPES: Mapping[str, Callable[[object], str]] = {
    "html": html,
    "attr": attr,
    "url": url,
    "urlpart": urlpart,
    "css": css,
    "plain": plain,
    "header": header,
    "slack": slack,
    "telegram": telegram,
    "discord": discord,
    "sms": sms,
    "json": json,
}
"""The escape filters that slots put into a template; authors never write them."""

FOREIGN_ESCAPES = frozenset(
    {"safe", "e", "escape", "forceescape", "tojson", "urlize", "urlencode", "xmlattr", "striptags"}
)
"""Names that other template languages use for the same purpose."""
