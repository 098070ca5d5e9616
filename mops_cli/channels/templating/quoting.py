"""Build-time values inside recipient-time tags."""

from __future__ import annotations

from mops_cli.channels.templating.expressions import Expression, escaped, literal
from mops_cli.channels.templating.faults import Refusal


def inside_tag(value: object) -> str:
    """``{% for p in [[ props.products ]] %}``: the source of an expression, or the literal of a value."""
    if hasattr(value, "__html__"):
        raise Refusal("MT108", "finished text cannot stand inside a recipient-time tag", "print a plain value there")
    found = literal(value)
    if found is None:
        raise Refusal(
            "MT108", "this value cannot stand inside a recipient-time tag", "print a text, a number or a list there"
        )
    return found


def inside_string(value: object, quote: str) -> str:
    """``{{ x | default("[[ brand.name ]]") }}``: the text, made safe for the quotes around it."""
    if isinstance(value, Expression) or hasattr(value, "__html__"):
        raise Refusal(
            "MT108",
            "something that depends on the recipient cannot stand inside a text in quotes",
            "join it: `contact.city ~ ', hello'`",
        )
    return escaped("" if value is None else str(value), quote)
