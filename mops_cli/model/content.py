"""Messages, layouts, blocks, snippets, personas, segments: the rest of a content repository."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta
from msgspec import field as record_field

from mops_cli.model.base import Model
from mops_cli.model.values import Country, Locale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mops_cli.model.source import Source

PropType = Literal[
    "text", "richtext", "url", "asset", "color", "integer", "number", "boolean", "choice", "list", "date", "money"
]


class Prop(Model, frozen=True):
    """A typed property of a block."""

    type: Annotated[PropType, Meta(description="What may be given.")] = "text"
    required: Annotated[bool, Meta(description="Whether a message must give it.")] = False
    default: Annotated[object, Meta(description="What it is when a message does not give it.")] = None
    choices: Annotated[tuple[str, ...], Meta(description="For choice: the valid words.")] = ()
    items: Annotated[dict[str, str] | None, Meta(description="For list: field name to type.")] = None
    description: Annotated[str, Meta(description="What it is for, shown to those who use the block.")] = ""


class BlockSpec(Model, frozen=True):
    """``block.yaml``."""

    title: Annotated[str, Meta(description="Its name in the gallery.")]
    description: Annotated[str, Meta(description="What it is for.")] = ""
    props: Annotated[dict[str, Prop], Meta(description="Its properties by name.")] = record_field(default_factory=dict)
    body: Annotated[
        Literal["none", "optional", "required"], Meta(description="Whether text stands between ::: and :::.")
    ] = "optional"
    examples: Annotated[
        tuple[dict[str, object], ...], Meta(description="Properties for the gallery and the tests.")
    ] = ()


class Persona(Model, frozen=True):
    """A sample person. ``contact``, ``order``, ``event`` hold what templates ask for."""

    title: Annotated[str, Meta(description="Who, in a few words.")]
    description: Annotated[str, Meta(description="What this person is good for in a test.")] = ""
    locale: Annotated[Locale | None, Meta(description="Their locale; absent: not known.")] = None
    country: Annotated[Country | None, Meta(description="Two letters; decides e.g. the price of an SMS.")] = None
    contact: Annotated[dict[str, object], Meta(description="What {{ contact.… }} says.")] = record_field(
        default_factory=dict
    )
    order: Annotated[dict[str, object], Meta(description="What {{ order.… }} says.")] = record_field(
        default_factory=dict
    )
    event: Annotated[dict[str, object], Meta(description="What {{ event.… }} says.")] = record_field(
        default_factory=dict
    )


class SegmentFile(Model, frozen=True):
    """``segments/<id>.yaml``; ``where`` gets its meaning in the send half."""

    title: Annotated[str, Meta(description="Who, in a few words.")]
    description: Annotated[str, Meta(description="Why this group matters.")] = ""
    where: Annotated[object, Meta(description="Conditions: all, any, not, fields and events.")] = None


class SegmentTest(Model, frozen=True, kw_only=True):
    """``segments/tests/<name>.yaml``: given these people and events, these are in the segment."""

    segment: Annotated[str, Meta(description="The segment that is asked.")]
    at: Annotated[str, Meta(description="The moment at which it is asked (UTC): 2026-12-01.")]
    contacts: Annotated[dict[str, dict[str, object]], Meta(description="People by a name, with their fields.")]
    events: Annotated[
        tuple[dict[str, object], ...], Meta(description="contact, kind, occurred_at, and the fields of the kind.")
    ] = ()
    consent: Annotated[tuple[dict[str, str], ...], Meta(description="contact, topic and channel of each.")] = ()
    inside: Annotated[tuple[str, ...], Meta(description="Who is in.")] = record_field(name="in")
    outside: Annotated[tuple[str, ...], Meta(description="Who is not.")] = record_field(name="out", default=())


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text with its path: a template, a snippet, a layout."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A block: its specification and its form by medium (``email.mjml``, ``html.html``, ``text.txt``)."""

    name: str
    spec: BlockSpec
    source: Source
    forms: Mapping[str, TextFile] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MessageFile:
    """``message.md`` of one locale and arm: front matter (data) and the Markdown body.

    ``body_line`` is the line of the file on which the body begins. ``source.at("subject")`` finds a field.
    """

    path: str
    locale: str
    variant: str
    front: Mapping[str, object]
    source: Source
    body: str
    body_line: int
