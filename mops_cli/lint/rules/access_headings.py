"""Headings out of order.

## What it does

Checks that a mail or page has one first heading and that no level is skipped on the way down (h2 to h4).

## Why it matters

People who listen to a page jump from heading to heading. A skipped level sounds like a missing chapter.

## Example

```markdown
# The spring roast is here
### Ethiopia
```

Use instead:

```markdown
# The spring roast is here
## Ethiopia
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context, Made
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MA102"

LEVELS = ("h1", "h2", "h3", "h4", "h5", "h6")


def check(context: Context) -> Iterator[Diagnostic]:
    """The headings of every mail, page and sheet."""
    for made in context.of("email", "web", "pdf", "print"):
        if made.page is not None:
            yield from _order(context, made)


def _order(context: Context, made: Made) -> Iterator[Diagnostic]:
    before = 0
    firsts = 0
    for node in made.page.all(*LEVELS) if made.page else ():
        level, text = int(node.tag[1]), node.text()
        if not text:
            continue
        place = context.find(made, text, text[:24])
        if before and level > before + 1:
            yield warning(
                CODE, f'"{text[:60]}" is a heading of level {level} after one of level {before}', place,
                f"write it with {'#' * (before + 1)}",
            )  # fmt: skip
        firsts += level == 1
        if level == 1 and firsts == 2:
            yield warning(
                CODE,
                f'"{text[:60]}" is a second heading of level 1',
                place,
                "write it with ##: a message has one title",
            )
        before = level
