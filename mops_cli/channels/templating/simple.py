"""Expressions of the usual shape, answered without Jinja: ``contact.first_name | default('friend') | upper``.

Most tags are a path with filters, or an address of ours. They are read by one pattern and answered by plain
functions, with the same results as Jinja (a test compares them); everything else goes to Jinja.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from mops_cli.channels.templating import filters, running
from mops_cli.channels.templating.escapes import ESCAPES
from mops_cli.channels.templating.faults import Missing
from mops_cli.channels.templating.running import RUN, LinkRoot

if TYPE_CHECKING:
    from collections.abc import Callable

    Names = dict[str, Any]
    Answer = Callable[[Names], Any]

_TEXT = r"""'[^'\\\n]*'|"[^"\\\n]*\""""
_LITERAL = rf"(?:{_TEXT}|\d{{1,9}})"
_PATH = r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)*"
_CHAIN = rf"(?:\s*\|\s*[a-z]+(?:\(\s*(?:{_LITERAL}(?:\s*,\s*{_LITERAL})*)?\s*\))?)*"
_EXPRESSION = re.compile(
    rf"\s*(?P<open>\()?\s*(?P<base>{_PATH}(?:\((?P<key>{_LITERAL})\))?|{_TEXT})(?P<inner>{_CHAIN})\s*(?(open)\))(?P<outer>{_CHAIN})\s*\Z"
)
_FILTER = re.compile(rf"\|\s*([a-z]+)(?:\(\s*((?:{_LITERAL}(?:\s*,\s*{_LITERAL})*)?)\s*\))?")
_ARGUMENT = re.compile(_LITERAL)
_COMPARISON = re.compile(rf"\s*(?P<path>{_PATH})\s*(?P<operator>==|!=)\s*(?P<right>{_LITERAL})\s*\Z")
_NOT = re.compile(r"\s*not\s+(?=[A-Za-z])")
_WORDS = frozenset({"and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None"})
_OURS = frozenset({"loop", "self", "super", "caller", "varargs", "kwargs", "range", "plural", "t"})


class Simple(NamedTuple):
    """An answered expression: its function, and the recipient-time names it uses."""

    answer: Answer
    names: frozenset[str]


class Absent(NamedTuple):
    """A name that is not there; a fault as soon as anything but ``default`` touches it."""

    name: str
    owner: str
    known: tuple[str, ...]

    def fault(self) -> Missing:
        """What to raise."""
        return Missing(self.name, self.owner, self.known)


@lru_cache(maxsize=8192)
def expression(source: str) -> Simple | None:
    """The answer to an expression of the usual shape; None when it is not one."""
    match = _EXPRESSION.match(source)
    if match is None:
        return None
    base = _base(match)
    if base is None:
        return None
    answer = base.answer
    certain = False  # whether the answer so far is there for sure
    for name, written in _FILTER.findall(match["inner"] + match["outer"]):
        made = _filtered(answer, name, tuple(_value(one) for one in _ARGUMENT.findall(written)), certain=certain)
        if made is None:
            return None
        answer, certain = made, True
    return Simple(answer, base.names)


def is_sound(source: str) -> bool:
    """Whether an author's expression is of the usual shape, with filters that authors may use."""
    if expression(source) is None:
        return False
    match = _EXPRESSION.match(source)
    return match is not None and all(
        name in filters.RECIPIENT for name, _ in _FILTER.findall(match["inner"] + match["outer"])
    )


@lru_cache(maxsize=4096)
def condition(source: str) -> Simple | None:
    """The answer to ``path``, ``not path`` and ``path == literal``; None for everything else."""
    compared = _COMPARISON.match(source)
    if compared is not None:
        base = _path(compared["path"])
        return Simple(_compared(base.answer, compared), base.names) if base else None
    negated = _NOT.match(source)
    base = expression(source[negated.end() :] if negated else source)
    if base is None:
        return None
    ask, wanted = base.answer, negated is None
    return Simple(lambda names: bool(there(ask(names))) is wanted, base.names)


def _compared(ask: Answer, match: re.Match[str]) -> Answer:
    right, equal = _value(match["right"]), match["operator"] == "=="
    return lambda names: (running.known(there(ask(names))) == right) is equal


def there(value: Any) -> Any:
    """The value, if it is there."""
    if type(value) is Absent:
        raise value.fault()
    return value


def _base(match: re.Match[str]) -> Simple | None:
    base, key = match["base"], match["key"]
    if base[0] in "'\"":
        text = base[1:-1]
        return Simple(lambda _names: text, frozenset())
    if key is None:
        return _path(base)
    path = base[: -len(key) - 2]
    owner, _, name = path.partition(".")
    if owner != "links" or name not in LinkRoot.NAMES:
        return None
    argument = _value(key)
    return Simple(lambda names: _link(names, name, argument), frozenset({path}))


def _link(names: Names, name: str, argument: object) -> object:
    call = there(_member(_root(names, "links"), name))
    return call(argument) if isinstance(call, running.LinkCall) else call


def _path(path: str) -> Simple | None:
    root, *parts = path.split(".")
    if root in _WORDS or root in _OURS:
        return None
    if not parts:
        return Simple(lambda names: _root(names, root), frozenset({root}))
    if len(parts) == 1:
        return Simple(_part(root, parts[0]), frozenset({path}))

    def walk(names: Names) -> object:
        value = _root(names, root)
        for part in parts:
            value = _member(value, part)
        return value

    return Simple(walk, frozenset({path}))


def _part(root: str, name: str) -> Answer:
    """``contact.name``, by far the most usual: without a detour when the owner is plain data and has it."""

    def answer(names: Names) -> object:
        value = names.get(root)
        if type(value) is dict and name in value:
            return value[name]
        return _member(_root(names, root), name)

    return answer


def _root(names: Names, name: str) -> object:
    if name in names:
        return names[name]
    return Absent(name, "", ())


def _member(value: object, name: str) -> object:
    if type(value) is dict and name in value:
        return value[name]
    found, part = running.member(there(value), name)
    return part if found else Absent(name, "this object", part)  # type: ignore[arg-type]


def _filtered(ask: Answer, name: str, args: tuple[Any, ...], *, certain: bool) -> Answer | None:
    """The filter ``name`` after ``ask``; None when it is not one of the plain ones. ``certain``: it is never absent."""
    if name in ("default", "d"):
        return _default(ask, args[0] if args else "") if len(args) < 2 else None
    if name in ESCAPES:
        escape = ESCAPES[name]
        if args:
            return None
        return (lambda names: escape(ask(names))) if certain else (lambda names: escape(there(ask(names))))
    if name in filters.COMMON:
        function = filters.COMMON[name]
        return lambda names: running.filtered(name, function, there(ask(names)), args, {})
    if name in filters.FORMATS:
        return lambda names: running.filtered(name, getattr(RUN.get().formatter, name), there(ask(names)), args, {})
    return None


def _default(ask: Answer, fallback: object) -> Answer:
    def answer(names: Names) -> object:
        value = ask(names)
        return fallback if value is None or value == "" or type(value) is Absent else value

    return answer


def _value(literal: str) -> str | int:
    return int(literal) if literal.isdigit() else literal[1:-1]
