"""Text in a deck that nobody can read on a phone.

## What it does

Scales every page to 375 px, the width of a picture in a feed, and looks for text below 11 px. Sizes in decks are percent
of the width, so a size of 3 is 11.25 px. Decks of several pages that no post uses are talks, and left alone, as is
print art.

## Why it matters

Most people see a picture once, in a feed, on a phone. What they cannot read there was not said.

## Example

```text
ctext "Order by Sunday" 50 20 1.8
```

Use instead:

```text
ctext "Order by Sunday" 50 20 3.2
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MK402"


def check(context: Context) -> Iterator[Diagnostic]:
    """All findings of this code in the decks of the project."""
    return (found for found in context.deck_findings if found.code == CODE)
