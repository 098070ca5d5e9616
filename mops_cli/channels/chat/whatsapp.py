"""WhatsApp: the message that fills an approved template, and the definition to have the template approved.

Outside of a conversation WhatsApp delivers approved templates only. So each recipient expression of the text
becomes a named parameter: ``definition`` is what is submitted once, ``payload`` is what is sent to each person.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mops_cli.channels.chat.parts import Problem, over, put
from mops_cli.channels.platforms import table
from mops_cli.channels.templating.tags import RECIPIENT, scan

if TYPE_CHECKING:
    from mops_cli.channels.chat.parts import Parts

MARKUP = "plain"
FIELDS = ("title", "body", "link", "label", "footer", "examples")
_NAME = re.compile(r"[^a-z0-9_]+")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")


def template_name(parts: Parts) -> str:
    """The template's name: as the campaign says, else made from its id."""
    return parts.template or _NAME.sub("_", parts.campaign.lower()).strip("_")


def payload(parts: Parts) -> dict[str, Any]:
    """The call without its addressee; the sender adds ``to``."""
    _, parameters = named(parts.summary)
    components: list[dict[str, Any]] = []
    if parameters:
        components.append(
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "parameter_name": name, "text": template} for name, template in parameters.items()
                ],
            }
        )
    template: dict[str, Any] = {
        "name": template_name(parts),
        "language": {"code": parts.locale.replace("-", "_"), "policy": "deterministic"},
    }
    put(template, components=components)
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "type": "template",
        "template": template,
    }


def definition(parts: Parts) -> dict[str, Any]:
    """What is submitted to Meta for approval; texts are final, parameters are ``{{names}}``."""
    text, parameters = named(parts.summary)
    body: dict[str, Any] = {"type": "BODY", "text": text}
    given = parts.written.get("examples") or {}
    if parameters:
        body["example"] = {
            "body_text_named_params": [
                {"param_name": name, "example": str(given.get(name, name.replace("_", " ").title()))}
                for name in parameters
            ]
        }
    components: list[dict[str, Any]] = []
    if parts.title and "{{" not in parts.title:
        components.append({"type": "HEADER", "format": "TEXT", "text": parts.title})
    components.append(body)
    if parts.footer:
        components.append({"type": "FOOTER", "text": parts.footer})
    if parts.target:
        # The address of a button belongs to the approved text: it is the plain target, untracked.
        components.append({"type": "BUTTONS", "buttons": [{"type": "URL", "text": parts.label, "url": parts.target}]})
    return {
        "name": template_name(parts),
        "category": parts.category.upper(),
        "language": parts.locale.replace("-", "_"),
        "parameter_format": "NAMED",
        "components": components,
    }


def named(template: str) -> tuple[str, dict[str, str]]:
    """The text with ``{{name}}`` for every expression, and name -> expression as a template of one line."""
    out: list[str] = []
    names: dict[str, str] = {}
    for piece in scan(template, RECIPIENT):
        raw = template[piece.start : piece.end]
        if piece.kind != "print":
            out.append(raw if piece.kind != "comment" else "")
            continue
        name = next((known for known, expression in names.items() if expression == raw), "")
        if not name:
            name = _parameter(piece.inner, names)
            names[name] = raw
        out.append("{{" + name + "}}")
    return "".join(out), names


def _parameter(expression: str, taken: dict[str, str]) -> str:
    words = _WORD.search(expression)
    base = _NAME.sub("_", words.group().rpartition(".")[2].lower()).strip("_") if words else ""
    base = base if base and base[0].isalpha() else "value"
    number = 2
    name = base
    while name in taken:
        name = f"{base}_{number}"
        number += 1
    return name


def check(payload: dict[str, Any]) -> list[Problem]:
    """Parameters of a filled payload: none may be empty or hold line breaks, tabs or four spaces in a row."""
    found = []
    for component in payload["template"].get("components", []):
        for parameter in component["parameters"]:
            text = parameter["text"]
            name = parameter["parameter_name"]
            if not text.strip():
                advice = "give the expression a default: {{ contact.first_name | default('there') }}"
                found.append(Problem("MN341", f"the WhatsApp parameter {name!r} is empty", advice, "body"))
            elif re.search(r"[\n\t]| {4}", text):
                advice = "print it through the trim and replace filters, or leave it out"
                message = f"the WhatsApp parameter {name!r} holds a line break, a tab or four spaces"
                found.append(Problem("MN341", message, advice, "body"))
    return found


def check_definition(made: dict[str, Any]) -> list[Problem]:
    """Limits of the template itself, and what its text may not contain."""
    limits = table()["whatsapp"]
    found: list[Problem] = []
    for component in made["components"]:
        match component["type"]:
            case "HEADER":
                size = len(component["text"])
                found += over("MN340", "the WhatsApp header", size, limits.number("header_limit"), "title")
            case "BODY":
                found += _body(component["text"], limits.limit or 0)
            case "FOOTER":
                size = len(component["text"])
                found += over("MN340", "the WhatsApp footer", size, limits.number("footer_limit"), "footer")
            case _:
                size = max(len(button["text"]) for button in component["buttons"])
                found += over("MN340", "the WhatsApp button", size, limits.number("button_limit"), "label")
    return found


def _body(text: str, limit: int) -> list[Problem]:
    found = over("MN340", "the WhatsApp body", len(text), limit, "body")
    if "{%" in text:
        advice = "write a text without {% %} in chat.yaml under whatsapp, or make a template for each case"
        found.append(Problem("MN342", "an approved WhatsApp text cannot branch", advice, "body"))
    if text.strip().startswith("{{") or text.strip().endswith("}}"):
        advice = "put a word before the first and after the last {{ }}; Meta refuses the template otherwise"
        found.append(Problem("MN342", "a WhatsApp text may not begin or end with a parameter", advice, "body"))
    return found
