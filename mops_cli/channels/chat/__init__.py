"""Chat services: one payload for each adapter, checked against the service's limits for every sample person.

A new service is one module with ``MARKUP``, ``FIELDS``, ``payload`` and ``check``, one test, and one line in
:data:`ADAPTERS`.
"""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from mops_cli.channels.base import Result
from mops_cli.channels.chat.parts import Parts, Problem
from mops_cli.channels.markup.chat import DIALECTS
from mops_cli.channels.markup.nodes import BlockUse
from mops_cli.channels.people import People
from mops_cli.channels.templating.slots import Context
from mops_cli.channels.written import Written, address, click, first_paragraph, read, read_message, used_assets
from mops_cli.model.artifact import Output
from mops_cli.model.diagnostic import error
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.channels.base import Job
    from mops_cli.channels.chat.parts import Adapter
    from mops_cli.channels.document import Document
    from mops_cli.model.campaign import ChatChannel

SCHEMA = "mops.chat/1"

ADAPTERS: dict[str, str] = {
    "whatsapp": "mops_cli.channels.chat.whatsapp",
    "telegram": "mops_cli.channels.chat.telegram",
    "slack": "mops_cli.channels.chat.slack",
    "discord": "mops_cli.channels.chat.discord",
}
"""Service -> module."""

_CONTEXTS = {
    "slack": Context.SLACK,
    "telegram": Context.TELEGRAM,
    "discord": Context.DISCORD,
    "plain": Context.HEADER,
}
# A label with nothing but the link after it: what a button becomes in text.
_ONLY_LINK = re.compile(r"[^{}]{0,80}: \{\{[^{}]*\}\}\Z")
_BRAND = ("color.accent", "color.brand.primary", "color.brand", "color.primary")


def build(job: Job) -> Result:
    """One JSON file for each adapter of the campaign."""
    options = cast("ChatChannel", job.options())
    document = read_message(job)
    if document is None:
        return Result()
    written, was_written = read(document)
    written.only(ADAPTERS, "MN302")
    people = People(job, document.slots)
    outputs = tuple(_one(document, name, options, written.part(name), people) for name in _adapters(job, options))
    return Result(
        outputs=(*outputs, *used_assets(document, outputs)),
        variables=people.variables,
        links=document.links.entries(),
        derived=not was_written,
    )


def _adapters(job: Job, options: ChatChannel) -> tuple[str, ...]:
    for number, name in enumerate(options.adapters):
        if name not in ADAPTERS:
            span = job.folder.campaign.source.at("channels", "chat", "adapters", number)
            help_text = advice(name, ADAPTERS, what="adapters")
            job.report(error("MN301", f'there is no chat adapter "{name}"', span, help_text))
    return tuple(dict.fromkeys(name for name in options.adapters if name in ADAPTERS))


def _one(document: Document, name: str, options: ChatChannel, written: Written, people: People) -> Output:
    job = document.job
    adapter = cast("Adapter", import_module(ADAPTERS[name]))
    written.only(adapter.FIELDS, "MN302")
    parts = _parts(document, adapter, options, written, people)
    payload = adapter.payload(parts)
    twin: dict[str, Any] = {
        "schema": SCHEMA,
        "templates": True,
        "adapter": name,
        "campaign": job.folder.id,
        "locale": job.locale,
        "variant": job.variant,
        "topic": job.campaign.topic,
    }
    if "method" in payload:
        twin["method"] = payload.pop("method")
    twin["payload"] = payload
    problems: dict[Problem, str] = {}
    for persona, filled in people.trees(payload).items():
        for problem in adapter.check(filled):
            problems.setdefault(problem, persona)
    define = getattr(adapter, "definition", None)
    if define is not None:
        # What a service must approve first: final texts, not filled per person.
        twin["definition"] = define(parts)
        problems.update(dict.fromkeys(adapter.check_definition(twin["definition"]), ""))  # type: ignore[attr-defined]
    _report(document, written, problems)
    data = (json.dumps(twin, ensure_ascii=False, indent=2) + "\n").encode()
    return Output(f"{job.out}/{name}/{job.stem}.json", f"chat-{name}", data)


def _report(document: Document, written: Written, problems: dict[Problem, str]) -> None:
    for problem, persona in problems.items():
        who = f" for the persona {persona}" if persona else ""
        field = _FRONT.get(problem.field, problem.field)
        span = written.span(problem.field) if problem.field in written else document.span(field or "summary")
        document.job.report(error(problem.code, problem.message + who, span, problem.help))


_FRONT = {"title": "headline", "body": "summary", "label": "cta", "alt": "image_alt"}


def _parts(document: Document, adapter: Adapter, options: ChatChannel, written: Written, people: People) -> Parts:
    job, slots = document.job, document.slots
    context = _CONTEXTS[adapter.MARKUP]
    target = written.raw("link") or str(document.fields.get("link") or "")
    url = click(document, target)
    link = document.text_link(document.slots.flat(target).strip()) if target else ""
    title = written.text("title", context if adapter.MARKUP == "telegram" else Context.HEADER, "headline", "subject")
    summary = written.text("body", context, "summary") or slots.restore(first_paragraph(document), context)
    if not summary.strip():  # never the title itself: that is escaped for a place where nothing is read as markup
        summary = written.text("title", context, "headline", "subject")
    image, alt = _image(document, written)
    return Parts(
        campaign=job.folder.id,
        locale=job.locale,
        title=title,
        body=_body(document, adapter, written, context, (title, document.slots.restore(link, context) if link else "")),
        summary=summary.strip(),
        url=url,
        target=_target(document, target),
        label=written.text("label", Context.HEADER, "cta") or _label(document),
        image=image,
        image_alt=written.text("alt", Context.HEADER, "image_alt") or alt,
        color=_color(job),
        template=options.template or "",
        category=options.category,
        footer=written.text("footer", context),
        written=_extras(written, context),
        size=people.longest,
    )


def _image(document: Document, written: Written) -> tuple[str, str]:
    """The address of the picture, and what it shows: the one that is named, else the first deck of the message."""
    slots = document.slots
    named = written.raw("image") or str(document.fields.get("image") or "")
    if named:
        return address(document, slots.flat(named), written.span("image")), ""
    use = next((node for node in document.nodes if isinstance(node, BlockUse) and node.name == "deck"), None)
    found = document.figure(use) if use else None
    if found is None or use is None:
        return "", ""
    return slots.restore(slots.value(found["src"], use.span), Context.URL), slots.restore(
        slots.value(found["alt"], use.span), Context.HEADER
    )


def _body(document: Document, adapter: Adapter, written: Written, context: Context, without: tuple[str, str]) -> str:
    """The message in the service's markup, ``without`` the title and the link that the payload shows elsewhere."""
    if "body" in written:
        return written.text("body", context).strip()
    if adapter.MARKUP == "plain":
        return ""
    title, url = without
    paragraphs = document.slots.restore(document.to_markup(adapter.MARKUP), context).split("\n\n")
    heading = title.strip().join(DIALECTS[adapter.MARKUP].heading)
    if title.strip() and heading in paragraphs:
        paragraphs.remove(heading)
    kept = []
    for paragraph in paragraphs:
        lines = [line for line in paragraph.split("\n") if not (url and _ONLY_LINK.match(line) and url in line)]
        if lines or not paragraph:
            kept.append("\n".join(lines))
    return "\n\n".join(kept).strip()


def _extras(written: Written, context: Context) -> dict[str, Any]:
    """What only some services know, rendered; a wrong shape is reported and left out."""
    found: dict[str, Any] = {}
    for key, (right, example) in _SHAPES.items():
        value = written.data.get(key)
        if value is None:
            continue
        if right(value):
            found[key] = written.tree(value, (key,), context)
        else:
            written.job.report(error("MN303", f"{key} has another shape than it should", written.span(key), example))
    return found


def _is_fields(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(entry, dict) and set(entry) <= {"name", "value", "inline"} and _is_pair(entry) for entry in value
    )


def _is_pair(entry: dict[str, object]) -> bool:
    texts = isinstance(entry.get("name"), str) and isinstance(entry.get("value"), str)
    return texts and isinstance(entry.get("inline", False), bool)


_SHAPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "content": (lambda value: isinstance(value, str), "write one text"),
    "fields": (_is_fields, "write a list: `- {name: When, value: Sunday}`"),
    "examples": (
        lambda value: isinstance(value, dict) and all(isinstance(one, str) for one in value.values()),
        "write an example for each parameter: `{first_name: Mara}`",
    ),
}


def _target(document: Document, target: str) -> str:
    """The plain address behind the link, with its campaign parameters; empty when it differs by recipient."""
    plain = document.slots.flat(target).strip()
    return document.links.target(plain) if plain.startswith(("http://", "https://")) else ""


def _label(document: Document) -> str:
    """What the button says unless the author does: a shared string that a project may override."""
    words = document.value('[[ t("mops-read-more") ]]', lambda _start, _end: document.span("link"))
    return document.slots.restore(words, Context.HEADER)


def _color(job: Job) -> str:
    tokens = job.tokens()
    found = next((token for path in _BRAND if (token := tokens.get(path)) and token.type == "color"), None)
    return str(found.value) if found else ""
