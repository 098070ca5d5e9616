"""Captions of posts: text, link and hashtags put together within a platform's limit, and their facets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mops_cli.channels import platforms
from mops_cli.model import graphemes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mops_cli.channels.platforms import Platform

HASHTAG = re.compile(r"(?<![\w#&/])#(?=[^\W\d_]|\w*[^\W\d_])\w+")
_NOT_WORD = re.compile(r"\W+")
_DISPLAY = 32


@dataclass(frozen=True, slots=True)
class Caption:
    """A finished caption. ``dropped`` are hashtags that had no room; ``shortened`` that the text was cut."""

    text: str
    length: int
    dropped: tuple[str, ...] = ()
    shortened: bool = False


def hashtag(word: str) -> str:
    """A word or phrase as a hashtag: ``spring roast`` becomes ``#SpringRoast``."""
    word = word.strip().lstrip("#")
    parts = [part for part in _NOT_WORD.split(word) if part]
    if len(parts) > 1:
        parts = [part[:1].upper() + part[1:] for part in parts]
    return "#" + "".join(parts) if parts else ""


def hashtags(words: Iterable[str]) -> tuple[str, ...]:
    """Hashtags, each once, whatever its case."""
    seen: dict[str, str] = {}
    for word in words:
        tag = hashtag(word)
        if tag:
            seen.setdefault(tag.casefold(), tag)
    return tuple(seen.values())


def compose(platform: Platform, text: str, link: str, tags: tuple[str, ...]) -> Caption:
    """Text, link and hashtags as one caption; hashtags give way first, then the end of the text."""
    kept = [tag for tag in tags if tag.casefold() not in text.casefold()]
    dropped: list[str] = []
    shown = link if link and platform.links_work and link not in text else ""
    while platform.over(_join(text, shown, kept)) and kept:
        dropped.insert(0, kept.pop())
    whole = _join(text, shown, kept)
    excess = platform.over(whole)
    if not excess:
        return Caption(whole, platform.length(whole), tuple(dropped))
    whole = _join(_cut(platform, text, shown), shown, [])
    return Caption(whole, platform.length(whole), tuple(dropped), shortened=True)


def _cut(platform: Platform, text: str, link: str) -> str:
    """The longest beginning of the text that fits together with its link."""
    room = graphemes.length(text)
    while room > 1:
        excess = platform.over(_join(graphemes.shorten(text, room), link, []))
        if not excess:
            break
        # A character weighs up to two units; one step of half the excess never cuts too much.
        room -= max(1, excess // 2)
    return graphemes.shorten(text, max(room, 1))


def _join(text: str, link: str, tags: list[str]) -> str:
    return "\n\n".join(part for part in (text.strip(), link, " ".join(tags)) if part)


def display(link: str, width: int = _DISPLAY) -> str:
    """A short visible form of a link: host and path without query, cut in the middle of nothing."""
    parts = urlsplit(link)
    shown = (parts.netloc.removeprefix("www.") + parts.path).rstrip("/")
    return shown if len(shown) <= width else shown[: width - 1] + "…"


def shorten_links(text: str) -> tuple[str, dict[str, str]]:
    """Every link replaced by its short visible form, for platforms that show a text over a link; form -> link."""
    shown: dict[str, str] = {}

    def replace(found: re.Match[str]) -> str:
        link = found.group()
        form = display(link)
        shown[form] = link
        return form

    return platforms.URL.sub(replace, text), shown


def facets(text: str, shown: dict[str, str]) -> list[dict[str, object]]:
    """Links and hashtags of a post on the AT protocol: their features, at offsets in UTF-8 bytes."""
    found: list[tuple[int, int, dict[str, str]]] = []
    for form, link in shown.items():
        at = text.find(form)
        while at >= 0:
            found.append((at, at + len(form), {"$type": "app.bsky.richtext.facet#link", "uri": link}))
            at = text.find(form, at + len(form))
    for match in HASHTAG.finditer(text):
        tag = {"$type": "app.bsky.richtext.facet#tag", "tag": match.group()[1:]}
        if not any(start < match.end() and match.start() < end for start, end, _ in found):
            found.append((match.start(), match.end(), tag))
    return [
        {
            "index": {"byteStart": len(text[:start].encode()), "byteEnd": len(text[:end].encode())},
            "features": [feature],
        }
        for start, end, feature in sorted(found, key=lambda facet: facet[0])
    ]
