"""The state of one evaluation, and the limits that it keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from mops_cli.design.deck.looks import look
from mops_cli.design.deck.numerals import NumberFormat, plain_number
from mops_cli.design.deck.parser import MAX_LINES, MAX_WORDS
from mops_cli.design.deck.problems import Exhausted, Problem
from mops_cli.design.deck.records import RecordReader, no_records

if TYPE_CHECKING:
    import random

    from mops_cli.design.deck.builder import Builder
    from mops_cli.design.deck.files import Files
    from mops_cli.design.deck.model import Element
    from mops_cli.design.deck.parser import Source
    from mops_cli.design.deck.rules import Rules
    from mops_cli.design.deck.syntax import Def, Node
    from mops_cli.design.deck.values import Scope
    from mops_cli.model.diagnostic import Diagnostic, Span


TokenLookup: TypeAlias = Callable[[str], "str | None"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one compilation may do beyond one pass over its lines. A deck that needs more is told so."""

    steps: int = 60_000
    elements: int = 80_000
    points: int = 1_200_000
    depth: int = 60
    findings: int = 200


@dataclass(slots=True)
class Run:
    """Everything that statements share while a deck is evaluated."""

    rules: Rules
    files: Files
    builder: Builder
    limits: Limits
    random: random.Random
    scope: Scope
    play: Callable[[Sequence[Node]], None]
    tokens: TokenLookup
    fonts: frozenset[str]
    records: RecordReader = no_records
    localize: NumberFormat = plain_number
    token_names: tuple[str, ...] = ()
    functions: dict[str, Def] = field(default_factory=dict)
    reserved: frozenset[str] = frozenset()
    found: list[Diagnostic] = field(default_factory=list)
    stack: list[str] = field(default_factory=list)
    cache: dict[Any, Any] = field(default_factory=dict)
    legends: dict[tuple[object, ...], tuple[int, float]] = field(default_factory=dict)
    steps: int = 0
    level: int = 0
    lines: int = 0
    words: int = 0
    elements: int = 0
    points: int = 0
    quiet: int = 0
    width: float = 792.0
    height: float = 612.0
    fixed_canvas: bool = False

    def step(self, span: Span) -> None:
        """Counts one statement."""
        self.steps += 1
        if self.steps + self.scope.cost > self.limits.steps + self.lines:
            raise Exhausted(
                "MK301",
                f"the deck does not end within {self.limits.steps:,} statements",
                span,
                "let loops end sooner, or split the deck",
            )

    def take(self, source: Source, span: Span) -> None:
        """Counts the lines and words of a file, and keeps what is wrong with its structure."""
        excess = source.excess
        if excess is not None:
            raise Exhausted(excess.code, excess.message, excess.span, excess.help)
        for finding in source.found:
            self.report(finding)
        self.lines += source.lines
        self.words += source.words
        if self.lines > MAX_LINES or self.words > MAX_WORDS:
            what = f"{MAX_LINES:,} lines" if self.lines > MAX_LINES else f"{MAX_WORDS:,} words"
            raise Exhausted("MK102", f"the deck and its parts have more than {what}", span, "take in fewer files")

    def add(self, element: Element) -> None:
        """Puts an element on the page."""
        self.elements += 1
        if self.elements > self.limits.elements + self.lines:
            raise Exhausted(
                "MK302",
                f"the deck has more than {self.limits.elements:,} elements",
                element.span,
                "draw less, or split the deck",
            )
        self.builder.add(element)

    def weigh(self, points: int, span: Span) -> None:
        """Counts corners of shapes and rows of files."""
        self.points += points
        if self.points > self.limits.points:
            raise Exhausted(
                "MK302",
                f"the deck has more than {self.limits.points:,} points",
                span,
                "use a simpler map or less data",
            )

    def report(self, finding: Diagnostic) -> None:
        """Keeps a finding, unless the old tools would drop it."""
        if not self.quiet:
            self.found.append(finding)
            if len(self.found) > self.limits.findings:
                raise Exhausted(
                    "MK303", "too many findings, the rest is not looked at", finding.span, "repair the first"
                )

    def fail(self, code: str, message: str, span: Span, advice: str = "") -> Problem:
        """A problem to raise."""
        return Problem(code, message, span, advice)

    def look(self, kind: str, text: str, span: Span) -> str:
        """A colour or a font as the model keeps it."""
        return look(self, kind, text, span)
