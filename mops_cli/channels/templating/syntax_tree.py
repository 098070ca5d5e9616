"""Reading Jinja's syntax trees by the names of their nodes: paths, names in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

FUNCTIONS = frozenset({"range", "plural", "t", "loop"})


def kind(node: Any) -> str:
    """The name of a node's class."""
    return type(node).__name__


def path_of(node: Any) -> tuple[str, ...]:
    """``contact.address.city`` as names (an index is ``[]``); empty when the node is something else."""
    parts: list[str] = []
    while True:
        name = kind(node)
        if name == "Name":
            parts.append(node.name)
            return tuple(reversed(parts))
        if name == "Getattr":
            parts.append(node.attr)
        elif name == "Getitem":
            key = getattr(node.arg, "value", None)
            parts.append(key if isinstance(key, str) else "[]")
        else:
            return ()
        node = node.node


def walk(tree: Any) -> Iterator[Any]:
    """All nodes, outer ones first, in order."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(list(node.iter_child_nodes())))


def used_names(tree: Any) -> frozenset[str]:
    """The recipient-time names of a template: ``contact.first_name``, ``order``, ``links.view``."""
    bound = {node.name for node in walk(tree) if kind(node) == "Name" and node.ctx == "store"}
    found: set[str] = set()
    inner: set[int] = set()
    for node in walk(tree):
        if id(node) in inner or kind(node) not in ("Name", "Getattr", "Getitem"):
            continue
        if kind(node) != "Getitem" and kind(node) != "Name":
            below = node.node
            while kind(below) in ("Getattr", "Getitem"):
                inner.add(id(below))
                below = below.node
            inner.add(id(below))
        path = path_of(node)
        if path and path[0] not in bound and path[0] not in FUNCTIONS:
            stop = path.index("[]") if "[]" in path else len(path)
            found.add(".".join(path[:stop]))
    return frozenset(found)
