"""References both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mops_cli.model.content import TextFile
    from mops_cli.model.diagnostic import Diagnostic
    from mops_cli.model.repository import Files, Repository


def check(
    repository: Repository, files: Files, texts: Sequence[TextFile], *, config_is_read: bool = True
) -> list[Diagnostic]:
    """Findings about names that lead nowhere, and things that no name leads to."""
    return []
