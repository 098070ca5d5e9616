"""What a model expects at a key path: keys, choices, descriptions."""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from mops_cli.model.values import HINTS

if TYPE_CHECKING:
    from mops_cli.model.source import Key


class Shape:
    """A model seen along key paths."""

    def __init__(self, model: type[BaseModel]) -> None:
        self.model = model

    def keys(self, path: tuple[Key, ...]) -> list[str]:
        """Valid keys of the mapping at ``path``."""
        return sorted({name for annotation in self._at(path) for name in _field_names(annotation)})

    def choices(self, path: tuple[Key, ...]) -> list[str]:
        """Valid words of the value at ``path``, when it is one of a few."""
        words: list[str] = []
        for annotation in self._at(path):
            if get_origin(annotation) is Literal:
                words.extend(str(word) for word in get_args(annotation))
        return words

    def description(self, path: tuple[Key, ...]) -> str:
        """What the field at ``path`` means."""
        for annotation in self._at(path[:-1]):
            if _is_model(annotation):
                for name, field in annotation.model_fields.items():
                    if path[-1] in (name, field.alias) and field.description:
                        return str(field.description)
        return ""

    @staticmethod
    def pattern_hint(pattern: str) -> str:
        """What a pattern asks for, in words."""
        return HINTS.get(pattern, f"it must match {pattern}")

    def _at(self, path: tuple[Key, ...]) -> list[Any]:
        """The possible annotations at a path."""
        here = _members(self.model)
        for key in path:
            here = [member for annotation in here for inner in _below(annotation, key) for member in _members(inner)]
        return here


def owner_of(model: type[BaseModel], name: str) -> str:
    """The dotted place inside ``model`` where ``name`` is a key, e.g. ``channels.email``; "" when there is none."""
    return _owners(model).get(name, "")


@cache
def _owners(model: type[BaseModel]) -> dict[str, str]:
    """The nearest place of every key below the top."""
    found: dict[str, str] = {}
    waiting: list[tuple[str, Any]] = [("", model)]
    seen: set[Any] = set()
    while waiting:
        prefix, current = waiting.pop(0)
        if current in seen:
            continue
        seen.add(current)
        for field_name, field in current.model_fields.items():
            for name in (field_name, field.alias):
                if prefix and name:
                    found.setdefault(name, prefix.lstrip("."))
            below = f"{prefix}.{field.alias or field_name}"
            waiting.extend((below, member) for member in _members(field.annotation) if _is_model(member))
    return found


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _members(annotation: Any) -> list[Any]:
    """The members of a union; a lone type is its only member."""
    origin = get_origin(annotation)
    if origin is Union or origin is UnionType:
        return [inner for member in get_args(annotation) for inner in _members(member)]
    if hasattr(annotation, "__metadata__"):
        return _members(get_args(annotation)[0])
    return [annotation]


def _field_names(annotation: Any) -> list[str]:
    if not _is_model(annotation):
        return []
    return [field.alias or name for name, field in annotation.model_fields.items()]


def _below(annotation: Any, key: Key) -> list[Any]:
    """The annotations one key further."""
    if _is_model(annotation):
        return [f.annotation for name, f in annotation.model_fields.items() if key in (name, f.alias)]
    arguments = get_args(annotation)
    origin = get_origin(annotation)
    if origin is dict and len(arguments) == 2:
        return [arguments[1]]
    if origin in (tuple, list) and arguments and isinstance(key, int):
        return [arguments[0] if len(arguments) != 2 or arguments[1] is Ellipsis else arguments[min(key, 1)]]
    return []
