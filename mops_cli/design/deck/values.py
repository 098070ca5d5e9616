"""What a word of a source means: the values of arguments in both modes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from mops_cli.design.deck.syntax import Line
    from mops_cli.model.diagnostic import Span

Value: TypeAlias = float | str
MAX_TEXT = 32 * 1024


@dataclass(slots=True)
class Argument:
    """One argument: the word as written (or as a variable gave it), its value, and its place.

    In compatible mode ``raw`` is the word after variables have been put in, with its quotes, and ``value`` is
    None. In the default mode ``value`` is a number or a text.
    """

    line: Line
    start: int
    end: int
    raw: str
    value: Value | None = None

    @property
    def span(self) -> Span:
        """The place of the argument."""
        return self.line.between(self.start, self.end)


class Scope(Protocol):
    """Variables, and how words are read with them. ``cost`` counts long texts as steps."""

    cost: int

    def arguments(self, line: Line) -> list[Argument]:
        """The arguments after a keyword."""

    def number(self, argument: Argument, *, again: bool = False) -> float | None:
        """The number that an argument stands for; ``again`` looks a name up once more."""

    def text(self, argument: Argument) -> str | None:
        """The text that an argument stands for."""

    def name(self, argument: Argument) -> str | None:
        """The file name that an argument stands for."""

    def assign(self, line: Line) -> None:
        """Carries out an assignment."""

    def get(self, name: str) -> Value | None:
        """The value of a variable."""

    def set(self, name: str, value: Value) -> None:
        """Gives a variable a value."""

    def names(self) -> list[str]:
        """The variables that there are."""
