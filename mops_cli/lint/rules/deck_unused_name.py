"""Values in a deck that nothing uses.

## What it does

Compares the names that a deck and the decks it takes in give values to with the names they use. Names that keywords read
by themselves (`chartLeft`, `geoLatMin` and their kin) count as used.

Mistakes in decks that no channel draws are told with this rule too, each under its own code.

## Why it matters

A name that nothing uses is most often a name that is written differently somewhere else, or in quotes: `"headline"` is
the word, `headline` is the value.

## Example

```text
headline="Night Shift"
ctext "headline" 50 60 6
```

Use instead:

```text
headline="Night Shift"
ctext headline 50 60 6
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.lint.decks import CODES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MK401"


def check(context: Context) -> Iterator[Diagnostic]:
    """Findings of this code, and mistakes in decks that no channel draws."""
    return (found for found in context.deck_findings if found.code == CODE or found.code not in CODES)
