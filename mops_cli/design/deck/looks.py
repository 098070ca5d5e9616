"""Colours and fonts of arguments: brand tokens are replaced, unknown names are said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.design.deck.color_names import NAMES
from mops_cli.design.deck.colors import rgba
from mops_cli.design.deck.problems import Problem
from mops_cli.model.diagnostic import warning
from mops_cli.model.suggest import nearest

if TYPE_CHECKING:
    from mops_cli.design.deck.run import Run
    from mops_cli.model.diagnostic import Span

ROLES = frozenset({"sans", "serif", "mono", "symbol"})


def look(run: Run, kind: str, text: str, span: Span) -> str:
    """A colour (``c``), a colour or gradient (``g``) or a font (``f``) as the model keeps it."""
    key = (kind, text)
    found = run.cache.get(key)
    if found is None:
        found = run.cache[key] = _look(run, kind, text, span)
    return str(found)


def _look(run: Run, kind: str, text: str, span: Span) -> str:
    if not text:
        return ""
    if kind == "f":
        return font(run, text, span)
    parts = text.split("/")
    if kind == "g" and len(parts) == 3:
        return "/".join([color(run, parts[0], span), color(run, parts[1], span), parts[2]])
    return color(run, text, span)


def color(run: Run, text: str, span: Span) -> str:
    """A colour; a token's name gives its value."""
    if rgba(text) is not None:
        return text
    value = run.tokens(text.removeprefix("token:"))
    if value is not None and rgba(value) is not None:
        return value
    ends = [name for name in run.token_names if name.endswith(f".{text}")]
    close = ends[0] if len(ends) == 1 else nearest(text, [*run.token_names, *NAMES])
    advice = f'did you mean "{close}"? ' if close else ""
    raise Problem(
        "MK206",
        f'"{text[:60]}" is not a colour',
        span,
        f"{advice}write a CSS name, #rrggbb, rgb(r,g,b), hsv(h,s,v) or the name of a brand token",
    )


def font(run: Run, text: str, span: Span) -> str:
    """A font role; an unknown one is told and drawn as sans."""
    if text in ROLES or text in run.fonts:
        return text
    close = nearest(text, ROLES | run.fonts)
    advice = f'did you mean "{close}"? ' if close else ""
    roles = ", ".join(sorted(ROLES | run.fonts))
    run.report(warning("MK207", f'there is no font role "{text[:60]}"; sans is used', span, f"{advice}roles: {roles}"))
    return "sans"
