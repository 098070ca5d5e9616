"""How much work the layout of one deck may be: counted, so that a deck meets the same end on every machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.design.deck.problems import Exhausted
from mops_cli.model.diagnostic import Span

if TYPE_CHECKING:
    from mops_cli.design.deck.model import Element

#: Characters that are shaped, and glyphs that are drawn. The largest open deck needs two thirds of it.
MOST = 320_000


@dataclass(slots=True)
class Allowance:
    """Counts down while a deck is laid out. ``at`` is the place of the element at work."""

    left: int = MOST
    at: Span = Span("")  # noqa: RUF009 - frozen

    def begin(self, element: Element) -> None:
        """The next element."""
        self.at = element.span
        self.spend(2)

    def spend(self, amount: int) -> None:
        """Takes off some work.

        Raises:
            Exhausted: nothing is left.
        """
        self.left -= amount
        if self.left < 0:
            advice = "draw less, write less, or split the deck"
            raise Exhausted("MK302", "the deck has more on its pages than can be laid out", self.at, advice)
