"""The thirteen value types of DTCG 2025.10: what each may hold, and how CSS spells it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from mops_cli.design import color as colors
from mops_cli.design.suggest import did_you_mean, listed
from mops_cli.design.token_tree import kind_of
from mops_cli.model.diagnostic import Diagnostic, error, info, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mops_cli.design.token_refs import Located

WEIGHTS = {
    "thin": 100, "hairline": 100,
    "extra-light": 200, "ultra-light": 200,
    "light": 300,
    "normal": 400, "regular": 400, "book": 400,
    "medium": 500,
    "semi-bold": 600, "demi-bold": 600,
    "bold": 700,
    "extra-bold": 800, "ultra-bold": 800,
    "black": 900, "heavy": 900,
    "extra-black": 950, "ultra-black": 950,
}  # fmt: skip

STROKES = ("solid", "dashed", "dotted", "double", "groove", "ridge", "outset", "inset")
GENERIC = frozenset(
    (
        "serif",
        "sans-serif",
        "monospace",
        "cursive",
        "fantasy",
        "system-ui",
        "ui-serif",
        "ui-sans-serif",
        "ui-monospace",
        "ui-rounded",
        "math",
        "emoji",
    )
)
MAX_NAMES = 40


@dataclass(frozen=True, slots=True)
class Typed:
    """A checked value: what it is, and its CSS spelling (sRGB, so that mail can use it)."""

    value: object
    text: str


class WrongValue(Exception):
    """A value does not have the form of its type."""


class Checker:
    """Checks located values against their type. Findings go to ``found``."""

    def __init__(self, found: list[Diagnostic]) -> None:
        self._found = found
        self._table: dict[str, Callable[[Located], Typed]] = {
            "color": self._color,
            "dimension": self._dimension,
            "fontFamily": self._font_family,
            "fontWeight": self._font_weight,
            "duration": self._duration,
            "cubicBezier": self._cubic_bezier,
            "number": self._number,
            "strokeStyle": self._stroke_style,
            "border": self._border,
            "transition": self._transition,
            "shadow": self._shadow,
            "gradient": self._gradient,
            "typography": self._typography,
        }

    def check(self, located: Located, kind: str) -> Typed | None:
        """The typed value, or None when a finding was reported. ``kind`` is one of :data:`TYPES`."""
        try:
            return self._as(located, kind)
        except WrongValue:
            return None

    def _as(self, located: Located, kind: str) -> Typed:
        if located.type and located.type != kind and located.via:
            article = "an" if located.type[0] in "aeiou" else "a"
            message = f"refers to {article} {located.type}, but a {kind} is needed here"
            self._fail("MB111", message, located, f"Refer to a {kind} token.", at_reference=True)
        return self._table[kind](located)

    def _fail(
        self, code: str, message: str, located: Located, help_text: str, *, at_reference: bool = False
    ) -> NoReturn:
        site = located.via if at_reference and located.via else located.site
        self._found.append(error(code, message, site.span, help_text))
        raise WrongValue

    # -- parts

    def _members(
        self, located: Located, required: Iterable[str], optional: Iterable[str], example: str
    ) -> dict[str, Located]:
        members = located.value
        if not isinstance(members, dict):
            self._fail("MB105", f"expected a mapping, not {kind_of(members)}", located, f"Write {example}.")
        allowed = [*required, *optional]
        for name in members:
            if name not in allowed:
                help_text = did_you_mean(name, allowed, otherwise=f"It has: {listed(allowed)}.")
                if members[name].value is None and len(members) == 1:
                    help_text = f'A reference needs quotes: "{{{name}}}".'
                self._found.append(
                    error("MB105", f'no property "{name}" here', located.site.down(name).name_span, help_text)
                )
                raise WrongValue
        missing = [name for name in required if name not in members]
        if missing:
            self._fail("MB105", f"{listed(missing)} missing", located, f"Write {example}.")
        return members

    def _amount(
        self, located: Located, *, low: float = -math.inf, high: float = math.inf, what: str = "a number"
    ) -> float:
        value = located.value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self._fail(
                "MB105", f"expected {what}, not {kind_of(value)}", located, f"Write {what} without quotes or unit."
            )
        if not (abs(value) < 1e9 and low <= value <= high):
            wanted = f"between {low:g} and {high:g}" if high < math.inf else f"at least {low:g}"
            self._fail(
                "MB105",
                f"{value:g} is out of range",
                located,
                f"Write {what} {wanted if low > -math.inf else 'of sensible size'}.",
            )
        return value

    def _with_unit(self, located: Located, units: tuple[str, ...], example: str) -> Typed:
        if isinstance(located.value, str):
            help_text = f"The standard splits number and unit: {_split_unit(located.value, units) or example}."
            self._fail("MB105", f'"{located.value[:40]}" is a text, not a number with a unit', located, help_text)
        members = self._members(located, ("value", "unit"), (), example)
        amount = self._amount(members["value"])
        unit = members["unit"].value
        if unit not in units:
            help_text = f"Write {' or '.join(units)}."
            if unit in ("pt", "mm", "cm", "in", "pc"):
                help_text += (
                    f' Print values go into $extensions: "dev.mops: {{{unit if unit == "mm" else "pt"}: ...}}".'
                )
            self._fail(
                "MB105",
                f'there is no unit "{unit}" here' if isinstance(unit, str) else f"unit is {kind_of(unit)}",
                members["unit"],
                help_text,
            )
        return Typed({"value": amount, "unit": unit}, f"{colors.number(amount)}{unit}")

    # -- the types

    def _color(self, located: Located) -> Typed:
        if isinstance(located.value, str):
            return self._hex_color(located, located.value)
        example = "{colorSpace: srgb, components: [1, 0.4, 0.2]}"
        members = self._members(located, ("colorSpace", "components"), ("alpha", "hex"), example)
        space = members["colorSpace"].value
        if not isinstance(space, str) or space not in colors.SPACES:
            help_text = did_you_mean(str(space), colors.SPACES, otherwise=f"Spaces: {listed(colors.SPACES)}.")
            self._fail(
                "MB106",
                f'there is no colour space "{space}"' if isinstance(space, str) else f"colorSpace is {kind_of(space)}",
                members["colorSpace"],
                help_text,
            )
        components = self._components(members["components"], str(space))
        alpha = self._amount(members["alpha"], low=0, high=1, what="alpha") if "alpha" in members else 1.0
        if "hex" in members:
            fallback = members["hex"].value
            if not isinstance(fallback, str) or len(fallback) != 7 or not colors.is_hex(fallback):
                self._fail(
                    "MB106",
                    f'"hex" is {kind_of(fallback)}, not a colour of six digits',
                    members["hex"],
                    'Write six digits, e.g. hex: "#ff6633".',
                )
        made = colors.make(str(space), components, float(alpha))
        if "hex" in members and made.in_gamut and _differ(str(members["hex"].value), made.hex):
            message = f'"hex" says {members["hex"].value}, the components say {made.hex}'
            help_text = f'Write hex: "{made.hex}", or correct the components: they are what counts.'
            self._found.append(warning("MB106", message, members["hex"].site.span, help_text))
        return Typed(made, colors.srgb_css(made))

    def _hex_color(self, located: Located, text: str) -> Typed:
        if not colors.is_hex(text):
            help_text = 'Write "#rrggbb", or {colorSpace: srgb, components: [1, 0.4, 0.2]}.'
            self._fail("MB106", f'"{text[:40]}" is not a colour', located, help_text)
        made = colors.from_hex(text)
        parts = ", ".join(colors.number(round(part, 4)) for part in made.components)
        alpha = f", alpha: {colors.number(made.alpha)}" if made.alpha < 1 else ""
        standard = f'{{colorSpace: srgb, components: [{parts}]{alpha}, hex: "{made.hex}"}}'
        self._found.append(
            info(
                "MB107",
                f'"{text}" is a short spelling; other design tools may refuse it',
                located.site.span,
                f"The standard form: {standard}.",
            )
        )
        return Typed(made, colors.srgb_css(made))

    def _components(self, located: Located, space: str) -> tuple[float | None, ...]:
        names, ranges = colors.SPACES[space]
        parts = located.value
        if not isinstance(parts, list) or len(parts) != 3:
            said = f"here are {len(parts)}" if isinstance(parts, list) else f"this is {kind_of(parts)}"
            self._fail(
                "MB106", f"a colour has three components, {said}", located, f"{space} has three: [{', '.join(names)}]."
            )
        return tuple(
            self._component(part, name, bounds) for part, name, bounds in zip(parts, names, ranges, strict=True)
        )

    def _component(self, located: Located, name: str, bounds: tuple[float, float]) -> float | None:
        value = located.value
        if value == "none":
            return None
        low, high = bounds
        whole = name == "hue"
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self._fail("MB106", f"{name} is {kind_of(value)}", located, 'Write a number, or "none".')
        if not (low <= value <= high) or (whole and value == high) or not abs(value) < 1e6:
            help_text = (
                f"{name} lies between {low:g} and {high:g}" if math.isfinite(high) else f"{name} is at least {low:g}"
            )
            if high == 1 and 1 < value <= 255:
                help_text += f"; {value:g} of 255 is {value / 255:.4g}"
            self._fail("MB106", f"{name} {value:g} is out of range", located, help_text + ".")
        return float(value)

    def _dimension(self, located: Located) -> Typed:
        return self._with_unit(located, ("px", "rem"), "{value: 16, unit: px}")

    def _duration(self, located: Located) -> Typed:
        return self._with_unit(located, ("ms", "s"), "{value: 200, unit: ms}")

    def _number(self, located: Located) -> Typed:
        amount = self._amount(located)
        return Typed(amount, colors.number(amount))

    def _font_family(self, located: Located) -> Typed:
        names: list[str] = []
        for part in _flat(located):
            if not isinstance(part.value, str) or not part.value.strip() or len(names) >= MAX_NAMES:
                self._fail(
                    "MB105",
                    f"a font family is {kind_of(part.value)}",
                    part,
                    'Write a name or a list: ["Inter", "Arial", "sans-serif"].',
                )
            names.append(str(part.value).strip())
        if not names:
            self._fail("MB105", "no font family", located, 'Write a name or a list: ["Inter", "Arial", "sans-serif"].')
        return Typed(tuple(names), family_css(names))

    def _font_weight(self, located: Located) -> Typed:
        value = located.value
        if isinstance(value, str):
            if value not in WEIGHTS:
                help_text = did_you_mean(
                    value.lower(), WEIGHTS, otherwise=f"Names: {listed(WEIGHTS, most=20)}; or 1 to 1000."
                )
                self._fail("MB105", f'no font weight "{value[:40]}"', located, help_text)
            return Typed(WEIGHTS[value], str(WEIGHTS[value]))
        amount = self._amount(located, low=1, high=1000, what="a weight")
        return Typed(amount, colors.number(amount))

    def _cubic_bezier(self, located: Located) -> Typed:
        parts = located.value
        if not isinstance(parts, list) or len(parts) != 4:
            self._fail("MB105", f"a curve is {kind_of(parts)}", located, "Write four numbers: [0.4, 0, 0.2, 1].")
        numbers = tuple(
            self._amount(part, low=0, high=1, what="x of a control point") if at % 2 == 0 else self._amount(part)
            for at, part in enumerate(parts)
        )
        return Typed(numbers, f"cubic-bezier({', '.join(colors.number(part) for part in numbers)})")

    def _stroke_style(self, located: Located) -> Typed:
        value = located.value
        if isinstance(value, str):
            if value not in STROKES:
                help_text = did_you_mean(value, STROKES, otherwise=f"Styles: {listed(STROKES)}.")
                self._fail("MB105", f'no stroke style "{value[:40]}"', located, help_text)
            return Typed(value, value)
        example = "{dashArray: [{value: 4, unit: px}], lineCap: round}"
        members = self._members(located, ("dashArray", "lineCap"), (), example)
        dashes, cap = members["dashArray"], members["lineCap"]
        if not isinstance(dashes.value, list) or not dashes.value:
            self._fail("MB105", f"dashArray is {kind_of(dashes.value)}", dashes, f"Write {example}.")
        if cap.value not in ("round", "butt", "square"):
            self._fail("MB105", f"lineCap is {kind_of(cap.value)}", cap, "Write round, butt or square.")
        lengths = [self._as(part, "dimension").value for part in dashes.value]
        return Typed({"dashArray": lengths, "lineCap": cap.value}, "dashed")

    def _parts(
        self, located: Located, kinds: dict[str, str], optional: dict[str, str], example: str
    ) -> dict[str, Typed]:
        members = self._members(located, kinds, optional, example)
        return {name: self._as(part, (kinds | optional)[name]) for name, part in members.items()}

    def _border(self, located: Located) -> Typed:
        kinds = {"color": "color", "width": "dimension", "style": "strokeStyle"}
        parts = self._parts(located, kinds, {}, '{color: "{color.line}", width: {value: 1, unit: px}, style: solid}')
        return Typed(_values(parts), f"{parts['width'].text} {parts['style'].text} {parts['color'].text}")

    def _transition(self, located: Located) -> Typed:
        kinds = {"duration": "duration", "delay": "duration", "timingFunction": "cubicBezier"}
        example = "{duration: {value: 200, unit: ms}, delay: {value: 0, unit: ms}, timingFunction: [0.4, 0, 0.2, 1]}"
        parts = self._parts(located, kinds, {}, example)
        return Typed(_values(parts), f"{parts['duration'].text} {parts['timingFunction'].text} {parts['delay'].text}")

    def _shadow(self, located: Located) -> Typed:
        if isinstance(located.value, list):
            if not 1 <= len(located.value) <= MAX_NAMES:
                self._fail("MB105", f"{len(located.value)} shadows", located, f"Write 1 to {MAX_NAMES}.")
            layers = [self._one_shadow(part) for part in located.value]
            return Typed([layer.value for layer in layers], ", ".join(layer.text for layer in layers))
        return self._one_shadow(located)

    def _one_shadow(self, located: Located) -> Typed:
        kinds = {"color": "color", **dict.fromkeys(("offsetX", "offsetY", "blur", "spread"), "dimension")}
        zero = "{value: 0, unit: px}"
        example = f'{{color: "{{color.shadow}}", offsetX: {zero}, offsetY: {zero}, blur: {zero}, spread: {zero}}}'
        members = self._members(located, kinds, ("inset",), example)
        inset = members.get("inset")
        if inset is not None and not isinstance(inset.value, bool):
            self._fail("MB105", f"inset is {kind_of(inset.value)}", inset, "Write true or false.")
        parts = {name: self._as(members[name], kind) for name, kind in kinds.items()}
        inside = bool(inset and inset.value)
        text = " ".join(parts[name].text for name in ("offsetX", "offsetY", "blur", "spread", "color"))
        return Typed({**_values(parts), "inset": inside}, ("inset " if inside else "") + text)

    def _gradient(self, located: Located) -> Typed:
        example = '[{color: "{color.a}", position: 0}, {color: "{color.b}", position: 1}]'
        if not isinstance(located.value, list) or not 1 <= len(located.value) <= MAX_NAMES:
            self._fail(
                "MB105", f"a gradient is {kind_of(located.value)}", located, f"Write a list of stops: {example}."
            )
        stops = [self._parts(part, {"color": "color", "position": "number"}, {}, example) for part in located.value]
        values, texts = [], []
        for stop in stops:
            position = min(1.0, max(0.0, float(str(stop["position"].value))))
            values.append({"color": stop["color"].value, "position": position})
            texts.append(f"{stop['color'].text} {colors.number(position * 100)}%")
        return Typed(values, ", ".join(texts))

    def _typography(self, located: Located) -> Typed:
        kinds = {
            "fontFamily": "fontFamily",
            "fontSize": "dimension",
            "fontWeight": "fontWeight",
            "letterSpacing": "dimension",
            "lineHeight": "number",
        }
        size = "{value: 16, unit: px}"
        example = f'{{fontFamily: "{{font.body}}", fontSize: {size}, fontWeight: 400, letterSpacing: {{value: 0, unit: px}}, lineHeight: 1.5}}'
        parts = self._parts(located, kinds, {}, example)
        text = (
            f"{parts['fontWeight'].text} {parts['fontSize'].text}/{parts['lineHeight'].text} {parts['fontFamily'].text}"
        )
        return Typed(_values(parts), text)


TYPES = tuple(Checker([])._table)  # noqa: SLF001 - the table is the list


def family_css(names: Iterable[str]) -> str:
    """A CSS font stack; names with blanks or digits are quoted (single quotes: they sit in attributes)."""
    return ", ".join(
        name if name in GENERIC or (name.isascii() and name.isalpha()) else _quoted(name) for name in names
    )


def _quoted(name: str) -> str:
    clean = "".join(sign for sign in name if sign.isprintable() and sign not in "'\"\\<>&;{}")
    return f"'{clean}'"


def _values(parts: dict[str, Typed]) -> dict[str, object]:
    return {name: part.value for name, part in parts.items()}


def _differ(one: str, other: str) -> bool:
    """Whether two colours ``#rrggbb`` differ by more than rounding."""
    return any(abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) > 2 for at in (1, 3, 5))


def _flat(located: Located, depth: int = 0) -> Iterator[Located]:
    """A list of names whose elements may refer to lists."""
    if isinstance(located.value, list) and depth < 8:
        for part in located.value:
            yield from _flat(part, depth + 1)
    else:
        yield located


def _split_unit(text: str, units: tuple[str, ...]) -> str:
    for unit in units:
        head = text.strip().removesuffix(unit).strip()
        if text.strip().endswith(unit) and head.replace(".", "", 1).removeprefix("-").isdigit():
            return f"{{value: {head}, unit: {unit}}}"
    return ""
