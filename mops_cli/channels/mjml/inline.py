"""``mj-style inline``: the rules become ``style`` attributes. The only door to css-inline.

css-inline has to parse and print the whole mail, and an HTML parser moves what it does not like (template tags between
table rows) and rewrites what it does. So it works on a copy in which every element carries a number and no style of
its own: what comes out with a style was matched by a rule. These declarations are merged here and carried back by
number. The mail itself is never printed anew, and what Outlook reads in its comments is not touched.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

from mops_cli.channels.mjml import marks
from mops_cli.channels.mjml.sentinels import STATEMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK = re.compile(rf'\s{marks.NAME}="(\d+)"')
_TAG = re.compile(r'<[a-zA-Z][^\s>]*(?:\s[^\s=>]+(?:="[^"]*")?)*\s*/?>')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{[^{}]*\}")
_NAME = re.compile(r"([.#]?)([a-zA-Z_-][\w-]*)")
_PRELUDE = re.compile(r"([^{}]*)\{")
_LAST_NAME = re.compile(r"(?:^|[\s>+~])([a-zA-Z][a-zA-Z0-9]*)(?:[.#:\[][^\s>+~(]*)?$")
_IMPORTANT = re.compile(r"\s*!\s*important", re.IGNORECASE)
_DECLARATION = re.compile(r"(?:[^;\"'(]|\"[^\"]*\"|'[^']*'|\([^)]*\)|[\"'(])+")


def apply(html: str, css: str) -> str:
    """The HTML with the rules of ``css`` in its ``style`` attributes. No style sheet is loaded from anywhere."""
    from css_inline import CSSInliner

    css = _reachable(css, html)
    if not css:
        return html
    marked = marks.mark(html, only=_subjects(css), bare="[" not in css)
    inliner = CSSInliner(extra_css=css, inline_style_tags=False, keep_link_tags=True, load_remote_stylesheets=False)
    changes: dict[int, dict[str, str]] = {}
    for number, style in _styled(inliner.inline(marked.copy)):
        before = marked.style(number)
        after = _merged(before, unescape(style))
        if after != before:
            changes[number] = {"style": after}
    return marked.write(changes)


def _reachable(css: str, html: str) -> str:
    """The rules that can match anything, judged by the tags and classes they name."""
    if "@" in css:
        return css
    has = html.lower().__contains__
    return "\n".join(rule for rule, needs in _rules(css) if any(all(map(has, need)) for need in needs))


@lru_cache(maxsize=256)
def _rules(css: str) -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
    """Every rule, and for each of its selectors the words without which it matches nothing."""
    return tuple(
        (found.group(), tuple(_words(selector) for selector in found[1].split(",")))
        for found in _RULE.finditer(_COMMENT.sub(" ", css))
    )


def _words(selector: str) -> tuple[str, ...]:
    if not selector.isascii() or any(char in selector for char in ":[\\"):
        return ()
    return tuple(name.lower() if mark else f"<{name.lower()}" for mark, name in _NAME.findall(selector))


@lru_cache(maxsize=256)
def _subjects(css: str) -> frozenset[str] | None:
    """The tags a rule of ``css`` can match, or None when that is not plain to see."""
    names: set[str] = set()
    for prelude in _PRELUDE.findall(_COMMENT.sub(" ", css)):
        for selector in prelude.split(","):
            last = _LAST_NAME.search(selector.strip())
            if last is None:
                return None
            names.add(last[1].lower())
    return frozenset(names)


def _styled(html: str) -> Iterator[tuple[int, str]]:
    """Number and style of every element that has one."""
    at = html.find(' style="')
    while at >= 0:
        end = html.find('"', at + 8)
        tag = _tag_around(html, at)
        number = _MARK.search(tag)
        if number:
            yield int(number[1]), html[at + 8 : end]
        at = html.find(' style="', end)


def _tag_around(html: str, at: int) -> str:
    """The start tag that contains this place; a value before it may hold ``<``."""
    start = html.rfind("<", 0, at)
    for _ in range(20):
        found = _TAG.match(html, start) if start >= 0 else None
        if found and found.end() > at:
            return found.group()
        start = html.rfind("<", 0, max(start, 0))
    return ""


@lru_cache(maxsize=4096)
def _merged(before: str, rules: str) -> str:
    """The element's own style wins over rules, except over important ones.

    ``!important`` itself goes, as in npm mjml: in an attribute it would beat every dark-mode rule.
    """
    own = [part for part in _split(before) if part.strip()]
    own_names = {_name(part) for part in own}
    weak: list[str] = []
    strong: list[str] = []
    for part in _split(rules):
        if _IMPORTANT.search(part):
            strong.append(_IMPORTANT.sub("", part).strip())
        elif part.strip() and _name(part) not in own_names:
            weak.append(part.strip())
    beaten = {_name(part) for part in strong}
    kept = [part.strip() for part in own if _name(part) not in beaten or STATEMENT.search(part)]
    return marks.escape("".join(f"{part};" for part in (*weak, *kept, *strong)))


def _split(style: str) -> list[str]:
    if "(" in style or '"' in style or "'" in style:
        return _DECLARATION.findall(style)
    return style.split(";")


def _name(declaration: str) -> str:
    return declaration.partition(":")[0].strip().lower()
