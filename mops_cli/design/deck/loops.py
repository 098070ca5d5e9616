"""The values that a loop goes through, in both modes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.design.deck.expressions import Reader
from mops_cli.design.deck.lexer import STRING
from mops_cli.design.deck.numerals import read_number, shortest
from mops_cli.design.deck.problems import Problem
from mops_cli.design.deck.records import read_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mops_cli.design.deck.compat_scope import CompatScope
    from mops_cli.design.deck.lexer import Token
    from mops_cli.design.deck.open_scope import OpenScope
    from mops_cli.design.deck.run import Run
    from mops_cli.design.deck.syntax import Line
    from mops_cli.design.deck.values import Value

_FORM = 'write: for v=1 10 2, for v=["a" "b"], for v=(1 5 9) for v="file" or for p in "file.csv"'


def _bad(line: Line) -> Problem:
    return Problem("MK109", "this is not a loop", line.span, _FORM)


def compat_rounds(run: Run, scope: CompatScope, line: Line, words: list[str]) -> Iterable[str]:
    """The word that stands for the loop's variable in each round."""
    count = len(words)
    if count < 4 or words[2] != "=":
        raise _bad(line)
    if words[3] == "[" and words[-1] == "]":
        return [f'"{word}"' for word in words[4:-1]]
    if words[3] == "(" and words[-1] == ")":
        return words[4:-1]
    if count == 4 and len(words[3]) > 2 and words[3][0] == words[3][-1] == '"':
        _, rows = run.files.lines(words[3][1:-1], line.path, line.span)
        return [f'"{row}"' for row in rows]
    numbers = [read_number(word) for word in words[3:]]
    if count not in {5, 6} or any(number is None for number in numbers):
        raise _bad(line)
    values = [number or 0.0 for number in numbers]
    return _compat_count(values[0], values[1], values[2] if count == 6 else 1.0)


def _compat_count(value: float, end: float, step: float) -> Iterator[str]:
    while value <= end:
        yield shortest(value, 6)
        value += step


def open_rounds(run: Run, scope: OpenScope, line: Line) -> Iterable[Value]:
    """The value of the loop's variable in each round."""
    tokens = line.tokens
    if len(tokens) < 4 or tokens[1].kind != "name" or tokens[2].text != "=":
        raise _bad(line)
    rest = tokens[3:]
    listed = _listed(rest)
    if listed is not None:
        return [scope.value(expression, line) for expression, _, _ in Reader(line, listed).arguments()]
    values = [scope.value(expression, line) for expression, _, _ in Reader(line, rest).arguments()]
    if len(values) == 1 and isinstance(values[0], str) and (rest[0].kind == STRING or len(rest) == 1):
        return list(run.files.lines(values[0], line.path, line.span)[1])
    numbers = [read_number(value) if isinstance(value, str) else value for value in values]
    if len(numbers) not in {2, 3} or any(number is None for number in numbers):
        raise _bad(line)
    begin, end, *more = (number or 0.0 for number in numbers)
    step = more[0] if more else 1.0
    if step == 0:
        raise Problem("MK109", "the step of a loop must not be 0", line.span, _FORM)
    return _count(begin, end, step)


def record_rounds(run: Run, scope: OpenScope, line: Line) -> Iterable[dict[str, Value]] | None:
    """The records of ``for p in "file"``; None for the other loops."""
    tokens = line.tokens
    if len(tokens) < 4 or tokens[2].text != "in" or tokens[1].kind != "name":
        return None
    name = scope.value(Reader(line, tokens[3:]).whole(), line)
    if not isinstance(name, str):
        raise _bad(line)
    return read_records(run, name, line)


def _listed(rest: tuple[Token, ...]) -> tuple[Token, ...] | None:
    """What stands between the brackets of a list."""
    if rest[0].text == "[" and rest[-1].text == "]":
        return rest[1:-1]
    if rest[0].text != "(" or rest[-1].text != ")":
        return None
    depth = 0
    for token in rest[:-1]:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0:
            return None
    return rest[1:-1]


def _count(begin: float, end: float, step: float) -> Iterator[float]:
    """From begin to end with the end included, also when adding steps misses it by a hair."""
    slack = abs(step) * 1e-9
    index = 0
    while True:
        value = begin + index * step
        if (step > 0 and value > end + slack) or (step < 0 and value < end - slack):
            return
        yield value
        index += 1
