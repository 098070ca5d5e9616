"""Expressions with precedence, and how blanks divide arguments.

Between the arguments of a keyword a sign after a blank and before a word begins a new argument: ``10 -5`` is
two arguments, ``10-5`` and ``10 - 5`` are one. Inside parentheses blanks mean nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from mops_cli.design.deck.functions import FUNCTIONS
from mops_cli.design.deck.lexer import NAME, NUMBER, STRING, Token
from mops_cli.design.deck.numerals import read_number
from mops_cli.design.deck.problems import Problem

if TYPE_CHECKING:
    from mops_cli.design.deck.syntax import Line

MAX_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or a text."""

    value: float | str


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    token: Token


@dataclass(frozen=True, slots=True)
class Negative:
    """A sign before an expression."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Operation:
    """Two expressions and a sign between them."""

    sign: str
    left: Expression
    right: Expression
    token: Token


@dataclass(frozen=True, slots=True)
class Call:
    """A function with arguments in parentheses."""

    token: Token
    arguments: tuple[Expression, ...]


Expression: TypeAlias = Constant | Name | Negative | Operation | Call
_LEVELS = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2}


class Reader:
    """Reads expressions from the tokens of a line."""

    def __init__(self, line: Line, tokens: tuple[Token, ...]) -> None:
        self.line = line
        self.tokens = tokens
        self.count = len(tokens)
        self.next = 0
        self.depth = 0

    @property
    def done(self) -> bool:
        """No token is left."""
        return self.next >= self.count

    def peek(self) -> Token | None:
        """The token to come."""
        return None if self.done else self.tokens[self.next]

    def unexpected(self) -> Problem:
        """What to say about the token to come."""
        if self.done:
            end = self.tokens[-1].end if self.tokens else len(self.line.text)
            return Problem("MK107", "something is missing at the end", self.line.between(end, end + 1), "add a value")
        token = self.tokens[self.next]
        return Problem("MK107", f'"{token.text[:30]}" cannot stand here', self.line.at(token), "write a value here")

    def whole(self) -> Expression:
        """One expression that takes every token."""
        found = self.expression(tight=False)
        if not self.done:
            raise self.unexpected()
        return found

    def arguments(self) -> list[tuple[Expression, int, int]]:
        """Expressions divided by blanks (commas are allowed), each with its stretch of the line."""
        found: list[tuple[Expression, int, int]] = []
        while not self.done:
            if self.tokens[self.next].text == "," and found:
                self.next += 1
                continue
            first = self.next
            expression = self.expression(tight=True)
            found.append((expression, self.tokens[first].start, self.tokens[self.next - 1].end))
        return found

    def expression(self, *, tight: bool, level: int = 1) -> Expression:
        """An expression of operations that bind at least as ``level``."""
        left = self.operand(tight=tight)
        while True:
            if self.next >= self.count:
                return left
            token = self.tokens[self.next]
            if _LEVELS.get(token.text, 0) < level or (tight and token.text in "+-" and self.begins_argument(token)):
                return left
            self.next += 1
            right = self.expression(tight=tight, level=_LEVELS[token.text] + 1)
            left = Operation(token.text, left, right, token)

    def begins_argument(self, token: Token) -> bool:
        """The sign stands after a blank and right before a word."""
        spaced = token.start > self.tokens[self.next - 1].end
        following = self.tokens[self.next + 1] if self.next + 1 < self.count else None
        return spaced and following is not None and following.start == token.end

    def operand(self, *, tight: bool) -> Expression:
        """A value, a call, a group, or one of them with a sign."""
        if self.next >= self.count:
            raise self.unexpected()
        token = self.tokens[self.next]
        if token.kind == NUMBER:
            self.next += 1
            return Constant(read_number(token.text) or 0.0)
        if token.kind == STRING:
            self.next += 1
            return Constant(token.inner)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Problem("MK104", "the expression is too deep", self.line.at(token), "use variables for its parts")
        found = self.primary(token, tight=tight)
        self.depth -= 1
        return found

    def primary(self, token: Token, *, tight: bool) -> Expression:
        """An operand that begins with a name or a sign."""
        self.next += 1
        if token.kind == NAME:
            return self.call(token) if self.is_call(token) else Name(token)
        if token.text == "(":
            found = self.expression(tight=False)
            self.expect(")")
            return found
        if token.text in "+-":
            found = self.operand(tight=tight)
            return Negative(found) if token.text == "-" else found
        self.next -= 1
        raise self.unexpected()

    def is_call(self, token: Token) -> bool:
        """A function's name right before a parenthesis."""
        following = self.peek()
        return (
            token.text in FUNCTIONS and following is not None and following.text == "(" and following.start == token.end
        )

    def call(self, token: Token) -> Expression:
        """The arguments of a call, divided by commas."""
        self.next += 1
        found = [self.expression(tight=False)]
        while (following := self.peek()) is not None and following.text == ",":
            self.next += 1
            found.append(self.expression(tight=False))
        self.expect(")")
        function = FUNCTIONS[token.text]
        if not function.least <= len(found) <= function.most:
            raise Problem(
                "MK203",
                f"{token.text} does not take {len(found)} arguments",
                self.line.at(token),
                f"{token.text}: {function.form}",
            )
        return Call(token, tuple(found))

    def expect(self, text: str) -> None:
        """The next token must be this one."""
        token = self.peek()
        if token is None or token.text != text:
            raise self.unexpected()
        self.next += 1
