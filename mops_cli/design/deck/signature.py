"""The forms of keywords: one line says what a keyword takes, and arguments are checked against it.

A form is written like ``text:t x:n y:n size:n | font:f color:c opacity:n link:t``: names with kinds, what may
be left out behind the bar. Kinds: ``n`` number, ``t`` text, ``b`` text of a block, ``w`` file name, ``c`` colour, ``g`` colour or
gradient, ``f`` font.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from mops_cli.design.deck.problems import Problem

if TYPE_CHECKING:
    from mops_cli.design.deck.run import Run
    from mops_cli.design.deck.syntax import Line
    from mops_cli.design.deck.values import Argument

Bound: TypeAlias = "list[str | float | None]"
Handler: TypeAlias = Callable[["Run", "Line", "Values"], None]
LARGEST = 1e9
_QUOTED = frozenset("tbwcgf")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a form."""

    name: str
    kind: str
    needed: bool

    @property
    def shown(self) -> str:
        """The argument in a form for people."""
        text = f'"{self.name}"' if self.kind in _QUOTED else self.name
        return text if self.needed else f"[{text}]"


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword: its form and what it does.

    ``again`` looks names up once more when it runs, ``rest`` allows any number of further arguments, and ``raw``
    leaves the reading of the line to the handler.
    """

    name: str
    parameters: tuple[Parameter, ...]
    handler: Handler
    again: bool = False
    rest: bool = False
    raw: bool = False

    @property
    def least(self) -> int:
        """How many arguments it needs."""
        return sum(parameter.needed for parameter in self.parameters)

    @property
    def form(self) -> str:
        """How it is written."""
        return " ".join([self.name, *(parameter.shown for parameter in self.parameters)]) + (
            " ..." if self.rest else ""
        )


def keyword(name: str, form: str, handler: Handler, *, again: bool = False) -> Keyword:
    """A keyword from its one-line form."""
    needed, _, optional = form.partition("|")
    rest = optional.rstrip().endswith("...") or needed.rstrip().endswith("...")
    found = []
    for part, must in ((needed, True), (optional, False)):
        for entry in part.replace("...", "").split():
            label, _, kind = entry.partition(":")
            found.append(Parameter(label, kind, must))
    return Keyword(name, tuple(found), handler, again, rest)


class Values:
    """The arguments of one statement by name: numbers, texts, or None when left out."""

    __slots__ = ("found", "rest", "word")

    def __init__(self, word: str, found: dict[str, float | str], rest: list[Argument]) -> None:
        self.word = word
        self.found = found
        self.rest = rest

    def number(self, name: str) -> float:
        """A number that is there."""
        found = self.found.get(name)
        return found if isinstance(found, float) else 0.0

    def optional(self, name: str) -> float | None:
        """A number that may be left out."""
        found = self.found.get(name)
        return found if isinstance(found, float) else None

    def default(self, name: str, value: float) -> float:
        """A number with a default."""
        found = self.found.get(name)
        return found if isinstance(found, float) else value

    def text(self, name: str, value: str = "") -> str:
        """A text with a default."""
        found = self.found.get(name)
        return found if isinstance(found, str) else value


def bind(run: Run, entry: Keyword, line: Line) -> Values:
    """Checks the arguments of a line against the form of its keyword."""
    if entry.raw:
        return Values(entry.name, {}, [])
    arguments = run.scope.arguments(line)
    count, most = len(arguments), len(entry.parameters)
    if count < entry.least or (count > most and not entry.rest and not run.rules.compat):
        what = "more" if count < entry.least else "fewer"
        span = line.span if count < entry.least else arguments[most].span
        raise Problem("MK203", f"{entry.name} takes {what} arguments", span, f"write: {entry.form}")
    if count > most and not entry.rest:
        arguments = arguments[: entry.least]
    found: dict[str, float | str] = {}
    for parameter, argument in zip(entry.parameters, arguments, strict=False):
        value = _read(run, entry, parameter, argument)
        if value is not None:
            found[parameter.name] = value
    return Values(entry.name, found, arguments[most:])


def _read(run: Run, entry: Keyword, parameter: Parameter, argument: Argument) -> float | str | None:
    """One argument as its kind."""
    if parameter.kind == "n":
        number = run.scope.number(argument, again=entry.again)
        if number is None and (parameter.needed or not run.rules.compat):
            shown = argument.raw[:40]
            advice = f"write: {entry.form}"
            raise Problem("MK205", f"{parameter.name} must be a number, not {shown}", argument.span, advice)
        if number is not None and abs(number) > LARGEST:
            raise Problem("MK205", f"{parameter.name} is too large", argument.span, "positions and sizes are percent")
        if number is not None and number <= 0 and parameter.name == "size" and not run.rules.compat:
            raise Problem("MK205", "size must be above 0", argument.span, f"write: {entry.form}")
        return number
    if parameter.kind == "w":
        return run.scope.name(argument) or _no_file(parameter, argument)
    text = run.scope.text(argument)
    if parameter.kind == "b" and run.rules.compat and not argument.raw.startswith('"'):
        # The old tools take off the straight quotes of a block only.
        text = argument.raw
    run.steps += len(text or "") >> 6
    if text is None:
        raise Problem("MK205", f"{parameter.name} must be a text", argument.span, f"write: {entry.form}")
    if parameter.kind in "tb" or run.rules.compat:
        return text
    return run.look(parameter.kind, text, argument.span)


def _no_file(parameter: Parameter, argument: Argument) -> str:
    raise Problem(
        "MK205",
        f"{parameter.name} must be a file name in quotes, not {argument.raw[:40]}",
        argument.span,
        'write: "data/file.csv"',
    )
