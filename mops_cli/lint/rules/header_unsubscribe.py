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

from mops_cli.model.diagnostic import Span, error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context, Made
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
        place = _layout_or_campaign(context, made)
        if not any(node.attrs.get("href", "").startswith(WAYS_OUT) and node.text() for node in made.page.all("a")):
            yield error(
                CODE, f"the mail of {made.folder.id} ({made.locale}) shows no way to unsubscribe", place,
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


def _layout_or_campaign(context: Context, made: Made) -> Span:
    settings = made.folder.campaign.value.channels.email
    for name in ("email.mjml", f"email.{made.locale}.mjml"):
        if name in made.folder.overrides:
            return Span(made.folder.overrides[name].path)
    layout = context.repository.layouts.get(f"email/{settings.layout}") if settings else None
    if layout is not None and not layout.path.startswith("mops:"):
        return Span(layout.path)
    return made.folder.campaign.source.at("channels", "email")
