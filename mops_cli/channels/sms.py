"""SMS: a short text, its cost for every sample person, and what makes it dear."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from mops_cli.channels import gsm
from mops_cli.channels.base import Result
from mops_cli.channels.people import People
from mops_cli.channels.templating.escapes import sms as clean
from mops_cli.channels.templating.slots import Context
from mops_cli.channels.written import first_paragraph, read_message
from mops_cli.model.artifact import Output
from mops_cli.model.diagnostic import Span, error, warning
from mops_cli.model.source import span_of
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from mops_cli.channels.base import Job
    from mops_cli.channels.document import Document
    from mops_cli.channels.gsm import Cost, Size
    from mops_cli.model.campaign import SmsChannel
    from mops_cli.model.config import Sender
    from mops_cli.model.content import TextFile

SCHEMA = "mops.sms/1"

_LINK = re.compile(r"links\.(?:short|click)\((\d+)\)")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_NUMBER = re.compile(r"\+[1-9]\d{6,14}\Z|\d{3,8}\Z")
_ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}\Z")


@dataclass(frozen=True, slots=True)
class _Text:
    """The template, and where its author wrote it."""

    template: str
    file: TextFile | None
    field: str
    derived: bool


def build(job: Job) -> Result:
    """The SMS of a message: a template and its twin with segments for every persona."""
    options = cast("SmsChannel", job.options())
    document = read_message(job)
    if document is None:
        return Result()
    text = _text(job, document)
    sender = _sender(job, options)
    opt_out = _opt_out(job, options)
    template = clean(text.template).strip()
    if opt_out and opt_out not in template:
        template = f"{template}\n{opt_out}"
    smart = options.smart_encoding if options.smart_encoding is not None else job.config.sms.smart_encoding
    host = job.config.sms.short_link_host
    people = People(job, document.slots, f"https://{host}" if host else "")
    texts = {name: gsm.prepare(filled, smart=smart) for name, filled in people.each(template).items()}
    sizes = {name: gsm.measure(filled) for name, filled in texts.items()}
    costs = _costs(template, people, smart)
    _check_links(job, document, text)
    _check(job, document, text, options, sizes, texts=texts)
    _blame(job, document, text, costs)
    twin = {
        "schema": SCHEMA,
        "templates": True,
        "campaign": job.folder.id,
        "locale": job.locale,
        "variant": job.variant,
        "topic": job.campaign.topic,
        "text": template,
        "sender": sender,
        "smart_encoding": smart,
        "max_segments": options.max_segments,
        "opt_out": opt_out,
        "segments": {
            name: {**_size_json(size), "outside": list(gsm.outside(texts[name]))} for name, size in sizes.items()
        },
        "longest": _longest(sizes),
        "costs": [cost.as_json() for cost in costs],
        "short_links": [{"id": link.id, "url": link.url} for link in document.links.entries() if link.tracked],
    }
    return Result(
        outputs=(
            Output(f"{job.out}/{job.stem}.txt", "sms", f"{template}\n".encode()),
            Output(f"{job.out}/{job.stem}.json", "sms-json", _json(twin)),
        ),
        variables=people.variables,
        links=document.links.entries(),
        derived=text.derived,
    )


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


# -- the text


def _text(job: Job, document: Document) -> _Text:
    names = dict.fromkeys((f"sms.{job.stem}.txt", f"sms.{job.locale}.txt", "sms.txt"))
    link = _short_link(document)
    file = job.override(*names)
    if file is not None:
        if not file.text.strip():
            advice_text = "write the message into it, or delete it: the text is then taken from the message's summary"
            job.report(error("MS101", "this file is empty", Span(file.path), advice_text))
        rendered = document.template(file, {"short_link": link})
        return _Text(document.slots.restore(rendered.text, Context.SMS), file, "", derived=False)
    for field in ("sms", "summary"):
        words = document.field(field, Context.SMS).strip()
        if words:
            return _Text(_with_link(words, document.slots.restore(link, Context.SMS)), None, field, derived=True)
    words = document.slots.restore(first_paragraph(document), Context.SMS)
    if not words:
        advice_text = "write `summary: …` in the front matter of the message, or add sms.txt to the campaign's folder"
        job.report(error("MS101", "there is no text to make an SMS from", document.span("summary"), advice_text))
    return _Text(_with_link(words, document.slots.restore(link, Context.SMS)), None, "", derived=True)


def _short_link(document: Document) -> str:
    """The short link to the message's target, as a sentinel; empty when the message has no ``link``."""
    target = document.slots.flat(str(document.fields.get("link") or "")).strip()
    if not target.startswith(("http://", "https://")):
        return ""
    expression = document.links.click(target).replace("links.click", "links.short")
    return document.slots.expression(expression, document.span("link"))


def _check_links(job: Job, document: Document, text: _Text) -> None:
    """A text of its own may name links by number; each number must lead somewhere."""
    known = {link.id for link in document.links.entries()}
    for found in _LINK.finditer(text.template):
        if int(found[1]) not in known:
            help_text = "give the message a `link: https://…` in its front matter; it is number 1"
            span = _span(document, text, found[0])
            job.report(error("MS140", f"there is no link {found[1]}", span, help_text))


def _with_link(text: str, link: str) -> str:
    if not link or "links.short" in text:
        return text
    return f"{text} {link}"


# -- who sends, and how to leave


def _sender(job: Job, options: SmsChannel) -> dict[str, str]:
    senders = {name: sender for name, sender in job.config.senders.items() if sender.number}
    name = options.sender or next(iter(senders), "")
    source = job.folder.campaign.source
    if name not in senders:
        span = source.at("channels", "sms", "sender") if options.sender else source.key("channels", "sms")
        what = f'the sender "{name}" has no number' if name else "no sender has a number for SMS"
        none = 'add `number = "Aurora"` to a sender in mops.toml: a number, a short code or up to 11 letters'
        job.report(error("MS120", what, span, advice(name, senders, what="senders with a number", none=none)))
        return {}
    return {"id": name, "name": senders[name].name, "number": _number(job, name, senders[name])}


def _number(job: Job, name: str, sender: Sender) -> str:
    number = (sender.number or "").strip()
    compact = re.sub(r"[ ()./-]", "", number) if number.startswith("+") else number
    if _NUMBER.match(compact):
        return compact
    if not _ALPHANUMERIC.match(number):
        span = job.repository.config.source.at("senders", name, "number")
        rule = "write +4930901820 (a number), 71234 (a short code), or 1 to 11 letters and digits such as Aurora"
        job.report(error("MS121", f'"{number}" can send no SMS', span, rule))
    return number


def _opt_out(job: Job, options: SmsChannel) -> str:
    topic = job.config.topics.get(job.campaign.topic)
    if not options.opt_out or (topic is not None and topic.transactional):
        return ""
    known = job.config.sms.opt_out
    text = known.get(job.locale) or known.get(job.locale.partition("-")[0]) or ""
    if not text:
        span = job.repository.config.source.key("sms", "opt_out") if known else Span(job.repository.config.path)
        example = f'[sms.opt_out]\n{job.locale} = "Reply STOP to opt out"'
        message = f"marketing SMS in {job.locale} do not say how to opt out"
        job.report(warning("MS110", message, span, f"add to mops.toml: {example}".replace("\n", " ")))
    return clean(text)


# -- what it costs


def _size_json(size: Size) -> dict[str, object]:
    return {"encoding": size.encoding, "segments": size.segments, "units": size.units, "capacity": size.capacity}


def _longest(sizes: dict[str, Size]) -> dict[str, object]:
    name = max(sizes, key=lambda one: (sizes[one].segments, sizes[one].units))
    return {"persona": name, **_size_json(sizes[name])}


def _costs(template: str, people: People, smart: bool) -> tuple[Cost, ...]:
    """Characters of the author's own text that make it dear for the persona for whom they cost most."""
    literal = _TAG.sub("", template)
    own = {cost.char for cost in gsm.costs(literal, smart=smart)}
    worst: dict[str, Cost] = {}
    for filled in people.each(template).values():
        for cost in gsm.costs(filled, smart=smart):
            known = worst.get(cost.char)
            if cost.char in own and (known is None or cost.saves > known.saves):
                worst[cost.char] = cost
    return tuple(worst.values())


def _check(
    job: Job, document: Document, text: _Text, options: SmsChannel, sizes: dict[str, Size], *, texts: dict[str, str]
) -> None:
    longest = _longest(sizes)
    parts = cast("int", longest["segments"])
    if parts <= options.max_segments:
        return
    who = f"for the persona {longest['persona']}" if longest["persona"] else "as it stands"
    message = (
        f"this SMS takes {parts} parts {who} ({longest['units']} {_UNITS[str(longest['encoding'])]}); "
        f"channels.sms.max_segments allows {options.max_segments}"
    )
    room = (gsm.SINGLE if options.max_segments == 1 else gsm.JOINED)[sizes[str(longest["persona"])].encoding]
    excess = cast("int", longest["units"]) - room * options.max_segments
    help_text = f"shorten it by at least {excess}, or allow more parts"
    outside = gsm.outside(texts[str(longest["persona"])])
    if outside:
        shown = ", ".join(f'"{char}"' for char in outside[:3])
        help_text = f"{shown} is not in the GSM alphabet, so one part holds 70 and not 160; {help_text}"
    job.report(error("MS130", message, _span(document, text), help_text))


_UNITS = {"GSM-7": "septets", "UCS-2": "UTF-16 units"}


def _blame(job: Job, document: Document, text: _Text, costs: tuple[Cost, ...]) -> None:
    for cost in costs:
        if not cost.saves:
            continue
        parts = "1 part" if cost.saves == 1 else f"{cost.saves} parts"
        if cost.why == "ucs2":
            code, why = "MS131", f'"{cost.char}" ({cost.name}) is outside GSM-7 and costs {parts}'
        else:
            code, why = "MS132", f'"{cost.char}" ({cost.name}) counts two characters and costs {parts}'
        instead = f'write "{cost.replacement}"' if cost.replacement else "leave it out"
        job.report(warning(code, why, _span(document, text, cost.char), instead))


def _span(document: Document, text: _Text, char: str = "") -> Span:
    """The author's place of the text, or of a character in it."""
    if text.file is not None:
        raw, at = text.file.text, max(0, text.file.text.find(char))
        return span_of(text.file.path, raw, at, at + (len(char) or len(raw.rstrip())))
    source = document.message.source
    value = document.message.front.get(text.field)
    if char and isinstance(value, str) and char in value:
        return source.within((text.field,), value.index(char), value.index(char) + len(char))
    return source.at(text.field) if text.field else Span(document.message.path, document.message.body_line)
