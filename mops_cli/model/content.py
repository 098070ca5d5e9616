"""Messages, layouts, blocks, snippets, personas, segments: the rest of a content repository."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from mops_cli.model.base import Model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mops_cli.model.source import Source

PropType = Literal["text", "richtext", "url", "asset", "color", "integer", "number", "boolean", "choice", "list", "date", "money"]


class Prop(Model):
    """A typed property of a block."""

    type: PropType = "text"
    required: bool = False
    default: object = None
    choices: tuple[str, ...] = ()
    items: dict[str, str] | None = Field(default=None, description="For list: field name to type.")
    description: str = ""


class BlockSpec(Model):
    """``block.yaml``."""

    title: str
    description: str = ""
    props: dict[str, Prop] = Field(default_factory=dict)
    body: Literal["none", "optional", "required"] = "optional"
    examples: tuple[dict[str, object], ...] = ()


class Persona(Model):
    """A sample person. ``contact``, ``order``, ``event`` hold what templates ask for."""

    title: str
    description: str = ""
    locale: str | None = None
    country: str | None = None
    contact: dict[str, object] = Field(default_factory=dict)
    order: dict[str, object] = Field(default_factory=dict)
    event: dict[str, object] = Field(default_factory=dict)


class SegmentFile(Model):
    """``segments/<id>.yaml``; ``where`` gets its meaning in the send half."""

    title: str
    description: str = ""
    where: object = None


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
