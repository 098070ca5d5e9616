"""Documents that do not say their language.

## What it does

Checks that the `<html>` of a mail or page carries `lang` and that it is the language of the message.

## Why it matters

A screen reader chooses its voice by it, a browser its hyphenation, a mail program whether it offers a translation.

## Example

```html
<html>
```

Use instead:

```html
<html lang="[[ locale ]]">
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MA103"


def check(context: Context) -> Iterator[Diagnostic]:
    """Every complete document."""
    for made in context.of("email", "pdf", "print"):
        for node in made.page.all("html") if made.page else ():
            lang = node.attrs.get("lang", "").strip()
            wanted = made.locale.replace("_", "-")
            place = context.find(made, "<mjml", "<html")
            if not lang or lang == "und":
                yield warning(CODE, "this document does not say its language", place, 'write lang="[[ locale ]]" on it')
            elif lang.split("-")[0].lower() != wanted.split("-")[0].lower():
                yield warning(
                    CODE,
                    f'this document says it is in "{lang}", the message is in "{wanted}"',
                    place,
                    'write lang="[[ locale ]]"',
                )
