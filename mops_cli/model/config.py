"""``mops.toml``: the project itself."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta
from msgspec import field as record_field

from mops_cli.model.base import Model
from mops_cli.model.values import (
    Clock,
    Country,
    Currency,
    Duration,
    EmailAddress,
    Host,
    Ident,
    Locale,
    WebAddress,
    Zone,
)

FieldType = Literal[
    "text", "integer", "number", "boolean", "date", "datetime", "money", "url", "email", "phone", "list", "object"
]


class FieldSpec(Model, frozen=True):
    """A declared recipient-time field of a contact, an order or an event."""

    type: Annotated[FieldType, Meta(description="What kind of value it is; filters are checked against it.")] = "text"
    nullable: Annotated[bool, Meta(description="May be empty; then every use needs a default.")] = True
    description: Annotated[str, Meta(description="For the people who write messages.")] = ""
    example: Annotated[object, Meta(description="A typical value.")] = None
    items: Annotated[dict[str, FieldType] | None, Meta(description="For list and object: the fields of one item.")] = (
        None
    )


class ProjectInfo(Model, frozen=True):
    """Who and where."""

    id: Annotated[Ident, Meta(description="A short name for machines, e.g. aurora.")]
    name: Annotated[str, Meta(description="The brand's name.")]
    url: Annotated[WebAddress, Meta(description="The site, e.g. https://aurora.example.")]
    default_locale: Annotated[
        Locale, Meta(description="The locale of message.md and the fallback of translations.")
    ] = "en"
    locales: Annotated[tuple[Locale, ...], Meta(description="Every locale the project speaks.")] = ("en",)
    fallback_zone: Annotated[Zone, Meta(description="The time zone of people whose zone is not known.")] = "UTC"
    currency: Annotated[Currency, Meta(description="Of money without a currency.")] = "EUR"
    country: Annotated[Country, Meta(description="Two letters; the home country for prices and rules.")] = ""


class Sender(Model, frozen=True):
    """A sender identity. ``email`` for mail, ``number`` for SMS; the rest by channel."""

    name: Annotated[str, Meta(description="What the inbox shows.")] = ""
    email: Annotated[EmailAddress | None, Meta(description="The address mail comes from.")] = None
    reply_to: Annotated[EmailAddress | None, Meta(description="Where answers go; default: email.")] = None
    number: Annotated[str | None, Meta(description="A number (+49...), short code or alphanumeric id.")] = None
    provider: Annotated[str | None, Meta(description="One of [providers].")] = None


class Topic(Model, frozen=True):
    """What a person consents to."""

    title: Annotated[str, Meta(description="What the preference centre shows.")]
    description: Annotated[str, Meta(description="What and how often, in the preference centre.")] = ""
    transactional: Annotated[bool, Meta(description="Needs no consent: receipts, passwords.")] = False


class Destination(Model, frozen=True):
    """An account, site slot or drop folder for channels without people."""

    channel: Annotated[str, Meta(description="social, web, print, pdf or chat.")]
    platform: Annotated[str | None, Meta(description="For social and chat: instagram, slack, …")] = None
    account: Annotated[str | None, Meta(description="The account or chat channel.")] = None
    slot: Annotated[str | None, Meta(description="For web: the place on the site.")] = None
    path: Annotated[str | None, Meta(description="For print and pdf: the folder to drop files in.")] = None
    provider: Annotated[str | None, Meta(description="One of [providers].")] = None


class MailSettings(Model, frozen=True):
    """Defaults of the email channel."""

    list_id: Annotated[str | None, Meta(description="List-Id; default <topic>.<host of project.url>.")] = None
    google_fonts: Annotated[bool, Meta(description="Keep MJML's links to Google Fonts.")] = False
    images: Annotated[Literal["hosted", "cid"], Meta(description="Pictures by address, or inside the mail (cid).")] = (
        "hosted"
    )
    price: Annotated[float, Meta(ge=0, description="What a thousand mails cost; plans add it up.")] = 0.0


class SmsSettings(Model, frozen=True):
    """Defaults of the SMS channel."""

    smart_encoding: Annotated[
        bool, Meta(description="Replace typographic characters that would make the message dear.")
    ] = True
    opt_out: Annotated[
        dict[str, str], Meta(description="Opt-out text by locale, e.g. {en: 'Reply STOP to opt out'}.")
    ] = record_field(default_factory=dict)
    short_link_host: Annotated[Host, Meta(description="Host of short links; counts toward the length.")] = ""
    price: Annotated[dict[str, float], Meta(description="Price of a segment by country code.")] = record_field(
        default_factory=dict
    )


class PushSettings(Model, frozen=True):
    """The installable web app that receives pushes."""

    name: Annotated[str, Meta(description="Of the web app; default: the brand's name.")] = ""
    start_url: Annotated[str, Meta(description="Where the web app opens.")] = "/"
    icon: Annotated[str, Meta(description="An SVG or PNG from which the app icons are drawn.")] = ""
    vapid_public_key: Annotated[str, Meta(description="The public key with which pushes are signed.")] = ""


class NatsSettings(Model, frozen=True):
    """The message bus. Without ``url`` mops starts a server of its own for each project."""

    url: Annotated[
        str, Meta(description="Of a server that runs, e.g. nats://bus.example:4222; several with commas.")
    ] = ""
    token: Annotated[str, Meta(description="A token, as env:NAME or file:path.")] = ""
    user: Annotated[str, Meta(description="A user's name, plain or as env:NAME.")] = ""
    password: Annotated[str, Meta(description="The user's password, as env:NAME or file:path.")] = ""
    creds: Annotated[str, Meta(description="A credentials file, as file:path.")] = ""
    nkey: Annotated[str, Meta(description="The seed of an NKey, as env:NAME or file:path.")] = ""
    ca: Annotated[str, Meta(description="Path of the authority (PEM) that signed the server's certificate.")] = ""
    cert: Annotated[str, Meta(description="Path of our own certificate (PEM), when the server asks for one.")] = ""
    key: Annotated[str, Meta(description="Path of our certificate's private key (PEM).")] = ""
    replicas: Annotated[Literal[1, 3, 5], Meta(description="On how many servers of a cluster each stream is kept.")] = 1
    prefix: Annotated[
        str,
        Meta(
            description="Put before the names of streams and subjects: lets projects and environments share a server.",
            pattern=r"^([a-z0-9][a-z0-9-]{0,31})?$",
        ),
    ] = ""


Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Window(Model, frozen=True):
    """Hours in which people may be written to, on the clock of their zone."""

    start: Annotated[Clock, Meta(description="When it opens: 09:00.")] = "09:00"
    end: Annotated[Clock, Meta(description="When it closes: 18:00. Not after the start: on the next day.")] = "18:00"
    days: Annotated[tuple[Day, ...], Meta(min_length=1, description="On which days it opens.")] = (
        "mon", "tue", "wed", "thu", "fri",
    )  # fmt: skip


class QuietHours(Model, frozen=True):
    """Hours in which nobody is written to, whatever a schedule says; what needs no consent comes all the same."""

    start: Annotated[Clock, Meta(description="When they begin: 21:00.")] = "21:00"
    end: Annotated[Clock, Meta(description="When they end: 08:00.")] = "08:00"
    channels: Annotated[tuple[str, ...], Meta(description="Where they hold.")] = ("sms", "push")


class Cap(Model, frozen=True):
    """How many messages a person gets at most in a time; what needs no consent comes all the same, and does not count."""

    most: Annotated[int, Meta(ge=1, description="So many messages.")]
    within: Annotated[Duration, Meta(description="In so much time before the next one: 7 days.")]
    channel: Annotated[
        Literal["", "email", "sms", "push", "chat"], Meta(description="On this channel; default: on all together.")
    ] = ""
    topics: Annotated[tuple[str, ...], Meta(description="Of these topics; default: of all together.")] = ()


class LintSettings(Model, frozen=True):
    """Which findings matter here."""

    levels: Annotated[
        dict[str, Literal["error", "warning", "info", "off"]],
        Meta(description="Level by code or family: {ML104: off, MA: error}."),
    ] = record_field(default_factory=dict)
    per_file_ignores: Annotated[
        dict[str, tuple[str, ...]],
        Meta(description="Codes that do not count, by path or glob: {'campaigns/old-*': [ML]}."),
    ] = record_field(default_factory=dict)


class Fields(Model, frozen=True):
    """Declared fields by root name: what ``{{ contact.… }}``, ``{{ order.… }}`` may say."""

    contact: Annotated[dict[str, FieldSpec], Meta(description="What {{ contact.… }} may say.")] = record_field(
        default_factory=dict
    )
    order: Annotated[dict[str, FieldSpec], Meta(description="What {{ order.… }} may say.")] = record_field(
        default_factory=dict
    )
    event: Annotated[
        dict[str, FieldSpec], Meta(description="What {{ event.… }} may say, beside the fields under [events].")
    ] = record_field(default_factory=dict)

    def roots(self) -> dict[str, dict[str, FieldSpec]]:
        """The declared fields by root name."""
        return {"contact": self.contact, "order": self.order, "event": self.event}


class ProjectConfig(Model, frozen=True):
    """The whole of ``mops.toml``."""

    project: Annotated[ProjectInfo, Meta(description="Who and where.")]
    senders: Annotated[dict[str, Sender], Meta(description="Who messages come from, by name.")] = record_field(
        default_factory=dict
    )
    topics: Annotated[dict[str, Topic], Meta(description="What people consent to, by name.")] = record_field(
        default_factory=dict
    )
    fields: Annotated[Fields, Meta(description="What is known about a person, an order, an event.")] = Fields()
    events: Annotated[dict[str, dict[str, FieldSpec]], Meta(description="Known event kinds and their fields.")] = (
        record_field(default_factory=dict)
    )
    destinations: Annotated[
        dict[str, Destination],
        Meta(description="Accounts, site slots and folders of channels without people, by name."),
    ] = record_field(default_factory=dict)
    providers: Annotated[
        dict[str, dict[str, object]],
        Meta(description="Services that deliver; secrets are references such as env:NAME."),
    ] = record_field(default_factory=dict)
    seeds: Annotated[
        dict[str, tuple[EmailAddress, ...]],
        Meta(description="Lists of our own addresses for test sends, by name: mops send CAMPAIGN --test NAME."),
    ] = record_field(default_factory=dict)
    environments: Annotated[
        dict[str, dict[str, object]],
        Meta(
            description="Settings that differ between e.g. local and production: tables lie over those of the same name."
        ),
    ] = record_field(default_factory=dict)
    email: Annotated[MailSettings, Meta(description="Defaults of the email channel.")] = MailSettings()
    sms: Annotated[SmsSettings, Meta(description="Defaults of the SMS channel.")] = SmsSettings()
    push: Annotated[PushSettings, Meta(description="The web app that receives pushes.")] = PushSettings()
    windows: Annotated[
        dict[str, Window],
        Meta(description="When people may be written to, by name; business-hours is there without being declared."),
    ] = record_field(default_factory=dict)
    quiet_hours: Annotated[
        QuietHours | None, Meta(description="When nobody is written to; default: no such hours.")
    ] = None
    caps: Annotated[dict[str, Cap], Meta(description="How many messages a person gets at most, by name.")] = (
        record_field(default_factory=dict)
    )
    lint: Annotated[LintSettings, Meta(description="Which findings matter here.")] = LintSettings()
    nats: Annotated[NatsSettings, Meta(description="The message bus.")] = NatsSettings()

    def every_window(self) -> dict[str, Window]:
        """The windows by name, with the one that every project has."""
        return {"business-hours": Window(), **self.windows}
