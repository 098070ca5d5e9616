"""PDF: the message on screen pages, or the mail itself with its columns side by side."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mops_cli.channels.base import Result
from mops_cli.channels.document import document, mapped
from mops_cli.channels.page_text import fill_for_nobody, for_everyone
from mops_cli.channels.pages import Page, draw, layout_of, sheet_of
from mops_cli.channels.templating.slots import Context
from mops_cli.model.campaign import EmailSettings, PdfChannel
from mops_cli.model.diagnostic import Span

if TYPE_CHECKING:
    from mops_cli.channels.base import Job
    from mops_cli.design.sheets import Sheet

#: A mail on pages: its ground to the edges of the paper, and no row cut in two.
MAIL_CSS = """
@page { margin: 8mm 0; background: %s; }
img, p, li, h1, h2, h3 { break-inside: avoid; }
h1, h2, h3 { break-after: avoid; }
img { max-width: 100%%; }
td[align="center"] > table { margin-left: auto; margin-right: auto; }
td[align="right"] > table { margin-left: auto; }
"""
_GROUND = re.compile(r"<body\b[^>]*\bbackground(?:-color)?\s*:\s*(#[0-9a-fA-F]{3,8}|rgba?\([\d., %]+\))", re.IGNORECASE)


def build(job: Job) -> Result:
    """``pdf/<stem>.pdf`` and its JSON twin."""
    settings = job.options()
    assert isinstance(settings, PdfChannel)
    sheet = sheet_of(job, settings.page)
    if sheet is None:
        return Result()
    page = _from_mail(job, sheet) if settings.source == "email" else _from_document(job, settings, sheet)
    if page is None or job.failed:
        return Result()
    result = draw(job, page, "pdf")
    return replace(result, derived=job.override(*_names(job)) is None)


def _names(job: Job) -> tuple[str, str]:
    return (f"pdf.{job.locale}.html", "pdf.html")


def _from_document(job: Job, settings: PdfChannel, sheet: Sheet) -> Page | None:
    from mops_cli.design.token_exports import css_variables

    doc = document(job, "pdf")
    if doc is None:
        return None
    written = job.override(*_names(job))
    layout = written or layout_of(job, "pdf", settings.layout)
    if layout is None:
        return None
    content = mapped(doc.to_html(), Span(doc.message.path))
    source = doc.in_layout(layout, content)
    if job.failed:
        return None
    filled = doc.slots.fill_mapped(source, Context.HTML)
    html = for_everyone(doc, filled.text)
    if html is None:
        return None
    return Page(html, sheet, css_variables(job.tokens(), wide=False), source=filled)


def _from_mail(job: Job, sheet: Sheet) -> Page | None:
    """The compiled mail with its pictures from the project and its links plain."""
    from mops_cli.channels.email import compose
    from mops_cli.design.font_faces import unguarded
    from mops_cli.design.pdf import unwrap_columns

    doc = document(replace(job, channel="email"), "email")
    mail = compose(doc, job.campaign.channels.email or EmailSettings()) if doc else None
    if doc is None or mail is None or job.failed:
        return None
    targets = {link.id: link.url for link in doc.links.entries()}
    html = fill_for_nobody(job, mail.html, targets)
    if html is None:
        return None
    files = {asset.out: asset.data for asset in doc.book.all()}
    html = unwrap_columns(unguarded(html)).replace('"cid:', '"assets/')
    ground = _GROUND.search(html)
    css = MAIL_CSS % (ground[1] if ground else "none")
    return Page(html, sheet, css, files=files, strict_fonts=False)
