"""Slides that do not say what they show.

## What it does

Looks for `alt` on every slide. A picture or a part with words of its own (`altnext`) counts.

## Why it matters

The sentence becomes the alternative text of posts, mails and pages. Without it a picture says nothing to those who do
not see it.

## Example

```text
slide "white"
        image "bags.jpg" 50 50 80 0
eslide
```

Use instead:

```text
slide "white"
        alt "Three bags of coffee on a table"
        image "bags.jpg" 50 50 80 0
eslide
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MK406"


def check(context: Context) -> Iterator[Diagnostic]:
    """All findings of this code in the decks of the project."""
    return (found for found in context.deck_findings if found.code == CODE)
