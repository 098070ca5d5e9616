"""What each code means: the pages behind ``mops rule``.

A lint rule's page is its module docstring. The codes of the content, design, channel and build packages are
described in ``lint/reference/*.md``, one section a code: ``## MC101 short-name``.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

HEADING = re.compile(r"^## +([A-Z]{2}\d{3}) +(.+?) *$", re.MULTILINE)
CODE_LINE = re.compile(r'^CODE(?:: Final)? = "([A-Z]{2}\d{3})"$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """The documentation of a code. ``text`` is Markdown without the heading."""

    code: str
    name: str
    text: str
    fixable: bool = False

    @property
    def summary(self) -> str:
        """The first sentence of the text."""
        for paragraph in self.text.split("\n\n"):
            words = " ".join(paragraph.split())
            if words and not words.startswith(("#", "```")):
                return re.split(r"(?<=[.!?]) ", words, maxsplit=1)[0]
        return ""


@cache
def pages() -> dict[str, Page]:
    """All pages by code, in the order of the codes. Reads files only; no rule is imported."""
    lint = resources.files("mops_cli.lint")
    found: dict[str, Page] = {}
    for file in _files(lint / "reference", ".md"):
        found.update(_sections(file.read_text(encoding="utf-8")))
    for file in _files(lint / "rules", ".py"):
        rule = _rule(file.name.removesuffix(".py"), file.read_text(encoding="utf-8"))
        if rule is not None:
            found[rule.code] = rule
    return dict(sorted(found.items()))


def page(code: str) -> Page | None:
    """The page of a code, in any case."""
    return pages().get(code.upper())


def _files(folder: Traversable, suffix: str) -> list[Traversable]:
    if not folder.is_dir():
        return []
    return sorted((item for item in folder.iterdir() if item.name.endswith(suffix)), key=lambda item: item.name)


def _sections(text: str) -> dict[str, Page]:
    heads = list(HEADING.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return {
        head[1]: Page(head[1], head[2], text[head.end() : end].strip()) for head, end in zip(heads, ends, strict=True)
    }


def _rule(module: str, text: str) -> Page | None:
    code = CODE_LINE.search(text)
    if code is None:
        return None
    doc = ast.get_docstring(ast.parse(text)) or ""
    name = module.partition("_")[2].replace("_", "-")
    return Page(code[1], name, doc, fixable="Edit(" in text)
