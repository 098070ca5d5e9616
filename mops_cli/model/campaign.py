"""``campaign.yaml`` and the settings of each channel."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mops_cli.model.base import Model


class Audience(Model):
    """Who: a segment minus other segments."""

    segment: str | None = None
    exclude: tuple[str, ...] = ()


class EmailSettings(Model):
    """``channels.email``."""

    layout: str = "base"
    sender: str | None = None
    attach: tuple[str, ...] = Field(
        default=(), description="`pdf` or `print` (this campaign's own), or paths of files."
    )
    images: Literal["hosted", "cid"] | None = None
    theme: str | None = None


class SmsChannel(Model):
    """``channels.sms``."""

    sender: str | None = None
    max_segments: int = Field(default=3, ge=1, le=10)
    smart_encoding: bool | None = None
    opt_out: bool = True


class PushChannel(Model):
    """``channels.push``."""

    ttl: str = Field(default="1 day", description="How long the push service keeps it: '4 hours'.")
    urgency: Literal["very-low", "low", "normal", "high"] = "normal"
    icon: str | None = None


class WebChannel(Model):
    """``channels.web``."""

    layout: str = "base"
    placements: tuple[str, ...] = ()


class SocialChannel(Model):
    """``channels.social``. ``art`` is an SVG template (or a deck) drawn at each platform's size."""

    platforms: tuple[str, ...]
    art: str | None = None
    alt: str | None = None
    destinations: tuple[str, ...] = ()


class PdfChannel(Model):
    """``channels.pdf``: the same message on screen pages."""

    layout: str = "base"
    page: str = "A4"
    source: Literal["document", "email"] = Field(
        default="document", description="`email` prints the mail itself, columns intact."
    )


class PrintChannel(Model):
    """``channels.print``: a sheet for a printer."""

    layout: str = "flyer"
    page: str = "A5"
    bleed: str = "3mm"
    marks: tuple[Literal["crop", "cross"], ...] = ("crop",)


class ChatChannel(Model):
    """``channels.chat``: which adapters get a payload."""

    adapters: tuple[str, ...] = ("slack",)
    template: str | None = Field(default=None, description="Name of the approved WhatsApp template.")
    category: Literal["marketing", "utility"] = "marketing"


class Channels(Model):
    """The channels a campaign speaks on; absent means silent."""

    email: EmailSettings | None = None
    sms: SmsChannel | None = None
    push: PushChannel | None = None
    web: WebChannel | None = None
    social: SocialChannel | None = None
    pdf: PdfChannel | None = None
    print: PrintChannel | None = None
    chat: ChatChannel | None = None

    def active(self) -> tuple[str, ...]:
        """Names of the channels that are on, in table order."""
        return tuple(name for name in type(self).model_fields if getattr(self, name) is not None)


class Schedule(Model):
    """When. Times and durations stay text here; the send half gives them their meaning."""

    at: str
    zone: str = "brand"
    fallback_zone: str | None = None
    not_after: str | None = None
    window: str | None = None


class Experiment(Model):
    """Arms by name with their share."""

    vary: str
    arms: dict[str, str]
    goal: str | None = None
    within: str | None = None


class Goal(Model):
    """What counts as success."""

    event: str
    within: str | None = None
    revenue: str | None = None


class Campaign(Model):
    """The whole of ``campaign.yaml``."""

    title: str
    topic: str
    audience: Audience = Audience()
    channels: Channels
    tags: tuple[str, ...] = ()
    locales: tuple[str, ...] | None = Field(default=None, description="Default: the project's locales.")
    theme: str = "default"
    schedule: Schedule | None = None
    experiment: Experiment | None = None
    goal: Goal | None = None
    utm: dict[str, str] = Field(default_factory=dict)
    vars: dict[str, object] = Field(default_factory=dict, description="Build-time values: [[ vars.name ]].")
