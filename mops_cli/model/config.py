"""``mops.toml``: the project itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mops_cli.model.base import Model
from mops_cli.model.values import Country, Currency, EmailAddress, Host, Ident, Locale, WebAddress, Zone

FieldType = Literal[
    "text", "integer", "number", "boolean", "date", "datetime", "money", "url", "email", "phone", "list", "object"
]


class FieldSpec(Model):
    """A declared recipient-time field of a contact, an order or an event."""

    type: FieldType = Field(default="text", description="What kind of value it is; filters are checked against it.")
    nullable: bool = Field(default=True, description="May be empty; then every use needs a default.")
    description: str = Field(default="", description="For the people who write messages.")
    example: object = Field(default=None, description="A typical value.")
    items: dict[str, FieldType] | None = Field(default=None, description="For list and object: the fields of one item.")


class ProjectInfo(Model):
    """Who and where."""

    id: Ident = Field(description="A short name for machines, e.g. aurora.")
    name: str = Field(description="The brand's name.")
    url: WebAddress = Field(description="The site, e.g. https://aurora.example.")
    default_locale: Locale = Field(
        default="en", description="The locale of message.md and the fallback of translations."
    )
    locales: tuple[Locale, ...] = Field(default=("en",), description="Every locale the project speaks.")
    fallback_zone: Zone = Field(default="UTC", description="The time zone of people whose zone is not known.")
    currency: Currency = Field(default="EUR", description="Of money without a currency.")
    country: Country = Field(default="", description="Two letters; the home country for prices and rules.")


class Sender(Model):
    """A sender identity. ``email`` for mail, ``number`` for SMS; the rest by channel."""

    name: str = Field(default="", description="What the inbox shows.")
    email: EmailAddress | None = Field(default=None, description="The address mail comes from.")
    reply_to: EmailAddress | None = Field(default=None, description="Where answers go; default: email.")
    number: str | None = Field(default=None, description="A number (+49...), short code or alphanumeric id.")
    provider: str | None = Field(default=None, description="One of [providers].")


class Topic(Model):
    """What a person consents to."""

    title: str = Field(description="What the preference centre shows.")
    description: str = Field(default="", description="What and how often, in the preference centre.")
    transactional: bool = Field(default=False, description="Needs no consent: receipts, passwords.")


class Destination(Model):
    """An account, site slot or drop folder for channels without people."""

    channel: str = Field(description="social, web, print, pdf or chat.")
    platform: str | None = Field(default=None, description="For social and chat: instagram, slack, …")
    account: str | None = Field(default=None, description="The account or chat channel.")
    slot: str | None = Field(default=None, description="For web: the place on the site.")
    path: str | None = Field(default=None, description="For print and pdf: the folder to drop files in.")
    provider: str | None = Field(default=None, description="One of [providers].")


class MailSettings(Model):
    """Defaults of the email channel."""

    list_id: str | None = Field(default=None, description="List-Id; default <topic>.<host of project.url>.")
    google_fonts: bool = Field(default=False, description="Keep MJML's links to Google Fonts.")
    images: Literal["hosted", "cid"] = Field(
        default="hosted", description="Pictures by address, or inside the mail (cid)."
    )


class SmsSettings(Model):
    """Defaults of the SMS channel."""

    smart_encoding: bool = Field(
        default=True, description="Replace typographic characters that would make the message dear."
    )
    opt_out: dict[str, str] = Field(
        default_factory=dict, description="Opt-out text by locale, e.g. {en: 'Reply STOP to opt out'}."
    )
    short_link_host: Host = Field(default="", description="Host of short links; counts toward the length.")
    price: dict[str, float] = Field(default_factory=dict, description="Price of a segment by country code.")


class PushSettings(Model):
    """The installable web app that receives pushes."""

    name: str = Field(default="", description="Of the web app; default: the brand's name.")
    start_url: str = Field(default="/", description="Where the web app opens.")
    icon: str = Field(default="", description="An SVG or PNG from which the app icons are drawn.")
    vapid_public_key: str = Field(default="", description="The public key with which pushes are signed.")


class LintSettings(Model):
    """Which findings matter here."""

    levels: dict[str, Literal["error", "warning", "info", "off"]] = Field(
        default_factory=dict, description="Level by code or family: {ML104: off, MA: error}."
    )
    per_file_ignores: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Codes that do not count, by path or glob: {'campaigns/old-*': [ML]}."
    )


class Fields(Model):
    """Declared fields by root name: what ``{{ contact.… }}``, ``{{ order.… }}`` may say."""

    contact: dict[str, FieldSpec] = Field(default_factory=dict, description="What {{ contact.… }} may say.")
    order: dict[str, FieldSpec] = Field(default_factory=dict, description="What {{ order.… }} may say.")
    event: dict[str, FieldSpec] = Field(
        default_factory=dict, description="What {{ event.… }} may say, beside the fields under [events]."
    )


class ProjectConfig(Model):
    """The whole of ``mops.toml``."""

    project: ProjectInfo = Field(description="Who and where.")
    senders: dict[str, Sender] = Field(default_factory=dict, description="Who messages come from, by name.")
    topics: dict[str, Topic] = Field(default_factory=dict, description="What people consent to, by name.")
    fields: Fields = Field(default=Fields(), description="What is known about a person, an order, an event.")
    events: dict[str, dict[str, FieldSpec]] = Field(
        default_factory=dict, description="Known event kinds and their fields."
    )
    destinations: dict[str, Destination] = Field(
        default_factory=dict, description="Accounts, site slots and folders of channels without people, by name."
    )
    providers: dict[str, dict[str, object]] = Field(
        default_factory=dict, description="Services that deliver; secrets are references such as env:NAME."
    )
    environments: dict[str, dict[str, object]] = Field(
        default_factory=dict, description="Settings that differ between e.g. local and production."
    )
    email: MailSettings = Field(default=MailSettings(), description="Defaults of the email channel.")
    sms: SmsSettings = Field(default=SmsSettings(), description="Defaults of the SMS channel.")
    push: PushSettings = Field(default=PushSettings(), description="The web app that receives pushes.")
    lint: LintSettings = Field(default=LintSettings(), description="Which findings matter here.")
