"""Links that are not encrypted.

## What it does

Finds `http://` targets in messages, blocks, layouts and drawings.

## Why it matters

Browsers warn before they open an unencrypted page, mail filters count it against the sender, and the address of
the reader can be read and changed on the way.

## Example

```markdown
[Our spring roast](http://aurora.example/spring)
```

Use instead:

```markdown
[Our spring roast](https://aurora.example/spring)
```

## Fix

Links to the project's own site (`project.url` with https) are changed by `mops lint --fix`; others are left to you,
because another site may not answer on https.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mops_cli.lint.edits import Edit, Finding
from mops_cli.lint.links import written_links
from mops_cli.model.diagnostic import Diagnostic, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context

CODE = "ML102"


def check(context: Context) -> Iterator[Diagnostic | Finding]:
    """Every written ``http://`` target."""
    own = urlsplit(context.repository.config.value.project.url)
    for link in written_links(context):
        if not link.url.lower().startswith("http://") or _is_local(link.url):
            continue
        secure = "https://" + link.url[7:]
        found = warning(CODE, f'the link "{link.url}" is not encrypted', link.span, f'write "{secure}"')
        if own.scheme == "https" and link.host == own.hostname:
            yield Finding(found, Edit(link.span, link.url, secure))
        else:
            yield found


def _is_local(url: str) -> bool:
    """Left to ML103: a test server has no certificate."""
    return urlsplit(url).hostname in {"localhost", "127.0.0.1"}
