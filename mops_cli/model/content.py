"""Messages, layouts, blocks, snippets, personas, segments: the rest of a content repository."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from mops_cli.model.base import Model
from mops_cli.model.values import Country, Locale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mops_cli.model.source import Source

PropType = Literal[
    "text", "richtext", "url", "asset", "color", "integer", "number", "boolean", "choice", "list", "date", "money"
]


class Prop(Model):
    """A typed property of a block."""

    type: PropType = Field(default="text", description="What may be given.")
    required: bool = Field(default=False, description="Whether a message must give it.")
    default: object = Field(default=None, description="What it is when a message does not give it.")
    choices: tuple[str, ...] = Field(default=(), description="For choice: the valid words.")
    items: dict[str, str] | None = Field(default=None, description="For list: field name to type.")
    description: str = Field(default="", description="What it is for, shown to those who use the block.")


class BlockSpec(Model):
    """``block.yaml``."""

    title: str = Field(description="Its name in the gallery.")
    description: str = Field(default="", description="What it is for.")
    props: dict[str, Prop] = Field(default_factory=dict, description="Its properties by name.")
    body: Literal["none", "optional", "required"] = Field(
        default="optional", description="Whether text stands between ::: and :::."
    )
    examples: tuple[dict[str, object], ...] = Field(default=(), description="Properties for the gallery and the tests.")


class Persona(Model):
    """A sample person. ``contact``, ``order``, ``event`` hold what templates ask for."""

    title: str = Field(description="Who, in a few words.")
    description: str = Field(default="", description="What this person is good for in a test.")
    locale: Locale | None = Field(default=None, description="Their locale; absent: not known.")
    country: Country | None = Field(default=None, description="Two letters; decides e.g. the price of an SMS.")
    contact: dict[str, object] = Field(default_factory=dict, description="What {{ contact.… }} says.")
    order: dict[str, object] = Field(default_factory=dict, description="What {{ order.… }} says.")
    event: dict[str, object] = Field(default_factory=dict, description="What {{ event.… }} says.")


class SegmentFile(Model):
    """``segments/<id>.yaml``; ``where`` gets its meaning in the send half."""

    title: str = Field(description="Who, in a few words.")
    description: str = Field(default="", description="Why this group matters.")
    where: object = Field(default=None, description="Conditions: all, any, not, fields and events.")


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
