"""All mistakes in a file's data at once.

msgspec reads data into a model quickly and stops at the first mistake; when it has stopped, this walk along the same
types finds every one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from msgspec import inspect

from mops_cli.content.shape import members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.model.source import Key

Kind = Literal["unknown", "missing", "name", "type", "choice", "low", "high", "pattern", "length"]


class Mistake(NamedTuple):
    """One mistake. ``keys`` is its place in the data; ``wanted`` are kinds of values, words, a pattern or a limit."""

    kind: Kind
    keys: tuple[Key, ...]
    value: object
    wanted: tuple[Any, ...] = ()


def mistakes(kind: inspect.Type, value: object, keys: tuple[Key, ...] = ()) -> Iterator[Mistake]:
    """Everything that keeps ``value`` from being of this type."""
    options = members(kind)
    option = next((option for option in options if _fits(option, value)), None)
    if option is None:
        yield _misfit(options, value, keys)
    elif isinstance(option, inspect.StructType) and isinstance(value, dict):
        yield from _record(option, value, keys)
    elif isinstance(option, inspect.DictType) and isinstance(value, dict):
        for name, inner in value.items():
            yield from (Mistake("name", (*keys, name), name, m.wanted) for m in mistakes(option.key_type, name))
            yield from mistakes(option.value_type, inner, (*keys, name))
    elif isinstance(value, list):
        yield from _entries(option, value, keys)
    else:
        yield from _limits(option, value, keys)


def _misfit(options: list[inspect.Type], value: object, keys: tuple[Key, ...]) -> Mistake:
    """None of the types takes a value of this kind."""
    words = [word for option in options if isinstance(option, inspect.LiteralType) for word in option.values]
    if words and not isinstance(value, dict | list):
        return Mistake("choice", keys, value, tuple(words))
    return Mistake("type", keys, value, tuple(dict.fromkeys(name for o in options if (name := _name(o)))))


def _entries(kind: inspect.Type, value: list[object], keys: tuple[Key, ...]) -> Iterator[Mistake]:
    if isinstance(kind, inspect.VarTupleType):
        for number, inner in enumerate(value):
            yield from mistakes(kind.item_type, inner, (*keys, number))
    elif isinstance(kind, inspect.TupleType):
        if len(value) != len(kind.item_types):
            yield Mistake("length", keys, value, (len(kind.item_types),))
        for number, (inner_kind, inner) in enumerate(zip(kind.item_types, value, strict=False)):
            yield from mistakes(inner_kind, inner, (*keys, number))


def _record(kind: inspect.StructType, value: dict[str, object], keys: tuple[Key, ...]) -> Iterator[Mistake]:
    known = {field.encode_name: field for field in kind.fields}
    for name, inner in value.items():
        if name in known:
            yield from mistakes(known[name].type, inner, (*keys, name))
        else:
            yield Mistake("unknown", (*keys, name), inner)
    for name, field in known.items():
        if field.required and name not in value:
            yield Mistake("missing", keys, None, (name,))


def _limits(kind: inspect.Type, value: object, keys: tuple[Key, ...]) -> Iterator[Mistake]:
    """A single value that is of the right kind and all the same not acceptable."""
    if isinstance(kind, inspect.StrType) and kind.pattern and not re.search(kind.pattern, str(value)):
        yield Mistake("pattern", keys, value, (kind.pattern,))
    if isinstance(kind, inspect.IntType | inspect.FloatType) and isinstance(value, int | float):
        if kind.ge is not None and value < kind.ge:
            yield Mistake("low", keys, value, (kind.ge,))
        if kind.le is not None and value > kind.le:
            yield Mistake("high", keys, value, (kind.le,))


_KINDS: tuple[tuple[type[inspect.Type], type | tuple[type, ...], str], ...] = (
    (inspect.StrType, str, "string"),
    (inspect.BoolType, bool, "bool"),
    (inspect.IntType, int, "int"),
    (inspect.FloatType, (int, float), "float"),
    (inspect.StructType, dict, "mapping"),
    (inspect.DictType, dict, "mapping"),
    (inspect.VarTupleType, list, "list"),
    (inspect.TupleType, list, "list"),
    (inspect.NoneType, type(None), ""),
    (inspect.CustomType, object, "value"),
)


def _fits(kind: inspect.Type, value: object) -> bool:
    """Whether the value is of this kind, whatever may be wrong inside of it. True and false are no numbers."""
    if isinstance(kind, inspect.LiteralType):
        return isinstance(value, str | int) and value in kind.values
    for known, accepted, _ in _KINDS:
        if isinstance(kind, known):
            number = isinstance(kind, inspect.IntType | inspect.FloatType)
            return isinstance(value, accepted) and not (number and isinstance(value, bool))
    return False


def _name(kind: inspect.Type) -> str:
    return next((name for known, _, name in _KINDS if isinstance(kind, known)), "")
