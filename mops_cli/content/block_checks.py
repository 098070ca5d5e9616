"""What ``block.yaml`` says about its own properties: choices, defaults, examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import Diagnostic, error
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.model.content import Block, Prop
    from mops_cli.model.source import Key

CODE = "MC212"


def check(block: Block) -> Iterator[Diagnostic]:
    """Choices without words, defaults that are not what the property takes, examples that no message could write."""
    for name, prop in block.spec.props.items():
        if prop.type == "choice" and not prop.choices:
            place = block.source.key("props", name)
            yield error(CODE, f"`{name}` is a choice without choices", place, "add them: choices: [left, right]")
        elif prop.default is not None:
            yield from _value(block, ("props", name, "default"), prop.default, prop, f"the default of `{name}`")
    for number, example in enumerate(block.spec.examples):
        yield from _example(block, number, example)


def _example(block: Block, number: int, example: dict[str, object]) -> Iterator[Diagnostic]:
    props = block.spec.props
    for name, value in example.items():
        if name in ("body", "children"):
            continue
        keys = ("examples", number, name)
        if name not in props:
            hint = advice(name, props, what="properties of this block")
            yield error(CODE, f"the example has `{name}`, the block has not", block.source.key(*keys), hint)
        elif value is not None:
            yield from _value(block, keys, value, props[name], f"`{name}` of the example")
    if any(name not in props and name not in ("body", "children") for name in example):
        return  # what is missing is probably what was misspelt
    missing = [name for name, prop in props.items() if prop.required and name not in example]
    if missing:
        place = block.source.at("examples", number)
        yield error(CODE, f"the example leaves out `{missing[0]}`", place, f"add {missing[0]}, which is required")


def _value(block: Block, keys: tuple[Key, ...], value: object, prop: Prop, what: str) -> Iterator[Diagnostic]:
    if isinstance(value, str) and ("{{" in value or "[[" in value):
        return
    wanted = cure = ""
    if prop.type == "choice" and value not in prop.choices:
        wanted, cure = "one of its choices", advice(str(value), prop.choices, what="choices")
    elif prop.type in ("integer", "number", "money") and not _is_number(value, whole=prop.type == "integer"):
        wanted = "a whole number" if prop.type == "integer" else "a number"
        cure = "write digits without quotes"
    elif prop.type == "boolean" and not isinstance(value, bool):
        wanted, cure = "true or false", "write true or false, without quotes"
    elif prop.type == "list" and not isinstance(value, list):
        wanted, cure = "a list", "write it in [ ]"
    if wanted:
        shown = f'"{str(value)[:40]}"' if not isinstance(value, list | dict) else "something else"
        yield error(CODE, f"{what} is {shown}, not {wanted}", block.source.at(*keys), cure)


def _is_number(value: object, *, whole: bool) -> bool:
    return isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
