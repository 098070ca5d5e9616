"""Mails without a postal address.

## What it does

Checks that a mail on a topic that is not transactional shows the street, the postal code and the city of
`brand/identity.yaml`.

## Why it matters

Commercial mail must show a postal address in the United States, Canada, Germany and many other places. It also
tells the reader that somebody is there.

## Example

```html
<mj-text>© [[ brand.legal_name ]]</mj-text>
```

Use instead:

```html
<mj-text>[[ brand.legal_name ]], [[ brand.address.street ]], [[ brand.address.postal_code ]] [[ brand.address.city ]]</mj-text>
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import Span, error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MD205"


def check(context: Context) -> Iterator[Diagnostic]:
    """Every mail on a topic that people consent to."""
    identity = context.repository.brand.identity
    topics = context.repository.config.value.topics
    for made in context.of("email"):
        topic = topics.get(made.folder.campaign.value.topic)
        if made.page is None or (topic is not None and topic.transactional):
            continue
        if identity is None:
            yield error(
                CODE,
                "there is no postal address to show",
                Span("brand/identity.yaml"),
                "write brand/identity.yaml with legal_name and address",
            )
            return
        text = made.page.text()
        address = identity.value.address
        missing = [part for part in (address.street, address.postal_code, address.city) if part not in text]
        if missing:
            yield error(
                CODE, f'the mail of {made.folder.id} does not show "{", ".join(missing)}"',
                context.mail_template(made),
                "put [[ brand.address.street ]], [[ brand.address.postal_code ]] [[ brand.address.city ]] into the layout's footer",
            )  # fmt: skip
