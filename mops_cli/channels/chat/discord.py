"""Discord: a message with one embed, for a webhook or a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mops_cli.channels.chat.parts import Problem, over, put
from mops_cli.channels.platforms import table

if TYPE_CHECKING:
    from mops_cli.channels.chat.parts import Parts

MARKUP = "discord"
FIELDS = ("title", "body", "link", "label", "image", "footer", "content", "fields")


def payload(parts: Parts) -> dict[str, Any]:
    """An embed in the brand's colour. Webhooks show no buttons, so the link closes the description."""
    description = parts.body
    if parts.url and parts.label:
        description = f"{description}\n\n**[{parts.label}]({parts.url})**".strip()
    embed: dict[str, Any] = put({}, title=parts.title, description=description, url=parts.url)
    if parts.color:
        embed["color"] = int(parts.color.lstrip("#")[:6], 16)
    if parts.image:
        embed["image"] = {"url": parts.image}
    if parts.footer:
        embed["footer"] = {"text": parts.footer}
    fields = parts.written.get("fields")
    if isinstance(fields, list) and fields:
        embed["fields"] = fields
    body = put({}, content=parts.written.get("content", ""))
    # Nothing a contact's name contains may call everyone.
    return body | {"embeds": [embed], "allowed_mentions": {"parse": []}}


def check(payload: dict[str, Any]) -> list[Problem]:
    """Characters of the content, of each part of the embed, and of all embeds together."""
    limits = table()["discord"]
    found = over("MN330", "the Discord content", len(payload.get("content", "")), limits.limit or 0, "content")
    total = 0
    for embed in payload["embeds"]:
        found += _embed(embed)
        total += _characters(embed)
    return found + over("MN330", "the Discord embed in sum", total, limits.number("embed_characters_sum"), "body")


def _embed(embed: dict[str, Any]) -> list[Problem]:
    limits = table()["discord"]
    found = over("MN330", "the Discord title", len(embed.get("title", "")), limits.number("embed_title"), "title")
    description = len(embed.get("description", ""))
    found += over("MN330", "the Discord description", description, limits.number("embed_description"), "body")
    footer = len(embed.get("footer", {}).get("text", ""))
    found += over("MN330", "the Discord footer", footer, limits.number("footer"), "footer")
    fields = embed.get("fields", [])
    if len(fields) > limits.number("fields"):
        most = limits.number("fields")
        found.append(Problem("MN330", f"{len(fields)} fields; Discord takes {most}", "leave some out", "fields"))
    for entry in fields:
        found += over("MN330", "a Discord field's name", len(entry["name"]), limits.number("field_name"), "fields")
        found += over("MN330", "a Discord field's value", len(entry["value"]), limits.number("field_value"), "fields")
    return found


def _characters(embed: dict[str, Any]) -> int:
    texts = [embed.get("title", ""), embed.get("description", ""), embed.get("footer", {}).get("text", "")]
    texts += [entry[part] for entry in embed.get("fields", []) for part in ("name", "value")]
    return sum(map(len, texts))
