"""From token files to themes: DTCG 2025.10 tokens, resolved, checked and with every place kept.

``brand/brand.tokens.yaml`` is the theme ``default``; each ``brand/themes/<name>.tokens.yaml`` lies over it.
Below both lie the package's neutral tokens, so that layouts always find the names they use.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files as package_files
from typing import TYPE_CHECKING

from mops_cli.design.color import srgb_css
from mops_cli.design.suggest import did_you_mean, listed
from mops_cli.design.token_extensions import check_extensions
from mops_cli.design.token_refs import References, dotted, extend_groups
from mops_cli.design.token_tree import Node, Site, kind_of, overlay, read_tree
from mops_cli.design.token_values import TYPES, Checker
from mops_cli.model.brand import Color, Token, Tokens
from mops_cli.model.diagnostic import Diagnostic, error, in_order, warning
from mops_cli.model.source import Loaded, PlainSource
from mops_cli.model.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_PATH = "mops:brand.tokens.json"
BASE_NAMES = ("brand/brand.tokens.yaml", "brand/brand.tokens.yml", "brand/brand.tokens.json")


@lru_cache(maxsize=1)
def neutral_tree() -> Node:
    """The package's own tokens. Treat as frozen."""
    text = (package_files("mops_cli.content") / "defaults" / "brand.tokens.json").read_text("utf-8")
    return read_tree(json.loads(text), PlainSource(DEFAULT_PATH, text), [])


def resolve(
    files: Mapping[str, Loaded[Mapping[str, object]]],
) -> tuple[dict[str, Tokens], list[Diagnostic]]:
    """Themes by name (``default`` is always there) from token files by project path.

    Args:
        files: what was read, e.g. ``brand/brand.tokens.yaml`` and ``brand/themes/dark.tokens.yaml``.

    Returns:
        The themes, and all findings in order. A broken token is missing from its theme; nothing raises.
    """
    found: list[Diagnostic] = []
    base = neutral_tree()
    for path in sorted(files):
        if path in BASE_NAMES:
            base = overlay(base, read_tree(files[path].value, files[path].source, found))
    themes = {"default": _theme("default", base, found)}
    for path in sorted(files):
        if path in BASE_NAMES:
            continue
        name = theme_name(path)
        if name in themes:
            message = f'a second theme called "{name}"'
            help_text = "The base file is the theme default; give this one another file name."
            found.append(error("MB115", message, files[path].source.at(), help_text))
            continue
        over = read_tree(files[path].value, files[path].source, found)
        _warn_strangers(base, over, found)
        themes[name] = _theme(name, overlay(base, over), found)
    return themes, in_order(found)


def theme_name(path: str) -> str:
    """``brand/themes/dark.tokens.yaml`` is the theme ``dark``."""
    return path.rsplit("/", 1)[-1].split(".", 1)[0]


def _theme(name: str, tree: Node, found: list[Diagnostic]) -> Tokens:
    tree = extend_groups(tree, found)
    _check_group_types(tree, found)
    references = References(tree, found)
    checker = Checker(found)
    tokens: dict[str, Token] = {}
    for path, node in tree.walk():
        if path and node.is_token:
            token = _token(path, node, references, checker, found)
            if token is not None:
                tokens[token.path] = token
        elif "$ref" in node.properties:
            span = node.properties["$ref"][1].name_span
            help_text = 'A group takes over another with "$extends".'
            found.append(error("MB112", '"$ref" belongs to a token', span, help_text))
    return Tokens(name, tokens)


def _check_group_types(tree: Node, found: list[Diagnostic]) -> None:
    for _, node in tree.walk():
        if "$type" not in node.properties:
            continue
        value, site = node.properties["$type"]
        if not isinstance(value, str) or value not in TYPES:
            help_text = did_you_mean(str(value), TYPES, otherwise=f"Types: {listed(TYPES)}.")
            found.append(error("MB104", f'"$type" is {kind_of(value)}', site.span, help_text))
            node.properties["$type"] = ("", site)


def _token(
    path: tuple[str, ...], node: Node, references: References, checker: Checker, found: list[Diagnostic]
) -> Token | None:
    located = references.value(path)
    if located is None:
        return None
    kind = references.type_of(path)
    if kind not in TYPES:
        if not _has_broken_type(path, references):
            help_text = 'Write "$type: color" (dimension, fontFamily, ...) here or on a group above.'
            found.append(error("MB104", f'the token "{dotted(path)}" has no type', node.site.name_span, help_text))
        return None
    typed = checker.check(located, str(kind))
    if typed is None:
        return None
    if isinstance(typed.value, Color) and not typed.value.in_gamut and located.via is None:
        _warn_gamut(typed.value, located.site, found)
    extensions = node.properties.get("$extensions", ({}, None))[0]
    ours = check_extensions(extensions, node, str(kind), found)
    return Token(
        path=dotted(path),
        type=str(kind),
        value=typed.value,
        text=typed.text,
        span=node.site.name_span,
        description=node.text("$description") or "",
        extensions=ours,
    )


def _has_broken_type(path: tuple[str, ...], references: References) -> bool:
    """Whether a ``$type`` on the way is wrong (and reported) rather than absent."""
    return any(
        "$type" in node.properties and not node.text("$type")
        for length in range(len(path) + 1)
        if (node := references.node(path[:length]))
    )


def _warn_gamut(color: Color, site: Site, found: list[Diagnostic]) -> None:
    message = f"{color.css} lies outside sRGB; mail and older screens show {srgb_css(color)}"
    help_text = "Good as it is if you like that colour; else choose one inside sRGB. The web keeps the full colour."
    found.append(warning("MB108", message, site.span, help_text))


def _warn_strangers(base: Node, over: Node, found: list[Diagnostic]) -> None:
    """A theme may add tokens; one that is nearly called like a base token is probably misspelt."""
    names = [dotted(path) for path, node in base.walk() if node.is_token]
    known = set(names)
    for path, node in over.walk():
        name = dotted(path)
        if not node.is_token or name in known:
            continue
        near = nearest(name, [other for other in names if other.rpartition(".")[0] == name.rpartition(".")[0]])
        if near and over.find(tuple(near.split("."))) is None:
            message = f'this theme sets "{name}", which the base does not have'
            found.append(warning("MB115", message, node.site.name_span, f'Did you mean "{near}"?'))
