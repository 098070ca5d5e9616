"""Variables and values of the default mode: typed, evaluated anew each time, unknown names are errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.design.deck.expressions import Call, Constant, Expression, Name, Negative, Operation, Reader
from mops_cli.design.deck.functions import FUNCTIONS, SINGLE, NotComputable, Place, number, operate, text
from mops_cli.design.deck.lexer import NAME, SIGN, Token
from mops_cli.design.deck.numerals import plain, read_number
from mops_cli.design.deck.problems import Problem
from mops_cli.design.deck.values import MAX_TEXT, Argument, Value
from mops_cli.model.suggest import advice, nearest

if TYPE_CHECKING:
    from mops_cli.design.deck.syntax import Line
    from mops_cli.model.diagnostic import Span

PairFunction = Callable[[list[Value]], tuple[float, float]]
_SIGNS = frozenset("+-*/%")
_WORDS = 3
"""A long line costs as much as several: one more for each eight words."""


@dataclass(slots=True)
class OpenScope:
    """The variables of a run.

    ``pairs`` are functions that give two numbers (polar, geocoord), ``later`` names that only a recipient gives a value.
    """

    place: Callable[[], Place]
    pairs: dict[str, PairFunction] = field(default_factory=dict)
    later: frozenset[str] = frozenset()
    values: dict[str, Value] = field(default_factory=dict)
    cost: int = 0

    def names(self) -> list[str]:
        """The variables that there are."""
        return list(self.values)

    def get(self, name: str) -> Value | None:
        """The value of a variable."""
        return self.values.get(name)

    def set(self, name: str, value: Value) -> None:
        """Gives a variable a value."""
        if isinstance(value, str):
            self.cost += len(value) >> 6
        self.values[name] = value[:MAX_TEXT] if isinstance(value, str) else value

    def arguments(self, line: Line) -> list[Argument]:
        """The arguments after a keyword."""
        self.cost += len(line.tokens) >> _WORDS
        parsed = line.memo.get("arguments")
        if parsed is None:
            parsed = line.memo["arguments"] = Reader(line, line.tokens[1:]).arguments()
        return self.evaluated(line, parsed)

    def evaluated(self, line: Line, parsed: list[tuple[Expression, int, int]]) -> list[Argument]:
        """Arguments with their values."""
        return [
            Argument(line, start, end, line.text[start:end], self.value(expression, line))
            for expression, start, end in parsed
        ]

    def number(self, argument: Argument, *, again: bool = False) -> float | None:
        """The number that an argument stands for."""
        if isinstance(argument.value, str):
            return read_number(argument.value.strip())
        return argument.value

    def text(self, argument: Argument) -> str | None:
        """The text that an argument stands for; a number is written out."""
        return None if argument.value is None else text(argument.value)

    def name(self, argument: Argument) -> str | None:
        """The file name that an argument stands for."""
        return argument.value if isinstance(argument.value, str) and argument.value else None

    def value(self, expression: Expression, line: Line) -> Value:
        """The value of an expression."""
        if isinstance(expression, Constant):
            return expression.value
        if isinstance(expression, Name):
            return self.variable(expression.token, line)
        try:
            return self.compound(expression, line)
        except NotComputable as reason:
            token = expression.token if isinstance(expression, (Operation, Call)) else None
            span = line.at(token) if token else line.span
            raise Problem("MK204", str(reason), span, "check the values") from None

    def compound(self, expression: Negative | Operation | Call, line: Line) -> Value:
        """The value of an expression with parts."""
        if isinstance(expression, Negative):
            return -number(self.value(expression.operand, line))
        if isinstance(expression, Call):
            values = [self.value(entry, line) for entry in expression.arguments]
            return FUNCTIONS[expression.token.text].call(self.place(), values)
        # Chains lean to the left, so they are walked down and folded up instead of recursing.
        chain = [expression]
        while isinstance(chain[-1].left, Operation):
            chain.append(chain[-1].left)
        result = self.value(chain[-1].left, line)
        for operation in reversed(chain):
            result = self.operation(operation.sign, result, self.value(operation.right, line))
        return result

    def operation(self, sign: str, left: Value, right: Value) -> Value:
        """One operation; a plus joins texts."""
        if sign != "+" or not (isinstance(left, str) or isinstance(right, str)):
            return operate(sign, number(left), number(right))
        joined = text(left) + text(right)
        if len(joined) > MAX_TEXT:
            raise NotComputable("the text grows too long")
        self.cost += len(joined) >> 6
        return joined

    def variable(self, token: Token, line: Line) -> Value:
        """The value of a variable."""
        found = self.values.get(token.text)
        if found is None:
            raise self.unknown(token.text, line.at(token))
        return found

    def unknown(self, name: str, span: Span) -> Problem:
        """What to say about a name that nothing defines."""
        if name in self.later:
            help_text = "use a value of the build in pictures: a field without {{ }}, or one of `vars`"
            return Problem(
                "MK216", f"{name} depends on the recipient, and a picture is the same for everyone", span, help_text
            )
        close = nearest(name, self.values)
        help_text = f'did you mean "{close}"? ' if close else ""
        return Problem(
            "MK201", f"{name} is not defined", span, f'{help_text}write "{name}" for text, or give it a value first'
        )

    def assign(self, line: Line) -> None:
        """Carries out an assignment."""
        tokens = line.tokens
        self.cost += len(tokens) >> _WORDS
        if tokens[1].text in _SIGNS:
            self.update(line)
            return
        if tokens[0].kind != NAME:
            raise Problem("MK107", f'"{tokens[0].text[:30]}" cannot get a value', line.at(tokens[0]), "use a name")
        rest = tokens[2:]
        if not rest:
            raise Problem("MK107", "the value is missing", line.at(tokens[1]), f"write: {tokens[0].text}=10")
        if self.is_pair(rest):
            self.assign_pair(line, tokens[0].text, rest)
        elif self.is_function(rest):
            self.set(tokens[0].text, self.function(line, rest))
        else:
            self.set(tokens[0].text, self.value(self.parsed(line, rest), line))

    @staticmethod
    def parsed(line: Line, tokens: tuple[Token, ...]) -> Expression:
        """The expression of the tokens, worked out once for a line."""
        found: Expression | None = line.memo.get("expression")
        if found is None:
            found = line.memo["expression"] = Reader(line, tokens).whole()
        return found

    def update(self, line: Line) -> None:
        """``v+=n`` and its kin."""
        target, sign = line.tokens[0], line.tokens[1]
        left = self.variable(target, line)
        right = self.value(self.parsed(line, line.tokens[3:]), line)
        try:
            if sign.text == "+" and (isinstance(left, str) and read_number(left.strip()) is None):
                self.set(target.text, left + text(right))
            else:
                self.set(target.text, operate(sign.text, number(left), number(right)))
        except NotComputable as reason:
            raise Problem("MK204", str(reason), line.at(sign), "check the values") from None

    def is_function(self, rest: tuple[Token, ...]) -> bool:
        """A function's name followed by its arguments without parentheses."""
        if rest[0].text not in FUNCTIONS and rest[0].text not in self.pairs:
            return False
        if len(rest) < 2 or (rest[1].text == "(" and rest[1].start == rest[0].end):
            return False
        return rest[1].kind != SIGN or rest[1].text in "(-+"

    @staticmethod
    def is_pair(rest: tuple[Token, ...]) -> bool:
        """``(x, y)``."""
        if rest[0].text != "(" or rest[-1].text != ")":
            return False
        depth = 0
        for token in rest:
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if token.text == "," and depth == 1:
                return True
        return False

    def assign_pair(self, line: Line, name: str, rest: tuple[Token, ...]) -> None:
        """``p=(x, y)`` defines ``p_x`` and ``p_y``."""
        reader = Reader(line, rest[1:-1])
        first = reader.expression(tight=False)
        reader.expect(",")
        second = reader.whole()
        self.set(f"{name}_x", self.value(first, line))
        self.set(f"{name}_y", self.value(second, line))

    def function(self, line: Line, rest: tuple[Token, ...]) -> Value:
        """The result of a function whose arguments follow its name."""
        word = rest[0].text
        values = self.function_values(line, word, rest)
        try:
            if word in self.pairs:
                return self.define_pair(line, self.pairs[word](values))
            function = FUNCTIONS[word]
            if not function.least <= len(values) <= function.most:
                raise Problem(
                    "MK203",
                    f"{word} does not take {len(values)} arguments",
                    line.at(rest[0]),
                    f"write: {word} {function.form}",
                )
            return function.call(self.place(), values)
        except NotComputable as reason:
            raise Problem("MK204", str(reason), line.at(rest[0]), "check the values") from None

    def define_pair(self, line: Line, pair: tuple[float, float]) -> Value:
        """``p_x`` and ``p_y``; the name alone gets both as text."""
        name = line.tokens[0].text
        self.set(f"{name}_x", pair[0])
        self.set(f"{name}_y", pair[1])
        return f"{plain(pair[0])} {plain(pair[1])}"

    def function_values(self, line: Line, word: str, rest: tuple[Token, ...]) -> list[Value]:
        """The values of a function's arguments."""
        if word in SINGLE:
            return [self.value(self.parsed(line, rest[1:]), line)]
        if word in {"substr", "slice"}:
            return self.stretch(line, rest[1:])
        parsed = line.memo.get("arguments")
        if parsed is None:
            parsed = line.memo["arguments"] = Reader(line, rest[1:]).arguments()
        return [self.value(expression, line) for expression, _, _ in parsed]

    def stretch(self, line: Line, tokens: tuple[Token, ...]) -> list[Value]:
        """The arguments of substr, where a lone dash means the end."""
        reader = Reader(line, tokens)
        found = [self.value(reader.operand(tight=True), line)]
        while not reader.done:
            token = reader.tokens[reader.next]
            following = reader.tokens[reader.next + 1] if reader.next + 1 < len(reader.tokens) else None
            lone = token.text == "-" and (following is None or following.start > token.end)
            if lone or (token.text in {"beg", "end"} and token.text not in self.values):
                reader.next += 1
                found.append("-")
            else:
                found.append(self.value(reader.operand(tight=True), line))
        return found


def unknown_word(word: str, span: Span, known: list[str], what: str) -> Problem:
    """What to say about a word that is not in a set of words."""
    return Problem("MK202", f'there is no {what} "{word[:40]}"', span, advice(word, known, what=f"known {what}s"))
