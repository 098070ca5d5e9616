"""For people: place, sentence, excerpt with a caret, cure, and where to read on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.lint.formats.excerpt import excerpt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mops_cli.model.diagnostic import Diagnostic

    Style = Callable[[str, str], str]


def plain(text: str, name: str) -> str:
    """No colours."""
    return text


def render(findings: Sequence[Diagnostic], texts: Mapping[str, str], style: Style = plain) -> str:
    """All findings, an empty line between two."""
    return "\n".join(render_one(found, texts.get(found.span.path, ""), style) for found in findings)


def render_one(found: Diagnostic, text: str, style: Style = plain) -> str:
    """One finding."""
    span = found.span
    place = style(f"{span.path}:{span.line}:{span.column}:", "path")
    label = "" if found.severity == "error" else f" {found.severity.value}:"
    lines = [f"{place} {style(found.code, found.severity.value)}{label} {found.message}"]
    rows = excerpt(text, span)
    lines.extend(f"  {row}" for row in rows[:-1])
    lines.extend(f"  {style(row, 'caret')}" for row in rows[-1:])
    if found.help:
        first, *rest = found.help.splitlines()
        lines.append(f"  {style('help:', 'info')} {first}")
        lines.extend(f"        {row}" for row in rest)
    lines.append(style(f"  mops rule {found.code}", "dim"))
    return "\n".join(lines) + "\n"
