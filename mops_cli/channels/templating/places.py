"""Where in a document a sentinel stands: text, attribute, URL, style. The place decides the escaping."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from mops_cli.channels.templating.words import SENTINEL


class Context(StrEnum):
    """The language of a whole text."""

    HTML = "html"
    MJML = "mjml"
    SVG = "svg"
    TEXT = "plain"
    HEADER = "header"
    URL = "url"
    CSS = "css"
    SLACK = "slack"
    TELEGRAM = "telegram"
    DISCORD = "discord"
    SMS = "sms"
    RAW = "raw"


class Spot(StrEnum):
    """The kind of place inside that language."""

    TEXT = "text"
    ATTR = "attribute"
    URL = "address"
    URLPART = "part of an address"
    STYLE_ATTR = "style attribute"
    STYLE = "style sheet"
    STYLE_URL = "address in a style sheet"
    STYLE_ATTR_URL = "address in a style attribute"
    JSON = "JSON string"
    TAG = "inside a tag"
    NAME = "name of a tag"
    UNQUOTED = "attribute without quotes"
    SCRIPT = "script"
    EVENT = "event attribute"


NO_PLACE = frozenset({Spot.NAME, Spot.UNQUOTED, Spot.SCRIPT, Spot.EVENT})
"""Spots where nothing may stand, not even a statement."""


@dataclass(frozen=True, slots=True)
class Place:
    """One occurrence of a sentinel: ``text[start:end]``, its number and kind, and its spot.

    ``prefix`` is what the author wrote before it in the same URL.
    """

    number: int
    kind: str
    start: int
    end: int
    spot: Spot = Spot.TEXT
    tag: str = ""
    attribute: str = ""
    prefix: str = ""

    @property
    def where(self) -> str:
        """A description for people."""
        if self.attribute:
            return f"in the attribute `{self.attribute}` of `<{self.tag}>`"
        if self.spot is Spot.SCRIPT:
            return "in a script"
        if self.spot is Spot.TAG and self.tag:
            return f"inside the tag `<{self.tag}>`"
        said = str(self.spot).removeprefix("inside ")
        return f"inside {said} of `<{self.tag}>`" if self.tag else f"inside {said}"


URL_ATTRIBUTES = frozenset(
    [
        "href",
        "src",
        "action",
        "formaction",
        "background",
        "background-url",
        "xlink:href",
        "poster",
        "cite",
        "data",
        "longdesc",
        "ping",
        "srcset",
        "thumbnails-src",
        "left-icon",
        "right-icon",
        "icon-wrapped-url",
        "icon-unwrapped-url",
        "icon-src",
        "ico-open",
        "ico-close",
        "manifest",
        "codebase",
        "usemap",
    ]
)
_MJML_PLAIN = frozenset(
    [
        "alt",
        "title",
        "name",
        "rel",
        "target",
        "css-class",
        "class",
        "id",
        "lang",
        "dir",
        "content",
        "value",
        "mj-class",
        "path",
        "type",
        "role",
        "owa",
        "aria-label",
        "aria-hidden",
        "attributes",
        "inline",
        "full-width-text",
        "sizes",
        "usemap",
    ]
)
_TOKEN = re.compile(
    rf"(?P<slot>{SENTINEL.pattern})"
    r"|(?P<mso><!--\[if[^\]]*\]>(?:<!-->|-->)?|<!--<!\[endif\]-->|<!\[endif\]-->)"
    r"|(?P<comment><!--)"
    r"|(?P<cdata><!\[CDATA\[)"
    r"|(?P<other><[!?])"
    r"|(?P<tag></?(?=[A-Za-z]))"
)
_RAW_TEXT = frozenset({"style", "script", "mj-style"})
_NAME = re.compile(r"[^\s/>]*")
_ATTRIBUTE = re.compile(
    r"""(?P<space>[\s/]*)(?:(?P<end>>)|(?P<name>[^\s=>/"']+)(?P<value>\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s>"']*)))?|(?P<junk>.))""",
    re.DOTALL,
)
_WELL_FORMED = re.compile(r"""[^\s/>"'=<]*(?:\s+[^\s=>/"'<]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*\s*/?>""")
"""The rest of a tag, when nothing about it is odd."""
_CSS_URL = re.compile(r"""url\(\s*["']?([^"')]*)\Z""", re.IGNORECASE)
_RUN_URL = re.compile(r"""(?:https?://|mailto:)[^\s<>"'()|]*\Z""", re.IGNORECASE)
_SLACK_LINK = re.compile(r"<([^\s<>|]*)\Z")
_MARKDOWN_LINK = re.compile(r"\]\(([^\s()<>]*)\Z")


def find(text: str, context: Context) -> list[Place]:
    """Every sentinel of a text with its place, in order."""
    if "jx" not in text:
        return []
    if context in (Context.HTML, Context.MJML, Context.SVG, Context.TELEGRAM):
        return _Scanner(text, context).run()
    if context is Context.CSS:
        return _style(text, 0, len(text))
    if context is Context.URL:
        return _address(text, 0, len(text))
    return _lines(text, context)


def _lines(text: str, context: Context) -> list[Place]:
    found: list[Place] = []
    for match in SENTINEL.finditer(text):
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        spot, prefix = Spot.TEXT, ""
        if context not in (Context.RAW, Context.HEADER):
            spot, prefix = _run(before, context)
        found.append(Place(int(match[1]), match[2], match.start(), match.end(), spot, prefix=prefix))
    return found


def _run(before: str, context: Context) -> tuple[Spot, str]:
    """Whether the text before, on the same line, is the beginning of an address."""
    opening = _SLACK_LINK if context is Context.SLACK else _MARKDOWN_LINK if context is Context.DISCORD else None
    link = opening.search(before) if opening else None
    if link is not None:
        written = SENTINEL.sub("", link[1])
        return (Spot.URLPART, written) if _has_content(link[1]) else (Spot.URL, "")
    address = _RUN_URL.search(before)
    return (Spot.URLPART, address[0]) if address else (Spot.TEXT, "")


def _has_content(before: str) -> bool:
    """Whether anything but statements stands before in the same address."""
    rest = SENTINEL.sub(lambda slot: "" if slot[2] == "s" else "x", before)
    return bool(rest.strip())


def _address(text: str, start: int, end: int, tag: str = "", attribute: str = "") -> list[Place]:
    found = []
    for match in SENTINEL.finditer(text, start, end):
        before = text[start : match.start()]
        if attribute in ("srcset", "ping"):
            before = re.split(r"[\s,]", before)[-1]
        spot = Spot.URLPART if _has_content(before) else Spot.URL
        found.append(Place(int(match[1]), match[2], match.start(), match.end(), spot, tag, attribute, before.strip()))
    return found


def _style(text: str, start: int, end: int, *, tag: str = "", attribute: str = "") -> list[Place]:
    spot, address = (Spot.STYLE_ATTR, Spot.STYLE_ATTR_URL) if attribute else (Spot.STYLE, Spot.STYLE_URL)
    found = []
    for match in SENTINEL.finditer(text, start, end):
        url = _CSS_URL.search(text, start, match.start())
        here, prefix = (spot, "")
        if url is not None and url.end() == match.start():
            prefix = url[1]
            here = Spot.URLPART if _has_content(prefix) else address
        found.append(Place(int(match[1]), match[2], match.start(), match.end(), here, tag, attribute, prefix))
    return found


class _Scanner:
    """A small HTML reader: no tree, only places."""

    def __init__(self, text: str, context: Context) -> None:
        self._text = text
        self._mjml = context is Context.MJML
        self._found: list[Place] = []

    def run(self) -> list[Place]:
        at = 0
        while True:
            token = _TOKEN.search(self._text, at)
            if token is None:
                return self._found
            at = self._token(token)

    def _token(self, token: re.Match[str]) -> int:
        if token["slot"]:
            self._found.append(Place(int(token[2]), token[3], token.start(), token.end()))
            return token.end()
        if token["mso"]:
            # The inside of a conditional comment is read as HTML: Outlook does.
            self._all(token.start(), token.end(), Spot.NAME, "comment")
            return token.end()
        if token["comment"]:
            return self._until("-->", token.end(), Spot.TEXT, "!--")
        if token["cdata"]:
            return self._until("]]>", token.end(), Spot.SCRIPT, "cdata")
        if token["other"]:
            return self._until(">", token.end(), Spot.NAME, "!")
        return self._tag(token)

    def _until(self, closing: str, start: int, spot: Spot, tag: str) -> int:
        end = self._text.find(closing, start)
        end = len(self._text) if end < 0 else end
        self._all(start, end, spot, tag)
        return end + len(closing)

    def _all(self, start: int, end: int, spot: Spot, tag: str) -> None:
        for match in SENTINEL.finditer(self._text, start, end):
            self._found.append(Place(int(match[1]), match[2], match.start(), match.end(), spot, tag))

    def _tag(self, token: re.Match[str]) -> int:
        name = _NAME.match(self._text, token.end())
        assert name is not None
        tag = name[0].lower()
        whole = _WELL_FORMED.match(self._text, token.end()) if tag not in _RAW_TEXT else None
        if whole is not None and "jx" not in whole[0]:
            return whole.end()
        self._all(name.start(), name.end(), Spot.NAME, SENTINEL.sub("", tag))
        kind = ""
        at = name.end()
        while True:
            part = _ATTRIBUTE.match(self._text, at)
            if part is None:
                return len(self._text)
            at = part.end()
            if part["end"]:
                break
            if part["name"]:
                if tag == "script" and part["name"].lower() == "type":
                    kind = (part["double"] or part["single"] or "").lower()
                self._attribute(part, tag)
        if token[0] == "</":
            return at
        return self._content(tag, kind, at)

    def _content(self, tag: str, kind: str, at: int) -> int:
        """Go over the inside of an element that is not HTML itself."""
        if tag not in _RAW_TEXT:
            return at
        closing = re.compile(rf"</{tag}", re.IGNORECASE).search(self._text, at)
        end = closing.start() if closing else len(self._text)
        if tag != "script":
            self._found += _style(self._text, at, end, tag=tag)
        elif kind == "application/ld+json":
            self._json(at, end)
        else:
            self._all(at, end, Spot.SCRIPT, tag)
        return end

    def _json(self, start: int, end: int) -> None:
        for match in SENTINEL.finditer(self._text, start, end):
            before = re.sub(r"\\.", "", self._text[start : match.start()])
            spot = Spot.JSON if before.count('"') % 2 else Spot.SCRIPT
            self._found.append(Place(int(match[1]), match[2], match.start(), match.end(), spot, "script"))

    def _attribute(self, part: re.Match[str], tag: str) -> None:
        name = part["name"].lower()
        bare = SENTINEL.sub("", name)
        for match in SENTINEL.finditer(self._text, part.start("name"), part.end("name")):
            alone = match[2] == "s" or (not bare and not part["value"])
            spot = Spot.TAG if alone else Spot.NAME
            self._found.append(Place(int(match[1]), match[2], match.start(), match.end(), spot, tag))
        group = next((one for one in ("double", "single", "bare") if part[one] is not None), None)
        if group is None or "jx" not in part[group]:
            return
        start, end = part.span(group)
        if group == "bare":
            self._found += [
                Place(int(m[1]), m[2], m.start(), m.end(), Spot.UNQUOTED, tag, bare)
                for m in SENTINEL.finditer(self._text, start, end)
            ]
            return
        self._value(tag, bare, start, end)

    def _value(self, tag: str, name: str, start: int, end: int) -> None:
        text = self._text
        if name in URL_ATTRIBUTES:
            self._found += _address(text, start, end, tag, name)
        elif self._is_style(tag, name):
            self._found += _style(text, start, end, tag=tag, attribute=name)
        else:
            spot = Spot.EVENT if name.startswith("on") and not self._mjml else Spot.ATTR
            if name == "srcdoc":
                spot = Spot.SCRIPT
            self._found += [
                Place(int(m[1]), m[2], m.start(), m.end(), spot, tag, name) for m in SENTINEL.finditer(text, start, end)
            ]

    def _is_style(self, tag: str, name: str) -> bool:
        """MJML copies most attributes of its elements into styles."""
        return name == "style" or (self._mjml and tag.startswith("mj-") and name not in _MJML_PLAIN)
