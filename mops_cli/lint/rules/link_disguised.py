"""Links whose text shows another address.

## What it does

Compares the text of a link with its target when the text itself is an address.

## Why it matters

Text that says one site over a link to another is how phishing looks. Mail filters check for it, and readers who
notice it will not trust the next mail.

## Example

```markdown
[aurora.example/spring](https://shop.partner.example/x)
```

Use instead:

```markdown
[Taste the spring roast](https://shop.partner.example/x)
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mops_cli.model.diagnostic import error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "ML105"

SHOWN = re.compile(r"^(?:https?://)?(?P<host>(?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/?#]\S*)?$", re.IGNORECASE)


def check(context: Context) -> Iterator[Diagnostic]:
    """Every link whose text names another host than its target."""
    for made in context.of("email", "web", "pdf"):
        if made.page is None:
            continue
        for node in made.page.all("a"):
            text = node.text()
            shown = SHOWN.match(text)
            target = _host(node.attrs.get("href", ""))
            if shown and target and not _same(shown["host"].lower(), target):
                yield error(
                    CODE, f'the link says "{text}" and leads to {target}', context.find(made, text),
                    f"say what the reader finds there, or show {target}",
                )  # fmt: skip


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (parts.hostname or "").lower() if parts.scheme in {"http", "https"} else ""


def _same(shown: str, target: str) -> bool:
    """The same host, or one a part of the other (shop.aurora.example for aurora.example)."""
    shown, target = shown.removeprefix("www."), target.removeprefix("www.")
    return shown == target or shown.endswith("." + target) or target.endswith("." + shown)
