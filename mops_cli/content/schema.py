"""From data to model: every mistake at its place, in people's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from mops_cli.model.diagnostic import Diagnostic, Span, error
from mops_cli.model.suggest import advice, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.content.mistakes import Mistake
    from mops_cli.content.parsed import Parsed
    from mops_cli.content.positions import TreeSource
    from mops_cli.model.base import Model
    from mops_cli.model.source import Key

M = TypeVar("M", bound="Model")

MOST_MISTAKES = 1_000
"""Mistakes of one file that are told one by one; the last finding says how many there are besides."""

_EXPECTED = {
    "string": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "mapping": "a mapping (`name: value` lines)",
    "list": "a list",
}
_YES = {"yes": "true", "on": "true", "no": "false", "off": "false", "true": "true", "false": "false"}


def validate(model: type[M], parsed: Parsed, what: str) -> tuple[M | None, list[Diagnostic]]:
    """The data as ``model``, or None and what is wrong; ``what`` names the file's kind ("a campaign").

    A number where the model asks for a text is taken as it is written (``postal_code: 01067``).
    """
    data = parsed.data
    if not isinstance(data, dict):
        return None, [_not_a_mapping(parsed, what)] if parsed.usable else []
    try:
        return _read(model, data, parsed.source), []
    except msgspec.ValidationError as problem:
        from mops_cli.content.mistakes import mistakes
        from mops_cli.content.shape import type_of

        found = _Translation(model, data, parsed.source).all(list(mistakes(type_of(model), data)))
        return None, found or [error("MC204", str(problem), parsed.source.at(), "see the JSON Schema of this file")]


def _read(model: type[M], data: dict[str, object], source: TreeSource) -> M:
    """The data as ``model``.

    Raises:
        msgspec.ValidationError: There is a mistake in it.
    """
    try:
        return msgspec.convert(data, model)
    except msgspec.ValidationError:
        if not _numbers_as_written(model, data, source):
            raise
        return msgspec.convert(data, model)


def _numbers_as_written(model: type[Model], data: dict[str, object], source: TreeSource) -> bool:
    """Replace numbers by their text wherever the model asks for a text."""
    from mops_cli.content.mistakes import mistakes
    from mops_cli.content.shape import type_of

    changed = False
    for mistake in mistakes(type_of(model), data):
        value, keys = mistake.value, mistake.keys
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if mistake.kind != "type" or not number or "string" not in mistake.wanted:
            continue
        container: Any = data
        for key in keys[:-1]:
            container = container[key]
        container[keys[-1]] = source.raw(*keys) if source.has(*keys) else str(value)
        changed = True
    return changed


def _not_a_mapping(parsed: Parsed, what: str) -> Diagnostic:
    source = parsed.source
    if parsed.data is None:
        return error("MC203", f"the file is empty; it should hold {what}", Span(source.path), "see `mops new --help`")
    found = kind_of(parsed.data)
    return error("MC205", f"{what} is a mapping; found {found}", source.at(), "write `name: value`, one a line")


def kind_of(value: object) -> str:
    """What a value is, in people's words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return f'the text "{value if len(value) <= 40 else value[:37] + "…"}"'
    return "a list" if isinstance(value, list) else "a mapping"


class _Translation:
    """The mistakes of one file as findings."""

    def __init__(self, model: type[Model], data: dict[str, object], source: TreeSource) -> None:
        from mops_cli.content.shape import Shape

        self.shape = Shape(model)
        self.data = data
        self.source = source

    def all(self, mistakes: list[Mistake]) -> list[Diagnostic]:
        """One finding a mistake; a key that is only misspelt is told once, where it stands."""
        surplus: dict[tuple[Key, ...], list[str]] = {}
        for mistake in mistakes:
            if mistake.kind == "unknown":
                names = surplus.setdefault(mistake.keys[:-1], [])
                if len(names) < MOST_MISTAKES:
                    names.append(str(mistake.keys[-1]))
        found = list(self._each(mistakes[:MOST_MISTAKES], surplus))
        left = len(mistakes) - MOST_MISTAKES
        if left > 0:
            span = self.source.key(*mistakes[MOST_MISTAKES].keys)
            message = f"from here on, this file has {left:,} more mistakes of this kind"
            found.append(error(found[-1].code, message, span, "correct those above first; the others are told then"))
        return found

    def _each(self, mistakes: list[Mistake], surplus: dict[tuple[Key, ...], list[str]]) -> Iterator[Diagnostic]:
        for mistake in mistakes:
            keys = mistake.keys
            if mistake.kind == "unknown":
                yield self._unknown(keys)
            elif mistake.kind == "missing":
                name = str(mistake.wanted[0])
                if not any(nearest(key, self.shape.keys(keys)) == name for key in surplus.get(keys, ())):
                    yield self._missing(keys, name)
            elif mistake.kind == "name":
                hint = self.shape.pattern_hint(str(mistake.wanted[0]))
                yield error("MC207", f'"{keys[-1]}" is no good name{_shown(keys[:-1])}', self.source.key(*keys), hint)
            else:
                yield self._wrong(mistake)

    def _unknown(self, keys: tuple[Key, ...]) -> Diagnostic:
        name = str(keys[-1])
        known = self.shape.keys(keys[:-1])
        where = _shown(keys[:-1])
        hint = advice(name, known, what="valid keys")
        if not hint.startswith("did you mean"):
            home = self.shape.owner_of(name)
            hint = f'"{name}" belongs to {home}; {hint}' if home else hint
        return error("MC201", f'unknown key "{name}"{where}', self.source.key(*keys), hint)

    def _missing(self, keys: tuple[Key, ...], name: str) -> Diagnostic:
        span = self.source.key(*keys) if keys else _first_line(self.source)
        note = self.shape.description((*keys, name))
        hint = f"add `{name}: …`" + (f": {note}" if note else "")
        return error("MC203", f'the key "{name}" is missing{_shown(keys)}', span, hint)

    def _wrong(self, mistake: Mistake) -> Diagnostic:
        keys, value = mistake.keys, mistake.value
        span = self.source.at(*keys)
        name = f'"{keys[-1]}"' if keys and isinstance(keys[-1], str) else "this entry"
        if value is None:
            return error("MC202", f"{name} has no value", self.source.key(*keys), self._fill(mistake))
        if mistake.kind == "choice":
            return self._choice(mistake, span)
        if mistake.kind == "type":
            wanted = " or ".join(dict.fromkeys(_EXPECTED.get(kind, "another value") for kind in mistake.wanted))
            return error(
                "MC202", f"{name} expects {wanted}; found {kind_of(value)}", span, self._instead(value, wanted)
            )
        return self._refused(name, mistake, span)

    def _fill(self, mistake: Mistake) -> str:
        keys = mistake.keys
        if "mapping" in mistake.wanted:
            return f"write `{keys[-1]}: {{}}`, or values below it" if keys else "write `name: value` lines"
        if "list" in mistake.wanted:
            return "write a list, e.g. [one, two], or delete the line"
        return "write a value after the colon, or delete the line"

    def _choice(self, mistake: Mistake, span: Span) -> Diagnostic:
        keys, value = mistake.keys, mistake.value
        shown = f'"{value}"' if isinstance(value, str) else kind_of(value)
        name = f' for "{keys[-1]}"' if keys and isinstance(keys[-1], str) else ""
        hint = advice(str(value), [str(word) for word in mistake.wanted], what="valid values")
        return error("MC204", f"{shown} is not a valid value{name}", span, hint)

    @staticmethod
    def _instead(value: object, wanted: str) -> str:
        """How to write what is wanted."""
        if isinstance(value, str):
            if wanted == "true or false":
                return f"write {_YES.get(value.lower(), 'true or false')}, without quotes"
            if "number" in wanted:
                return "write digits without quotes and without a unit, e.g. 3"
            if wanted.startswith("a mapping") and value in ("yes", "on", "true", ""):
                return "write {} to switch it on with its defaults, or `name: value` lines below it"
            if wanted.startswith("a mapping") and ":" in value:
                return "put a blank after the colon, or begin a new, indented line"
            if wanted == "a list":
                return f"write [{value}]" if len(value) < 40 else "write a list: one entry a line, each after `- `"
        if wanted == "a whole number" and isinstance(value, float):
            return "write it without a point"
        if wanted == "a text":
            return 'write one text, in quotes if it holds signs: "…"'
        if wanted == "a list":
            return "write [one, two], or one entry a line, each after `- `"
        return f"write {wanted}"

    def _refused(self, name: str, mistake: Mistake, span: Span) -> Diagnostic:
        """A value of the right type that is not acceptable."""
        wanted, value = mistake.wanted[0], kind_of(mistake.value)
        if mistake.kind == "pattern":
            return error("MC204", f"{name} cannot be {value}", span, self.shape.pattern_hint(wanted))
        if mistake.kind == "length":
            return error("MC204", f"{name} is a list of {wanted} values", span, f"write {wanted} values: [one, two]")
        word = "at least" if mistake.kind == "low" else "at most"
        message = f"{name} must be {word} {wanted}; found {value}"
        return error("MC204", message, span, f"write a number of {word} {wanted}")


def _shown(keys: tuple[Key, ...]) -> str:
    """`` in channels.sms``: where in the file."""
    if not keys:
        return ""
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).lstrip(".")
    return f" in {text}"


def _first_line(source: TreeSource) -> Span:
    """Where a key of the top level is missed: at the file's first key."""
    keys = source.root.keys or {}
    for name in keys:
        return source.key(name)
    return source.lines.span(source.base, source.base)
