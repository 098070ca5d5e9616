"""Slack: a message of Block Kit blocks for ``chat.postMessage`` or an incoming webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mops_cli.channels.chat.parts import Problem, over, put
from mops_cli.channels.chat.split import chunks
from mops_cli.channels.platforms import table

if TYPE_CHECKING:
    from mops_cli.channels.chat.parts import Parts

MARKUP = "slack"
FIELDS = ("title", "body", "link", "label", "image", "alt", "footer")


def payload(parts: Parts) -> dict[str, Any]:
    """Header, picture, sections, a button and a small print line; ``text`` is what notifications show."""
    limits = table()["slack"]
    blocks: list[dict[str, Any]] = []
    if parts.title:
        blocks.append({"type": "header", "text": _plain(parts.title)})
    if parts.image:
        blocks.append({"type": "image", "image_url": parts.image, "alt_text": parts.image_alt or parts.title})
    blocks.extend(
        {"type": "section", "text": {"type": "mrkdwn", "text": chunk}}
        for chunk in chunks(parts.body, limits.number("section_limit"), parts.size)
    )
    if parts.url:
        button = {
            "type": "button",
            "text": _plain(parts.label),
            "url": parts.url,
            "action_id": "open",
            "style": "primary",
        }
        blocks.append({"type": "actions", "elements": [button]})
    if parts.footer:
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": parts.footer}]})
    body: dict[str, Any] = put({}, text=parts.summary or parts.title)
    return body | {"blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": True}


def check(payload: dict[str, Any]) -> list[Problem]:
    """Blocks, and characters of each text."""
    limits = table()["slack"]
    blocks = payload["blocks"]
    found = []
    if len(blocks) > limits.number("blocks"):
        most = limits.number("blocks")
        found.append(Problem("MN310", f"{len(blocks)} blocks; Slack takes {most}", "shorten the message", "body"))
    found += over("MN310", "the notification text", len(payload.get("text", "")), limits.limit or 0, "body")
    for block in blocks:
        found += _block(block)
    return found


def _block(block: dict[str, Any]) -> list[Problem]:
    limits = table()["slack"]
    match block["type"]:
        case "header":
            return over("MN310", "the Slack header", len(block["text"]["text"]), limits.number("header_limit"), "title")
        case "section":
            return over("MN310", "a Slack section", len(block["text"]["text"]), limits.number("section_limit"), "body")
        case "image":
            return over("MN310", "the Slack alt text", len(block["alt_text"]), limits.number("alt_limit"), "alt")
        case "actions":
            (button,) = block["elements"]
            found = over(
                "MN310", "the Slack button", len(button["text"]["text"]), limits.number("button_limit"), "label"
            )
            return found + over("MN310", "the Slack button's address", len(button["url"]), 3000, "link")
        case _:
            return []
