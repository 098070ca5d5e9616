"""What the caller of the compiler may ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from mops_cli.model.diagnostic import Span

Locate = Callable[[int], Span]


@dataclass(frozen=True, slots=True)
class Included:
    """The text behind an ``mj-include``: its path (for includes inside it) and the way back to the author."""

    text: str
    path: str
    locate: Locate


Reader = Callable[[str, str], Included | None]
"""Takes the path as written and the path of the including document ("" for the main one)."""


@dataclass(frozen=True, slots=True)
class MjmlOptions:
    """Settings of one compilation.

    Attributes:
        google_fonts: keep MJML's links to fonts on other hosts (for comparison with npm mjml). Off, a mail asks no
            other host for a font.
        font_family: what ``mj-all`` says when the document itself does not; "" leaves MJML's own default.
        statements: the source of every statement sentinel in the text, e.g. ``{"jx00001sxj": "{% for p in x %}"}``.
        read: resolves ``mj-include``; without it an include is an error.
        path: the path of the main document, handed to ``read``.
        keep_comments: keep comments that are written between elements.
        validate: check tags, attributes, values and nesting, and the balance of statements.
    """

    google_fonts: bool = False
    font_family: str = ""
    statements: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    read: Reader | None = None
    path: str = ""
    keep_comments: bool = False
    validate: bool = True
