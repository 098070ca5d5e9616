"""``campaign.yaml`` and the settings of each channel."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mops_cli.model.base import Model
from mops_cli.model.values import Arm, Duration, Instant, Length, Locale, Percent, TemplateName, Zone, ZoneOrWord


class Audience(Model):
    """Who: a segment minus other segments."""

    segment: str | None = Field(
        default=None, description="A file of segments/, without .yaml. Default: everyone who may be written to."
    )
    exclude: tuple[str, ...] = Field(default=(), description="Segments whose people are left out.")


class EmailSettings(Model):
    """``channels.email``."""

    layout: str = Field(default="base", description="A file of content/layouts/email/, without .mjml.")
    sender: str | None = Field(default=None, description="One of [senders] in mops.toml. Default: the first.")
    attach: tuple[str, ...] = Field(
        default=(), description="`pdf` or `print` (this campaign's own), or paths of files."
    )
    images: Literal["hosted", "cid"] | None = Field(
        default=None, description="Pictures by address, or inside the mail (cid)."
    )
    theme: str | None = Field(default=None, description="A file of brand/themes/; default: the campaign's.")


class SmsChannel(Model):
    """``channels.sms``."""

    sender: str | None = Field(default=None, description="One of [senders] in mops.toml, with a number.")
    max_segments: int = Field(default=3, ge=1, le=10, description="More parts than this are an error.")
    smart_encoding: bool | None = Field(
        default=None, description="Replace characters that would make the message dear."
    )
    opt_out: bool = Field(default=True, description="Append the opt-out text of mops.toml.")


class PushChannel(Model):
    """``channels.push``."""

    ttl: Duration = Field(default="1 day", description="How long the push service keeps it: '4 hours'.")
    urgency: Literal["very-low", "low", "normal", "high"] = Field(
        default="normal", description="Whether it may wait for the device to wake."
    )
    icon: str | None = Field(default=None, description="A picture in the campaign's folder or content/.")


class WebChannel(Model):
    """``channels.web``."""

    layout: str = Field(default="base", description="A file of content/layouts/web/, without .html.")
    placements: tuple[str, ...] = Field(
        default=(), description="[destinations] of channel web where the fragment appears."
    )


class SocialChannel(Model):
    """``channels.social``. ``art`` is a deck or an SVG template, drawn at each platform's size."""

    platforms: tuple[str, ...] = Field(description="instagram, linkedin, bluesky, mastodon, …")
    art: str | None = Field(default=None, description="A deck or an SVG template in the campaign's folder or content/.")
    alt: str | None = Field(default=None, description="What the picture shows, for those who do not see it.")
    destinations: tuple[str, ...] = Field(default=(), description="Accounts: [destinations] of mops.toml.")


class PdfChannel(Model):
    """``channels.pdf``: the same message on screen pages."""

    layout: str = Field(default="base", description="A file of content/layouts/pdf/, without .html.")
    page: str = Field(default="A4", description="A4, A5 landscape, or a size: 210mm x 100mm.")
    source: Literal["document", "email"] = Field(
        default="document", description="`email` prints the mail itself, columns intact."
    )


class PrintChannel(Model):
    """``channels.print``: a sheet for a printer."""

    layout: str = Field(default="flyer", description="A file of content/layouts/print/, without .html.")
    page: str = Field(default="A5", description="A5, A4 landscape, or a size: 210mm x 100mm.")
    bleed: Length = Field(default="3mm", description="Colour beyond the cut.")
    marks: tuple[Literal["crop", "cross"], ...] = Field(default=("crop",), description="Where the printer cuts.")
    art: str | None = Field(
        default=None, description="A deck or an SVG template: the ground of the sheet, or all of it."
    )
    alt: str | None = Field(default=None, description="What the art shows, for those who do not see it.")


class ChatChannel(Model):
    """``channels.chat``: which adapters get a payload."""

    adapters: tuple[str, ...] = Field(default=("slack",), description="slack, telegram, discord, whatsapp.")
    template: TemplateName | None = Field(default=None, description="Name of the approved WhatsApp template.")
    category: Literal["marketing", "utility"] = Field(default="marketing", description="Of the WhatsApp template.")


class Channels(Model):
    """The channels a campaign speaks on; absent means silent."""

    email: EmailSettings | None = Field(default=None, description="A mail with its text part.")
    sms: SmsChannel | None = Field(default=None, description="A text message.")
    push: PushChannel | None = Field(default=None, description="A push notification.")
    web: WebChannel | None = Field(
        default=None, description="A fragment for a site, and the page for `view in browser`."
    )
    social: SocialChannel | None = Field(default=None, description="Posts with pictures.")
    pdf: PdfChannel | None = Field(default=None, description="Screen pages: what a mail attaches.")
    print: PrintChannel | None = Field(default=None, description="A sheet for a printer.")
    chat: ChatChannel | None = Field(default=None, description="Payloads for chat services.")

    def active(self) -> tuple[str, ...]:
        """Names of the channels that are on, in table order."""
        return tuple(name for name in type(self).model_fields if getattr(self, name) is not None)


class Schedule(Model):
    """When. Times and durations stay text here; the send half gives them their meaning."""

    at: Instant = Field(description="When, on the clock of `zone`: 2026-12-01 09:00.")
    zone: ZoneOrWord = Field(
        default="brand", description="`contact` (each person's own), `brand`, or a place: Europe/Berlin."
    )
    fallback_zone: Zone | None = Field(default=None, description="For people whose zone is not known.")
    not_after: Duration | None = Field(default=None, description="Later than this it is not sent at all: 2 hours.")
    window: str | None = Field(default=None, description="When people may be written to, e.g. business-hours.")


class Experiment(Model):
    """Arms by name with their share."""

    vary: str = Field(description="What differs: subject, message, …")
    arms: dict[Arm, Percent] = Field(description="Shares by arm, 100% in all: {a: 50%, b: 50%}.")
    goal: str | None = Field(default=None, description="The event that decides, one of [events] in mops.toml.")
    within: Duration | None = Field(default=None, description="How long after the message it counts: 7 days.")


class Goal(Model):
    """What counts as success."""

    event: str = Field(description="One of [events] in mops.toml.")
    within: Duration | None = Field(default=None, description="How long after the message it counts: 14 days.")
    revenue: str | None = Field(default=None, description="The event's field that holds the money.")


class Campaign(Model):
    """The whole of ``campaign.yaml``."""

    title: str = Field(description="For people who work with it; nobody else sees it.")
    topic: str = Field(description="What people consented to: one of [topics] in mops.toml. Unsubscribing acts on it.")
    audience: Audience = Field(default=Audience(), description="Who gets it.")
    channels: Channels = Field(description="Where it speaks: `email: {}` switches a channel on with its defaults.")
    tags: tuple[str, ...] = Field(default=(), description="For selecting: `mops build tag:spring`.")
    locales: tuple[Locale, ...] | None = Field(default=None, description="Default: the project's locales.")
    theme: str = Field(default="default", description="A file of brand/themes/, without .tokens.yaml.")
    schedule: Schedule | None = Field(default=None, description="When it is sent.")
    experiment: Experiment | None = Field(default=None, description="Arms that are compared.")
    goal: Goal | None = Field(default=None, description="What counts as success.")
    utm: dict[str, str] = Field(default_factory=dict, description="Added to links: source, medium, campaign, …")
    vars: dict[str, object] = Field(default_factory=dict, description="Build-time values: [[ vars.name ]].")
