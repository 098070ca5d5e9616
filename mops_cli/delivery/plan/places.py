"""Who sends, and where messages without people go: senders and destinations of ``mops.toml``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mops_cli.model.campaign import Campaign
    from mops_cli.model.config import ProjectConfig

PEOPLE = frozenset({"email", "sms", "push"})
"""Channels whose recipients are contacts; the others have destinations."""


def places_of(config: ProjectConfig, campaign: Campaign, channel: str) -> tuple[str, ...]:
    """The destinations of a campaign on a channel, by name; none: it is only built.

    Posts go to the accounts that the campaign names, or to all of its platforms; fragments to their placements; chat
    messages to the channels of its adapters; sheets and pages into every drop folder of their kind.
    """
    kind = {name: one for name, one in config.destinations.items() if one.channel == channel}
    channels = campaign.channels
    if channel == "web" and channels.web is not None:
        return channels.web.placements
    if channel == "social" and channels.social is not None:
        said, platforms = channels.social.destinations, channels.social.platforms
        return said or tuple(name for name, one in kind.items() if one.platform in platforms)
    if channel == "chat" and channels.chat is not None:
        return tuple(name for name, one in kind.items() if one.platform in channels.chat.adapters)
    return tuple(kind)


def sender_of(config: ProjectConfig, campaign: Campaign, channel: str) -> str:
    """The name of the sender in ``mops.toml``: the campaign's, or the first that can; empty where nobody signs."""
    if channel == "email" and campaign.channels.email is not None:
        first = next((name for name, one in config.senders.items() if one.email), "")
        return campaign.channels.email.sender or first
    if channel == "sms" and campaign.channels.sms is not None:
        first = next((name for name, one in config.senders.items() if one.number), "")
        return campaign.channels.sms.sender or first
    return ""
