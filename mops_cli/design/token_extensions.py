"""``$extensions["dev.mops"]``: what print needs and the standard has no word for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mops_cli.design.suggest import did_you_mean, listed
from mops_cli.design.token_tree import kind_of
from mops_cli.model.diagnostic import Diagnostic, error

if TYPE_CHECKING:
    from mops_cli.design.token_tree import Node

VENDOR = "dev.mops"

#: Extension to the token types it may stand on.
ALLOWED = {"cmyk": ("color",), "spot": ("color",), "pt": ("dimension",), "mm": ("dimension",)}


def check_extensions(raw: object, node: Node, kind: str, found: list[Diagnostic]) -> dict[str, object]:
    """Our extensions of a token, checked: ``cmyk`` (four percentages), ``spot`` (a name), ``pt``, ``mm``."""
    ours = raw.get(VENDOR) if isinstance(raw, Mapping) else None
    if ours is None:
        return {}
    site = node.properties["$extensions"][1].down(VENDOR)
    if not isinstance(ours, Mapping):
        found.append(error("MB114", f'"{VENDOR}" is {kind_of(ours)}', site.span, "Write e.g. {cmyk: [0, 80, 60, 0]}."))
        return {}
    good: dict[str, object] = {}
    for name, value in ours.items():
        problem = _problem(str(name), value, kind)
        if problem is None:
            good[str(name)] = list(value) if isinstance(value, (list, tuple)) else value
        else:
            found.append(error("MB114", problem[0], site.down(name).span, problem[1]))
    return good


def _problem(name: str, value: object, kind: str) -> tuple[str, str] | None:
    if name not in ALLOWED:
        return f'no print value "{name}"', did_you_mean(name, ALLOWED, otherwise=f"There are: {listed(ALLOWED)}.")
    if kind not in ALLOWED[name]:
        return f'"{name}" on a {kind}', f"It belongs on a {ALLOWED[name][0]} token."
    if name == "cmyk":
        parts = value if isinstance(value, (list, tuple)) else ()
        if len(parts) != 4 or not all(_is_number(part) and 0 <= part <= 100 for part in parts):
            return f"cmyk is {kind_of(value)}", "Write four percentages from 0 to 100: [0, 80, 60, 0]."
    elif name == "spot":
        if not isinstance(value, str) or not value.strip():
            return f"spot is {kind_of(value)}", 'Write the name of the ink, e.g. "PANTONE 021 C".'
    elif not _is_number(value) or not isinstance(value, (int, float)) or not abs(value) < 10_000:
        return f"{name} is {kind_of(value)}", f"Write a number without unit, e.g. {name}: 9."
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
