"""What a template may reach while it runs: its bounds, its formatter, its hooks."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mops_cli.channels.templating.escapes import Address
from mops_cli.channels.templating.expressions import Expression, Markup, literal
from mops_cli.channels.templating.faults import Missing, Refusal
from mops_cli.channels.templating.filters import MAX_TEXT, RECIPIENT
from mops_cli.channels.templating.formats import Formatter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MAX_STEPS = 100_000
"""Turns of all loops of one rendering together."""
MAX_RANGE = 10_000
MAX_OUTPUT = 4_000_000
"""Characters of one rendering."""


@dataclass(slots=True)
class Run:
    """One rendering. ``printed`` and ``load`` exist in the build stage only."""

    formatter: Formatter = field(default_factory=Formatter)
    steps: int = MAX_STEPS
    printed: Callable[[object], str] | None = None
    load: Callable[[str], Any] | None = None
    missing: Callable[[Missing], None] | None = None
    hits: set[int] | None = None

    def step(self) -> None:
        """Count one turn of a loop."""
        self.steps -= 1
        if self.steps < 0:
            raise Refusal("MT107", f"the loops of this template turn more than {MAX_STEPS:,} times", "loop over less")


RUN: ContextVar[Run] = ContextVar("mops_template_run")


class Node(dict[str, Any]):
    """A mapping that prints something itself (a token with parts of its own)."""

    __slots__ = ("shown", "what")

    def __init__(self, values: dict[str, Any], shown: str | None = None, what: str = "") -> None:
        super().__init__(values)
        self.shown = shown
        self.what = what

    def __str__(self) -> str:
        return self.shown if self.shown is not None else dict.__str__(self)


class LinkRoot:
    """``links`` as templates see it; every address is marked as ours."""

    __slots__ = ("_links",)
    NAMES = ("asset", "click", "preferences", "short", "unsubscribe", "view")

    def __init__(self, links: object) -> None:
        self._links = links

    def member(self, name: str) -> object:
        """An address, or the function that gives one."""
        found = getattr(self._links, name)
        if not callable(found):
            return Address(found)
        return LinkCall(found)


class LinkCall:
    """``links.click``, ``links.asset``, ``links.short``."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[Any], str]) -> None:
        self._make = make

    def __call__(self, key: object) -> Address:
        """The address."""
        return Address(self._make(key))


class Callable_:  # noqa: N801
    """A function that templates may call."""

    __slots__ = ("_function",)

    def __init__(self, function: Callable[..., object]) -> None:
        self._function = function

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Call the function."""
        return self._function(*args, **kwargs)


def bounded_range(*args: object) -> range:
    """``range`` with an end in sight."""
    if not args or not all(isinstance(one, int) for one in args):
        raise Refusal("MT107", "`range` takes whole numbers", word="range")
    made = range(*(one for one in args if isinstance(one, int)))
    if abs(made.stop - made.start) // abs(made.step) > MAX_RANGE:
        raise Refusal("MT107", f"`range` gives at most {MAX_RANGE:,} numbers", "loop over less", word="range")
    return made


def _plural(value: object, ordinal: bool = False, locale: str = "") -> str:
    return RUN.get().formatter.plural(value, ordinal=ordinal, locale=locale)


FUNCTIONS: dict[str, Any] = {"range": Callable_(bounded_range), "plural": Callable_(_plural)}
"""What every template may call."""


def each(values: Iterable[object]) -> Iterator[object]:
    """What a loop goes over, counted; what has no items is refused."""
    if isinstance(values, Expression):
        raise Refusal(
            "MT208",
            f"`{values.source}` is known only when a person is, so it cannot be looped over while building",
            f"write `{{% for item in [[ … ]] %}}` with recipient-time tags: {{% for item in {values.source} %}} … {{% endfor %}}",
        )
    if values is None or isinstance(values, str | int | float | bool):
        shown = "nothing (none)" if values is None else "a text" if isinstance(values, str) else "a number"
        raise Refusal(
            "MT205",
            f"a loop needs a list, not {shown}",
            "loop over a list; for a field that may be empty write `| default([])`",
        )
    run = RUN.get()
    return _counted(values, run)


def _counted(values: Iterable[object], run: Run) -> Iterator[object]:
    for value in values:
        run.step()
        yield value


def known(value: object) -> object:
    """A value that something is to be decided by now; an expression has none yet."""
    if isinstance(value, Expression):
        raise Refusal(
            "MT208",
            f"`{value.source}` is known only when a person is, so nothing can be decided by it while building",
            f"decide with recipient-time tags: {{% if {value.source} … %}} … {{% endif %}}",
        )
    return value


def member(value: object, name: str) -> tuple[bool, object]:
    """What ``value.name`` gives: found or not, and the thing. Only data is reachable, never Python."""
    if isinstance(value, dict):
        if name in value:
            return True, value[name]
        dashed = name.replace("_", "-")
        return (True, value[dashed]) if dashed in value else (False, tuple(map(str, value)))
    if isinstance(value, Expression):
        return True, Expression(f"{value.grouped}.{name}", value.span)
    if isinstance(value, LinkRoot):
        return (True, value.member(name)) if name in LinkRoot.NAMES else (False, LinkRoot.NAMES)
    return False, ()


def item(value: object, key: object) -> tuple[bool, object]:
    """What ``value[key]`` gives."""
    if isinstance(value, Expression):
        return True, Expression(f"{value.grouped}[{literal(key)}]", value.span)
    if isinstance(value, dict) and not isinstance(key, str):
        return (True, value[key]) if _hashable(key) and key in value else (False, tuple(map(str, value)))
    if isinstance(value, list | tuple | str | range) and isinstance(key, int | slice):
        try:
            return True, value[key]
        except (IndexError, ValueError):
            return False, ()
    return member(value, key) if isinstance(key, str) else (False, ())


def _hashable(key: object) -> bool:
    return not isinstance(key, list | dict | Expression)


def joined(parts: tuple[object, ...]) -> str:
    """``a ~ b``: finished text and expressions keep their slots."""
    run = RUN.get()
    if run.printed is not None and any(isinstance(one, Expression) or hasattr(one, "__html__") for one in parts):
        return Markup("".join(run.printed(one) for one in parts))
    text = "".join("" if one is None else str(one) for one in parts)
    if len(text) > MAX_TEXT:
        raise Refusal("MT107", "the text becomes too long", "repeat less")
    return text


def operated(operator: str, left: object, right: object, compute: Callable[[], object]) -> object:
    """A binary operation within bounds."""
    for side in (left, right):
        if isinstance(side, Expression):
            known(side)
        if hasattr(side, "__html__"):
            raise Refusal(
                "MT207",
                "finished text cannot be computed with",
                "compute with the values, before they are put into text",
            )
    if operator == "**" and (not _small(left, 10_000) or not _small(right, 64)):
        raise Refusal("MT107", "the power is too large")
    if operator == "*" and any(isinstance(one, str | list | tuple) for one in (left, right)):
        raise Refusal("MT107", "only numbers are multiplied", "repeat with a loop")
    if operator == "%" and isinstance(left, str):
        raise Refusal("MT206", "`%` computes a remainder", "join texts with `~`")
    for side in (left, right):
        if isinstance(side, int) and side.bit_length() > 512:
            raise Refusal("MT107", "the number is too large")
    result = compute()
    if isinstance(result, str | list) and len(result) > MAX_TEXT:
        raise Refusal("MT107", "the text becomes too long")
    return result


def _small(value: object, limit: int) -> bool:
    return isinstance(value, int | float) and abs(value) <= limit


def filtered(
    name: str, function: Callable[..., object], value: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    """Apply a filter; over an expression it gives a longer expression."""
    if isinstance(value, Expression):
        return _later(name, value, args, kwargs)
    if hasattr(value, "__html__") and name not in ("default", "d"):
        raise Refusal(
            "MT207",
            f"`{name}` cannot change finished text that holds tags",
            "apply the filter to the value inside it",
            word=name,
        )
    try:
        return function(value, *args, **kwargs)
    except TypeError as problem:
        raise Refusal(
            "MT206", f"`{name}` cannot be applied like this: {_plain_reason(problem)}", word=name
        ) from problem


def _plain_reason(problem: TypeError) -> str:
    text = str(problem)
    return text.split("() ", 1)[-1]


def _later(name: str, value: Expression, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Expression:
    if name not in RECIPIENT:
        raise Refusal(
            "MT208", f"`{name}` works while building, and `{value.source}` is known only when a person is", word=name
        )
    parts = [literal(one) or "none" for one in args] + [f"{key}={literal(one)}" for key, one in kwargs.items()]
    call = f"({', '.join(parts)})" if parts else ""
    return Expression(f"{value.grouped} | {name}{call}", value.span, value.items)
