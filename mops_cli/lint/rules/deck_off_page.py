"""Text in a deck that reaches over the edge of the page.

## What it does

Compares where every line of text ends up, with its real width in the brand's font, with the page, at the size of each post
that uses the deck.

## Why it matters

A design that fits one size loses letters at another, and nobody looks at every size of every post.

## Example

```text
ctext "A headline that is longer than the page is wide" 50 60 6
```

Use instead:

```text
fittext "A headline that is longer than the page is wide" 5 60 90 30 6
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MK404"


def check(context: Context) -> Iterator[Diagnostic]:
    """All findings of this code in the decks of the project."""
    return (found for found in context.deck_findings if found.code == CODE)
