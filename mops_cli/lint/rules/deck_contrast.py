"""Text in a deck that is hard to tell from what is below it.

## What it does

Draws each page without its text, looks at the colours below every line, and computes the contrast that WCAG 2 asks
for: 4.5 to 1, and 3 to 1 for text that is large on a phone (24 px, bold 18.66 px). Pictures and gradients count as what
they show there.

## Why it matters

One reader in twelve sees colours differently, and everybody reads outside in the sun at times.

## Example

```text
slide "white"
ctext "Order by Sunday" 50 20 4 "sans" "silver"
```

Use instead:

```text
slide "white"
ctext "Order by Sunday" 50 20 4 "sans" "dimgray"
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MK403"


def check(context: Context) -> Iterator[Diagnostic]:
    """All findings of this code in the decks of the project."""
    return (found for found in context.deck_findings if found.code == CODE)
