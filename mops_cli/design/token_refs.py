"""References between tokens: ``{group.token}``, ``$ref`` JSON pointers, and ``$extends`` between groups."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.design.suggest import did_you_mean
from mops_cli.design.token_tree import MAX_DEPTH, MAX_TOKENS, Node, kind_of, overlay
from mops_cli.model.diagnostic import Diagnostic, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.design.token_tree import Site

MAX_CHAIN = 60

_ALIAS = re.compile(r"\{([^{}]*)\}\Z")

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Located:
    """A value without references that knows its place.

    ``value`` is a scalar, or a list or dict of :class:`Located`. ``type`` is the DTCG type of the token it was
    taken from whole, if any; ``via`` is the place of the reference through which it came.
    """

    value: object
    site: Site
    type: str | None = None
    via: Site | None = None


class Unresolved(Exception):
    """A reference leads nowhere; the finding is already reported."""


def dotted(path: Path) -> str:
    """A path as people write it."""
    return ".".join(path)


class References:
    """Resolves every reference of one tree. Findings go to ``found``, each once."""

    def __init__(self, root: Node, found: list[Diagnostic]) -> None:
        self._root = root
        self._found = found
        self._done: dict[Path, Located | None] = {}
        self._stack: list[Path] = []
        self._circles: set[frozenset[Path]] = set()
        self._types: dict[Path, str | None] = {}
        self._names = [dotted(path) for path, node in root.walk() if node.is_token]

    def value(self, path: Path) -> Located | None:
        """The value of the token at ``path`` with all references followed; None when that failed."""
        if path not in self._done:
            node = self._root.find(path)
            try:
                self._done[path] = self._token(path, node) if node else None
            except Unresolved:
                self._done[path] = None
        return self._done[path]

    def type_of(self, path: Path) -> str | None:
        """The declared, inherited or referred type of the token at ``path``."""
        if path not in self._types:
            self._types[path] = self._inherited_type(path)
        declared = self._types[path]
        if declared:
            return declared
        resolved = self.value(path)
        return resolved.type if resolved else None

    def node(self, path: Path) -> Node | None:
        """The node at ``path``."""
        return self._root.find(path)

    def _inherited_type(self, path: Path) -> str | None:
        """The ``$type`` of the token itself; a whole alias takes its target's; else the nearest group's."""
        node = self._root.find(path)
        own = node.text("$type") if node else None
        if own or node is None:
            return own
        raw = node.properties.get("$value", (None, None))[0]
        if "$ref" in node.properties or (isinstance(raw, str) and _ALIAS.match(raw)):
            return None
        for length in range(len(path) - 1, -1, -1):
            group = self._root.find(path[:length])
            found = group.text("$type") if group else None
            if found:
                return found
        return None

    # -- following

    def _token(self, path: Path, node: Node) -> Located:
        if path in self._stack:
            self._report_circle(path)
            raise Unresolved
        if len(self._stack) >= MAX_CHAIN:
            message = f"more than {MAX_CHAIN} references in a row"
            self._found.append(error("MB113", message, node.site.span, "Refer to the first token directly."))
            raise Unresolved
        self._stack.append(path)
        try:
            if "$ref" in node.properties:
                raw, site = node.properties["$ref"]
                resolved = self._pointer(raw, site)
            else:
                raw, site = node.properties["$value"]
                resolved = self._follow(raw, site, 0)
            declared = self._inherited_type(path) or resolved.type
            if resolved.type and declared != resolved.type and resolved.via:
                self._report_other_type(str(declared), resolved.type, resolved.via)
                raise Unresolved
            return Located(resolved.value, resolved.site, declared, resolved.via)
        finally:
            self._stack.pop()

    def _follow(self, raw: object, site: Site, depth: int) -> Located:
        if depth > MAX_DEPTH:
            self._found.append(error("MB113", "a value nested too deep", site.span, "Write a flat value."))
            raise Unresolved
        if isinstance(raw, str):
            match = _ALIAS.match(raw.strip())
            return self._alias(match[1], site) if match else Located(raw, site)
        if isinstance(raw, Mapping):
            if "$ref" in raw:
                return self._inner_reference(raw, site)
            return Located({str(k): self._follow(v, site.down(k), depth + 1) for k, v in raw.items()}, site)
        if isinstance(raw, (list, tuple)):
            return Located([self._follow(v, site.down(at), depth + 1) for at, v in enumerate(raw)], site)
        return Located(raw, site)

    def _inner_reference(self, raw: Mapping[object, object], site: Site) -> Located:
        if len(raw) > 1:
            message = '"$ref" stands alone: other properties beside it have no meaning'
            self._found.append(error("MB109", message, site.span, "Remove the other properties."))
            raise Unresolved
        return self._pointer(raw["$ref"], site.down("$ref"))

    def _alias(self, inner: str, site: Site) -> Located:
        path = tuple(inner.strip().split("."))
        node = self._root.find(path)
        if node is None:
            help_text = did_you_mean(inner.strip(), self._names, otherwise="Define it, or name another token.")
            self._found.append(error("MB109", f'no token "{inner.strip()}"', site.span, help_text))
            raise Unresolved
        if not node.is_token and "$root" in node.children and site.span.path.startswith("mops:"):
            # The neutral tokens do not know that the brand made a group of the one they refer to.
            path, node = (*path, "$root"), node.children["$root"]
        if not node.is_token:
            self._found.append(
                error("MB111", f'"{inner}" is a group, not a token', site.span, self._inside(path, node))
            )
            raise Unresolved
        return self._taken(path, node, site)

    def _taken(self, path: Path, node: Node, site: Site) -> Located:
        self._warn_deprecated(path, node, site)
        resolved = self.value_inside(path, node)
        return Located(resolved.value, resolved.site, resolved.type, site)

    def value_inside(self, path: Path, node: Node) -> Located:
        """As :meth:`value`, within a chain: raises when it cannot be had."""
        if path in self._done:
            known = self._done[path]
            if known is None:
                raise Unresolved
            return known
        resolved = self._token(path, node)
        self._done[path] = resolved
        return resolved

    def _inside(self, path: Path, node: Node) -> str:
        if "$root" in node.children:
            return f'Write "{{{dotted(path)}.$root}}".'
        inner = [dotted((*path, *below)) for below, child in node.walk() if child.is_token]
        return f'Name a token in it, e.g. "{{{inner[0]}}}".' if inner else "Name a token."

    def _pointer(self, raw: object, site: Site) -> Located:
        if not isinstance(raw, str) or not (raw == "#" or raw.startswith("#/")):
            help_text = 'Write a pointer into this file, e.g. "#/color/brand/primary/$value".'
            self._found.append(error("MB109", f'"$ref" is {kind_of(raw)}', site.span, help_text))
            raise Unresolved
        parts = [part.replace("~1", "/").replace("~0", "~") for part in raw.split("/")[1:]]
        node, used = self._root, 0
        while used < len(parts) and not node.is_token and parts[used] in node.children:
            node, used = node.children[parts[used]], used + 1
        rest = parts[used:]
        if node.is_token and (not rest or rest[0] == "$value"):
            whole = self._taken(tuple(parts[:used]), node, site)
            return self._part(whole, rest[1:], raw, site)
        if not rest:
            help_text = self._inside(tuple(parts), node) + ' A group takes over another with "$extends".'
            self._found.append(error("MB111", f'"{raw}" points to a group, not to a value', site.span, help_text))
            raise Unresolved
        wanted = dotted(tuple(part for part in parts if part != "$value"))
        suggestion = did_you_mean(wanted, self._names)
        near = f"{suggestion} As a pointer: dots become slashes." if suggestion else "Point to an existing token."
        self._found.append(error("MB109", f'nothing at "{raw}"', site.span, near))
        raise Unresolved

    def _part(self, whole: Located, rest: list[str], raw: str, site: Site) -> Located:
        part = whole
        for step in rest:
            value = part.value
            if isinstance(value, dict) and step in value:
                part = value[step]
            elif isinstance(value, list) and step.isascii() and step.isdigit() and int(step[:6]) < len(value):
                part = value[int(step[:6])]
            else:
                keys = list(value) if isinstance(value, dict) else []
                otherwise = f"It has {len(value)} parts, counted from 0." if isinstance(value, list) else ""
                help_text = did_you_mean(step, keys, otherwise=otherwise or "Point to an existing part.")
                self._found.append(error("MB109", f'"{raw}": no part "{step}"', site.span, help_text))
                raise Unresolved
        return Located(part.value, part.site, part.type, site) if rest else whole

    # -- findings

    def _report_other_type(self, declared: str, actual: str, via: Site) -> None:
        message = f'the token says "$type: {declared}", but refers to a {actual}'
        self._found.append(error("MB111", message, via.span, f"Remove the $type, or refer to a {declared}."))

    def _report_circle(self, path: Path) -> None:
        circle = self._stack[self._stack.index(path) :]
        if frozenset(circle) in self._circles:
            return
        self._circles.add(frozenset(circle))
        start = circle.index(min(circle))
        ordered = [*circle[start:], *circle[:start]]
        shown = [dotted(part) for part in ordered[:8]] + (["..."] if len(ordered) > 8 else [])
        names = " -> ".join([*shown, dotted(ordered[0])])
        node = self._root.find(ordered[0])
        span = next(iter(_values(node))).span if node else self._root.site.span
        self._found.append(
            error("MB110", f"tokens refer to one another in a circle: {names}", span, "Give one of them a value.")
        )

    def _warn_deprecated(self, path: Path, node: Node, site: Site) -> None:
        note = node.properties.get("$deprecated", (None, None))[0]
        if note:
            help_text = note if isinstance(note, str) else "Use the token that replaces it."
            self._found.append(warning("MB116", f'the token "{dotted(path)}" is deprecated', site.span, help_text))


def _values(node: Node) -> Iterator[Site]:
    for name in ("$ref", "$value"):
        if name in node.properties:
            yield node.properties[name][1]
    yield node.site


def extend_groups(root: Node, found: list[Diagnostic]) -> Node:
    """The tree with every ``$extends`` carried out: the group it names, with its own members on top."""
    return _Extender(root, found).expand(root, ())


class _Extender:
    def __init__(self, root: Node, found: list[Diagnostic]) -> None:
        self._root = root
        self._found = found
        self._budget = MAX_TOKENS * 2
        self._open: list[Path] = []
        self._circles: set[Path] = set()

    def expand(self, node: Node, path: Path) -> Node:
        self._budget -= 1
        if self._budget < 0:
            if self._budget == -1:
                help_text = "Extend groups in fewer places."
                self._found.append(error("MB113", 'too many tokens through "$extends"', node.site.span, help_text))
            return Node(node.site, {k: v for k, v in node.properties.items() if k != "$extends"})
        if path in self._open or len(self._open) > MAX_DEPTH:
            return self._circle(node, path)
        self._open.append(path)
        children = {name: self.expand(child, (*path, name)) for name, child in node.children.items()}
        result = Node(node.site, {k: v for k, v in node.properties.items() if k != "$extends"}, children)
        target = self._target(node, path)
        if target is not None:
            result = overlay(self.expand(*target), result)
        self._open.pop()
        return result

    def _circle(self, node: Node, path: Path) -> Node:
        circle = self._open[self._open.index(path) :] if path in self._open else self._open
        if not self._circles & set(circle):
            names = " -> ".join(dotted(part) or "(the whole file)" for part in [*circle[-8:], path])
            extending = [at for part in circle if (at := self._root.find(part)) and "$extends" in at.properties]
            site = extending[0].properties["$extends"][1] if extending else node.site
            message = f"groups extend one another in a circle: {names}"
            self._found.append(error("MB110", message, site.span, "Remove one $extends."))
        self._circles.update(circle)
        return Node(node.site)

    def _target(self, node: Node, path: Path) -> tuple[Node, Path] | None:
        if "$extends" not in node.properties:
            return None
        raw, site = node.properties["$extends"]
        text = raw.strip() if isinstance(raw, str) else ""
        match = _ALIAS.match(text)
        if match:
            target_path = tuple(match[1].strip().split("."))
        elif text.startswith("#/"):
            target_path = tuple(part.replace("~1", "/").replace("~0", "~") for part in text[2:].split("/"))
        else:
            help_text = 'Write the group as "{group.name}" or "#/group/name".'
            self._found.append(error("MB112", f'"$extends" is {kind_of(raw)}', site.span, help_text))
            return None
        target = self._root.find(target_path)
        if target is None or target.is_token:
            groups = [dotted(p) for p, n in self._root.walk() if p and not n.is_token]
            what = "is a token, not a group" if target else "does not exist"
            help_text = did_you_mean(dotted(target_path), groups, otherwise="Name an existing group.")
            self._found.append(error("MB112", f'"$extends": "{dotted(target_path)}" {what}', site.span, help_text))
            return None
        return target, target_path
