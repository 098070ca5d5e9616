"""Token files as a tree of groups and tokens that remembers where everything stands.

The shape rules of DTCG 2025.10 are checked here: what is a token, what is a group, which ``$`` properties
either may have, how deep and how large a file may be. Meaning (references, values) comes after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.design.suggest import did_you_mean, listed
from mops_cli.model.diagnostic import Diagnostic, Span, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.model.source import Key, Source

MAX_DEPTH = 24
MAX_TOKENS = 5_000

GROUP_PROPERTIES = ("$type", "$description", "$extends", "$deprecated", "$extensions", "$root", "$schema")
TOKEN_PROPERTIES = ("$value", "$ref", "$type", "$description", "$deprecated", "$extensions")


@dataclass(frozen=True, slots=True)
class Site:
    """The place of a raw value: a file and the key path in it."""

    source: Source
    keys: tuple[Key, ...] = ()

    def down(self, key: Key) -> Site:
        """The place of a part of this value."""
        return Site(self.source, (*self.keys, key))

    @property
    def span(self) -> Span:
        """Where the value is written."""
        return self.source.at(*self.keys)

    @property
    def name_span(self) -> Span:
        """Where the key in front of the value is written."""
        return self.source.key(*self.keys)


@dataclass(slots=True)
class Node:
    """A token or a group. ``properties`` holds the ``$`` members with their places."""

    site: Site
    properties: dict[str, tuple[object, Site]] = field(default_factory=dict)
    children: dict[str, Node] = field(default_factory=dict)

    @property
    def is_token(self) -> bool:
        """Whether it has a value of its own (or refers to one)."""
        return "$value" in self.properties or ("$ref" in self.properties and not self.children)

    def text(self, name: str) -> str | None:
        """A ``$`` property when it is a string."""
        found = self.properties.get(name)
        return found[0] if found and isinstance(found[0], str) else None

    def walk(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
        """This node and all below it, parents first."""
        yield path, self
        for name, child in self.children.items():
            yield from child.walk((*path, name))

    def find(self, path: tuple[str, ...]) -> Node | None:
        """The node at a path below this one."""
        node: Node | None = self
        for name in path:
            node = node.children.get(name) if node else None
        return node


def read_tree(data: Mapping[str, object], source: Source, found: list[Diagnostic]) -> Node:
    """The tree of one token file; mistakes of shape go to ``found`` and are left out."""
    budget = [MAX_TOKENS]
    return _read(data, Site(source), 0, budget, found) or Node(Site(source))


def _read(data: object, site: Site, depth: int, budget: list[int], found: list[Diagnostic]) -> Node | None:
    if not isinstance(data, Mapping):
        name = str(site.keys[-1]) if site.keys else "the file"
        message = f'"{name}" is {kind_of(data)}, but a token or a group of tokens is a mapping'
        found.append(error("MB101", message, site.span, _bare_value_help(name, data)))
        return None
    if depth > MAX_DEPTH:
        found.append(
            error("MB113", f"groups nested more than {MAX_DEPTH} deep", site.name_span, "Use fewer levels of groups.")
        )
        return None
    budget[0] -= 1
    if budget[0] == 0:
        help_text = "Split the brand, or remove generated tokens that nothing uses."
        found.append(
            error("MB113", f"more than {MAX_TOKENS:,} tokens and groups in one file", site.name_span, help_text)
        )
    if budget[0] <= 0:
        return None
    node = Node(site)
    if _sign_forgotten(data, site, found):
        return None
    _read_members(data, node, depth, budget, found)
    _check_shape(node, found)
    return node


def _sign_forgotten(data: Mapping[str, object], site: Site, found: list[Diagnostic]) -> bool:
    """``{value: …}`` is a group with a token called "value", and nobody means that."""
    value = data.get("value")
    if (
        "value" not in data
        or "$value" in data
        or (isinstance(value, Mapping) and ("$value" in value or "$ref" in value))
    ):
        return False
    help_text = 'Write "$value" (and "$type"): names without "$" are those of tokens and groups.'
    found.append(error("MB103", '"value" lacks its "$"', site.down("value").name_span, help_text))
    return True


def _read_members(
    data: Mapping[str, object], node: Node, depth: int, budget: list[int], found: list[Diagnostic]
) -> None:
    for raw_name, value in data.items():
        name = str(raw_name)
        site = node.site.down(raw_name)
        if name == "$root":
            child = _read(value, site, depth + 1, budget, found)
            if child is not None:
                node.children[name] = child
        elif name.startswith("$"):
            node.properties[name] = (value, site)
        elif _good_name(name, site, found):
            child = _read(value, site, depth + 1, budget, found)
            if child is not None:
                node.children[name] = child


def _good_name(name: str, site: Site, found: list[Diagnostic]) -> bool:
    if name and not any(sign in name for sign in ".{}"):
        return True
    better = "".join("-" if sign in ".{}" else sign for sign in name).strip("-") or "name"
    help_text = f'Names have no ".", "{{" or "}}", because aliases use them. Write "{better}", or nest groups.'
    found.append(error("MB102", f'"{name}" cannot be the name of a token or a group', site.name_span, help_text))
    return False


def _check_shape(node: Node, found: list[Diagnostic]) -> None:
    is_token = "$value" in node.properties
    allowed = TOKEN_PROPERTIES if is_token or "$ref" in node.properties else GROUP_PROPERTIES
    for name, (_, site) in list(node.properties.items()):
        if name not in allowed:
            what = "a token" if allowed is TOKEN_PROPERTIES else "a group"
            help_text = did_you_mean(name, allowed, otherwise=f"It may have: {listed(allowed)}.")
            found.append(error("MB103", f'{what} has no property "{name}"', site.name_span, help_text))
            del node.properties[name]
    if "$value" in node.properties and "$ref" in node.properties:
        span = node.properties["$ref"][1].name_span
        found.append(error("MB101", 'a token has either "$value" or "$ref", not both', span, "Remove one of them."))
        del node.properties["$ref"]
    if node.children and ("$value" in node.properties or "$ref" in node.properties):
        first = next(iter(node.children.values()))
        help_text = 'Move the value into a token called "$root" inside the group, or move the inner tokens out.'
        message = "a token with a value cannot hold other tokens"
        found.append(error("MB101", message, first.site.name_span, help_text))
        node.children.clear()
    _check_words(node, found)
    _warn_same_letters(node, found)


def _check_words(node: Node, found: list[Diagnostic]) -> None:
    rules: tuple[tuple[str, type | tuple[type, ...], str], ...] = (
        ("$description", str, "a text"),
        ("$deprecated", (bool, str), "true, false or a text that names the replacement"),
        ("$extensions", Mapping, 'a mapping with a name per tool, e.g. "dev.mops: {cmyk: [0, 80, 60, 0]}"'),
    )
    for name, kinds, wanted in rules:
        if name in node.properties and not isinstance(node.properties[name][0], kinds):
            value, site = node.properties.pop(name)
            found.append(error("MB105", f'"{name}" is {kind_of(value)}', site.span, f"Write {wanted}."))


def _warn_same_letters(node: Node, found: list[Diagnostic]) -> None:
    seen: dict[str, str] = {}
    for name, child in node.children.items():
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            message = f'"{name}" and "{other}" differ in capital letters only'
            help_text = "They would become one name where capitals do not count; rename one."
            found.append(warning("MB117", message, child.site.name_span, help_text))


def overlay(base: Node, over: Node) -> Node:
    """``base`` with ``over`` on top: groups are merged, tokens replaced (type and description inherited)."""
    if over.is_token or base.is_token:
        if over.is_token and base.is_token:
            kept = {k: v for k, v in base.properties.items() if k in ("$type", "$description")}
            return Node(over.site, {**kept, **over.properties}, dict(over.children))
        return _keep_as_root(base, over) if base.is_token else over
    merged = Node(over.site, {**base.properties, **over.properties}, dict(base.children))
    for name, child in over.children.items():
        below = base.children.get(name)
        merged.children[name] = overlay(below, child) if below else child
    return merged


def _keep_as_root(base: Node, over: Node) -> Node:
    """A group in place of a token: the token lives on as the group's ``$root``, so that its name still works."""
    if "$root" in over.children:
        return over
    return Node(over.site, over.properties, {"$root": base, **over.children})


def kind_of(value: object) -> str:
    """How a person would call this value."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return f'the text "{value[:40]}"'
    return "a list" if isinstance(value, (list, tuple)) else "a mapping"


def _bare_value_help(name: str, value: object) -> str:
    if isinstance(value, str) and value.startswith("#"):
        return f'Write "{name}: {{$type: color, $value: "{value[:9]}"}}".'
    return f'Write "{name}: {{$type: ..., $value: ...}}".'
