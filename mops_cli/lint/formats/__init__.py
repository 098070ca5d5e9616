"""How findings are printed. Each format is one module with ``render(findings, texts) -> str``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.model.diagnostic import Diagnostic

FORMATS: dict[str, str] = {
    "full": "mops_cli.lint.formats.full",
    "concise": "mops_cli.lint.formats.concise",
    "json": "mops_cli.lint.formats.json_lines",
    "github": "mops_cli.lint.formats.github",
    "gitlab": "mops_cli.lint.formats.gitlab",
    "sarif": "mops_cli.lint.formats.sarif",
    "junit": "mops_cli.lint.formats.junit",
}
"""Format name -> module."""


def render(name: str, findings: Sequence[Diagnostic], texts: Mapping[str, str]) -> str:
    """The findings in a format. ``texts`` holds the files of the findings, for excerpts and fingerprints."""
    text: str = import_module(FORMATS[name]).render(findings, texts)
    return text
