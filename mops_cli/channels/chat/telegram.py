"""Telegram: ``sendMessage``, or ``sendPhoto`` with a caption, in HTML parse mode."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

from mops_cli.channels.chat.parts import Problem, over
from mops_cli.channels.platforms import table

if TYPE_CHECKING:
    from mops_cli.channels.chat.parts import Parts

MARKUP = "telegram"
FIELDS = ("title", "body", "link", "label", "image")
_TAG = re.compile(r"</?[a-z][^>]*>")


def payload(parts: Parts) -> dict[str, Any]:
    """A bold title over the body, a button under it; a picture turns the text into its caption."""
    limits = table()["telegram"]
    title = f"<b>{parts.title}</b>" if parts.title and not parts.body.startswith(f"<b>{parts.title}</b>") else ""
    text = "\n\n".join(part for part in (title, parts.body) if part)
    body: dict[str, Any] = {"parse_mode": "HTML"}
    if parts.image and parts.size(text) <= limits.number("caption_limit"):
        body |= {"method": "sendPhoto", "photo": parts.image, "caption": text}
    else:
        preview: dict[str, Any] = {"is_disabled": True}
        if parts.image:  # too long for a caption: the picture goes over the text as its preview
            preview = {"is_disabled": False, "url": parts.image, "show_above_text": True, "prefer_large_media": True}
        body |= {"method": "sendMessage", "text": text, "link_preview_options": preview}
    if parts.url:
        body["reply_markup"] = {"inline_keyboard": [[{"text": parts.label, "url": parts.url}]]}
    return body


def visible(text: str) -> int:
    """Length as Telegram counts it: after its markup is read, in UTF-16 units (as its entity offsets)."""
    return len(unescape(_TAG.sub("", text)).encode("utf-16-le")) // 2


def check(payload: dict[str, Any]) -> list[Problem]:
    """Length of text or caption after parsing."""
    limits = table()["telegram"]
    if "caption" in payload:
        limit, text, what = limits.number("caption_limit"), payload["caption"], "the Telegram caption"
    else:
        limit, text, what = limits.limit or 0, payload["text"], "the Telegram message"
    if not text.strip():
        return [Problem("MN320", f"{what} is empty", "write a body in chat.yaml under telegram", "body")]
    return over("MN320", what, visible(text), limit, "body")
