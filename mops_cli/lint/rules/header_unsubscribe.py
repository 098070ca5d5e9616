"""Mails that nobody can leave.

## What it does

Checks that a mail on a topic that is not transactional shows a link with `links.unsubscribe` or
`links.preferences`, and that its headers carry List-Unsubscribe and List-Unsubscribe-Post.

## Why it matters

The law of most countries asks for the link; the large mailbox providers ask bulk senders for the headers and block
mail without them. People who find no link press "spam" instead, and that hurts every later mail.

## Example

```html
<mj-text>Aurora Roasters, Hafenstraße 1, Hamburg</mj-text>
```

Use instead:

```html
<mj-text>Aurora Roasters, Hafenstraße 1, Hamburg · <a href="{{ links.unsubscribe }}">Unsubscribe</a></mj-text>
```
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MD204"

WAYS_OUT = ("mops:unsubscribe", "mops:preferences")


def check(context: Context) -> Iterator[Diagnostic]:
    """Every mail on a topic that people consent to."""
    topics = context.repository.config.value.topics
    for made in context.of("email"):
        topic = topics.get(made.folder.campaign.value.topic)
        if made.page is None or (topic is not None and topic.transactional):
            continue
        place = context.mail_template(made)
        if not any(node.attrs.get("href", "").startswith(WAYS_OUT) and node.text() for node in made.page.all("a")):
            yield error(
                CODE, f"the mail of {made.folder.id} shows no way to unsubscribe", place,
                'put <a href="{{ links.unsubscribe }}">Unsubscribe</a> into the layout\'s footer',
            )  # fmt: skip
        twin = made.text(".json")
        if twin is not None and "list-unsubscribe" not in json.dumps(json.loads(twin)).lower():
            yield error(
                CODE,
                f"the mail of {made.folder.id} has no List-Unsubscribe header",
                place,
                "give the campaign a topic that is declared in mops.toml",
            )
