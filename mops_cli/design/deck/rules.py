"""Where this language differs from the old tools: one table, and the switch made from it.

Every row is one trap of the reference tools. In the default mode the new behaviour applies, in compatible
mode the old one, so that decks written for the old tools come out as they did.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One intended difference: its name, what the old tools do, and what happens here."""

    name: str
    old: str
    new: str


DIFFERENCES: tuple[Difference, ...] = (
    Difference("signed-numbers", "-5 is two words, a keyword gets a wrong argument", "a sign belongs to its number"),
    Difference("expressions", "one operation of two numbers", "chains, precedence, parentheses, joined strings"),
    Difference("nested-blocks", "the first efor or eif ends every open block", "loops and conditions nest"),
    Difference("conditions-in-loops", "both branches of an if inside a loop run", "the branch that applies runs"),
    Difference("fresh-values", "a loop's body keeps the values from before the loop", "each round sees new values"),
    Difference("loop-strings", 'an element of ["a" "b"] keeps a second pair of quotes', "an element is the plain text"),
    Difference("loop-errors", "errors inside a loop are dropped", "every error is reported where it happens"),
    Difference("loop-steps", "a loop that counts down or stands still never ends", "it counts down, or is an error"),
    Difference("loop-charts", "dchart inside a loop does nothing", "it draws"),
    Difference("unknown-words", "an unknown first word is ignored", "an error that names the closest word"),
    Difference("undefined-names", "an unknown name is taken as text", "an error that names the closest variable"),
    Difference("numbers-as-text", "a number where text is wanted loses its ends", "the number is written out"),
    Difference("extra-arguments", "too many arguments drop the whole optional tail", "an error that shows the form"),
    Difference("last-paragraph", "the text after the last blank line of a para is lost", "it is a paragraph too"),
    Difference("paragraph-lines", "lines of a paragraph are joined without a blank", "they are joined by a blank"),
    Difference("even-stars", "a star with an even number of points is degenerate", "it is a star"),
    Difference("poly", "poly makes a tag that nothing draws", "poly is polygon"),
    Difference("arctext-letters", "arctext sets bytes, so accents break", "arctext sets whole characters"),
    Difference("substr-letters", "substr counts bytes, so accents are cut apart", "substr counts characters"),
    Difference("integer-format", "%d prints an error text", "%d rounds to a whole number"),
    Difference("large-numbers", "from a million on, numbers print as 1e+06", "numbers print in full up to 21 digits"),
    Difference("search-path", "files are found from the working directory", "first beside the including file"),
    Difference("inline-functions", "one function per file", "def works anywhere, several in a file"),
    Difference("colors", "an unknown colour is black", "an error that names the closest colour"),
    Difference("data-titles", "a title in a data block loses all but its first word", "the title is kept whole"),
    Difference("chart-canvas", "charts assume a page of 792 by 612", "charts use the canvas of the deck"),
    Difference("empty-shares", "a share of 0 prints as (%)", "it prints as (0%)"),
    Difference("open-blocks", "blocks without an end go unnoticed", "an error at the block's start"),
)


@dataclass(frozen=True, slots=True)
class Rules:
    """The mode of one compilation. ``compat`` follows every old behaviour of :data:`DIFFERENCES`."""

    compat: bool = False
