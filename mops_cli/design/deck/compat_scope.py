"""Variables and values as the old tools read them: words, replaced once, with their quotes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.design.deck.functions import FUNCTIONS, OPERATIONS, NotComputable, Place, fill, operate, part
from mops_cli.design.deck.numerals import read_number, shortest
from mops_cli.design.deck.problems import Problem
from mops_cli.design.deck.values import MAX_TEXT, Argument, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.design.deck.open_scope import PairFunction
    from mops_cli.design.deck.syntax import Line

_QUOTES = frozenset("\"`'")


@dataclass(slots=True)
class CompatScope:
    """The variables of a run as text. ``fixed`` holds the words of lines whose values are frozen by a loop."""

    place: Callable[[], Place]
    pairs: dict[str, PairFunction] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    fixed: dict[int, list[str]] = field(default_factory=dict)
    cost: int = 0

    def names(self) -> list[str]:
        """The variables that there are."""
        return list(self.values)

    def get(self, name: str) -> Value | None:
        """The value of a variable, as a number or a text without quotes."""
        raw = self.values.get(name)
        return None if raw is None else bare(raw)

    def set(self, name: str, value: Value) -> None:
        """Gives a variable a value."""
        self.values[name] = f'"{value}"' if isinstance(value, str) else shortest(value, 6)

    def words(self, line: Line) -> list[str]:
        """The words of a line after variables have been put in."""
        fixed = self.fixed.get(id(line))
        if fixed is not None:
            return fixed
        values = self.values
        first, *rest = (token.text for token in line.tokens)
        return [first, *(values.get(word, word) for word in rest)]

    def arguments(self, line: Line) -> list[Argument]:
        """The arguments after a keyword."""
        tokens = line.tokens
        return [
            Argument(line, tokens[index].start, tokens[index].end, word)
            for index, word in enumerate(self.words(line))
            if index
        ]

    def number(self, argument: Argument, *, again: bool = False) -> float | None:
        """The number that a word spells."""
        return read_number(self.values.get(argument.raw, argument.raw) if again else argument.raw)

    def text(self, argument: Argument) -> str | None:
        """A word without its first and last character, which should be quotes."""
        return argument.raw[1:-1] if len(argument.raw) > 2 else ""

    def name(self, argument: Argument) -> str | None:
        """A file name in quotes."""
        raw = self.values.get(argument.raw, argument.raw)
        return raw[1:-1] if len(raw) > 2 and (raw[0] in _QUOTES or raw[-1] in _QUOTES) else None

    def fail(self, line: Line, message: str, advice: str = "") -> Problem:
        """A problem with a whole line."""
        return Problem("MK204", message, line.span, advice)

    def value(self, line: Line, word: str) -> float:
        """The number of a word, a variable looked up once more."""
        found = read_number(self.values.get(word, word))
        if found is None:
            raise self.fail(line, f"{word[:40]} is not a number")
        return found

    def assign(self, line: Line) -> None:
        """Carries out an assignment."""
        words = self.words(line)
        try:
            if words[1] in OPERATIONS:
                left, right = self.value(line, words[0]), self.value(line, words[3])
                self.values[words[0]] = shortest(operate(words[1], left, right), 6)
            elif len(words) < 3:
                raise self.fail(line, "the value is missing")
            elif len(words) == 3:
                self.values[words[0]] = words[2]
            else:
                self.compute(line, words)
        except NotComputable as reason:
            raise self.fail(line, str(reason)) from None

    def compute(self, line: Line, words: list[str]) -> None:
        """An assignment whose right side is more than one word."""
        name, function = words[0], words[2]
        if function == "(":
            self.assign_pair(line, words)
        elif function in {"format", "sprint"}:
            self.values[name] = self.formatted(line, words)[:MAX_TEXT]
            self.cost += len(self.values[name]) >> 6
        elif function in {"substr", "slice"}:
            self.values[name] = self.stretch(line, words)
        elif function in self.pairs:
            x, y = self.pairs[function](self.coordinates(line, words[3:]))
            self.values[f"{name}_x"], self.values[f"{name}_y"] = shortest(x, 6), shortest(y, 6)
        elif function in FUNCTIONS:
            self.values[name] = self.called(line, words)
        else:
            self.values[name] = shortest(self.operation(line, words[2:5]), 6)

    def operation(self, line: Line, words: list[str]) -> float:
        """Two words and a sign."""
        if len(words) != 3 or words[1] not in OPERATIONS:
            raise self.fail(line, "this is not a value or one operation of two values", "write: v=a+b")
        return operate(words[1], self.value(line, words[0]), self.value(line, words[2]))

    def single(self, line: Line, words: list[str]) -> float:
        """A value or one operation."""
        return self.value(line, words[0]) if len(words) == 1 else self.operation(line, words)

    def called(self, line: Line, words: list[str]) -> str:
        """The result of a function as text."""
        function, rest = FUNCTIONS[words[2]], words[3:]
        if function.most == 1:
            values: list[Value] = [self.single(line, rest)]
        elif len(rest) < function.least or (len(rest) > function.most and words[2] != "vmap"):
            raise self.fail(
                line, f"{words[2]} does not take {len(rest)} arguments", f"write: v={words[2]} {function.form}"
            )
        else:
            values = [self.value(line, word) for word in rest]
        result = function.call(self.place(), values)
        return shortest(result, 6) if isinstance(result, float) else str(result)

    def assign_pair(self, line: Line, words: list[str]) -> None:
        """``p=(x,y)``."""
        if words[-1] != ")" or "," not in words or len(words) not in {7, 9, 11}:
            raise self.fail(line, "this is not a pair of coordinates", "write: p=(x,y)")
        comma = words.index(",")
        for suffix, side in (("_x", words[3:comma]), ("_y", words[comma + 1 : -1])):
            if len(side) == 1:
                self.values[words[0] + suffix] = side[0]
            else:
                self.values[words[0] + suffix] = shortest(self.operation(line, side), 6)

    def formatted(self, line: Line, words: list[str]) -> str:
        """The format function; the template keeps its quotes."""
        rest = words[4:]
        if not 1 <= len(rest) <= 5:
            raise self.fail(line, "format takes one to five numbers", 'write: v=format "%.2f" a')
        if len(rest) == 3 and rest[1] in OPERATIONS:
            numbers = [self.operation(line, rest)]
        else:
            numbers = [self.value(line, word) for word in rest]
        return fill(words[3], numbers)

    def stretch(self, line: Line, words: list[str]) -> str:
        """The substr function."""
        if len(words) != 6:
            raise self.fail(line, "substr takes a text, a beginning and an end", "write: v=substr s 0 4")
        source = self.values.get(words[3], words[3])
        ends = [None if word in {"-", "beg", "end"} else int(self.value(line, word)) for word in words[4:6]]
        # The old tools count bytes: one Latin-1 character stands for each of them.
        encoded = source[1:-1].encode().decode("latin-1") if len(source) > 1 else ""
        cut = part(encoded, ends[0], ends[1]).encode("latin-1").decode(errors="replace")
        return f'"{cut}"'

    def coordinates(self, line: Line, words: list[str]) -> list[Value]:
        """Words for a function of places; a sign belongs to the number after it."""
        found: list[Value] = []
        for word in joined_signs(words):
            raw = self.values.get(word, word)
            number = read_number(raw)
            found.append(number if number is not None else bare(raw))
        return found


def joined_signs(words: list[str]) -> list[str]:
    """Words with every lone sign put before the number after it."""
    found: list[str] = []
    sign = ""
    for word in words:
        if word in {"-", "+"} and not sign:
            sign = word
            continue
        found.append(sign + word)
        sign = ""
    return [*found, sign] if sign else found


def bare(raw: str) -> Value:
    """A word as a value: a number, or a text without quotes."""
    found = read_number(raw)
    if found is not None:
        return found
    return raw[1:-1] if len(raw) > 1 and raw[0] in _QUOTES and raw[-1] == raw[0] else raw
