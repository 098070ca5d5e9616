"""JSON Schemas (draft-07) of every kind of file, for editors: made from the models, so that they cannot drift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mops_cli.model.brand import Fonts, Identity, Voice
from mops_cli.model.campaign import Campaign
from mops_cli.model.config import ProjectConfig
from mops_cli.model.content import BlockSpec, Persona, SegmentFile, SegmentTest

if TYPE_CHECKING:
    from mops_cli.model.base import Model

    Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"

MODELS: dict[str, tuple[type[Model], str]] = {
    "mops": (ProjectConfig, "mops.toml: the project"),
    "campaign": (Campaign, "campaigns/<id>/campaign.yaml"),
    "identity": (Identity, "brand/identity.yaml"),
    "voice": (Voice, "brand/voice.yaml"),
    "fonts": (Fonts, "brand/fonts.yaml"),
    "block": (BlockSpec, "content/blocks/<name>/block.yaml"),
    "persona": (Persona, "content/personas/<id>.yaml"),
    "segment": (SegmentFile, "segments/<id>.yaml"),
    "segment-test": (SegmentTest, "segments/tests/<name>.yaml"),
}

TOKEN_TYPES = (
    "color", "dimension", "fontFamily", "fontWeight", "duration", "cubicBezier", "number", "strokeStyle", "border",
    "transition", "shadow", "gradient", "typography",
)  # fmt: skip

_TEXT: Schema = {"type": "string"}
# A schema of no kind at all is none to msgspec; this is taken off again.
_ANYTHING: Schema = {"type": ["array", "boolean", "null", "number", "object", "string"]}
_MESSAGE_FIELDS: Schema = {
    "subject": {**_TEXT, "description": "Of the mail; 35 to 50 characters are shown everywhere."},
    "preheader": {**_TEXT, "description": "Beside the subject in the inbox; 40 to 130 characters."},
    "headline": {**_TEXT, "description": "Of pages, pushes and pictures."},
    "summary": {**_TEXT, "description": "The news in one sentence: SMS, push, link previews."},
    "link": {**_TEXT, "description": "Where the message leads; [[ link ]] in the body."},
    "sms": {**_TEXT, "description": "The words of the SMS, where they differ from the summary."},
    "social": {
        "description": "The words of a post, or text, hashtags, link, alt and art, as in social.yaml.",
        "type": ["string", "object"],
    },
    "push": {"type": "object", "description": "What push.yaml may say: title, body, link, …"},
    "chat": {"type": "object", "description": "What chat.yaml may say, by service."},
    "variants": {"type": "object", "description": "Fields that differ in an arm of the experiment, by arm."},
}


def schemas() -> dict[str, Schema]:
    """All schemas by name; each is written to ``.mops/schemas/<name>.json``."""
    found = {name: draft_07(model, title) for name, (model, title) in MODELS.items()}
    return {**found, "tokens": _tokens(), "message": _message()}


def draft_07(model: type[Model], title: str) -> Schema:
    """A model's schema with the words of draft-07."""
    import msgspec

    whole: Schema = _older(msgspec.json.schema(model, schema_hook=lambda _: _ANYTHING))
    # The file's own model stands at the top, not among the definitions.
    own = whole["definitions"].pop(model.__name__)
    schema = {**own, "title": title, "definitions": whole["definitions"]}
    return {"$schema": DRAFT, **schema}


def _older(value: Any) -> Any:
    """2020-12 as draft-07: ``$defs`` are ``definitions``, a tuple's ``prefixItems`` are ``items``."""
    if isinstance(value, list | tuple):
        return [_older(item) for item in value]
    if not isinstance(value, dict):
        return value
    found: Schema = {}
    for key, item in value.items():
        if key == "type" and item == _ANYTHING["type"]:
            continue
        if key == "$ref" and isinstance(item, str):
            found[key] = item.replace("#/$defs/", "#/definitions/")
        elif key == "$defs":
            found["definitions"] = {name: _older(definition) for name, definition in item.items()}
        elif key == "prefixItems":
            found["items"] = _older(item)
        elif key != "items" or "prefixItems" not in value:
            found[key] = _older(item)
    # A mapping whose names have a shape takes no others.
    if "patternProperties" in found:
        found.setdefault("additionalProperties", False)
    return found


def _tokens() -> Schema:
    """Design tokens as DTCG 2025.10 spells them, loosely: MOPS itself checks the values."""
    node: Schema = {
        "type": "object",
        "properties": {
            "$value": {"description": 'The value, or an alias such as "{color.brand.deep}".'},
            "$type": {"enum": list(TOKEN_TYPES)},
            "$description": _TEXT,
            "$extends": _TEXT,
            "$ref": _TEXT,
            "$deprecated": {"type": ["boolean", "string"]},
            "$extensions": {"type": "object"},
        },
        "patternProperties": {r"^[^$.{}][^.{}]*$": {"$ref": "#/definitions/node"}},
    }
    return {
        "$schema": DRAFT,
        "title": "brand/*.tokens.yaml: design tokens",
        "allOf": [{"$ref": "#/definitions/node"}],
        "definitions": {"node": node},
    }


def _message() -> Schema:
    return {
        "$schema": DRAFT,
        "title": "campaigns/<id>/message.md: the front matter",
        "type": "object",
        "properties": _MESSAGE_FIELDS,
        "additionalProperties": True,
    }
