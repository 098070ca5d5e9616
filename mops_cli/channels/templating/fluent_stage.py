"""``t()``: shared strings from Fluent, formatted now, or compiled to conditions when they depend on a person."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.channels.templating.expressions import Expression, Markup, quoted
from mops_cli.channels.templating.faults import Refusal
from mops_cli.channels.templating.formats import Formatter, instant
from mops_cli.content.patterns import Call, Ref, Select, Text
from mops_cli.content.translations import TranslationError, Translations, translations_for
from mops_cli.model.diagnostic import Span, error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mops_cli.channels.base import Job
    from mops_cli.channels.templating.slots import SlotTable
    from mops_cli.content.patterns import Element, Pattern

_ARGUMENT = re.compile(r"\s*([A-Za-z_]\w*)\s*=(?!=)")
_STYLES = ("short", "medium", "long", "full")


class Translator:
    """The strings of one job's locale. ``is_number`` tells whether an expression's declared type is a number."""

    def __init__(self, job: Job, slots: SlotTable, is_number: Callable[[str], bool]) -> None:
        self._job = job
        self._slots = slots
        self._is_number = is_number
        self._formatter = Formatter(job.locale, job.config.project.currency, job.config.project.fallback_zone)

    def call(self, key: object, values: Mapping[str, object], span: Span) -> object:
        """``[[ t("key", name=value) ]]``: a text, or finished text with slots when a value comes with the person."""
        strings = self._strings()
        if isinstance(key, Expression) or not isinstance(key, str):
            self._job.report(
                error("MT303", "the key of `t()` is not known while building", span, 'write it out: `t("greeting")`')
            )
            return ""
        self._job.inputs.update(strings.files(key))
        problem = strings.problem(key, span)
        if problem is not None:
            self._job.report(problem)
        try:
            if not any(isinstance(one, Expression) for one in values.values()):
                return strings.format(key, _known(strings.pattern(key), values))
            return self._compiled(strings.pattern(key), values, span)
        except TranslationError as fault:
            if strings.find(key) is not None:
                self._job.report(error(fault.code, fault.message, span, fault.help))
            return ""
        except Refusal as fault:
            self._job.report(error(fault.code, fault.message, span, fault.advice))
            return ""

    def tag(self, source: str, span: Span) -> str | None:
        """``{{ t("key", name=order.count) }}``: the text with sentinels; None when it is not such a call alone."""
        parts = arguments(source)
        if parts is None:
            return None
        key, values = None, dict[str, object]()
        for number, part in enumerate(parts):
            name = _ARGUMENT.match(part)
            if name is None and number == 0:
                key = _literal(part)
            elif name is not None:
                values[name[1]] = _value(part[name.end() :].strip(), span)
        if not isinstance(key, str):
            self._job.report(
                error("MT303", "the key of `t()` is a text in quotes", span, 'write it out: `t("greeting")`')
            )
            return ""
        made = self.call(key, values, span)
        return str(made) if isinstance(made, Markup) else self._slots.value(made, span)

    def _compiled(self, pattern: Pattern, values: Mapping[str, object], span: Span) -> Markup:
        missing = sorted(pattern.variables - values.keys())
        if missing:
            names = ", ".join(f"${name}" for name in missing)
            raise TranslationError(
                "MI106", f'"{pattern.key}" needs {names}', f'write t("{pattern.key}", {missing[0]}=…)'
            )
        same = pattern.locale.split("-", 1)[0] == self._job.locale.split("-", 1)[0]
        compiler = _Compiler(self, pattern, values, span, "" if same else pattern.locale)
        return Markup("".join(compiler.part(element) for element in pattern.elements))

    def _strings(self) -> Translations:
        key = ("templating.translations", self._job.locale)
        found = self._job.shared.get(key)
        if not isinstance(found, Translations):
            found = translations_for(self._job.repository, self._job.locale)
            self._job.shared[key] = found
        return found


@dataclass(slots=True)
class _Compiler:
    """One message with one set of values, of which some come with the person."""

    owner: Translator
    pattern: Pattern
    values: Mapping[str, object]
    span: Span
    locale: str

    def part(self, element: Element) -> str:
        """An element as text with sentinels."""
        slots = self.owner._slots  # noqa: SLF001 - one module
        if isinstance(element, Text):
            return slots.value(element.value, self.span)
        if isinstance(element, Select):
            return self._select(element)
        found = self._value(element)
        if isinstance(found, Expression):
            return slots.expression(found.source, self.span)
        return slots.value(found, self.span)

    def _value(self, element: Element) -> object:
        """A variable or a function call: a text now, or an expression."""
        if isinstance(element, Ref):
            found = self.values[element.name]
            if isinstance(found, Expression):
                number = self.owner._is_number(found.source)  # noqa: SLF001
                return Expression(f"{found.grouped} | number", found.span) if number else found
            if isinstance(found, int | float) and not isinstance(found, bool):
                return self.owner._formatter.number(found)  # noqa: SLF001
            return _plain(found)
        assert isinstance(element, Call)
        return self._call(element)

    def _call(self, call: Call) -> object:
        inner = self.values.get(call.argument.name) if isinstance(call.argument, Ref) else None
        if inner is None:
            raise self._refused(f"{call.function}() of something that is not a variable")
        name, args = _filter(call, self._refused)
        if isinstance(inner, Expression):
            listed = ", ".join(quoted(one) if isinstance(one, str) else str(one) for one in args)
            return Expression(f"{inner.grouped} | {name}" + (f"({listed})" if listed else ""), inner.span)
        return str(getattr(self.owner._formatter, name)(_plain(inner), *args))  # noqa: SLF001

    def _select(self, select: Select) -> str:
        variable = select.on.argument if isinstance(select.on, Call) else select.on
        if isinstance(select.on, Call) and (select.on.function != "NUMBER" or not _only_type(select.on)):
            raise self._refused(f"a selection over {select.on.function}() with options")
        if not isinstance(variable, Ref):
            raise self._refused("a selection over something that is not a variable")
        on = self.values[variable.name]
        if not isinstance(on, Expression):
            return "".join(self.part(one) for one in select.variants[self._chosen(select, on)].elements)
        return self._conditions(select, on)

    def _conditions(self, select: Select, on: Expression) -> str:
        slots = self.owner._slots  # noqa: SLF001
        others = [one for number, one in enumerate(select.variants) if number != select.default]
        others.sort(key=lambda variant: isinstance(variant.key, str))  # exact numbers come before categories
        out: list[str] = []
        for variant in others:
            word = "elif" if out else "if"
            out.append(slots.statement(f"{word} {self._condition(select, on, variant.key)}", self.span))
            out += [self.part(one) for one in variant.elements]
        rest = [self.part(one) for one in select.variants[select.default].elements]
        if not out:
            return "".join(rest)
        return "".join([*out, slots.statement("else", self.span), *rest, slots.statement("endif", self.span)])

    def _condition(self, select: Select, on: Expression, key: str | float) -> str:
        if not isinstance(key, str):
            return f"{on.grouped} == {key}"
        if select.kind == "string":
            return f"{on.grouped} == {quoted(key)}"
        extra = ", ordinal=true" if select.kind == "ordinal" else ""
        extra += f", locale={quoted(self.locale)}" if self.locale else ""
        return f"plural({on.source}{extra}) == {quoted(key)}"

    def _chosen(self, select: Select, value: object) -> int:
        """The variant for a value that is known now."""
        plain = _plain(value)
        for number, variant in enumerate(select.variants):
            if not isinstance(variant.key, str) and plain == variant.key:
                return number
        word = str(plain)
        if select.kind != "string" and isinstance(plain, int | float):
            formatter = Formatter(self.pattern.locale)
            word = formatter.plural(plain, ordinal=select.kind == "ordinal")
        return next((n for n, variant in enumerate(select.variants) if variant.key == word), select.default)

    def _refused(self, what: str) -> TranslationError:
        return TranslationError(
            "MT302",
            f'"{self.pattern.key}" holds {what}, which cannot wait for the recipient',
            "select over a plain variable, or use NUMBER and DATETIME with the usual options; or pass a value known now",
        )


def _only_type(call: Call) -> bool:
    return all(name == "type" for name, _ in call.options)


def _filter(call: Call, refused: Callable[[str], TranslationError]) -> tuple[str, tuple[str | int, ...]]:
    """The filter that does what ``NUMBER()`` or ``DATETIME()`` with these options does."""
    options = dict(call.options)
    if call.function == "NUMBER":
        return _number_filter(options, refused)
    day, hour = options.pop("dateStyle", None), options.pop("timeStyle", None)
    if options or any(one is not None and one not in _STYLES for one in (day, hour)):
        raise refused("DATETIME() with unusual options")
    if day is not None and hour is not None and day == hour:
        return "datetime", (str(day),)
    if hour is not None and day is None:
        return "time", (str(hour),)
    if hour is not None:
        raise refused("DATETIME() with two different styles")
    return "date", (str(day),) if day is not None else ()


def _number_filter(
    options: dict[str, str | int | float], refused: Callable[[str], TranslationError]
) -> tuple[str, tuple[str | int, ...]]:
    style = options.pop("style", "decimal")
    options.pop("type", None)
    if style == "currency" and set(options) == {"currency"}:
        return "money", (str(options["currency"]),)
    low, high = options.pop("minimumFractionDigits", None), options.pop("maximumFractionDigits", None)
    if options or style not in ("decimal", "percent") or low != high:
        raise refused("NUMBER() with unusual options")
    return ("percent" if style == "percent" else "number"), ((int(low),) if low is not None else ())


def arguments(source: str) -> list[str] | None:
    """The arguments of ``t(…)`` as written; None when the call is not the whole source."""
    if not source.startswith("t("):
        return None
    parts: list[str] = []
    depth, quote, begin, at = 1, "", 2, 2
    while at < len(source):
        char = source[at]
        if quote:
            at += char == "\\"
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth == 0:
                parts.append(source[begin:at])
                return [one for one in parts if one.strip()] if not source[at + 1 :].strip() else None
        elif char == "," and depth == 1:
            parts.append(source[begin:at])
            begin = at + 1
        at += 1
    return None


def _known(pattern: Pattern, values: Mapping[str, object]) -> dict[str, object]:
    """Values for Fluent: numbers stay numbers, and what a ``DATETIME()`` shows becomes a date."""
    found = {name: _plain(one) for name, one in values.items()}
    for call in _calls(pattern.elements):
        if call.function == "DATETIME" and isinstance(call.argument, Ref) and call.argument.name in found:
            found[call.argument.name] = instant(values[call.argument.name], "DATETIME")
    return found


def _calls(elements: tuple[Element, ...]) -> Iterator[Call]:
    for element in elements:
        if isinstance(element, Call):
            yield element
        elif isinstance(element, Select):
            for variant in element.variants:
                yield from _calls(variant.elements)


def _literal(text: str) -> object:
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _value(source: str, span: Span) -> object:
    found = _literal(source)
    return found if isinstance(found, str | int | float) else Expression(source, span)


def _plain(value: object) -> object:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
