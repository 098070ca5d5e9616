"""Mail as bytes, put together by hand: RFC 5322 with CRLF lines, bodies in 8bit, no line over the limit."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 990
"""Octets of a line; the standard allows 998."""
_FOLD = 76
_WORD = 45
"""Octets of text in one encoded word: with its frame it stays under 75 characters."""
_ENTERING = re.compile(r"(<[A-Za-z][A-Za-z0-9:-]*) ")
_STYLE = re.compile(r"(<style\b[^>]*>)(.*?)(</style>)", re.DOTALL | re.IGNORECASE)
_MODEST = 240


class File(NamedTuple):
    """An attachment, or a picture inside the mail when it has a content id."""

    name: str
    media_type: str
    data: bytes
    cid: str = ""


def header_text(text: str) -> bytes:
    """A header's text: as it is, folded, or in encoded words (RFC 2047)."""
    if text.isascii() and "=?" not in text:
        return text.encode() if len(text) <= _FOLD else _folded(text)
    words, part = [], b""
    for letter in text:
        octets = letter.encode("utf-8", "replace")
        if len(part) + len(octets) > _WORD:
            words.append(part)
            part = b""
        part += octets
    words.append(part)
    return b"\r\n ".join(b"=?utf-8?b?" + base64.b64encode(word) + b"?=" for word in words)


def _folded(text: str) -> bytes:
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > _FOLD:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    lines.append(line)
    if any(len(one) > LONGEST for one in lines):
        return b"\r\n ".join(
            b"=?utf-8?b?" + base64.b64encode(text[at : at + _WORD].encode()) + b"?="
            for at in range(0, len(text), _WORD)
        )
    return "\r\n ".join(lines).encode()


def short_lines(html: str) -> str:
    """HTML (with template tags in it) whose long lines are broken where that changes nothing: inside of tags, in CSS.

    The blank after a tag's name becomes a line end, and in style sheets each rule gets a line of its own.
    """
    if max(map(len, html.split("\n")), default=0) <= _MODEST:
        return html
    styled = _STYLE.sub(lambda found: found[1] + _rules(found[2]) + found[3], html)
    return "\n".join(line if len(line) <= _MODEST else _ENTERING.sub("\\1\n", line) for line in styled.split("\n"))


def _rules(css: str) -> str:
    return "\n".join(
        line if len(line) <= _MODEST else line.replace("}", "}\n").replace("; ", ";\n") for line in css.split("\n")
    )


EIGHT_BIT, QUOTED = b"8bit", b"quoted-printable"
_TAG = re.compile(r"{[{%#].*?[}%#]}", re.DOTALL)
_ADDRESS = 60
"""Octets that an address of ours has at most beyond where all of them begin."""


class Width(NamedTuple):
    """What a text can become.

    ``line`` are the octets of its longest line before anything personal, ``size`` the characters that everybody's text
    has at least: what comes on top of ``size`` may all stand in one line. ``ends`` are its line ends when it has none but
    its own, -1 when a line may begin with a dot or the text differs by more than single values.
    """

    line: int
    size: int
    ends: int


class Body(NamedTuple):
    """A text part: its transfer encoding, its octets with CRLF lines, and whether surely no line begins with a dot."""

    way: bytes
    data: bytes
    clean: bool


def width_of(template: str, least: int, base: str) -> Width:
    """The width of a template; ``base`` is where our own addresses begin, ``least`` what the compiled one says."""
    lines = template.split("\n")
    longest = max(
        len(line.encode()) + sum(len(base) + _ADDRESS for tag in _TAG.findall(line) if "links." in tag)
        for line in lines
    )
    simple = "{%" not in template and all(line[:1] not in {".", "{"} for line in lines)
    inside = sum(tag.count("\n") for tag in _TAG.findall(template))
    return Width(longest, least, template.count("\n") - inside if simple else -1)


def body_of(text: str, width: Width) -> Body:
    """A text part for the wire."""
    data = text.encode("utf-8", "replace")
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    clean = data.count(b"\n") == width.ends
    if data[-1:] != b"\n":
        data += b"\n"
    if width.line + len(data) - width.size > LONGEST and max(map(len, data.split(b"\n"))) > LONGEST:
        return Body(QUOTED, binascii.b2a_qp(data, istext=True).replace(b"\n", b"\r\n"), clean=False)
    return Body(EIGHT_BIT, data.replace(b"\n", b"\r\n"), clean)


def file_part(one: File) -> bytes:
    """The part of an attachment or a picture, headers and all, without boundaries."""
    said = one.name.replace("\\", "").replace('"', "")
    if said.isascii():
        name = f'name="{said}"', f'filename="{said}"'
    else:
        coded = _percent(said)
        name = f"name*=utf-8''{coded}", f"filename*=utf-8''{coded}"
    where = "inline" if one.cid else "attachment"
    head = [f"Content-Type: {one.media_type};\r\n {name[0]}", "Content-Transfer-Encoding: base64"]
    head += [f"Content-Disposition: {where};\r\n {name[1]}", *([f"Content-ID: <{one.cid}>"] if one.cid else [])]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + _base64(one.data)


def _percent(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


def _base64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


class Frame(NamedTuple):
    """What stands around the two texts of a mail; the same for everybody. Pieces end with their line ends."""

    head: bytes
    before_text: bytes
    before_html: bytes
    after: bytes


def frame(boundary: str, inline: Sequence[File], attached: Sequence[File]) -> Frame:
    """The structure of a mail: text and HTML as alternatives, pictures beside the HTML, attachments around it all."""
    alternative, related, mixed = (f"{boundary}_{kind}" for kind in ("a", "r", "m"))
    kind = f'multipart/alternative;\r\n boundary="{alternative}"'
    head, lead, after = f"Content-Type: {kind}\r\n", "", b""
    pictures = b"".join(b"--%s\r\n%s" % (related.encode(), file_part(one)) for one in inline)
    files = b"".join(b"--%s\r\n%s" % (mixed.encode(), file_part(one)) for one in attached)
    if attached:
        head = f'Content-Type: multipart/mixed;\r\n boundary="{mixed}"\r\n'
        lead = f"--{mixed}\r\nContent-Type: {kind}\r\n\r\n"
    before_text = f"{lead}--{alternative}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
    before_html = f"--{alternative}\r\n"
    if inline:
        before_html += (
            f'Content-Type: multipart/related; type="text/html";\r\n boundary="{related}"\r\n\r\n--{related}\r\n'
        )
        after += pictures + f"--{related}--\r\n".encode()
    before_html += "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: "
    after += f"--{alternative}--\r\n".encode()
    if attached:
        after += files + f"--{mixed}--\r\n".encode()
    return Frame(head.encode(), before_text.encode(), before_html.encode(), after)
