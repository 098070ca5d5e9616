"""The link table of one artifact: which targets it leads to, by number.

A tracked target is printed as ``{{ links.click(3) }}``: the same ``dist/`` serves every environment, and the
gateway looks the target up in the manifest, never in the address.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from mops_cli.model.artifact import Link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HREF = re.compile(r'(?<=[\s"\'])href="(https?://[^"]*)"')


class LinkTable:
    """Numbers targets in order of appearance; equal targets share a number.

    ``utm`` is added to targets on ``site_host`` and below it, unless the author wrote the parameter.
    """

    def __init__(self, utm: Mapping[str, str], site_host: str) -> None:
        self._utm = {f"utm_{name}": value for name, value in utm.items() if value}
        self._host = site_host.lower()
        self._by_url: dict[str, Link] = {}
        self._dynamic: list[str] = []

    def click(self, url: str, label: str = "") -> str:
        """The recipient-time expression for a target."""
        target = self._with_utm(url)
        found = self._by_url.get(target)
        if found is None:
            found = Link(len(self._by_url) + 1, target, label.strip())
            self._by_url[target] = found
        return f"links.click({found.id})"

    def target(self, url: str) -> str:
        """A target with the campaign's parameters, for what is not tracked (a post)."""
        return self._with_utm(url)

    def dynamic(self, template: str) -> None:
        """Note a target that differs by recipient; it is not tracked."""
        if template not in self._dynamic:
            self._dynamic.append(template)

    def entries(self) -> tuple[Link, ...]:
        """All targets, tracked ones first."""
        tracked = tuple(self._by_url.values())
        rest = (Link(len(tracked) + n + 1, url, tracked=False) for n, url in enumerate(self._dynamic))
        return (*tracked, *rest)

    def _with_utm(self, url: str) -> str:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if not self._utm or not self._host or (host != self._host and not host.endswith("." + self._host)):
            return url
        present = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
        extra = urlencode([(k, v) for k, v in self._utm.items() if k not in present])
        query = "&".join(part for part in (parts.query, extra) if part)
        return urlunsplit(parts._replace(query=query))


def track(html: str, table: LinkTable, slot: Callable[[str], str], is_dynamic: Callable[[str], bool]) -> str:
    """Put tracked links into compiled HTML.

    ``slot(expression)`` gives the sentinel of an expression; ``is_dynamic(url)`` tells whether a sentinel is inside.
    """

    def replace(match: re.Match[str]) -> str:
        url = unescape(match.group(1))
        if is_dynamic(url):
            table.dynamic(url)
            return match.group()
        return f'href="{slot(table.click(url))}"'

    return HREF.sub(replace, html)
