"""Subjects that shout.

## What it does

Finds subjects in capital letters, and subjects with more than one exclamation mark.

## Why it matters

Filters count both as a sign of spam, and readers do too.

## Example

```yaml
subject: LAST CHANCE!!! ORDER NOW
```

Use instead:

```yaml
subject: Last chance to order
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mops_cli.lint.fields import shown_text
from mops_cli.model.diagnostic import warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MD202"


def check(context: Context) -> Iterator[Diagnostic]:
    """The subject of every message."""
    for _, message in context.messages():
        subject = shown_text(message.front.get("subject"))
        if is_shouting(subject):
            yield warning(
                CODE,
                "this subject is in capital letters",
                context.field_span(message, "subject"),
                f'write "{subject.capitalize()}"',
            )
        elif len(re.findall(r"[!¡]", subject)) > 1:
            yield warning(
                CODE,
                "this subject has more than one exclamation mark",
                context.field_span(message, "subject"),
                "keep one, or none",
            )


def is_shouting(text: str) -> bool:
    """Whether most words of at least four letters are in capitals (names and short forms aside)."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) >= 3]
    loud = [word for word in words if word.isupper()]
    return len(loud) >= 2 and len(loud) * 2 > len(words)
