"""Colours that the brand does not have.

## What it does

Finds colours in layouts, blocks, overrides and drawings that differ visibly from every colour token (by more than 2
in a hundredth of OKLab, the least that an eye notices), and names the nearest token. Pictures in an `assets` folder
are left alone, as photographs are.

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

    from mops_cli.lint.colors import WrittenColor
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
        if path.startswith(LOGOS) or "/assets/" in path:
            continue
        seen: dict[str, list[WrittenColor]] = {}
        for color in written_colors(path, text):
            seen.setdefault(color.hex, []).append(color)
        for hex_value, places in seen.items():
            name, distance = nearest(hex_value, palette)
            if distance > VISIBLE and hex_value not in NEUTRAL:
                times = f" (used {len(places)} times here)" if len(places) > 1 else ""
                yield warning(
                    CODE,
                    f'"{places[0].text}" is not a colour of the brand{times}',
                    places[0].span,
                    f"the nearest is {palette[name]} ({name}): write [[ tokens.{palette[name]} ]]",
                )


def nearest(hex_value: str, palette: dict[str, str]) -> tuple[str, float]:
    """The palette's colour that looks most like this one, and how far away it is."""
    from mops_cli.design.color import difference

    ranked = sorted((difference(hex_value, known), known) for known in palette)
    return ranked[0][1], ranked[0][0]
