"""Levels for codes that do not exist.

## What it does

Checks that every code and family under `[lint.levels]` and `[lint.per_file_ignores]` in `mops.toml` is one that MOPS
knows.

## Why it matters

A misspelt code changes nothing: what was meant to be an error stays a note, and nobody notices.

## Example

```toml
[lint.levels]
ML1O2 = "error"
```

Use instead:

```toml
[lint.levels]
ML102 = "error"
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import error
from mops_cli.model.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic, Span

CODE = "MX904"


def check(context: Context) -> Iterator[Diagnostic]:
    """Every code named in ``mops.toml``."""
    config = context.repository.config
    for code in config.value.lint.levels:
        yield from _unknown(code, config.source.key("lint", "levels", code))
    for pattern, codes in config.value.lint.per_file_ignores.items():
        for number, code in enumerate(codes):
            yield from _unknown(code, config.source.at("lint", "per_file_ignores", pattern, number))


def _unknown(code: str, span: Span) -> Iterator[Diagnostic]:
    from mops_cli.lint.catalog import pages

    known = pages()
    if any(name.startswith(code) for name in known):
        return
    close = nearest(code, known)
    hint = f'did you mean "{close}"? ' if close else ""
    yield error(CODE, f'no finding has the code "{code}"', span, f"{hint}`mops rule --list` shows all")
