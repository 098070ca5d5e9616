"""The condition of an if, in both modes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.design.deck.expressions import Reader
from mops_cli.design.deck.numerals import read_number
from mops_cli.design.deck.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.design.deck.compat_scope import CompatScope
    from mops_cli.design.deck.lexer import Token
    from mops_cli.design.deck.open_scope import OpenScope
    from mops_cli.design.deck.syntax import Line
    from mops_cli.design.deck.values import Value

_FORM = "write: if a == b, if a > b, or if a >< low high"
_WORDS = {"eq": "==", "ne": "!=", "neq": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "bt": "><"}
_NUMBERS: dict[str, Callable[[float, float], bool]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


def compat_condition(scope: CompatScope, line: Line) -> bool:
    """The words of the line, divided by blanks."""
    words = line.text.split()
    if len(words) not in {4, 5}:
        raise Problem("MK108", "this is not a condition", line.span, _FORM)
    relation = _WORDS.get(words[2], words[2])
    raw = [scope.values.get(word, word) for word in (words[1], *words[3:])]
    if any(word[:1] == '"' for word in raw):
        if relation not in {"==", "!="}:
            raise Problem("MK108", "texts can only be equal or not", line.span, _FORM)
        return (raw[0] == raw[1]) == (relation == "==")
    numbers = [read_number(word) for word in raw]
    if any(number is None for number in numbers):
        raise Problem("MK205", f"{raw[numbers.index(None)][:40]} is not a number", line.span, _FORM)
    values = [number or 0.0 for number in numbers]
    if relation == "><":
        return values[0] >= values[1] and values[0] <= values[-1]
    if relation not in _NUMBERS:
        raise Problem("MK108", f'"{words[2][:20]}" is not a relation', line.span, _FORM)
    return _NUMBERS[relation](values[0], values[1])


class OpenCondition:
    """Reads relations of expressions, joined by ``and`` and ``or``."""

    def __init__(self, scope: OpenScope, line: Line) -> None:
        self.scope = scope
        self.line = line
        self.reader = Reader(line, line.tokens[1:])

    def result(self) -> bool:
        """Whether the condition holds; ``and`` binds closer than ``or``."""
        found = False
        part = self.relation()
        while not self.reader.done:
            word = self.reader.tokens[self.reader.next].text
            if word not in {"and", "or"}:
                raise self.reader.unexpected()
            self.reader.next += 1
            if word == "or":
                found, part = found or part, self.relation()
            else:
                part = self.relation() and part
        return found or part

    def value(self) -> Value:
        """The value of the expression to come."""
        return self.scope.value(self.reader.expression(tight=True), self.line)

    def relation(self) -> bool:
        """Two values and the relation between them."""
        left = self.value()
        sign = self.sign()
        right = self.value()
        if sign == "><":
            upper = self.value()
            return self.compare("<=", right, left) and self.compare("<=", left, upper)
        return self.compare(sign, left, right)

    def sign(self) -> str:
        """The relation to come, as a sign."""
        token = self.reader.peek()
        if token is None:
            raise Problem("MK108", "this is not a condition", self.line.span, _FORM)
        self.reader.next += 1
        if token.text in _WORDS:
            return _WORDS[token.text]
        sign = token.text + self.second(token)
        if sign == "><" or sign in _NUMBERS:
            return sign
        raise Problem("MK108", f'"{sign[:20]}" is not a relation', self.line.at(token), _FORM)

    def second(self, first: Token) -> str:
        """The second sign of ``==``, ``<=`` and the like, when it stands right behind the first."""
        following = self.reader.peek()
        if following is not None and following.start == first.end and following.text in {"=", "<"}:
            self.reader.next += 1
            return following.text
        return ""

    def compare(self, sign: str, left: Value, right: Value) -> bool:
        """Numbers by size, texts by being the same."""
        pair = [read_number(value.strip()) if isinstance(value, str) else value for value in (left, right)]
        if pair[0] is not None and pair[1] is not None:
            return _NUMBERS[sign](pair[0], pair[1])
        if sign not in {"==", "!="}:
            raise Problem("MK108", "texts can only be equal or not", self.line.span, _FORM)
        return (left == right) == (sign == "==")
