"""Links left over from a draft.

## What it does

Finds targets that were meant to be replaced: `example.com`, `localhost`, `yourdomain.com`, `TODO`, `lorem`.

## Why it matters

They look right in a preview and are wrong in ten thousand inboxes. Names like `example.com` belong to nobody who
waits for your readers.

## Example

```markdown
[Taste it](https://example.com/link)
```

Use instead:

```markdown
[Taste it](https://aurora.example/spring)
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mops_cli.lint.links import written_links
from mops_cli.model.diagnostic import error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "ML103"

HOSTS = re.compile(
    r"^(?:(?:.+\.)?example\.(?:com|org|net)|localhost|127\.0\.0\.1|0\.0\.0\.0|\[?::1\]?|(?:www\.)?(?:your-?(?:domain|site|company|brand)"
    r"|my-?(?:domain|site)|domain|website|company|test)\.(?:com|org|net))$",
    re.IGNORECASE,
)
WORDS = re.compile(
    r"(?:^|[/?=#&_.-])(?:todo|tbd|fixme|lorem|placeholder|insert-?link|xxx+)(?:$|[/?=#&_.-])", re.IGNORECASE
)


def check(context: Context) -> Iterator[Diagnostic]:
    """Every target with a name that stands for another."""
    own = urlsplit(context.repository.config.value.project.url).hostname
    for link in written_links(context):
        if link.host and link.host != own and HOSTS.match(link.host):
            yield error(
                CODE, f'"{link.host}" is a stand-in, not an address of yours', link.span,
                f"write the real address, e.g. {context.repository.config.value.project.url}",
            )  # fmt: skip
        elif WORDS.search(link.url):
            yield error(CODE, f'the link "{link.url}" still waits for its target', link.span, "write the real address")
