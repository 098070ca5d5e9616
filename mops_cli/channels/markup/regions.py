"""Pair lone recipient-time statements, so that a loop or a condition wraps whole nodes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mops_cli.channels.markup.nodes import BlockUse, ListNode, Node, Quote, Region, Statement
from mops_cli.model.diagnostic import Diagnostic, Span, error

if TYPE_CHECKING:
    from collections.abc import Callable

CLOSERS = {"if": "endif", "for": "endfor"}
_MIDDLES = {"elif": ("if",), "else": ("if", "for")}


@dataclass(slots=True)
class _Open:
    """A region under construction."""

    parts: list[tuple[Statement, tuple[Node, ...]]]
    opening: Statement
    before: list[Node]


def pair(nodes: tuple[Node, ...], report: Callable[[Diagnostic], None]) -> tuple[Node, ...]:
    """The same nodes with loops and conditions as :class:`Region`; what does not pair is reported."""
    stack: list[_Open] = []
    current: list[Node] = []
    for node in nodes:
        if not isinstance(node, Statement):
            current.append(_inside(node, report))
        elif node.keyword in CLOSERS:
            stack.append(_Open([], node, current))
            current = []
        elif node.keyword in _MIDDLES:
            current = _middle(node, stack, current, report)
        elif node.keyword in CLOSERS.values():
            current = _close(node, stack, current, report)
        else:
            current.append(node)
    while stack:
        current = _unclosed(stack.pop(), current, report)
    return tuple(current)


def _inside(node: Node, report: Callable[[Diagnostic], None]) -> Node:
    match node:
        case BlockUse() | Quote():
            return replace(node, children=pair(node.children, report))
        case ListNode():
            return replace(node, items=tuple(pair(item, report) for item in node.items))
        case _:
            return node


def _middle(
    node: Statement, stack: list[_Open], current: list[Node], report: Callable[[Diagnostic], None]
) -> list[Node]:
    first = _first(stack[-1]).keyword if stack else ""
    if first not in _MIDDLES[node.keyword]:
        report(
            error(
                "MT510",
                f"`{{% {node.keyword} %}}` stands outside of its `{{% if %}}`",
                node.span,
                "keep a condition and all its branches inside one block, list item or quotation",
            )
        )
        return current
    stack[-1].parts.append((stack[-1].opening, tuple(current)))
    stack[-1].opening = node
    return []


def _close(
    node: Statement, stack: list[_Open], current: list[Node], report: Callable[[Diagnostic], None]
) -> list[Node]:
    if not stack or CLOSERS[_first(stack[-1]).keyword] != node.keyword:
        opener = node.keyword.removeprefix("end")
        report(
            error(
                "MT511",
                f"`{{% {node.keyword} %}}` has no `{{% {opener} %}}` in the same block",
                node.span,
                f"open it with `{{% {opener} … %}}` on a line of its own, inside the same block",
            )
        )
        return current
    opened = stack.pop()
    opened.parts.append((opened.opening, tuple(current)))
    start = _first(opened).span
    span = Span(start.path, start.line, start.column, node.span.end_line, node.span.end_column)
    return [*opened.before, Region(tuple(opened.parts), node, span)]


def _unclosed(opened: _Open, current: list[Node], report: Callable[[Diagnostic], None]) -> list[Node]:
    first = _first(opened)
    closer = CLOSERS[first.keyword]
    report(
        error(
            "MT512",
            f"`{{% {first.source} %}}` is never closed in this block",
            first.span,
            f"add `{{% {closer} %}}` on a line of its own, in the same block",
        )
    )
    kept = [child for _, children in opened.parts for child in children]
    return [*opened.before, *kept, *current]


def _first(opened: _Open) -> Statement:
    return opened.parts[0][0] if opened.parts else opened.opening
