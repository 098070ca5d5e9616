"""Mails without a useful preheader.

## What it does

Checks that every message for email has a `preheader` of 40 to 130 characters.

## Why it matters

The preheader stands beside the subject in the inbox. Without one, mail programs show whatever text comes first:
"View in browser", or the description of the logo. A short one is filled up with the same.

## Example

```yaml
subject: The spring roast is here
```

Use instead:

```yaml
subject: The spring roast is here
preheader: Three new single origins, roasted on Monday and with you by Friday
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.lint.fields import shown_text
from mops_cli.model.diagnostic import warning
from mops_cli.model.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MD203"

SHORTEST, LONGEST = 40, 130


def check(context: Context) -> Iterator[Diagnostic]:
    """The preheader of every message of a campaign that sends mail."""
    for folder, message in context.messages():
        if folder.campaign.value.channels.email is None or (message.variant and "preheader" not in message.front):
            continue
        text = shown_text(message.front.get("preheader"))
        place = context.field_span(message, "preheader")
        if not text and _misspelt(message.front):
            continue  # MC201 says it where it stands
        if not text:
            yield warning(
                CODE,
                "this message has no preheader",
                place,
                "add a line to the front matter: preheader: what the subject leaves open, in 40 to 130 characters",
            )
        elif not SHORTEST <= len(text) <= LONGEST:
            long = len(text) > LONGEST
            yield warning(
                CODE, f"this preheader has about {len(text)} characters, {SHORTEST} to {LONGEST} are shown well", place,
                "cut it: the end is not shown" if long else "add what the subject leaves open: the rest of the line is filled with the mail's first words",
            )  # fmt: skip


def _misspelt(front: Mapping[str, object]) -> bool:
    """Whether a field is there that was meant to be the preheader."""
    return "preheader" not in front and any(nearest(name, ("preheader",)) and name[:1] in "pP" for name in front)
