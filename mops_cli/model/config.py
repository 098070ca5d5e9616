"""``mops.toml``: the project itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mops_cli.model.base import Model

FieldType = Literal[
    "text", "integer", "number", "boolean", "date", "datetime", "money", "url", "email", "phone", "list", "object"
]


class FieldSpec(Model):
    """A declared recipient-time field of a contact, an order or an event."""

    type: FieldType = "text"
    nullable: bool = Field(default=True, description="May be empty; then every use needs a default.")
    description: str = ""
    example: object = None
    items: dict[str, FieldType] | None = Field(
        default=None, description="For list and object: the fields of one item."
    )


class ProjectInfo(Model):
    """Who and where."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: str
    url: str = Field(pattern=r"^https?://")
    default_locale: str = "en"
    locales: tuple[str, ...] = ("en",)
    fallback_zone: str = "UTC"
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    country: str = Field(default="", description="Two letters; the home country for prices and rules.")


class Sender(Model):
    """A sender identity. ``email`` for mail, ``number`` for SMS; the rest by channel."""

    name: str = ""
    email: str | None = None
    reply_to: str | None = None
    number: str | None = Field(default=None, description="A number (+49...), short code or alphanumeric id.")
    provider: str | None = None


class Topic(Model):
    """What a person consents to."""

    title: str
    description: str = ""
    transactional: bool = False


class Destination(Model):
    """An account, site slot or drop folder for channels without people."""

    channel: str
    platform: str | None = None
    account: str | None = None
    slot: str | None = None
    path: str | None = None
    provider: str | None = None


class MailSettings(Model):
    """Defaults of the email channel."""

    list_id: str | None = Field(default=None, description="List-Id; default <topic>.<host of project.url>.")
    google_fonts: bool = Field(default=False, description="Keep MJML's links to Google Fonts.")
    images: Literal["hosted", "cid"] = "hosted"


class SmsSettings(Model):
    """Defaults of the SMS channel."""

    smart_encoding: bool = True
    opt_out: dict[str, str] = Field(
        default_factory=dict, description="Opt-out text by locale, e.g. {en: 'Reply STOP to opt out'}."
    )
    short_link_host: str = Field(default="", description="Host of short links; counts toward the length.")
    price: dict[str, float] = Field(default_factory=dict, description="Price of a segment by country code.")


class PushSettings(Model):
    """The installable web app that receives pushes."""

    name: str = ""
    start_url: str = "/"
    icon: str = Field(default="", description="An SVG or PNG from which the app icons are drawn.")
    vapid_public_key: str = ""


class LintSettings(Model):
    """Which findings matter here."""

    levels: dict[str, Literal["error", "warning", "info", "off"]] = Field(default_factory=dict)
    per_file_ignores: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Fields(Model):
    """Declared fields by root name: what ``{{ contact.… }}``, ``{{ order.… }}`` may say."""

    contact: dict[str, FieldSpec] = Field(default_factory=dict)
    order: dict[str, FieldSpec] = Field(default_factory=dict)
    event: dict[str, FieldSpec] = Field(default_factory=dict)


class ProjectConfig(Model):
    """The whole of ``mops.toml``."""

    project: ProjectInfo
    senders: dict[str, Sender] = Field(default_factory=dict)
    topics: dict[str, Topic] = Field(default_factory=dict)
    fields: Fields = Fields()
    events: dict[str, dict[str, FieldSpec]] = Field(
        default_factory=dict, description="Known event kinds and their fields."
    )
    destinations: dict[str, Destination] = Field(default_factory=dict)
    providers: dict[str, dict[str, object]] = Field(default_factory=dict)
    environments: dict[str, dict[str, object]] = Field(default_factory=dict)
    email: MailSettings = MailSettings()
    sms: SmsSettings = SmsSettings()
    push: PushSettings = PushSettings()
    lint: LintSettings = LintSettings()
