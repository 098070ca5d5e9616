"""From data to model: every mistake at its place, in people's words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from mops_cli.content.shape import Shape, owner_of
from mops_cli.model.diagnostic import Diagnostic, Span, error
from mops_cli.model.suggest import advice, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

    from mops_cli.content.parsed import Parsed
    from mops_cli.content.positions import TreeSource
    from mops_cli.model.source import Key

M = TypeVar("M", bound="BaseModel")

_EXPECTED = {
    "string": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "dict": "a mapping (`name: value` lines)",
    "model": "a mapping (`name: value` lines)",
    "model_attributes": "a mapping (`name: value` lines)",
    "tuple": "a list",
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
    errors = _errors(model, data)
    if isinstance(errors, list) and _numbers_as_written(data, errors, parsed.source):
        errors = _errors(model, data)
    if not isinstance(errors, list):
        return errors, []
    translated = _Translation(model, data, parsed.source)
    return None, translated.all(errors)


def _errors(model: type[M], data: dict[str, object]) -> M | list[ErrorDetails]:
    """The model, or pydantic's errors. Strict JSON rules: lists become tuples, texts never become numbers."""
    from pydantic import ValidationError

    try:
        return model.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as problem:
        return problem.errors(include_url=False)


def _numbers_as_written(data: dict[str, object], errors: list[ErrorDetails], source: TreeSource) -> bool:
    """Replace numbers by their text wherever the model asks for a text."""
    changed = False
    for problem in errors:
        value = problem["input"]
        if problem["type"] != "string_type" or isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        keys = _path(data, problem["loc"])
        if not keys:
            continue
        container: Any = data
        for key in keys[:-1]:
            container = container[key]
        if isinstance(container[keys[-1]], (int, float)):
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


def _path(data: object, loc: Sequence[str | int]) -> tuple[Key, ...]:
    """The key path in the data; names of a union's members, which pydantic puts between, are left out."""
    keys: list[Key] = []
    here: Any = data
    for part in loc:
        inside = part in here if isinstance(here, dict) else isinstance(here, list) and part in range(len(here))
        if inside:
            here = here[part]
            keys.append(part)
    return tuple(keys)


class _Translation:
    """pydantic's errors for one file as findings."""

    def __init__(self, model: type[BaseModel], data: dict[str, object], source: TreeSource) -> None:
        self.shape = Shape(model)
        self.data = data
        self.source = source

    def all(self, errors: list[ErrorDetails]) -> list[Diagnostic]:
        """One finding a place; the members of a union that all refuse a value are told together."""
        by_place: dict[tuple[Key, ...], list[ErrorDetails]] = {}
        surplus: dict[tuple[Key, ...], list[str]] = {}
        for problem in errors:
            if problem["type"] == "extra_forbidden":
                keys = _path(self.data, problem["loc"])
                surplus.setdefault(keys[:-1], []).append(str(keys[-1]))
        found: list[Diagnostic] = []
        for problem in errors:
            keys = _path(self.data, problem["loc"])
            kind = problem["type"]
            if kind == "extra_forbidden":
                found.append(self._unknown(keys))
            elif kind == "missing":
                name = str(problem["loc"][-1])
                # A key that is only misspelt is told once, where it stands.
                if not any(nearest(key, self.shape.keys(keys)) == name for key in surplus.get(keys, ())):
                    found.append(self._missing(keys, name))
            elif problem["loc"][-1:] == ("[key]",):
                found.append(self._key(_path(self.data, problem["loc"]), problem))
            else:
                by_place.setdefault(keys, []).append(problem)
        for keys, problems in by_place.items():
            found.append(self._wrong(keys, problems))
        return found

    def _unknown(self, keys: tuple[Key, ...]) -> Diagnostic:
        name = str(keys[-1])
        known = self.shape.keys(keys[:-1])
        where = _shown(keys[:-1])
        hint = advice(name, known, what="valid keys")
        if not hint.startswith("did you mean"):
            home = owner_of(self.shape.model, name)
            hint = f'"{name}" belongs to {home}; {hint}' if home else hint
        return error("MC201", f'unknown key "{name}"{where}', self.source.key(*keys), hint)

    def _missing(self, keys: tuple[Key, ...], name: str) -> Diagnostic:
        span = self.source.key(*keys) if keys else _first_line(self.source)
        note = self.shape.description((*keys, name))
        hint = f"add `{name}: …`" + (f": {note}" if note else "")
        return error("MC203", f'the key "{name}" is missing{_shown(keys)}', span, hint)

    def _key(self, keys: tuple[Key, ...], problem: ErrorDetails) -> Diagnostic:
        """A name that may not be one."""
        hint = self.shape.pattern_hint(str((problem.get("ctx") or {}).get("pattern", "")))
        return error("MC207", f'"{keys[-1]}" is no good name{_shown(keys[:-1])}', self.source.key(*keys), hint)

    def _wrong(self, keys: tuple[Key, ...], problems: list[ErrorDetails]) -> Diagnostic:
        first = problems[0]
        value = self._value(keys)
        span = self.source.at(*keys)
        name = f'"{keys[-1]}"' if keys and isinstance(keys[-1], str) else "this entry"
        if value is None and not first["type"].startswith("mops"):
            return error("MC202", f"{name} has no value", self.source.key(*keys), self._fill(keys, problems))
        if first["type"] == "literal_error":
            return self._choice(keys, value, span, problems)
        if all(p["type"].endswith("_type") for p in problems):
            wanted = " or ".join(
                dict.fromkeys(_EXPECTED.get(p["type"].removesuffix("_type"), "another value") for p in problems)
            )
            return error(
                "MC202", f"{name} expects {wanted}; found {kind_of(value)}", span, self._instead(value, wanted)
            )
        return self._refused(name, value, span, first)

    def _value(self, keys: tuple[Key, ...]) -> object:
        here: Any = self.data
        for key in keys:
            here = here[key]
        return here

    def _fill(self, keys: tuple[Key, ...], problems: list[ErrorDetails]) -> str:
        kind = problems[0]["type"].removesuffix("_type")
        if kind in ("model", "dict", "model_attributes"):
            return f"write `{keys[-1]}: {{}}`, or values below it" if keys else "write `name: value` lines"
        if kind in ("tuple", "list"):
            return "write a list, e.g. [one, two], or delete the line"
        return "write a value after the colon, or delete the line"

    def _choice(self, keys: tuple[Key, ...], value: object, span: Span, problems: list[ErrorDetails]) -> Diagnostic:
        valid = self.shape.choices(keys) or _expected_words(problems[0])
        shown = f'"{value}"' if isinstance(value, str) else kind_of(value)
        name = f' for "{keys[-1]}"' if keys and isinstance(keys[-1], str) else ""
        return error(
            "MC204", f"{shown} is not a valid value{name}", span, advice(str(value), valid, what="valid values")
        )

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

    def _refused(self, name: str, value: object, span: Span, problem: ErrorDetails) -> Diagnostic:
        """A value of the right type that is not acceptable."""
        context = problem.get("ctx") or {}
        kind = problem["type"]
        if kind.startswith("mops"):
            return error("MC206", f"{name}: {problem['msg']}", span, str(context.get("help", "")))
        limits = {
            "greater_than_equal": ("at least", "ge"), "less_than_equal": ("at most", "le"),
            "greater_than": ("more than", "gt"), "less_than": ("less than", "lt"),
        }  # fmt: skip
        if kind in limits:
            word, key = limits[kind]
            message = f"{name} must be {word} {context.get(key)}; found {kind_of(value)}"
            return error("MC204", message, span, f"write a number of {word} {context.get(key)}")
        if kind == "string_pattern_mismatch":
            hint = self.shape.pattern_hint(str(context.get("pattern", "")))
            return error("MC204", f"{name} cannot be {kind_of(value)}", span, hint)
        return error("MC204", f"{name}: {problem['msg'].lower()}", span, "see the key's description in its JSON Schema")


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


def _expected_words(problem: ErrorDetails) -> list[str]:
    text = str((problem.get("ctx") or {}).get("expected", ""))
    return [word.strip().strip("'") for word in text.replace(" or ", ", ").split(",") if word.strip()]
