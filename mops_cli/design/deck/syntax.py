"""The tree of a source: lines as commands, and the blocks around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from mops_cli.model.diagnostic import Span

if TYPE_CHECKING:
    from mops_cli.design.deck.lexer import Token


@dataclass(slots=True)
class Line:
    """One line of a source. ``memo`` keeps what the evaluator has worked out about it once."""

    path: str
    number: int
    text: str
    tokens: tuple[Token, ...]
    memo: dict[str, Any] = field(default_factory=dict)

    @property
    def word(self) -> str:
        """The first word."""
        return self.tokens[0].text if self.tokens else ""

    @property
    def span(self) -> Span:
        """The whole statement."""
        if not self.tokens:
            return Span(self.path, self.number, 1)
        return self.between(self.tokens[0].start, self.tokens[-1].end)

    def at(self, token: Token) -> Span:
        """The place of one token."""
        return self.between(token.start, token.end)

    def between(self, start: int, end: int) -> Span:
        """The place of a stretch of the line."""
        return Span(self.path, self.number, start + 1, self.number, max(end, start + 1) + 1)


@dataclass(frozen=True, slots=True)
class Command:
    """A keyword with arguments, an assignment, or a call."""

    line: Line


@dataclass(frozen=True, slots=True)
class For:
    """A loop."""

    line: Line
    body: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If:
    """A condition with its two branches."""

    line: Line
    then: tuple[Node, ...]
    otherwise: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """What applies to some shapes of the page only, and what to all others."""

    line: Line
    body: tuple[Node, ...]
    otherwise: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Data:
    """Rows that are kept as a file."""

    line: Line
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Para:
    """Running text in paragraphs; ``lines`` are raw."""

    line: Line
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Def:
    """A function."""

    line: Line
    name: str
    parameters: tuple[str, ...]
    body: tuple[Node, ...]


Node: TypeAlias = Command | For | If | Layout | Data | Para | Def
