"""What a model expects at a key path: keys, choices, descriptions."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from msgspec import inspect

from mops_cli.model.values import HINTS

if TYPE_CHECKING:
    from mops_cli.model.base import Model
    from mops_cli.model.source import Key


class Shape:
    """A model seen along key paths."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model

    def keys(self, path: tuple[Key, ...]) -> list[str]:
        """Valid keys of the mapping at ``path``."""
        return sorted({field.encode_name for kind in self._at(path) for field in _fields(kind)})

    def choices(self, path: tuple[Key, ...]) -> list[str]:
        """Valid words of the value at ``path``, when it is one of a few."""
        words = [kind.values for kind in self._at(path) if isinstance(kind, inspect.LiteralType)]
        return [str(word) for values in words for word in values]

    def description(self, path: tuple[Key, ...]) -> str:
        """What the field at ``path`` means."""
        for kind in self._at(path[:-1]):
            for field in _fields(kind):
                if field.encode_name == path[-1] and isinstance(field.type, inspect.Metadata):
                    return str((field.type.extra_json_schema or {}).get("description", ""))
        return ""

    def owner_of(self, name: str) -> str:
        """The dotted place where ``name`` is a key, e.g. ``channels.email``; "" when there is none."""
        return _owners(self.model).get(name, "")

    @staticmethod
    def pattern_hint(pattern: str) -> str:
        """What a pattern asks for, in words."""
        return HINTS.get(pattern, f"it must match {pattern}")

    def _at(self, path: tuple[Key, ...]) -> list[inspect.Type]:
        """The possible types at a path."""
        here = members(type_of(self.model))
        for key in path:
            here = [member for kind in here for inner in _below(kind, key) for member in members(inner)]
        return here


@cache
def type_of(model: type[Model]) -> inspect.Type:
    """The model as msgspec understands it."""
    return inspect.type_info(model)


def members(kind: inspect.Type) -> list[inspect.Type]:
    """The members of a union; a lone type is its only member. Descriptions are taken off."""
    if isinstance(kind, inspect.Metadata):
        return members(kind.type)
    if isinstance(kind, inspect.UnionType):
        return [inner for member in kind.types for inner in members(member)]
    return [kind]


@cache
def _owners(model: type[Model]) -> dict[str, str]:
    """The nearest place of every key below the top."""
    found: dict[str, str] = {}
    waiting: list[tuple[str, inspect.Type]] = [("", type_of(model))]
    seen: set[type] = set()
    while waiting:
        prefix, current = waiting.pop(0)
        if not isinstance(current, inspect.StructType) or current.cls in seen:
            continue
        seen.add(current.cls)
        for field in current.fields:
            if prefix:
                found.setdefault(field.encode_name, prefix.lstrip("."))
            waiting.extend((f"{prefix}.{field.encode_name}", member) for member in members(field.type))
    return found


def _fields(kind: inspect.Type) -> tuple[inspect.Field, ...]:
    return kind.fields if isinstance(kind, inspect.StructType) else ()


def _below(kind: inspect.Type, key: Key) -> list[inspect.Type]:
    """The types one key further."""
    if isinstance(kind, inspect.StructType):
        return [field.type for field in kind.fields if field.encode_name == key]
    if isinstance(kind, inspect.DictType):
        return [kind.value_type]
    if isinstance(kind, inspect.VarTupleType) and isinstance(key, int):
        return [kind.item_type]
    if isinstance(kind, inspect.TupleType) and isinstance(key, int) and key < len(kind.item_types):
        return [kind.item_types[key]]
    return []
