"""The one way to lay out a deck's source: what it says does not change, only blanks do.

Lines of a block are indented by one tab a level, as the old tools' formatter does. Runs of blanks between words become one
blank, runs of empty lines one empty line. Texts, numbers and comments stay letter for letter, and so does everything
between ``data`` and ``edata`` and between ``para`` and ``epara``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.design.deck.lexer import tokenize

if TYPE_CHECKING:
    from mops_cli.design.deck.lexer import Token

INDENT = "\t"
MOST_LEVELS = 60

_OPENS = {
    "deck": "edeck", "doc": "edoc", "slide": "eslide", "page": "epage", "list": "elist", "blist": "elist",
    "nlist": "elist", "clist": "elist", "for": "efor", "if": "eif", "layout": "elayout", "def": "edef",
}  # fmt: skip
_RAW = {"data": "edata", "para": "epara"}
_ALIKE = {"edoc": "edeck", "epage": "eslide"}
_CLOSES = frozenset(_OPENS.values())
_GAP = re.compile(r"//.*|/\*.*?\*/|[ \t\r\f\v\u00a0\ufeff]+", re.DOTALL)
_BLANKS = " \t\r\f\v\u00a0\ufeff"
_SIGNS = frozenset("+-*/%")


def format_source(text: str) -> str:
    """The source in its one layout. A formatted source stays as it is."""
    return _Formatter().whole(text)


@dataclass(slots=True)
class _Formatter:
    out: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    raw_end: str = ""

    def whole(self, text: str) -> str:
        for line in text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"):
            self.line(line)
        while self.out and not self.out[-1] and not self.raw_end:
            self.out.pop()
        if self.raw_end and self.out and not self.out[-1]:
            self.out.pop()  # what follows the last line end is not a line
        return "".join(f"{line}\n" for line in self.out)

    def line(self, text: str) -> None:
        """One line, as the parser would read it."""
        if self.raw_end:
            self.inside_raw(text)
            return
        bare = text.strip(_BLANKS)
        if not bare:
            if self.out and self.out[-1]:
                self.out.append("")
        elif text.startswith("#"):
            self.out.append(text.rstrip(_BLANKS))
        else:
            self.statement(text)

    def inside_raw(self, text: str) -> None:
        """Rows of data and running text are not ours."""
        if text.strip() == self.raw_end:
            self.out.append(self.indent(len(self.open)) + self.raw_end)
            self.raw_end = ""
        else:
            self.out.append(text)

    def statement(self, text: str) -> None:
        tokens = tokenize(text)
        word = tokens[0].text if tokens and not _is_assignment(tokens) else ""
        level = len(self.open)
        if word in _CLOSES:
            level = self.close(word)
        elif word == "else" and self.open and self.open[-1] in {"eif", "elayout"}:
            level -= 1
        line = _spaced(text, tokens)
        # A sign that would begin a comment in the first column keeps its distance.
        self.out.append(self.indent(max(level, 1 if line.startswith("#") else 0)) + line)
        if word in _OPENS:
            end = _OPENS[word]
            self.open.append(_ALIKE.get(end, end))
        self.raw_end = _RAW.get(word, "")

    def close(self, word: str) -> int:
        """Leaves the block that a word ends, and says at which level its line stands."""
        end = _ALIKE.get(word, word)
        if end in self.open:
            while self.open.pop() != end:
                pass
        # The old tools see the end of a function in the first column only.
        return 0 if word == "edef" else len(self.open)

    @staticmethod
    def indent(level: int) -> str:
        return INDENT * min(level, MOST_LEVELS)


def _is_assignment(tokens: tuple[Token, ...]) -> bool:
    if len(tokens) > 1 and tokens[1].text == "=":
        return True
    return len(tokens) > 2 and tokens[1].text in _SIGNS and tokens[2].text == "="


def _spaced(text: str, tokens: tuple[Token, ...]) -> str:
    """A line without its blanks at both ends, and with one blank wherever there were several."""
    parts: list[str] = []
    at = 0
    for token in tokens:
        parts += [_gap(text[at : token.start]), token.text]
        at = token.end
    tail = _gap(text[at:])
    parts.append(tail.rstrip(_BLANKS))
    return (
        "".join(parts).lstrip(_BLANKS) if tail.strip(_BLANKS) else _without_end("".join(parts).lstrip(_BLANKS), tokens)
    )


def _without_end(line: str, tokens: tuple[Token, ...]) -> str:
    """Blanks at the end go, unless they belong to a text that nobody has closed."""
    return line if tokens and not tokens[-1].closed else line.rstrip(_BLANKS)


def _gap(text: str) -> str:
    """What stands between two words: comments as they are, blanks as one."""
    return _GAP.sub(lambda match: match[0] if match[0].startswith("/") else " ", text)
