"""Conditions of a segment that ask for a field nobody declared.

## What it does

Reads the conditions of every segment against `mops.toml`: fields, kinds of events, topics, comparisons and the values
they take. Mistakes in them are told with this rule too, each under its own code (MG201 to MG209).

## Why it matters

A field that is not declared is kept, but nobody checks what it is compared with, and it is read more slowly than a
column.

## Example

```yaml
where: {country: DE}
```

Use instead: the same condition, and in `mops.toml`:

```toml
[fields.contact.country]
type = "text"
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.audience.segments.asking import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MG203"


def check(context: Context) -> Iterator[Diagnostic]:
    """Findings about the conditions of all segments."""
    repository = context.repository
    if repository.config.path in context.broken:
        return  # what it declares is not known
    yield from load(repository.segments, repository.config.value).findings
