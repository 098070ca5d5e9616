"""Source text to the tree of commands and blocks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from mops_cli.design.deck.lexer import MAX_LINE, STRING, Token, tokenize
from mops_cli.design.deck.problems import Exhausted
from mops_cli.design.deck.syntax import Command, Data, Def, For, If, Layout, Line, Node, Para
from mops_cli.model.diagnostic import Diagnostic, error

if TYPE_CHECKING:
    from mops_cli.design.deck.rules import Rules

MAX_DEPTH = 40
MAX_LINES = 40_000
MAX_WORDS = 320_000
_ENDS = {"for": "efor", "if": "eif", "data": "edata", "para": "epara", "def": "edef"}
_NEW_ENDS = {**_ENDS, "layout": "elayout"}
_STRAY = {"efor": "for", "eif": "if", "else": "if", "edata": "data", "epara": "para", "edef": "def"}
_NEW_STRAY = {**_STRAY, "elayout": "layout"}


@dataclass(frozen=True, slots=True)
class Source:
    """A source as statements: what is wrong with its structure, and how many words and lines it has.

    ``excess`` says that it is too large; then there are no statements.
    """

    nodes: tuple[Node, ...]
    found: tuple[Diagnostic, ...]
    words: int
    lines: int
    excess: Diagnostic | None = None


@lru_cache(maxsize=8)
def parse_source(text: str, path: str, rules: Rules) -> Source:
    """The statements of a source. A deck is compiled for several sizes, and looked at by several rules: read once."""
    parser = _Parser(text, path, rules)
    lines = text.count("\n")
    try:
        nodes = tuple(parser.block((), 0))
    except Exhausted as excess:
        return Source((), (), parser.words, lines, excess.diagnostic)
    return Source(nodes, tuple(parser.found), parser.words, lines)


class _Parser:
    """Reads lines one after the other; every block reads up to its own end."""

    def __init__(self, text: str, path: str, rules: Rules) -> None:
        self.path = path
        self.compat = rules.compat
        self.ends, self.stray_ends = (_ENDS, _STRAY) if rules.compat else (_NEW_ENDS, _NEW_STRAY)
        self.lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n", MAX_LINES)
        self.next = 0
        self.words = 0
        self.found: list[Diagnostic] = []

    def line(self, index: int) -> Line:
        """The tokenised line; a line with ``#`` in its first column is a comment."""
        if index >= MAX_LINES:
            raise self.excess(index, f"{MAX_LINES:,} lines")
        text = self.lines[index]
        if len(text) > MAX_LINE:
            self.complain(Line(self.path, index + 1, "", ()), "MK102", "the line is longer than 512 KiB", "split it")
            text = ""
        line = Line(self.path, index + 1, text, () if text.startswith("#") else tokenize(text))
        self.words += len(line.tokens)
        if self.words > MAX_WORDS:
            raise self.excess(index, f"{MAX_WORDS:,} words")
        return line

    def excess(self, index: int, what: str) -> Exhausted:
        """The source is too large, and this is the line where it gets so."""
        span = Line(self.path, index + 1, "", ()).span
        return Exhausted("MK102", f"the file has more than {what}", span, "draw in loops, read data from a file")

    def complain(self, line: Line, code: str, message: str, advice: str, token: Token | None = None) -> None:
        """Keeps a finding."""
        self.found.append(error(code, message, line.at(token) if token else line.span, advice))

    def block(self, ends: tuple[str, ...], depth: int, opener: Line | None = None) -> list[Node]:
        """Statements up to one of ``ends`` (which is left to be read) or the end of the source."""
        nodes: list[Node] = []
        while self.next < len(self.lines):
            line = self.line(self.next)
            if line.tokens and line.word in ends:
                return nodes
            self.next += 1
            node = self.statement(line, depth) if line.tokens else None
            if node is not None:
                nodes.append(node)
        self.unclosed(opener)
        return nodes

    def unclosed(self, opener: Line | None) -> None:
        """Says that a block has no end."""
        if opener is not None and not self.compat:
            end = self.ends[opener.word]
            self.complain(
                opener, "MK103", f"{opener.word} is never closed", f"write {end} on its own line", opener.tokens[0]
            )

    def statement(self, line: Line, depth: int) -> Node | None:
        """One statement, with its block when it has one."""
        self.check_strings(line)
        word = line.word
        if self.is_assignment(line) or (word not in self.ends and word not in self.stray_ends):
            return Command(line)
        if depth >= MAX_DEPTH:
            self.complain(line, "MK104", f"blocks are nested deeper than {MAX_DEPTH}", "use a function", line.tokens[0])
            return Command(line)
        if word in self.stray_ends:
            return self.stray(line)
        read = {
            "for": self.loop,
            "if": self.condition,
            "layout": self.layout,
            "data": self.data,
            "para": self.para,
            "def": self.function,
        }
        return read[word](line, depth)

    def check_strings(self, line: Line) -> None:
        """Says that a string has no end."""
        if self.compat:
            return
        for token in line.tokens:
            if token.kind == STRING and not token.closed:
                quote = token.text[0]
                self.complain(line, "MK101", "the text has no closing quote", f"end it with {quote}", token)

    @staticmethod
    def is_assignment(line: Line) -> bool:
        """``if=3`` is an assignment, ``if a == b`` is not."""
        return len(line.tokens) > 1 and line.tokens[1].text == "="

    def stray(self, line: Line) -> Node | None:
        """An end without a start."""
        if not self.compat:
            opener = self.stray_ends[line.word]
            self.complain(line, "MK103", f"{line.word} without {opener}", f"remove it or add the {opener}")
            return None
        return Command(line)

    def flat(self, ends: tuple[str, ...], opener: Line) -> list[Node]:
        """Every line up to an end as a plain command: what the old tools do in loops and conditions."""
        nodes: list[Node] = []
        while self.next < len(self.lines):
            line = self.line(self.next)
            self.next += 1
            if line.tokens and line.word in ends:
                self.next -= 1
                return nodes
            if line.tokens:
                nodes.append(Command(line))
        return nodes

    def body(self, ends: tuple[str, ...], opener: Line, depth: int) -> tuple[Node, ...]:
        """A block's statements, nested or flat."""
        return tuple(self.flat(ends, opener) if self.compat else self.block(ends, depth + 1, opener))

    def loop(self, line: Line, depth: int) -> Node:
        """``for ... efor``."""
        body = self.body(("efor",), line, depth)
        self.next += 1
        return For(line, body)

    def condition(self, line: Line, depth: int) -> Node:
        """``if ... else ... eif``."""
        return If(line, *self.branches(line, "eif", depth))

    def layout(self, line: Line, depth: int) -> Node:
        """``layout square portrait ... else ... elayout``."""
        return Layout(line, *self.branches(line, "elayout", depth))

    def branches(self, line: Line, end: str, depth: int) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
        """The two branches of a block."""
        then = self.body(("else", end), line, depth)
        otherwise: tuple[Node, ...] = ()
        if self.next < len(self.lines) and self.line(self.next).word == "else":
            self.next += 1
            otherwise = self.body((end,), line, depth)
        self.next += 1
        return then, otherwise

    def raw(self, end: str, opener: Line) -> tuple[str, ...]:
        """Raw lines up to ``end``."""
        start = self.next
        while self.next < len(self.lines):
            if self.next >= MAX_LINES:
                raise self.excess(self.next, f"{MAX_LINES:,} lines")
            self.next += 1
            if self.lines[self.next - 1].strip() == end:
                return tuple(self.lines[start : self.next - 1])
        self.unclosed(opener)
        return tuple(self.lines[start:])

    def data(self, line: Line, depth: int) -> Node:
        """``data "file" ... edata``."""
        return Data(line, self.raw("edata", line))

    def para(self, line: Line, depth: int) -> Node:
        """``para ... epara``."""
        return Para(line, self.raw("epara", line))

    def function(self, line: Line, depth: int) -> Node:
        """``def name parameters ... edef``."""
        names = tuple(token.text for token in line.tokens[1:] if token.kind == "name")
        if len(names) < 2 or len(names) != len(line.tokens) - 1:
            self.complain(
                line, "MK105", "a function needs a name and parameters", "write: def name first second ... edef"
            )
        body = tuple(self.block(("edef",), depth + 1, line))
        self.next += 1
        return Def(line, names[0] if names else "", names[1:], body)
