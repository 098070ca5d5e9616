"""``mj-include``: resolved by us before the compiler, so that places survive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from mops_cli.channels.mjml.parse import parse
from mops_cli.channels.mjml.tree import Node

if TYPE_CHECKING:
    from mops_cli.channels.mjml.options import Included, Reader
    from mops_cli.channels.mjml.places import Places

MAX_INCLUDES = 500
MAX_CHAIN = 10


@dataclass(slots=True)
class _State:
    read: Reader | None
    places: Places
    head: list[Node]
    styles: list[Node]
    left: int = MAX_INCLUDES


def resolve(root: Node, path: str, read: Reader | None, places: Places) -> None:
    """Replace every ``mj-include`` below ``root`` by what it names; heads and styles go to the end of the head."""
    if not places.mention("mj-include"):
        return
    state = _State(read, places, [], [])
    _walk(root, path, (path,), state)
    extra = state.head + state.styles
    if not extra:
        return
    head = root.find("mj-head")
    if head is None:
        head = Node("mj-head", root.start, root.open_end, root.end)
        root.children.insert(0, head)
    head.children.extend(extra)


def _walk(node: Node, path: str, chain: tuple[str, ...], state: _State) -> None:
    """Recursion is bounded: by the parser's depth inside a document, by the chain across documents."""
    if not any(child.tag == "mj-include" or child.children for child in node.children):
        return
    children: list[Node] = []
    for child in node.children:
        if child.tag == "mj-include":
            children.extend(_include(child, path, chain, state))
        else:
            _walk(child, path, chain, state)
            children.append(child)
    node.children = children


def _include(node: Node, path: str, chain: tuple[str, ...], state: _State) -> list[Node]:
    included = _read(node, path, chain, state)
    if included is None:
        return []
    base = state.places.add(included.text, included.locate)
    kind = node.get("type", "mjml")
    if kind in {"html", "css"}:
        return _verbatim(node, kind, included, base, state)
    nodes = parse(included.text, base, state.places)
    root = next((found for found in nodes if found.tag == "mjml"), None)
    if root is None:
        holder = Node("mj-body", base, base, base + len(included.text))
        holder.children = nodes
        _walk(holder, included.path, (*chain, included.path), state)
        return holder.children
    _walk(root, included.path, (*chain, included.path), state)
    head, body = root.find("mj-head"), root.find("mj-body")
    if head:
        state.head.extend(head.children)
    return body.children if body else []


def _verbatim(node: Node, kind: str, included: Included, base: int, state: _State) -> list[Node]:
    tag = "mj-style" if kind == "css" else "mj-raw"
    made = Node(tag, base, base, base + len(included.text))
    made.text = included.text
    if kind == "html":
        return [made]
    if node.get("css-inline") == "inline":
        made.add("inline", "inline")
    state.styles.append(made)
    return []


def _read(node: Node, path: str, chain: tuple[str, ...], state: _State) -> Included | None:
    """The text behind the include, or a finding."""

    def refuse(code: str, message: str, help_: str) -> None:
        state.places.error(code, message, node.start, node.open_end, help_)

    wanted = unquote(node.get("path"))
    if not wanted:
        refuse("ME203", "`mj-include` has no `path`", 'Write `<mj-include path="file.mjml" />`.')
        return None
    if node.get("type", "mjml") not in {"mjml", "html", "css"}:
        refuse("ME202", f"`type` of `mj-include` cannot be {node.get('type')!r}", "Use one of: mjml, html, css.")
        return None
    found = state.read(wanted, path) if state.read else None
    if found is None:
        refuse(
            "ME402",
            f"the file to include, `{wanted}`, is not found",
            "Paths count from the folder of the file that includes, and must stay inside the project.",
        )
        return None
    if found.path in chain:
        shown = " -> ".join([*chain[chain.index(found.path) :], found.path])
        refuse("ME403", f"`{found.path}` includes itself: {shown}", "Remove one of these includes.")
        return None
    if len(chain) > MAX_CHAIN:
        refuse("ME403", f"includes are nested more than {MAX_CHAIN} deep", "Include the innermost file directly.")
        return None
    state.left -= 1
    if state.left < 0:
        refuse("ME403", f"more than {MAX_INCLUDES} includes", "Look for files that include each other in a fan.")
        return None
    return found
