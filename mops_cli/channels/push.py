"""Web push: the payload that the service worker shows, and how the push service is to treat it."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from mops_cli.channels.base import Result
from mops_cli.channels.document import RIGHT_TO_LEFT
from mops_cli.channels.people import People
from mops_cli.channels.platforms import table
from mops_cli.channels.templating.slots import Context
from mops_cli.channels.webapp import project_outputs
from mops_cli.channels.written import Written, address, click, first_paragraph, read, read_message, used_assets
from mops_cli.model.artifact import Output
from mops_cli.model.diagnostic import error, warning
from mops_cli.model.values import DURATION, duration

if TYPE_CHECKING:
    from mops_cli.channels.base import Job
    from mops_cli.channels.document import Document
    from mops_cli.model.campaign import PushChannel


__all__ = ["build", "project_outputs"]

SCHEMA = "mops.push/1"
KEYS = ("title", "body", "icon", "image", "link", "label", "actions", "topic", "ttl", "urgency", "tag")
URGENCIES = ("very-low", "low", "normal", "high")
MAX_TTL = 4 * 7 * 86_400
"""Four weeks: what push services keep at most."""

_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}\Z")


def build(job: Job) -> Result:
    """The push of a message: payload and headers as one JSON file."""
    options = cast("PushChannel", job.options())
    document = read_message(job)
    if document is None:
        return Result()
    written, was_written = read(document)
    written.only(KEYS, "MN204")
    payload = _payload(document, written, options)
    headers = _headers(job, written, options)
    people = People(job, document.slots)
    sizes = {name: len(_compact(filled)) for name, filled in people.trees(payload).items()}
    _check(job, written, payload, sizes, people)
    twin = {
        "schema": SCHEMA,
        "templates": True,
        "campaign": job.folder.id,
        "locale": job.locale,
        "variant": job.variant,
        "topic": job.campaign.topic,
        "headers": headers,
        "payload": payload,
        "bytes": sizes,
        "max_bytes": table()["webpush"].number("payload_max_bytes"),
    }
    data = (json.dumps(twin, ensure_ascii=False, indent=2) + "\n").encode()
    output = Output(f"{job.out}/{job.stem}.json", "push", data)
    return Result(
        outputs=(output, *used_assets(document, (output,))),
        variables=people.variables,
        links=document.links.entries(),
        derived=not was_written,
    )


def _compact(payload: object) -> bytes:
    """The payload as the sender serialises it."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


# -- payload


def _payload(document: Document, written: Written, options: PushChannel) -> dict[str, Any]:
    job = document.job
    slots = document.slots
    body = written.text("body", Context.TEXT, "summary") or slots.restore(first_paragraph(document), Context.TEXT)
    payload: dict[str, Any] = {
        "title": written.text("title", Context.HEADER, "headline", "subject").strip(),
        "body": body.strip(),
        "lang": job.locale,
        "tag": written.text("tag", Context.HEADER) or job.folder.id,
        "url": click(document, written.raw("link") or str(document.fields.get("link") or "") or job.config.project.url),
    }
    if job.locale.partition("-")[0] in RIGHT_TO_LEFT:
        payload["dir"] = "rtl"
    icon = written.text("icon", Context.RAW) or options.icon or ""
    if icon:
        named = written.span("icon") if "icon" in written else job.folder.campaign.source.at("channels", "push", "icon")
        payload["icon"] = address(document, icon, named)
    elif job.config.push.icon:
        expression = slots.expression('links.asset("pwa/icon-192.png")', written.span("icon"))
        payload["icon"] = slots.restore(expression, Context.URL)
    image = written.text("image", Context.RAW)
    if image:
        payload["image"] = address(document, image, written.span("image"))
    actions = _actions(document, written)
    if actions:
        payload["actions"] = actions
    return payload


def _actions(document: Document, written: Written) -> list[dict[str, str]]:
    given = written.data.get("actions")
    if given is None:
        label = written.text("label", Context.HEADER, "cta")
        return [{"action": "open", "title": label}] if label else []
    job, most = document.job, table()["webpush"].number("actions_max")
    advice = "write a list: `- {title: Taste it, link: https://…}`"
    if not isinstance(given, list):
        job.report(error("MN205", "actions must be a list", written.span("actions"), advice))
        return []
    if len(given) > most:
        message = f"{len(given)} actions; a notification shows {most}"
        job.report(error("MN205", message, written.span("actions", most), "leave the others out"))
    made = []
    for number, entry in enumerate(given[:most]):
        if not isinstance(entry, dict) or not entry.get("title"):
            job.report(error("MN205", "an action needs a title", written.span("actions", number), advice))
            continue
        made.append(_action(document, written, entry, number))
    return made


def _action(document: Document, written: Written, entry: dict[str, object], number: int) -> dict[str, str]:
    title = written.render(entry["title"], ("actions", number, "title"), Context.HEADER)
    action = {"action": f"action-{number + 1}", "title": title}
    link = click(document, written.raw("actions", number, "link"))
    if link:
        action["url"] = link
    return action


# -- headers


def _headers(job: Job, written: Written, options: PushChannel) -> dict[str, str | int]:
    ttl_text = written.text("ttl", Context.RAW) or options.ttl
    ttl = duration(ttl_text).total_seconds() if re.match(DURATION, ttl_text) else None
    campaign = job.folder.campaign.source
    ttl_span = written.span("ttl") if "ttl" in written else campaign.at("channels", "push", "ttl")
    if ttl is None or ttl > MAX_TTL:
        what = f'"{ttl_text}" is no duration' if ttl is None else "push services keep a message for four weeks at most"
        job.report(error("MN206", what, ttl_span, "write it as `4 hours`, `1 day` or `2 weeks`"))
        ttl = 0
    urgency = written.text("urgency", Context.RAW) or options.urgency
    if urgency not in URGENCIES:
        help_text = f"choose one of {', '.join(URGENCIES)}"
        job.report(error("MN207", f'there is no urgency "{urgency}"', written.span("urgency"), help_text))
    topic = written.text("topic", Context.RAW)
    if topic and not _TOPIC.match(topic):
        message = f'"{topic}" is no push topic'
        job.report(
            error("MN203", message, written.span("topic"), "use up to 32 letters, digits, hyphens and underscores")
        )
    return {"TTL": int(ttl), "Urgency": urgency, "Topic": topic or _topic(job)}


def _topic(job: Job) -> str:
    """The campaign's own topic: a later push of it replaces one that still waits."""
    if _TOPIC.match(job.folder.id):
        return job.folder.id
    return urlsafe_b64encode(sha256(job.folder.id.encode()).digest())[:32].decode()


# -- limits


def _check(job: Job, written: Written, payload: dict[str, Any], sizes: dict[str, int], people: People) -> None:
    limits = table()["webpush"]
    if not payload["title"]:
        advice = "write `headline: …` in the front matter, or `title: …` in push.yaml"
        job.report(error("MN200", "this push has no title", written.span("title"), advice))
    name = max(sizes, key=lambda one: sizes[one])
    most = limits.number("payload_max_bytes")
    if sizes[name] > most:
        who = f" for the persona {name}" if name else ""
        message = f"the payload has {sizes[name]:,} bytes{who}; {most:,} fit into a push"
        job.report(
            error("MN201", message, written.span("body"), f"shorten title, body or links by {sizes[name] - most} bytes")
        )
    for key in ("title", "body"):
        shown = limits.number(f"{key}_advice")
        length = people.longest(payload[key])
        if length > shown:
            message = f"the {key} has {length} characters; about {shown} are shown"
            job.report(warning("MN202", message, written.span(key), "say the most important thing first, or say less"))
