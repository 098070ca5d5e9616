"""Email: Markdown and blocks become MJML, MJML becomes HTML, the source becomes the text part."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.channels.base import Result
from mops_cli.channels.document import Document, document
from mops_cli.channels.headers import check_subject, headers_of, sender_of
from mops_cli.channels.links import track
from mops_cli.channels.templating.countries import country
from mops_cli.channels.templating.slots import Context, is_dynamic
from mops_cli.errors import OutsideProject
from mops_cli.model.artifact import Output, Skipped
from mops_cli.model.campaign import EmailSettings
from mops_cli.model.content import TextFile
from mops_cli.model.diagnostic import Span, error
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from mops_cli.channels.base import Job
    from mops_cli.channels.mjml import Included
    from mops_cli.channels.templating.linemap import MappedText

SCHEMA = "mops.email/1"


@dataclass(frozen=True, slots=True)
class Mail:
    """A finished mail as templates."""

    subject: str
    preheader: str
    html: str
    text: str


def build(job: Job) -> Result:
    """The mail of one message: ``.html``, ``.txt`` and the ``.json`` that says what the sender needs."""
    settings = job.options()
    assert isinstance(settings, EmailSettings)
    doc = document(job, "email")
    if doc is None:
        return Result()
    mail = compose(doc, settings)
    sender = sender_of(job, settings)
    check_subject(job, mail.subject if mail else "x")
    if mail is None or sender is None or job.failed:
        return Result()
    topic = job.config.topics.get(job.campaign.topic)
    from mops_cli.channels.measure import measure

    measured = measure(job, mail, doc.slots)
    attached, skipped = _attachments(job, settings)
    twin = {
        "schema": SCHEMA,
        "templates": True,
        "campaign": job.folder.id,
        "topic": job.campaign.topic,
        "locale": job.locale,
        "variant": job.variant,
        "from": {"name": sender.name, "email": sender.email},
        "reply_to": sender.reply_to,
        "subject": mail.subject,
        "preheader": mail.preheader,
        "headers": headers_of(job, topic),
        "html": f"{job.out}/{job.stem}.html",
        "text": f"{job.out}/{job.stem}.txt",
        "inline": _inline(doc),
        "attachments": attached,
        "skipped": [{"path": one.path, "reason": one.reason} for one in skipped],
        "sizes": measured.sizes,
        "largest": measured.largest,
        "variables": sorted(measured.variables),
        "links": [{"id": link.id, "url": link.url, "tracked": link.tracked} for link in doc.links.entries()],
    }
    outputs = (
        Output(f"{job.out}/{job.stem}.html", "email.html", mail.html.encode()),
        Output(f"{job.out}/{job.stem}.txt", "email.text", mail.text.encode()),
        Output(f"{job.out}/{job.stem}.json", "email.json", as_json(twin)),
        *doc.asset_outputs(),
    )
    derived = job.override(*_override_names(job)) is None
    return Result(outputs, skipped=skipped, variables=measured.variables, links=doc.links.entries(), derived=derived)


def compose(doc: Document, settings: EmailSettings) -> Mail | None:
    """HTML and text of a mail; None when it cannot be made (see ``job.found``)."""
    job = doc.job
    source = _source(doc, settings)
    if source is None or job.failed:
        return None
    html = compile_source(doc, source)
    if html is None or job.failed:
        return None
    html = doc.slots.restore(_track(doc, html), Context.HTML)
    text = doc.slots.restore(_text(doc), Context.TEXT)
    preheader = doc.field("preheader", Context.TEXT)
    return Mail(doc.field("subject", Context.HEADER), preheader, html, text.strip() + "\n")


def compile_source(doc: Document, source: MappedText) -> str | None:
    """MJML with sentinels to HTML with sentinels."""
    from mops_cli.channels.mjml import MjmlOptions, compile_mjml

    filled = doc.slots.fill_mapped(source, Context.MJML)

    def locate(offset: int) -> Span:
        return filled.span(offset, offset + 1)

    statements = doc.slots.statements(filled.text)
    options = MjmlOptions(
        google_fonts=doc.job.config.email.google_fonts,
        font_family=doc.fonts["body"],
        statements=statements,
        read=lambda name, by: _included(doc, name, by, statements),
    )
    compiled = compile_mjml(filled.text, locate=locate, options=options)
    for diagnostic in compiled.diagnostics:
        doc.job.report(diagnostic)
    if doc.job.failed or doc.slots.report_lost(compiled.html):
        return None
    return compiled.html


def _included(doc: Document, name: str, by: str, statements: dict[str, str]) -> Included | None:
    """The file behind an ``mj-include``: beside the including one, in the campaign's folder, or in ``content/``."""
    from mops_cli.channels.mjml import Included

    beside = posixpath.normpath(posixpath.join(posixpath.dirname(by), name)) if by else ""
    try:
        path = beside if beside and doc.job.files.exists(beside) else doc.job.find_asset(name)
    except OutsideProject:
        path = None  # the include says what is allowed
    if path is None:
        return None
    text = doc.job.read(path).decode("utf-8", "replace")
    filled = doc.slots.fill_mapped(doc.template(TextFile(path, text)), Context.MJML)
    statements.update(doc.slots.statements(filled.text))
    return Included(filled.text, path, lambda offset: filled.span(offset, offset + 1))


def _source(doc: Document, settings: EmailSettings) -> MappedText | None:
    job = doc.job
    written = job.override(*_override_names(job))
    if written is not None:
        return doc.template(written)
    layout = job.layout("email", settings.layout)
    if layout is None:
        known = [name.split("/", 1)[1] for name in job.repository.layouts if name.startswith("email/")]
        place = job.folder.campaign.source.at("channels", "email", "layout")
        job.report(
            error(
                "MC305",
                f"there is no email layout `{settings.layout}`",
                place,
                advice(settings.layout, known, what="layouts"),
            )
        )
        return None
    return doc.in_layout(layout, doc.to_mjml())


def _override_names(job: Job) -> tuple[str, str]:
    return (f"email.{job.locale}.mjml", "email.mjml")


def _track(doc: Document, html: str) -> str:
    place = Span(doc.message.path)

    def slot(expression: str) -> str:
        return doc.slots.expression(expression, place)

    return track(html, doc.links, slot, is_dynamic)


def _text(doc: Document) -> str:
    """The text part: the body, then who sends it and the way out."""
    job = doc.job
    place = Span(doc.message.path)
    footer = ["-- "]
    identity = job.repository.brand.identity
    if identity is not None:
        address = identity.value.address
        footer.append(
            f"{identity.value.legal_name}, {address.street}, {address.postal_code} {address.city}, "
            + country(job, address.country)
        )
    topic = job.config.topics.get(job.campaign.topic)
    ways = [("mops-view", "links.view")]
    if topic is None or not topic.transactional:
        ways = [("mops-unsubscribe", "links.unsubscribe"), ("mops-preferences", "links.preferences"), *ways]
    footer += [f"{doc.stage.translate(key)}: {doc.slots.expression(source, place)}" for key, source in ways]
    return doc.to_text() + "\n\n" + "\n".join(footer)


def _inline(doc: Document) -> list[dict[str, object]]:
    if doc.images != "cid":
        return []
    return [
        {
            "cid": asset.out.removeprefix("assets/"),
            "path": asset.out,
            "type": asset.info.media_type if asset.info else "application/octet-stream",
            "bytes": len(asset.data),
        }
        for asset in doc.book.all()
    ]


def _attachments(job: Job, settings: EmailSettings) -> tuple[list[dict[str, object]], tuple[Skipped, ...]]:
    """What goes with the mail, and what was to go with it and could not be made here."""
    found: list[dict[str, object]] = []
    skipped: list[Skipped] = []
    for number, name in enumerate(settings.attach):
        if name in ("pdf", "print"):
            path = f"{job.folder.id}/{name}/{job.stem}.pdf"
            if any(output.path == path for output in job.product(name)):
                found.append({"filename": f"{job.folder.id}.pdf", "path": path, "type": "application/pdf"})
            else:
                skipped.append(Skipped(path, "email.attachment", f"the mail goes without its {name}: it was not made"))
            continue
        place = job.folder.campaign.source.at("channels", "email", "attach", number)
        project_path, allowed = job.find_asset_at(name, place)
        if project_path is None and allowed:
            job.report(
                error(
                    "MC320",
                    f'there is no file "{name}" to attach',
                    place,
                    "write `pdf`, `print`, or a path below assets/",
                )
            )
        elif project_path is not None:
            found.append({"filename": _file_name(name), "path": project_path, "type": "application/octet-stream"})
    return found, tuple(skipped)


def _file_name(path: str) -> str:
    """What the reader sees: the last part of a path, without what a header could not hold."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029\\]", "_", path.rsplit("/", 1)[-1])


def as_json(value: object) -> bytes:
    """Stable JSON: two blanks, the order given, one line end."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
