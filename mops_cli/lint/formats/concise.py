"""One line a finding: for grep, and for editors that read compiler output."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.model.diagnostic import Diagnostic


def render(findings: Sequence[Diagnostic], texts: Mapping[str, str]) -> str:
    """``path:line:column: CODE severity: message``; errors carry no severity word."""
    return "".join(f"{line(found)}\n" for found in findings)


def line(found: Diagnostic) -> str:
    """One finding on one line."""
    span = found.span
    label = "" if found.severity == "error" else f" {found.severity.value}:"
    return f"{span.path}:{span.line}:{span.column}: {found.code}{label} {' '.join(found.message.split())}"
