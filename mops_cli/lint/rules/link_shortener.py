"""Links through a public shortener.

## What it does

Finds targets at services that shorten addresses for everybody, such as bit.ly or tinyurl.com.

## Why it matters

Spam uses the same hosts, so filters block them whole; the reader cannot see where the link leads; and the service
may end. MOPS counts clicks through your own host and shortens SMS links with `sms.short_link_host`.

## Example

```markdown
[Taste it](https://bit.ly/3xyz)
```

Use instead:

```markdown
[Taste it](https://aurora.example/spring)
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.lint.links import written_links
from mops_cli.model.diagnostic import warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "ML106"

HOSTS = frozenset(
    {
        "bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly", "t.ly",
        "shorturl.at", "tiny.cc", "rb.gy", "v.gd", "s.id", "lnkd.in", "dlvr.it", "trib.al", "adf.ly", "bl.ink",
    }
)  # fmt: skip


def check(context: Context) -> Iterator[Diagnostic]:
    """Every target at a public shortener."""
    for link in written_links(context):
        if link.host.lower().removeprefix("www.") in HOSTS:
            yield warning(
                CODE, f'"{link.host}" hides where the link leads, and filters distrust it', link.span,
                "write the address it leads to; clicks are counted without it",
            )  # fmt: skip
