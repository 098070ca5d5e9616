"""``campaign.yaml`` and the settings of each channel."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta
from msgspec import field as record_field

from mops_cli.model.base import Model
from mops_cli.model.values import Arm, Duration, Instant, Length, Locale, Percent, TemplateName, Zone, ZoneOrWord


class Audience(Model, frozen=True):
    """Who: a segment minus other segments."""

    segment: Annotated[
        str | None, Meta(description="A file of segments/, without .yaml. Default: everyone who may be written to.")
    ] = None
    exclude: Annotated[tuple[str, ...], Meta(description="Segments whose people are left out.")] = ()


class EmailSettings(Model, frozen=True):
    """``channels.email``."""

    layout: Annotated[str, Meta(description="A file of content/layouts/email/, without .mjml.")] = "base"
    sender: Annotated[str | None, Meta(description="One of [senders] in mops.toml. Default: the first.")] = None
    attach: Annotated[
        tuple[str, ...], Meta(description="`pdf` or `print` (this campaign's own), or paths of files.")
    ] = ()
    images: Annotated[
        Literal["hosted", "cid"] | None, Meta(description="Pictures by address, or inside the mail (cid).")
    ] = None
    theme: Annotated[str | None, Meta(description="A file of brand/themes/; default: the campaign's.")] = None


class SmsChannel(Model, frozen=True):
    """``channels.sms``."""

    sender: Annotated[str | None, Meta(description="One of [senders] in mops.toml, with a number.")] = None
    max_segments: Annotated[int, Meta(ge=1, le=10, description="More parts than this are an error.")] = 3
    smart_encoding: Annotated[bool | None, Meta(description="Replace characters that would make the message dear.")] = (
        None
    )
    opt_out: Annotated[bool, Meta(description="Append the opt-out text of mops.toml.")] = True


class PushChannel(Model, frozen=True):
    """``channels.push``."""

    ttl: Annotated[Duration, Meta(description="How long the push service keeps it: '4 hours'.")] = "1 day"
    urgency: Annotated[
        Literal["very-low", "low", "normal", "high"], Meta(description="Whether it may wait for the device to wake.")
    ] = "normal"
    icon: Annotated[str | None, Meta(description="A picture in the campaign's folder or content/.")] = None


class WebChannel(Model, frozen=True):
    """``channels.web``."""

    layout: Annotated[str, Meta(description="A file of content/layouts/web/, without .html.")] = "base"
    placements: Annotated[
        tuple[str, ...], Meta(description="[destinations] of channel web where the fragment appears.")
    ] = ()


class SocialChannel(Model, frozen=True):
    """``channels.social``. ``art`` is a deck or an SVG template, drawn at each platform's size."""

    platforms: Annotated[tuple[str, ...], Meta(description="instagram, linkedin, bluesky, mastodon, …")]
    art: Annotated[str | None, Meta(description="A deck or an SVG template in the campaign's folder or content/.")] = (
        None
    )
    alt: Annotated[str | None, Meta(description="What the picture shows, for those who do not see it.")] = None
    destinations: Annotated[tuple[str, ...], Meta(description="Accounts: [destinations] of mops.toml.")] = ()


class PdfChannel(Model, frozen=True):
    """``channels.pdf``: the same message on screen pages."""

    layout: Annotated[str, Meta(description="A file of content/layouts/pdf/, without .html.")] = "base"
    page: Annotated[str, Meta(description="A4, A5 landscape, or a size: 210mm x 100mm.")] = "A4"
    source: Annotated[
        Literal["document", "email"], Meta(description="`email` prints the mail itself, columns intact.")
    ] = "document"


class PrintChannel(Model, frozen=True):
    """``channels.print``: a sheet for a printer."""

    layout: Annotated[str, Meta(description="A file of content/layouts/print/, without .html.")] = "flyer"
    page: Annotated[str, Meta(description="A5, A4 landscape, or a size: 210mm x 100mm.")] = "A5"
    bleed: Annotated[Length, Meta(description="Colour beyond the cut.")] = "3mm"
    marks: Annotated[tuple[Literal["crop", "cross"], ...], Meta(description="Where the printer cuts.")] = ("crop",)
    art: Annotated[
        str | None, Meta(description="A deck or an SVG template: the ground of the sheet, or all of it.")
    ] = None
    alt: Annotated[str | None, Meta(description="What the art shows, for those who do not see it.")] = None


class ChatChannel(Model, frozen=True):
    """``channels.chat``: which adapters get a payload."""

    adapters: Annotated[tuple[str, ...], Meta(description="slack, telegram, discord, whatsapp.")] = ("slack",)
    template: Annotated[TemplateName | None, Meta(description="Name of the approved WhatsApp template.")] = None
    category: Annotated[Literal["marketing", "utility"], Meta(description="Of the WhatsApp template.")] = "marketing"


class Channels(Model, frozen=True):
    """The channels a campaign speaks on; absent means silent."""

    email: Annotated[EmailSettings | None, Meta(description="A mail with its text part.")] = None
    sms: Annotated[SmsChannel | None, Meta(description="A text message.")] = None
    push: Annotated[PushChannel | None, Meta(description="A push notification.")] = None
    web: Annotated[
        WebChannel | None, Meta(description="A fragment for a site, and the page for `view in browser`.")
    ] = None
    social: Annotated[SocialChannel | None, Meta(description="Posts with pictures.")] = None
    pdf: Annotated[PdfChannel | None, Meta(description="Screen pages: what a mail attaches.")] = None
    print: Annotated[PrintChannel | None, Meta(description="A sheet for a printer.")] = None
    chat: Annotated[ChatChannel | None, Meta(description="Payloads for chat services.")] = None

    def active(self) -> tuple[str, ...]:
        """Names of the channels that are on, in table order."""
        return tuple(name for name in self.__struct_fields__ if getattr(self, name) is not None)


class Schedule(Model, frozen=True):
    """When. Times and durations stay text here; the send half gives them their meaning."""

    at: Annotated[Instant, Meta(description="When, on the clock of `zone`: 2026-12-01 09:00.")]
    zone: Annotated[
        ZoneOrWord, Meta(description="`contact` (each person's own), `brand`, or a place: Europe/Berlin.")
    ] = "brand"
    fallback_zone: Annotated[Zone | None, Meta(description="For people whose zone is not known.")] = None
    not_after: Annotated[Duration | None, Meta(description="Later than this it is not sent at all: 2 hours.")] = None
    window: Annotated[str | None, Meta(description="When people may be written to, e.g. business-hours.")] = None


class Experiment(Model, frozen=True):
    """Arms by name with their share."""

    vary: Annotated[str, Meta(description="What differs: subject, message, …")]
    arms: Annotated[dict[Arm, Percent], Meta(description="Shares by arm, 100% in all: {a: 50%, b: 50%}.")]
    goal: Annotated[str | None, Meta(description="The event that decides, one of [events] in mops.toml.")] = None
    within: Annotated[Duration | None, Meta(description="How long after the message it counts: 7 days.")] = None


class Goal(Model, frozen=True):
    """What counts as success."""

    event: Annotated[str, Meta(description="One of [events] in mops.toml.")]
    within: Annotated[Duration | None, Meta(description="How long after the message it counts: 14 days.")] = None
    revenue: Annotated[str | None, Meta(description="The event's field that holds the money.")] = None


class Campaign(Model, frozen=True, kw_only=True):
    """The whole of ``campaign.yaml``."""

    title: Annotated[str, Meta(description="For people who work with it; nobody else sees it.")]
    topic: Annotated[
        str, Meta(description="What people consented to: one of [topics] in mops.toml. Unsubscribing acts on it.")
    ]
    audience: Annotated[Audience, Meta(description="Who gets it.")] = Audience()
    channels: Annotated[
        Channels, Meta(description="Where it speaks: `email: {}` switches a channel on with its defaults.")
    ]
    tags: Annotated[tuple[str, ...], Meta(description="For selecting: `mops build tag:spring`.")] = ()
    locales: Annotated[tuple[Locale, ...] | None, Meta(description="Default: the project's locales.")] = None
    theme: Annotated[str, Meta(description="A file of brand/themes/, without .tokens.yaml.")] = "default"
    schedule: Annotated[Schedule | None, Meta(description="When it is sent.")] = None
    experiment: Annotated[Experiment | None, Meta(description="Arms that are compared.")] = None
    goal: Annotated[Goal | None, Meta(description="What counts as success.")] = None
    utm: Annotated[dict[str, str], Meta(description="Added to links: source, medium, campaign, …")] = record_field(
        default_factory=dict
    )
    vars: Annotated[dict[str, object], Meta(description="Build-time values: [[ vars.name ]].")] = record_field(
        default_factory=dict
    )
