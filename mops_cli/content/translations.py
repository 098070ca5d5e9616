"""Translations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mops_cli.model.diagnostic import Diagnostic
    from mops_cli.model.repository import Repository


def check(repository: Repository) -> list[Diagnostic]:
    """Findings about translations."""
    return []
