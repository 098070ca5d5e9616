"""A translated message in a small frozen form.

References to other messages and to terms are already written out, and choices that depend on nothing but
the file are already made: what remains are texts, variables, functions and selections.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mops_cli.model.diagnostic import Span

SelectKind = Literal["plural", "ordinal", "string"]
PLURAL_WORDS = ("zero", "one", "two", "few", "many", "other")


@dataclass(frozen=True, slots=True)
class Text:
    """Characters as they are."""

    value: str


@dataclass(frozen=True, slots=True)
class Ref:
    """``{ $name }``."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """``{ NUMBER($n, minimumFractionDigits: 2) }``: ``options`` by name, in the order written."""

    function: str
    argument: Element | None
    options: tuple[tuple[str, str | int | float], ...] = ()


@dataclass(frozen=True, slots=True)
class Variant:
    """One case of a selection. ``key`` is a number, or a word (a plural category or a value)."""

    key: str | int | float
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Select:
    """``{ $n -> [0] … [one] … *[other] … }``; ``default`` is the number of the variant with the asterisk.

    A plural first compares numbers exactly and then the plural category of the value in :attr:`Pattern.locale`;
    a string compares words.
    """

    on: Ref | Call
    kind: SelectKind
    variants: tuple[Variant, ...]
    default: int


Element = Text | Ref | Call | Select


@dataclass(frozen=True, slots=True)
class Pattern:
    """A message of one locale. ``locale`` is the one it was found in, which may be a fallback."""

    key: str
    locale: str
    elements: tuple[Element, ...]
    span: Span

    @property
    def variables(self) -> frozenset[str]:
        """Names of all arguments it may ask for."""
        return frozenset(name for element in self.elements for name in _names(element))

    def filled(self, values: Mapping[str, object]) -> str | None:
        """The text, when it depends on nothing but these texts; numbers are Fluent's own business."""
        return _filled(self.elements, values)


def _filled(elements: tuple[Element, ...], values: Mapping[str, object]) -> str | None:
    parts: list[str] = []
    for element in elements:
        value = values.get(element.name) if isinstance(element, Ref) else element
        if isinstance(value, Select) and value.kind == "string" and isinstance(value.on, Ref):
            word = values.get(value.on.name)
            chosen = next((one for one in value.variants if one.key == word), value.variants[value.default])
            value = _filled(chosen.elements, values) if isinstance(word, str) else None
        value = value.value if isinstance(value, Text) else value
        if not isinstance(value, str):
            return None
        parts.append(value)
    return "".join(parts)


def joined(elements: list[Element]) -> tuple[Element, ...]:
    """Neighbouring texts as one."""
    out: list[Element] = []
    for element in elements:
        if isinstance(element, Text) and out and isinstance(out[-1], Text):
            out[-1] = Text(out[-1].value + element.value)
        else:
            out.append(element)
    return tuple(out)


def kind_of(keys: list[str | int | float]) -> SelectKind:
    """Whether these keys of a selection speak of numbers."""
    words = {key for key in keys if isinstance(key, str)}
    if words <= set(PLURAL_WORDS) and (words - {"other"} or len(words) < len(keys)):
        return "plural"
    return "string"


def _names(element: Element) -> Iterator[str]:
    """Variables inside an element."""
    waiting: list[Element] = [element]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Ref):
            yield here.name
        elif isinstance(here, Call):
            waiting.extend([here.argument] if here.argument is not None else [])
        elif isinstance(here, Select):
            waiting.append(here.on)
            waiting.extend(inner for variant in here.variants for inner in variant.elements)
