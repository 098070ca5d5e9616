"""Colours that the brand does not have.

## What it does

Finds colours in layouts, blocks, overrides and drawings that differ visibly from every colour token (by more than 2
in a hundredth of OKLab, the least that an eye notices), and names the nearest token.

## Why it matters

A brand is recognised by a handful of colours. A hex value typed by hand drifts, and does not follow when the token
changes or the theme is dark.

## Example

```html
<mj-button background-color="#b5541d" href="[[ link ]]">Taste it</mj-button>
```

Use instead:

```html
<mj-button background-color="[[ tokens.color.brand.primary ]]" href="[[ link ]]">Taste it</mj-button>
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.lint.colors import written_colors
from mops_cli.model.brand import Color
from mops_cli.model.diagnostic import warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MB401"

VISIBLE = 0.02
NEUTRAL = frozenset({"#000000", "#ffffff"})
LOGOS = "brand/"


def check(context: Context) -> Iterator[Diagnostic]:
    """Every colour that no token of any theme has."""
    palette = {
        token.value.hex: token.path
        for theme in context.repository.brand.themes.values()
        for token in theme.tokens.values()
        if isinstance(token.value, Color)
    }
    if not palette:
        return
    for path, text in context.markup():
        if path.startswith(LOGOS):
            continue
        for color in written_colors(path, text):
            name, distance = nearest(color.hex, palette)
            if distance > VISIBLE and color.hex not in NEUTRAL:
                yield warning(
                    CODE, f'"{color.text}" is not a colour of the brand', color.span,
                    f"the nearest is {palette[name]} ({name}): write [[ tokens.{palette[name]} ]]",
                )  # fmt: skip


def nearest(hex_value: str, palette: dict[str, str]) -> tuple[str, float]:
    """The palette's colour that looks most like this one, and how far away it is."""
    from mops_cli.design.color import difference

    ranked = sorted((difference(hex_value, known), known) for known in palette)
    return ranked[0][1], ranked[0][0]
