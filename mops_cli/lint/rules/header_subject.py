"""Subjects that are cut off or missing.

## What it does

Checks that every message for email has a `subject` of at most 60 characters, counted with the recipient's values as
their defaults.

## Why it matters

A phone shows about 35 to 45 characters, a desktop about 60. What comes after is read by nobody.

## Example

```yaml
subject: Our wonderful new single origin spring roast from three small farms in Ethiopia is finally here
```

Use instead:

```yaml
subject: The spring roast is here
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.lint.fields import shown_text
from mops_cli.model.diagnostic import error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MD201"

LONGEST = 60


def check(context: Context) -> Iterator[Diagnostic]:
    """The subject of every message of a campaign that sends mail."""
    for folder, message in context.messages():
        if folder.campaign.value.channels.email is None or (message.variant and "subject" not in message.front):
            continue
        subject = shown_text(message.front.get("subject"))
        if not subject:
            yield error(
                CODE,
                "this message has no subject",
                context.field_span(message, "subject"),
                "add a line to the front matter, e.g. subject: The spring roast is here",
            )
        elif len(subject) > LONGEST:
            yield warning(
                CODE, f"this subject has about {len(subject)} characters, mail programs show {LONGEST} at most",
                context.field_span(message, "subject"), "say the news first, in 35 to 50 characters",
            )  # fmt: skip
