"""Checks a document against the component table: tags, attributes, values and nesting, as npm mjml does and more."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from mops_cli.channels.mjml.placement import CLOSED, closed
from mops_cli.channels.mjml.places import Places
from mops_cli.channels.mjml.sentinels import SLOT, only_statements
from mops_cli.channels.mjml.table import ANYWHERE, LOOSE, table
from mops_cli.channels.mjml.tree import COMMENT, TEXT, Node
from mops_cli.model.diagnostic import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mops_cli.channels.mjml.table import Component, Rule
    from mops_cli.channels.mjml.tree import Attribute, Opening

_SPECIAL_ATTRIBUTES = {
    "mjml": frozenset(("dir", "lang", "owa", "version", "xmlns")),
    "mj-include": frozenset(("path", "type", "css-inline")),
    "mj-selector": frozenset(("path",)),
    "mj-html-attribute": frozenset(("name",)),
}
_SPECIAL_CHILDREN = {
    "mjml": frozenset(("mj-head", "mj-body", "mj-raw", "mj-include")),
    "mj-selector": frozenset(("mj-html-attribute",)),
}
_NEEDS = {
    "mj-font": ("name", "href"),
    "mj-class": ("name",),
    "mj-selector": ("path",),
    "mj-html-attribute": ("name",),
    "mj-image": ("src",),
    "mj-carousel-image": ("src",),
}
_LATER = {
    ("mj-section", "gutter"): "`gutter` came with MJML 5. Give the columns `padding` instead.",
    ("mj-wrapper", "gap"): "`gap` came with MJML 5. Put an `mj-section` with `padding` between, or an `mj-spacer`.",
}


def validate(root: Node, places: Places) -> None:
    """Check the whole tree below ``root`` (the ``mjml`` element)."""
    _structure(root, places)
    stack: list[tuple[Node, Node | None, bool]] = [(root, None, False)]
    while stack:
        node, parent, in_defaults = stack.pop()
        if not _element(node, parent, places, in_defaults=in_defaults):
            continue
        inner = node.tag == "mj-attributes" or in_defaults
        stack.extend((child, node, inner) for child in node.children)


def _structure(root: Node, places: Places) -> None:
    for tag in ("mj-head", "mj-body"):
        seen = [child for child in root.children if child.tag == tag]
        for extra in seen[1:]:
            places.error(
                "ME210",
                f"a second `{tag}`; only the first is used",
                extra.start,
                extra.open_end,
                f"Move its content into the first `{tag}`.",
            )
    if root.find("mj-body") is None:
        places.error(
            "ME209",
            "`mjml` has no `mj-body`",
            root.start,
            root.open_end,
            "Write `<mj-body> ... </mj-body>` inside `<mjml>`.",
        )


def _element(node: Node, parent: Node | None, places: Places, *, in_defaults: bool) -> bool:
    """Check one element; whether its children are worth a look."""
    if node.tag in {COMMENT, TEXT}:
        if node.tag == TEXT:
            _bare_text(node, parent, places)
        return False
    component = table().components.get(node.tag)
    if component is None and node.tag not in LOOSE and node.tag not in {"mjml", "mj-include"}:
        _unknown_tag(node, places)
        return False
    if parent is not None and not in_defaults:
        _nesting(node, parent, places)
    if in_defaults or node.opening is None or not _clean(node.opening):
        _attributes(node, component, places, in_defaults=in_defaults)
    return True


@lru_cache(maxsize=4096)
def _clean(opening: Opening) -> bool:
    """Whether nothing is wrong with a tag wherever it stands; asked once for each tag of a mail."""
    node, probe = Node(opening.tag, 0), Places()
    probe.add("", lambda _: Span(""))
    node.opened(opening, 0)
    _attributes(node, table().components.get(node.tag), probe, in_defaults=False)
    return not probe.found


def _bare_text(node: Node, parent: Node | None, places: Places) -> None:
    where = parent.tag if parent else "mjml"
    if only_statements(node.text):
        return  # placement.py knows where these may stand
    if parent is not None and (parent.tag == "mj-attributes" or parent.tag not in table().components):
        help_ = "Remove it."
    else:
        help_ = "Put text into `<mj-text>`, HTML into `<mj-raw>`."
    places.error(
        "ME207", f"text directly inside `{where}` is never shown", node.start, min(node.end, node.start + 40), help_
    )


def _unknown_tag(node: Node, places: Places) -> None:
    near = get_close_matches(node.tag, table().tags, 1, 0.6)
    if near:
        help_ = f"Did you mean `{near[0]}`?"
    elif node.tag.startswith("mj-"):
        help_ = f"The elements of MJML are: {', '.join(table().tags)}."
    else:
        help_ = "HTML is written inside `mj-text`, `mj-table` or `mj-raw`."
    places.error("ME201", f"`<{node.tag}>` is not an MJML element", node.start, node.start + len(node.tag) + 1, help_)


def _nesting(node: Node, parent: Node, places: Places) -> None:
    if node.tag == "mj-raw" and parent.tag in CLOSED:
        closed(node, parent, places)
        return
    allowed = _allowed_children(parent)
    if allowed is None or node.tag in allowed or (node.tag == "mj-include" and parent.tag != "mjml"):
        return
    component = table().components.get(node.tag)
    if component:
        inside = " or ".join(f"`{tag}`" for tag in component.parents)
    else:
        inside = {"mj-selector": "`mj-html-attributes`", "mj-html-attribute": "`mj-selector`"}.get(
            node.tag, "`mj-attributes`"
        )
    help_ = f"Put it inside {inside}."
    if node.tag in {"mj-section", "mj-wrapper"} and parent.tag in {"mj-column", "mj-section"}:
        help_ += " Sections cannot be nested; columns side by side belong into one section."
    places.error(
        "ME204",
        f"`{node.tag}` cannot stand inside `{parent.tag}`",
        node.start,
        node.start + len(node.tag) + 1,
        help_,
    )


def _allowed_children(parent: Node) -> frozenset[str] | None:
    component = table().components.get(parent.tag)
    if component is None:
        return _SPECIAL_CHILDREN.get(parent.tag)
    return component.children


def _attributes(node: Node, component: Component | None, places: Places, *, in_defaults: bool) -> None:
    _duplicates(node.attributes, places)
    rules = component.attributes if component else None
    fixed = _SPECIAL_ATTRIBUTES.get(node.tag)
    for attribute in node.attributes:
        name = attribute.name
        if rules is not None and name in rules:
            _value(node.tag, attribute, rules[name], places)
        elif (rules is not None and name not in ANYWHERE) or (fixed is not None and name not in fixed):
            _illegal(node.tag, attribute, rules if rules is not None else fixed or (), places)
        elif node.tag in {"mj-all", "mj-class"} and name not in {"name", *ANYWHERE}:
            _loose(attribute, places)
    if not in_defaults or node.tag == "mj-class":
        _required(node, places)


def _duplicates(attributes: list[Attribute], places: Places) -> None:
    if len(attributes) < 2:
        return
    seen: set[str] = set()
    for attribute in attributes:
        if attribute.name in seen:
            places.error(
                "ME206",
                f"`{attribute.name}` is written twice",
                attribute.start,
                attribute.end,
                "Keep one: MJML compilers disagree about which of the two counts.",
            )
        seen.add(attribute.name)


def _required(node: Node, places: Places) -> None:
    for name in _NEEDS.get(node.tag, ()):
        if not node.get(name) and not node.get("mj-class"):
            places.warning(
                "ME203",
                f"`{node.tag}` has no `{name}`",
                node.start,
                node.start + len(node.tag) + 1,
                f'Write `<{node.tag} {name}="...">`.',
            )


def _illegal(tag: str, attribute: Attribute, legal: Iterable[str], places: Places) -> None:
    names = sorted(legal)
    near = get_close_matches(attribute.name, names, 1, 0.7)
    help_ = _LATER.get((tag, attribute.name), "")
    if not help_ and near:
        help_ = f"Did you mean `{near[0]}`?"
    if not help_:
        help_ = f"`{tag}` takes: {', '.join(names)}." if names else f"`{tag}` takes no attributes of its own."
    places.error(
        "ME205",
        f"`{tag}` has no attribute `{attribute.name}`",
        attribute.start,
        attribute.start + len(attribute.name),
        help_,
    )


def _loose(attribute: Attribute, places: Places) -> None:
    """``mj-all`` and ``mj-class`` take what any component takes."""
    names = _every_attribute()
    if attribute.name in names:
        return
    near = get_close_matches(attribute.name, sorted(names), 1, 0.7)
    places.error(
        "ME205",
        f"no MJML element has an attribute `{attribute.name}`",
        attribute.start,
        attribute.start + len(attribute.name),
        f"Did you mean `{near[0]}`?" if near else "Remove it.",
    )


@lru_cache(maxsize=1)
def _every_attribute() -> frozenset[str]:
    return frozenset(name for component in table().components.values() for name in component.attributes)


@lru_cache(maxsize=8192)
def _accepts(rule: Rule, value: str) -> bool:
    return rule.accepts(value)


def _value(tag: str, attribute: Attribute, rule: Rule, places: Places) -> None:
    value = attribute.value
    if rule.pattern is None or _accepts(rule, value):
        return
    if SLOT.search(value) or "{{" in value or "{%" in value:
        return
    help_ = f"Expected: {rule.expects}."
    if rule.type == "unit" and value.strip() and value.strip().replace(".", "", 1).isdigit():
        help_ = f'Write `{attribute.name}="{value.strip()}px"`. {help_}'
    elif rule.type in {"color", "enum"} and rule.accepts(value.strip().lower()):
        help_ = f'Write `{attribute.name}="{value.strip().lower()}"`. {help_}'
    places.error(
        "ME202",
        f"`{attribute.name}` of `{tag}` cannot be {value[:60]!r}",
        attribute.start,
        attribute.end,
        help_,
    )
