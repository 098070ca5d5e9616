"""The rules, one per file: ``<area>_<name>.py`` with ``CODE``, ``check(context)`` and its page as module docstring."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mops_cli.lint.context import Context
    from mops_cli.lint.edits import Finding
    from mops_cli.model.diagnostic import Diagnostic


class Rule(Protocol):
    """A rule module."""

    CODE: str

    def check(self, context: Context) -> Iterable[Diagnostic | Finding]:
        """All findings of this rule."""
        ...


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, by code."""
    found = [
        cast("Rule", import_module(f"{__name__}.{item.name}"))
        for item in pkgutil.iter_modules(__path__)
        if not item.name.startswith("_")
    ]
    return tuple(sorted(found, key=lambda rule: rule.CODE))
