"""Campaigns without a declared sender.

## What it does

Checks that the sender of every mail and SMS is declared in `mops.toml`, with a name and an address (mail) or a
number (SMS), and that a mail sender's domain is not a free mailbox.

## Why it matters

The name is what people look at first. Providers refuse mail from free mailboxes that did not come from there.

## Example

```yaml
channels:
  email: {}          # and no [senders] in mops.toml
```

Use instead:

```toml
[senders.news]
name = "Aurora Roasters"
email = "news@aurora.example"
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic
    from mops_cli.model.repository import CampaignFolder

CODE = "MD206"

FREE = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "aol.com",
        "icloud.com",
        "gmx.de",
        "gmx.net",
        "web.de",
    }
)


def check(context: Context) -> Iterator[Diagnostic]:
    """The senders of every campaign, then the declared ones."""
    config = context.repository.config
    if config.path in context.broken and not config.value.senders:
        return  # what mops.toml declares could not be read
    for folder in context.repository.campaigns.values():
        yield from _campaign(context, folder)
    for name, sender in config.value.senders.items():
        domain = (sender.email or "").rpartition("@")[2].lower()
        if domain in FREE:
            yield error(
                CODE,
                f'the sender "{name}" writes from a free mailbox',
                config.source.at("senders", name, "email"),
                "use an address at a domain of yours",
            )
        if sender.email and not sender.name:
            yield warning(
                CODE,
                f'the sender "{name}" has no name',
                config.source.at("senders", name),
                'add name = "…": it is what people look at first',
            )


def _campaign(context: Context, folder: CampaignFolder) -> Iterator[Diagnostic]:
    senders = context.repository.config.value.senders
    channels = folder.campaign.value.channels
    for channel, settings, what in (("email", channels.email, "email"), ("sms", channels.sms, "number")):
        if settings is None:
            continue
        fitting = [name for name, sender in senders.items() if getattr(sender, what)]
        place = (
            folder.campaign.source.at("channels", channel, "sender")
            if settings.sender
            else folder.campaign.source.at("channels", channel)
        )
        if not fitting:
            yield error(
                CODE,
                f"no sender in mops.toml has {'an address' if what == 'email' else 'a number'}",
                place,
                f"add [senders.NAME] with name and {what} to mops.toml",
            )
        elif settings.sender in senders and settings.sender not in fitting:
            yield error(
                CODE,
                f'the sender "{settings.sender}" has no {what}',
                place,
                f"add {what} to it in mops.toml, or use {', '.join(fitting)}",
            )
