"""A parsed message: what every channel renders, each in its own way.

Texts may hold sentinels (see :mod:`mops_cli.channels.templating.slots`); renderers treat them as words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mops_cli.model.diagnostic import Span

# -- inline


@dataclass(frozen=True, slots=True)
class Text:
    """Words."""

    text: str


@dataclass(frozen=True, slots=True)
class Styled:
    """Words with weight: ``kind`` is strong, em, strike or code (code holds one Text)."""

    kind: str
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link around words."""

    href: str
    children: tuple[Inline, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture. ``src`` is as the author wrote it."""

    src: str
    alt: str
    title: str = ""
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Break:
    """A line end; ``hard`` ones are kept."""

    hard: bool


Inline = Text | Styled | Link | Image | Break

# -- block


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 6."""

    level: int
    children: tuple[Inline, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    children: tuple[Inline, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list; ``start`` is the first number of an ordered one, None for bullets."""

    items: tuple[tuple[Node, ...], ...]
    start: int | None
    tight: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation."""

    children: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Code:
    """Preformatted text."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Rule:
    """A thematic break."""

    span: Span


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``aligns`` holds '' or left, center, right for each column."""

    head: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    aligns: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a block, as written (sentinels inside)."""

    name: str
    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class BlockUse:
    """``::: name key="value"`` … ``:::``."""

    name: str
    attributes: tuple[Attribute, ...]
    children: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Statement:
    """A recipient-time statement that stands alone on its line; ``word`` is its sentinel."""

    word: str
    source: str
    span: Span

    @property
    def keyword(self) -> str:
        """``if``, ``elif``, ``else``, ``endif``, ``for``, ``endfor``, ``set``."""
        return self.source.split(None, 1)[0] if self.source.strip() else ""


@dataclass(frozen=True, slots=True)
class Region:
    """A recipient-time loop or condition around whole nodes.

    ``parts`` alternate: each is the statement that opens it and the nodes up to the next one.
    """

    parts: tuple[tuple[Statement, tuple[Node, ...]], ...]
    close: Statement
    span: Span


Node = Heading | Paragraph | ListNode | Quote | Code | Rule | Table | BlockUse | Statement | Region


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tree of one body."""

    nodes: tuple[Node, ...] = field(default=())


def plain(children: tuple[Inline, ...]) -> str:
    """The words alone."""
    out: list[str] = []
    for child in children:
        match child:
            case Text(text):
                out.append(text)
            case Styled(_, inner) | Link(_, inner):
                out.append(plain(inner))
            case Image(_, alt):
                out.append(alt)
            case Break():
                out.append(" ")
    return "".join(out)
