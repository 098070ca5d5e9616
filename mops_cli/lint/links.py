"""Finding the links that people wrote, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mops_cli.model.source import span_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Span

PATTERNS = (
    re.compile(r"""(?<![\w-])(?:href|url|link|action)\s*=\s*"(?P<url>[^"\n]*)\""""),
    re.compile(r"""(?<![\w-])(?:href|url|link|action)\s*=\s*'(?P<url>[^'\n]*)'"""),
    re.compile(r"\]\((?P<url>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+\"[^\"]*\")?\)"),
    re.compile(r"<(?P<url>https?://[^>\s]+)>"),
    re.compile(r"""(?m)^(?:link|url|href):[ \t]+(?P<quote>["']?)(?P<url>[^"'\s#]+)(?P=quote)[ \t]*(?:#.*)?$"""),
)
BARE = re.compile(r"https?://[^\s\"'<>()\[\]{}|\\^`]+", re.IGNORECASE)
SUFFIXES = (".md", ".mjml", ".html", ".txt", ".yaml", ".svg")
SKIPPED = ("brand/", "segments/")
COMMENTS = re.compile(r"<!--.*?-->|\{#.*?#\}", re.DOTALL)
MODELINE = re.compile(r"^#.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class WrittenLink:
    """A target as it stands in a file. ``bare`` when it is just text, not in a link's place."""

    url: str
    span: Span
    bare: bool = False

    @property
    def is_template(self) -> bool:
        """Whether a template decides about it."""
        return "{{" in self.url or "[[" in self.url or "{%" in self.url or "[%" in self.url

    @property
    def host(self) -> str:
        """The host, empty when there is none."""
        try:
            return urlsplit(self.url).hostname or ""
        except ValueError:
            return ""


def written_links(context: Context) -> Iterator[WrittenLink]:
    """Links in messages, snippets, overrides, blocks and layouts, in the order of the files."""
    for path in context.paths:
        if path.endswith(SUFFIXES) and not path.startswith(SKIPPED) and path != context.repository.config.path:
            yield from links_of(path, context.text(path))


def links_of(path: str, text: str) -> Iterator[WrittenLink]:
    """The links of one file."""
    clear = COMMENTS.sub(_blank, text)
    if path.endswith(".yaml"):
        clear = MODELINE.sub(_blank, clear)
    found: dict[int, WrittenLink] = {}
    for pattern in PATTERNS:
        for match in pattern.finditer(clear):
            start, end = match.span("url")
            found.setdefault(start, WrittenLink(match["url"], span_of(path, text, start, max(end, start + 1))))
    ranges = [(start, start + len(link.url)) for start, link in found.items()]
    for match in BARE.finditer(clear):
        if not any(start <= match.start() < end for start, end in ranges) and not _is_namespace(clear, match.start()):
            url = match[0].rstrip(".,;:!?")
            span = span_of(path, text, match.start(), match.start() + len(url))
            found.setdefault(match.start(), WrittenLink(url, span, bare=True))
    return iter([found[start] for start in sorted(found)])


def _blank(match: re.Match[str]) -> str:
    """Spaces in place of a comment, so that offsets stay."""
    return re.sub(r"[^\n]", " ", match[0])


def _is_namespace(text: str, start: int) -> bool:
    """Whether the address names an XML vocabulary: nobody opens it."""
    before = text[max(0, start - 24) : start]
    return bool(re.search(r"xmlns(?::\w+)?\s*=\s*[\"']$|DTD[^\"]*\"\s*$|\$schema[\"']?\s*[=:]\s*[\"']?$", before))
