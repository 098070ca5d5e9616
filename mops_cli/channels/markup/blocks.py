"""A block in use: its properties, typed and checked against ``block.yaml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.channels.templating.escapes import harmless_url
from mops_cli.channels.templating.expressions import Expression
from mops_cli.channels.templating.words import SENTINEL
from mops_cli.model.diagnostic import Diagnostic, error
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mops_cli.channels.markup.nodes import Attribute, BlockUse
    from mops_cli.channels.templating.slots import SlotTable
    from mops_cli.model.content import Block, Prop
    from mops_cli.model.diagnostic import Span

_COLOR = re.compile(r"#[0-9a-fA-F]{6}\Z|#[0-9a-fA-F]{3}\Z")
_DECLARED = {
    "list": ("list",),
    "integer": ("integer",),
    "number": ("integer", "number", "money"),
    "money": ("integer", "number", "money"),
    "boolean": ("boolean",),
    "date": ("date", "datetime"),
}
"""Types of fields that fit a property; the other properties take any single value."""
_TRUE, _FALSE = ("true", "yes"), ("false", "no")


class _Wrong(Exception):
    """A value that does not have the declared type: what it is not, and what to write."""


@dataclass(frozen=True, slots=True)
class Properties:
    """Reads the properties of blocks.

    ``asset(name, span)`` gives what a template prints for a file, ``url(address, span)`` what it prints for a target, ``type_of(source)`` the declared type of a recipient-time expression.
    """

    slots: SlotTable
    report: Callable[[Diagnostic], None]
    asset: Callable[[str, Span], object]
    url: Callable[[str, Span], object]
    type_of: Callable[[str], str] = lambda _source: "any"

    def of(self, use: BlockUse, block: Block) -> dict[str, object] | None:
        """The properties by name, defaults filled in; None when something is wrong."""
        ok = self._known(use, block) and self._body(use, block)
        given = {attribute.name: attribute for attribute in use.attributes}
        values: dict[str, object] = {}
        for name, prop in block.spec.props.items():
            attribute = given.get(name)
            if attribute is None:
                ok = self._absent(use, name, prop, values) and ok
                continue
            try:
                values[name] = self._typed(attribute, prop)
            except _Wrong as wrong:
                message, help_text = wrong.args
                self.report(error("MT508", f"`{name}` of block `{use.name}`: {message}", attribute.span, help_text))
                ok = False
        return values if ok else None

    def _known(self, use: BlockUse, block: Block) -> bool:
        ok = True
        for attribute in use.attributes:
            if attribute.name not in block.spec.props:
                help_text = advice(
                    attribute.name, block.spec.props, what="its properties", none="it takes no properties"
                )
                message = f"block `{use.name}` has no property `{attribute.name}`"
                self.report(error("MT506", message, attribute.span, help_text))
                ok = False
        return ok

    def _body(self, use: BlockUse, block: Block) -> bool:
        if block.spec.body == "none" and use.children:
            self.report(
                error(
                    "MT509",
                    f"block `{use.name}` takes no text",
                    use.span,
                    "move the text out of the block, below its `:::`",
                )
            )
            return False
        if block.spec.body == "required" and not use.children:
            self.report(
                error(
                    "MT509",
                    f"block `{use.name}` needs a text",
                    use.span,
                    "write it between this line and the closing `:::`",
                )
            )
            return False
        return True

    def _absent(self, use: BlockUse, name: str, prop: Prop, values: dict[str, object]) -> bool:
        if prop.required:
            about = f" ({prop.description})" if prop.description else ""
            self.report(
                error("MT507", f"block `{use.name}` needs `{name}`{about}", use.span, f'add {name}="…" to this line')
            )
            return False
        default = prop.default
        if prop.type == "asset" and isinstance(default, str) and default:
            default = self.asset(default, use.span)
        values[name] = default
        return True

    def _declared(self, expression: Expression, prop: Prop) -> None:
        """Whether a field of the recipient can be what the property wants."""
        found = self.type_of(expression.source)
        wanted = _DECLARED.get(prop.type)
        if found == "any" or (found in wanted if wanted else found not in ("list", "object")):
            return
        is_list = "a list" if prop.type == "list" else f"a {prop.type}" if wanted else "one value"
        raise _Wrong(f"`{expression.source}` is declared as {found}, {is_list} is needed", "name a field of that type")

    def _typed(self, attribute: Attribute, prop: Prop) -> object:
        expression = self.slots.only_expression(attribute.value)
        if expression is not None:
            self._declared(expression, prop)
            return Expression(expression.source, attribute.span, prop.items)
        whole = SENTINEL.fullmatch(attribute.value)
        slot = self.slots.get(int(whole[1]), "v") if whole else None
        if slot is not None and isinstance(slot.value, bool | int | float | list | tuple | dict):
            text: object = slot.value
        else:
            text = self.slots.flat(attribute.value)
        if prop.type == "asset":
            return self.asset(str(text), attribute.span)
        if prop.type == "url":
            if not harmless_url(str(text)):
                raise _Wrong(
                    "this address begins with a scheme that is not allowed", "begin it with https:, mailto: or tel:"
                )
            return self.url(str(text), attribute.span)
        reader = _READERS.get(prop.type)
        return reader(text, prop) if reader else text


def _number(value: object, prop: Prop) -> object:
    try:
        return float(str(value)) if "." in str(value) else int(str(value))
    except ValueError:
        raise _Wrong(f"{value!r} is no number", "write digits only, like 6 or 1.5") from None


def _integer(value: object, prop: Prop) -> object:
    try:
        return int(str(value))
    except ValueError:
        raise _Wrong(f"{value!r} is no whole number", "write digits only, like 6") from None


def _boolean(value: object, prop: Prop) -> object:
    word = str(value).lower()
    if word not in _TRUE + _FALSE:
        raise _Wrong(f"{value!r} is neither true nor false", "write true or false")
    return word in _TRUE


def _choice(value: object, prop: Prop) -> object:
    if value not in prop.choices:
        raise _Wrong(f"{value!r} is no choice", advice(str(value), prop.choices, what="one of"))
    return value


def _color(value: object, prop: Prop) -> object:
    if not _COLOR.match(str(value)):
        raise _Wrong(f"{value!r} is no colour", "use a token, like [[ tokens.color.accent ]], or #rrggbb")
    return value


def _list(value: object, prop: Prop) -> object:
    if not isinstance(value, list | tuple):
        raise _Wrong(
            "a list is needed",
            'give one known to the recipient, like products="{{ contact.recommendations }}", or a build-time list [[ vars.products ]]',
        )
    return list(value)


_READERS: Mapping[str, Callable[[object, Prop], object]] = {
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "choice": _choice,
    "color": _color,
    "list": _list,
}
