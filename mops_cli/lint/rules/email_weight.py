"""Mails that are too heavy.

## What it does

Measures the HTML of every mail with the data of its largest persona: above 90 kB is a warning, above 102 kB an
error. Adds up its pictures: above 1 MB together, or 400 kB for one, is a warning.

## Why it matters

Gmail shows the first 102 kB of a mail and hides the rest behind a link, the unsubscribe link included. Pictures are
what a reader on a train waits for.

## Example

```markdown
::: image src=assets/spring-4000px.png alt="Three coffee bags"
:::
```

Use instead: the same picture at twice the width it is shown (1200 px), as JPEG or compressed PNG.

```markdown
::: image src=assets/spring.jpg alt="Three coffee bags"
:::
```
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context, Made
    from mops_cli.model.diagnostic import Diagnostic

CODE = "ME601"

WARN_HTML, MOST_HTML = 90_000, 102_000
MOST_PICTURE, MOST_PICTURES = 400_000, 1_000_000
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")


def check(context: Context) -> Iterator[Diagnostic]:
    """Every mail, then its pictures."""
    for made in context.of("email"):
        sizes = html_sizes(made)
        if sizes:
            persona, size = max(sizes.items(), key=lambda item: (item[1], item[0]))
            yield from _html(context, made, persona, size)
        yield from _pictures(context, made)


def _html(context: Context, made: Made, persona: str, size: int) -> Iterator[Diagnostic]:
    if size <= WARN_HTML:
        return
    who = f' for the persona "{persona}"' if persona else ""
    report = error if size > MOST_HTML else warning
    yield report(
        CODE, f"the HTML of this mail has {size / 1000:.0f} kB{who}; Gmail cuts it at 102 kB", context.find(made),
        "show fewer items (max=), or split the mail",
    )  # fmt: skip


def _pictures(context: Context, made: Made) -> Iterator[Diagnostic]:
    pictures = {output.path: len(output.data) for output in made.outputs if output.path.lower().endswith(PICTURES)}
    for path, size in sorted(pictures.items()):
        if size > MOST_PICTURE:
            yield warning(
                CODE,
                f"a picture of this mail has {size / 1000:.0f} kB ({path.rpartition('/')[2]})",
                context.find(made),
                f"keep it under {MOST_PICTURE // 1000} kB: twice the width it is shown is enough",
            )
    total = sum(pictures.values())
    if total > MOST_PICTURES:
        yield warning(
            CODE,
            f"the pictures of this mail have {total / 1_000_000:.1f} MB together",
            context.find(made),
            "keep them under 1 MB",
        )


def html_sizes(made: Made) -> dict[str, int]:
    """Bytes of the HTML by persona, as the mail's twin says; the template's own under "" without personas."""
    twin = made.text(".json")
    sizes = json.loads(twin).get("sizes", {}) if twin else {}
    found = {name: size["html"] for name, size in sizes.items() if isinstance(size, dict) and "html" in size}
    html = made.text(".html")
    return found or ({"": len(html.encode())} if html is not None else {})
