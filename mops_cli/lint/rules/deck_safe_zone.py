"""Text in a deck where a platform covers or cuts the picture.

## What it does

Compares every line of text with the safe zone of the platforms whose posts use the deck. The zones stand in the table of
platforms (`mops deck render DECK --contact-sheet` shows them).

## Why it matters

Grids of profiles, buttons and names lie over the edges of a picture, and differ from platform to platform.

## Example

```text
text "Night Shift" 1 60 6
```

Use instead:

```text
text "Night Shift" safeLeft+2 60 6
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MK405"


def check(context: Context) -> Iterator[Diagnostic]:
    """All findings of this code in the decks of the project."""
    return (found for found in context.deck_findings if found.code == CODE)
