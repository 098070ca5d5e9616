"""Typefaces that the brand does not have.

## What it does

Finds `font-family` lists in layouts, blocks, overrides and drawings whose first choice is neither a family of
`brand/fonts.yaml` nor one of its fallbacks.

## Why it matters

A build draws with the brand's fonts only; another name falls back to something else on every device, and in pictures
and on paper it would be drawn with a font you did not choose.

## Example

```html
<mj-text font-family="Comic Sans MS, cursive">Hello</mj-text>
```

Use instead:

```html
<mj-text font-family="[[ tokens.font.body ]]">Hello</mj-text>
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.lint.colors import written_families
from mops_cli.model.diagnostic import warning
from mops_cli.model.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MB402"

GENERIC = frozenset(
    {
        "serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "ui-serif", "ui-sans-serif",
        "ui-monospace", "inherit", "initial", "unset", "-apple-system", "blinkmacsystemfont",
    }
)  # fmt: skip


def check(context: Context) -> Iterator[Diagnostic]:
    """Every list that begins with a foreign family."""
    fonts = context.repository.brand.fonts
    if fonts is None or not fonts.value.roles:
        return
    own = [role.family for role in fonts.value.roles.values()]
    mono = any("monospace" in role.fallback for role in fonts.value.roles.values())
    known = {name.lower() for role in fonts.value.roles.values() for name in (role.family, *role.fallback)} | GENERIC
    for path, text in context.markup():
        if path.startswith("brand/"):
            continue
        for families, span in written_families(path, text):
            code = not mono and families[-1].lower() == "monospace"  # a brand without a typeface for code
            if families[0].lower() not in known and not code:
                near = nearest(families[0], own)
                cure = f'did you mean "{near}"?' if near else f"the brand has {', '.join(dict.fromkeys(own))}"
                yield warning(CODE, f'"{families[0]}" is not a typeface of the brand', span, cure)
