"""Links that do not say where they lead.

## What it does

Finds link texts that mean nothing on their own: "click here", "here", "more", "read more", "hier klicken".

## Why it matters

People who listen to a mail hear its links as a list. Ten times "click here" is no list. A text that names the target
is also clicked more.

## Example

```markdown
For the new roast [click here](https://aurora.example/spring).
```

Use instead:

```markdown
[Taste the new roast](https://aurora.example/spring).
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MA104"

VAGUE = frozenset(
    {
        "click", "click here", "here", "more", "read more", "learn more", "this", "this link", "link", "go", "tap here",
        "hier", "hier klicken", "klicken sie hier", "mehr", "mehr lesen", "weiterlesen", "mehr erfahren",
        "cliquez ici", "ici", "en savoir plus", "haga clic aquí", "aquí", "leer más", "clicca qui", "qui",
    }
)  # fmt: skip


def check(context: Context) -> Iterator[Diagnostic]:
    """Every link and button text."""
    for made in context.of("email", "web", "pdf"):
        for node in made.page.all("a") if made.page else ():
            text = node.text()
            if text.lower().strip(" .!›»→>") in VAGUE:
                place = context.find(made, f"[{text}](", f'label="{text}"', f">{text}<", text)
                yield warning(
                    CODE, f'"{text}" does not say where the link leads', place,
                    'name the target, e.g. "Taste the new roast"',
                )  # fmt: skip
            elif not text and not node.attrs.get("aria-label") and not any(node.all("img")) and node.attrs.get("href"):
                place = context.find(made, "[](", 'label=""', "<a ")
                yield warning(CODE, "this link has no text", place, "write what the reader finds there")
