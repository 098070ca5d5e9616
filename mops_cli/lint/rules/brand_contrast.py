"""Text that is hard to read on its background.

## What it does

Computes the contrast of every text of a mail against the background it stands on, in light mode and with the mail's
own dark-mode rules, and of every pair of tokens `color.<name>` and `color.on-<name>`. Level AA of WCAG 2: 4.5 to 1,
and 3 to 1 for text of 24 px (18.66 px when bold) and above.

## Why it matters

One reader in twelve sees colours differently, and everybody reads outside in the sun at times.

## Example

```html
<mj-text color="#bbbbbb">Order by Sunday</mj-text>
```

Use instead: the nearest colour of the brand that passes; the finding names it.

```html
<mj-text color="[[ tokens.color.text.muted ]]">Order by Sunday</mj-text>
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.lint.contrast import texts_on
from mops_cli.model.brand import Color
from mops_cli.model.diagnostic import warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context, Made
    from mops_cli.lint.contrast import Piece
    from mops_cli.model.brand import Tokens
    from mops_cli.model.diagnostic import Diagnostic, Span

CODE = "MB403"


def check(context: Context) -> Iterator[Diagnostic]:
    """Pairs of tokens, then the texts of every mail."""
    for theme in context.repository.brand.themes.values():
        yield from _pairs(theme)
    for made in context.of("email"):
        yield from _mail(context, made)


def _pairs(theme: Tokens) -> Iterator[Diagnostic]:
    from mops_cli.design.contrast import AA_TEXT, passing, ratio

    for path, token in theme.tokens.items():
        group, _, name = path.rpartition(".")
        ground = theme.get(f"{group}.{name.removeprefix('on-')}") if name.startswith("on-") else None
        if ground is None or not isinstance(token.value, Color) or not isinstance(ground.value, Color):
            continue
        reached = ratio(token.value.hex, ground.value.hex)
        if reached < AA_TEXT:
            better = passing(token.value.hex, ground.value.hex, theme)
            cure = (
                f"the nearest token that passes is {better.path} ({better.text})"
                if better
                else "make one of them darker or lighter"
            )
            yield warning(
                CODE, f'{path} on {ground.path} has a contrast of {reached:.1f}, text needs {AA_TEXT} (theme "{theme.theme}")',
                token.span, cure,
            )  # fmt: skip


def _mail(context: Context, made: Made) -> Iterator[Diagnostic]:
    from mops_cli.design.contrast import needed, passing, ratio

    themes = context.repository.brand.themes
    theme = themes.get(made.folder.campaign.value.theme) or themes.get("default")
    if made.page is None:
        return
    for mode in ("light", "dark"):
        for piece in texts_on(made.page, mode):
            reached, target = ratio(piece.front, piece.back), needed(piece.size, bold=piece.bold)
            if reached >= target:
                continue
            better = passing(piece.front, piece.back, theme, target=target) if theme else None
            cure = (
                f"write [[ tokens.{better.path} ]] ({better.text})"
                if better
                else "make the text darker or its background lighter"
            )
            words = piece.text if len(piece.text) <= 40 else piece.text[:39] + "…"
            yield warning(
                CODE, f'"{words}" has a contrast of {reached:.1f} in {mode} mode ({piece.front} on {piece.back}), it needs {target:g}',
                _place(context, made, piece), cure,
            )  # fmt: skip


def _place(context: Context, made: Made, piece: Piece) -> Span:
    """Where the text or its colour is written; a token is right by itself, so the mail is named instead."""
    place = context.find(made, piece.text, max(piece.text.split("…"), key=len).strip(), piece.front)
    return context.mail_template(made) if place.path.startswith("brand/") else place
