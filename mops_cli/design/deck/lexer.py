"""Lines to tokens, with their columns."""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_LINE = 512 * 1024

NAME, NUMBER, STRING, SIGN = "name", "number", "string", "sign"

_TOKEN = re.compile(
    r"""
    (?P<skip>[ \t\r\f\v\u00a0\ufeff]+ | //.* | /\*.*?\*/)
  | (?P<name>[^\W\d]\w*)
  | (?P<number>0[xX][0-9a-fA-F]+ | (?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<string>"(?:\\.|[^"\\])*"? | `[^`]*`? | '(?:\\.|[^'\\])*')
  | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """One word of a line. ``start`` and ``end`` count characters from 0; strings keep their quotes."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def closed(self) -> bool:
        """A string has its second quote."""
        return self.kind != STRING or (len(self.text) > 1 and self.text[-1] == self.text[0])

    @property
    def inner(self) -> str:
        """A string without its quotes."""
        return self.text[1:-1] if self.closed else self.text[1:]


def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of one line; comments and blanks are gone."""
    found: list[Token] = []
    make, keep = Token._make, found.append
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or SIGN
        if kind != "skip":
            keep(make((kind, match[0], *match.span())))
    return tuple(found)
