"""Print: a sheet for a printer, with bleed and marks, the brand's inks, and build-time values only."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mops_cli.channels.base import Result
from mops_cli.channels.document import document, mapped
from mops_cli.channels.page_text import for_everyone
from mops_cli.channels.pages import Page, draw, layout_of, sheet_of
from mops_cli.channels.print_art import layout_name, print_art
from mops_cli.channels.templating.slots import Context
from mops_cli.model.campaign import PrintChannel
from mops_cli.model.diagnostic import Span, error

if TYPE_CHECKING:
    from mops_cli.channels.base import Job

_SAYS_ART = re.compile(r"\bart\b|\[%-?\s*(?:include|import|extends)\b")


def build(job: Job) -> Result:
    """``print/<stem>.pdf`` and its JSON twin."""
    from mops_cli.design.token_exports import print_css

    settings = job.options()
    assert isinstance(settings, PrintChannel)
    sheet = sheet_of(job, settings.page, settings.bleed, settings.marks)
    doc = document(job, "pdf")
    if sheet is None or doc is None:
        return Result()
    written = job.override(f"print.{job.locale}.html", "print.html")
    layout = written or layout_of(job, "print", layout_name(doc, settings))
    art = print_art(doc, settings, sheet)
    if layout is None or art is None:
        return Result()
    if art and not _SAYS_ART.search(layout.text):
        help_text = "write `[[ art ]]` where the art belongs, or leave `layout:` out: then the art is the page"
        job.report(error("MT514", "this layout has no place for the art", Span(layout.path), help_text))
    content = mapped(doc.to_html(), Span(doc.message.path))
    source = doc.in_layout(layout, content, {"art": art})
    if job.failed:
        return Result()
    filled = doc.slots.fill_mapped(source, Context.HTML)
    html = for_everyone(doc, filled.text)
    if html is None:
        return Result()
    result = draw(job, Page(html, sheet, print_css(job.tokens()), source=filled), "print")
    return replace(result, derived=written is None)
