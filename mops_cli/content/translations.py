"""Translations: the only door to Fluent.

One ``content/locales/<locale>.ftl`` a language. A message that a locale lacks is taken from the language
without its region, then from the project's default locale, then from the package; the place of use is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mops_cli.content import fluent_words
from mops_cli.content.patterns import Call, Element, Pattern, Ref, Select, Text, Variant, joined, kind_of
from mops_cli.content.text import LineIndex
from mops_cli.model.diagnostic import Diagnostic, Span, error, warning
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.model.content import TextFile
    from mops_cli.model.repository import Repository

MAX_DEPTH = 20
FUNCTIONS = ("NUMBER", "DATETIME")


class TranslationError(ValueError):
    """A message that does not exist, or cannot be put together. ``help`` says what to write instead."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = hint


@dataclass(frozen=True, slots=True)
class Entry:
    """A message, term or attribute of one file: Fluent's tree of its value, and the place of its name."""

    key: str
    locale: str
    span: Span
    value: Any


@dataclass(slots=True)
class Resource:
    """One parsed file. Terms are keyed with their hyphen (``-brand``), attributes with a point (``link.title``).

    ``unread`` are the names of messages that could not be read.
    """

    locale: str
    file: TextFile
    entries: dict[str, Entry] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    body: Any = None


@lru_cache(maxsize=64)
def read(locale: str, file: TextFile) -> Resource:
    """Parse a ``.ftl`` file; mistakes are in :attr:`Resource.found`, everything else is usable."""
    from fluent.syntax import FluentParser, ast

    resource = Resource(locale, file)
    lines = LineIndex(file.path, file.text)
    try:
        resource.body = FluentParser(with_spans=True).parse(file.text)
    except RecursionError:
        hint = "no sentence needs that depth; check the braces"
        resource.found.append(error("MI107", "placeables are nested too deep", lines.span(0, 0), hint))
        return resource
    for node in resource.body.body:
        if isinstance(node, ast.Junk):
            resource.found.append(_junk(node, lines))
            resource.unread.update(re.findall(r"^(-?[A-Za-z][\w-]*)", node.content or "", re.MULTILINE))
        elif isinstance(node, (ast.Message, ast.Term)):
            _enter(resource, node, lines, "-" if isinstance(node, ast.Term) else "")
    return resource


def _junk(node: Any, lines: LineIndex) -> Diagnostic:
    """What Fluent could not read."""
    first = node.annotations[0] if node.annotations else None
    code = first.code if first else ""
    offset = first.span.start if first else node.span.start
    arguments = [str(argument) for argument in first.arguments or ()] if first else []
    return fluent_words.explain(code, arguments, node.content, start=node.span.start, offset=offset, lines=lines)


def _enter(resource: Resource, node: Any, lines: LineIndex, mark: str) -> None:
    """A message or term with its attributes."""
    name = mark + node.id.name
    span = lines.span(node.id.span.start - len(mark), node.id.span.end)
    first = resource.entries.get(name)
    if first is not None or any(key.startswith(f"{name}.") for key in resource.entries):
        line = first.span.line if first is not None else span.line
        hint = f"keep one of them; the first stands on line {line}"
        resource.found.append(error("MI105", f'"{name}" stands twice in this file', span, hint))
        return
    if node.value is not None:
        resource.entries[name] = Entry(name, resource.locale, span, node.value)
    for attribute in node.attributes:
        key = f"{name}.{attribute.id.name}"
        place = lines.span(attribute.id.span.start, attribute.id.span.end)
        resource.entries[key] = Entry(key, resource.locale, place, attribute.value)


class Translations:
    """The messages of one locale, with what lies below them."""

    def __init__(self, locale: str, resources: Sequence[Resource]) -> None:
        self.locale = locale
        self._resources = tuple(resources)
        self._patterns: dict[str, Pattern] = {}
        self._bundles: dict[str, Any] = {}

    def keys(self) -> frozenset[str]:
        """Names of all messages (without terms), fallbacks included."""
        return frozenset(key for r in self._resources for key in r.entries if not key.startswith("-"))

    def find(self, key: str) -> Entry | None:
        """The message in the first locale that has it."""
        for resource in self._resources:
            entry = resource.entries.get(key)
            if entry is not None:
                return entry
        return None

    def exact(self, key: str) -> bool:
        """Whether the locale itself (or its language) has the message."""
        entry = self.find(key)
        return entry is not None and _language(entry.locale) == _language(self.locale)

    def files(self, key: str) -> tuple[str, ...]:
        """Paths of the files that decide about a message: those looked into, up to the one that has it."""
        paths: list[str] = []
        for resource in self._resources:
            paths.append(resource.file.path)
            if key in resource.entries:
                break
        return tuple(paths)

    def pattern(self, key: str) -> Pattern:
        """A message in its small frozen form.

        Raises:
            TranslationError: There is no such message, or it refers to one that does not exist, or to itself.
        """
        if key not in self._patterns:
            entry = self.find(key)
            if entry is None or key.startswith("-"):
                raise self._unknown(key)
            elements = _Builder(self, entry.locale).pattern(entry.value, {}, (key,))
            self._patterns[key] = Pattern(key, entry.locale, elements, entry.span)
        return self._patterns[key]

    def format(self, key: str, args: Mapping[str, object] | None = None) -> str:
        """A message as text, for values that are known now; numbers are written as the locale writes them.

        Raises:
            TranslationError: There is no such message, or an argument is missing.
        """
        pattern = self.pattern(key)
        values = dict(args or {})
        # Most messages are a text with a name or two in it; Fluent with Babel takes longer to load than all of them.
        filled = pattern.filled(values)
        if filled is not None:
            return filled
        missing = sorted(pattern.variables - values.keys())
        if missing:
            names = ", ".join(f"${name}" for name in missing)
            hint = f't("{key}", {", ".join(f"{name}=…" for name in missing)})'
            raise TranslationError("MI106", f'"{key}" needs {names}', f"write {hint}")
        bundle, message = self._bundle(pattern.locale), pattern.key.split(".")
        node = bundle.get_message(message[0])
        value = node.attributes[message[1]] if len(message) > 1 else node.value
        text, problems = bundle.format_pattern(value, values)
        if problems:
            raise TranslationError("MI110", f'"{key}" cannot be put together: {problems[0]}', "check its arguments")
        return str(text)

    def problem(self, key: str, span: Span) -> Diagnostic | None:
        """What is wrong with using this key here: an error when nobody has it, a warning when the locale lacks it."""
        entry = self.find(key)
        if entry is None or key.startswith("-"):
            unknown = self._unknown(key)
            return error(unknown.code, unknown.message, span, unknown.help)
        if self.exact(key):
            return None
        hint = f"add `{key} = …` to content/locales/{self.locale}.ftl; until then {entry.span.path} is used"
        return warning("MI102", f'"{key}" has no translation in {self.locale}', span, hint)

    def _unknown(self, key: str) -> TranslationError:
        hint = advice(key, self.keys(), what="messages", none=f"add it to content/locales/{self.locale}.ftl")
        return TranslationError("MI101", f'no translation is called "{key}"', hint)

    def _bundle(self, locale: str) -> Any:
        """Fluent's own bundle for a locale, with everything below it."""
        if locale not in self._bundles:
            from fluent.runtime import FluentBundle

            try:
                bundle = FluentBundle([locale], use_isolating=False)
            except ValueError:  # a language that Babel does not know
                bundle = FluentBundle(["en"], use_isolating=False)
            for resource in self._resources:
                bundle.add_resource(resource.body)
            self._bundles[locale] = bundle
        return self._bundles[locale]


class _Builder:
    """Fluent's tree to a :class:`Pattern`'s elements."""

    def __init__(self, translations: Translations, locale: str) -> None:
        self.translations = translations
        self.locale = locale

    def pattern(self, node: Any, args: Mapping[str, Element] | None, stack: tuple[str, ...]) -> tuple[Element, ...]:
        """The elements of a value. ``args`` replaces variables (inside a term nothing else is known)."""
        elements: list[Element] = []
        for part in node.elements:
            if type(part).__name__ == "TextElement":
                elements.append(Text(part.value))
            else:
                elements.extend(self.expression(part.expression, args, stack))
        return joined(elements)

    def expression(self, node: Any, args: Mapping[str, Element] | None, stack: tuple[str, ...]) -> tuple[Element, ...]:
        """What stands between braces."""
        name = type(node).__name__
        if name == "Placeable":
            return self.expression(node.expression, args, stack)
        if name == "StringLiteral":
            return (Text(node.parse()["value"]),)
        if name == "NumberLiteral":
            return (Text(node.value),)
        if name == "VariableReference":
            return (self._variable(node.id.name, args, stack),)
        if name == "FunctionReference":
            return (self._call(node, args, stack),)
        if name == "SelectExpression":
            return self._select(node, args, stack)
        return self._reference(node, args, stack)

    @staticmethod
    def _variable(name: str, args: Mapping[str, Element] | None, stack: tuple[str, ...]) -> Element:
        if args and name in args:
            return args[name]
        # In a term an argument that is not given is empty, so that its default variant is taken.
        return Text("") if stack[-1].startswith("-") else Ref(name)

    def _reference(self, node: Any, args: Mapping[str, Element] | None, stack: tuple[str, ...]) -> tuple[Element, ...]:
        """Another message or a term, written out."""
        term = type(node).__name__ == "TermReference"
        key = ("-" if term else "") + node.id.name + (f".{node.attribute.name}" if node.attribute else "")
        if key in stack:
            around = " → ".join([*stack, key])
            raise TranslationError(
                "MI109", f"these messages refer to each other in a circle: {around}", "write one out"
            )
        entry = self.translations.find(key)
        if entry is None or len(stack) > MAX_DEPTH:
            known = {name for r in self.translations._resources for name in r.entries}  # noqa: SLF001 -- same module
            hint = advice(key, known, what="messages and terms")
            raise TranslationError("MI108", f'"{stack[0]}" refers to "{key}", which does not exist', hint)
        inner: Mapping[str, Element] | None = args
        if term:
            inner = {}
            if node.arguments is not None:
                inner = {a.name.name: Text(str(_literal(a.value))) for a in node.arguments.named}
        return self.pattern(entry.value, inner, (*stack, key))

    def _call(self, node: Any, args: Mapping[str, Element] | None, stack: tuple[str, ...]) -> Call:
        function = node.id.name
        if function not in FUNCTIONS:
            hint = advice(function, FUNCTIONS, what="functions")
            raise TranslationError("MI110", f'"{stack[0]}" calls {function}(), which does not exist', hint)
        argument: Element | None = None
        if node.arguments.positional:
            inner = self.expression(node.arguments.positional[0], args, stack)
            argument = inner[0] if inner else None
        options = tuple((a.name.name, _literal(a.value)) for a in node.arguments.named)
        return Call(function, argument, options)

    def _select(self, node: Any, args: Mapping[str, Element] | None, stack: tuple[str, ...]) -> tuple[Element, ...]:
        """A selection; one over a value that the file itself knows is decided here."""
        selector = self.expression(node.selector, args, stack)
        on = selector[0] if len(selector) == 1 else Text("")
        keys: list[str | int | float] = [_variant_key(variant.key) for variant in node.variants]
        default = next(number for number, variant in enumerate(node.variants) if variant.default)
        if isinstance(on, (Text, Select)):
            value = on.value if isinstance(on, Text) else ""
            chosen = next((n for n, key in enumerate(keys) if str(key) == value), default)
            return self.pattern(node.variants[chosen].value, args, stack)
        variants = tuple(
            Variant(key, self.pattern(variant.value, args, stack))
            for key, variant in zip(keys, node.variants, strict=True)
        )
        kind = kind_of(keys)
        if isinstance(on, Call) and on.function == "NUMBER":
            kind = "ordinal" if dict(on.options).get("type") == "ordinal" else "plural"
        return (Select(on, kind, variants, default),)


def _literal(node: Any) -> str | int | float:
    value = node.parse()["value"]
    if isinstance(value, float) and value.is_integer() and "." not in node.value:
        return int(value)
    return value if isinstance(value, (str, int, float)) else str(value)


def _variant_key(node: Any) -> str | int | float:
    return str(node.name) if type(node).__name__ == "Identifier" else _literal(node)


def _language(locale: str) -> str:
    return locale.replace("_", "-").split("-", maxsplit=1)[0].lower()


def translations_for(repository: Repository, locale: str) -> Translations:
    """The messages of a locale in a project, with its fallbacks."""
    default = repository.config.value.project.default_locale
    resources: list[Resource] = []
    for shelf, names in (
        (repository.locales, (locale, _language(locale), default)),
        (repository.package_locales, (locale, _language(locale), default, "en")),
    ):
        for name in dict.fromkeys(names):
            file = shelf.get(name)
            if file is not None:
                resources.append(read(name, file))
    order = dict.fromkeys((locale, _language(locale), default, "en"))
    rank = {name: number for number, name in enumerate(order)}
    resources.sort(
        key=lambda r: (_language(r.locale) != _language(locale), r.file.path.startswith("mops:"), rank[r.locale])
    )
    return Translations(locale, resources)


def check(repository: Repository, texts: Sequence[TextFile]) -> list[Diagnostic]:
    """What is wrong with the files themselves and between the locales; ``texts`` may use messages."""
    from mops_cli.content.translation_checks import across

    found: list[Diagnostic] = []
    for locale, file in repository.locales.items():
        found.extend(read(locale, file).found)
    for locale in repository.locales:
        found.extend(_unsound(translations_for(repository, locale), locale))
    resources = {locale: read(locale, file) for locale, file in repository.locales.items()}
    found.extend(across(repository, resources, texts))
    return found


def _unsound(translations: Translations, locale: str) -> list[Diagnostic]:
    """Messages of this locale that cannot be put together."""
    found: list[Diagnostic] = []
    circles: set[frozenset[str]] = set()
    for resource in translations._resources:  # noqa: SLF001 -- same module
        if resource.locale != locale or resource.file.path.startswith("mops:"):
            continue
        for key, entry in resource.entries.items():
            try:
                if not key.startswith("-"):
                    translations.pattern(key)
                else:
                    _Builder(translations, locale).pattern(entry.value, {}, (key,))
            except TranslationError as problem:
                names = frozenset(problem.message.rpartition(": ")[2].split(" → "))
                if problem.code == "MI109" and names in circles:
                    continue
                circles.add(names)
                found.append(error(problem.code, problem.message, entry.span, problem.help))
            except RecursionError:
                found.append(error("MI107", "placeables are nested too deep", entry.span, "write simpler sentences"))
    return found
