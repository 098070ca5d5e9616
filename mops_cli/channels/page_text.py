"""A page belongs to nobody in particular: templates filled without a recipient."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import Span, error, info
from mops_cli.model.source import span_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mops_cli.channels.base import Job
    from mops_cli.channels.document import Document

_WRAPPED = re.compile(r"\{\{ \((.*)\) \|")
_DEFAULT = re.compile(r"\|\s*default\b")


def for_everyone(doc: Document, text: str) -> str | None:
    """HTML with sentinels as finished HTML: recipient-time fields are empty, defaults speak.

    Conditions on a recipient take the way of somebody we know nothing about. A field printed without a default is
    an error, because the page would have a hole.
    """
    from mops_cli.channels.templating.slots import Context

    _check_slots(doc, text)
    if doc.job.failed:
        return None
    return fill_for_nobody(doc.job, doc.slots.restore(text, Context.HTML), {})


def _check_slots(doc: Document, text: str) -> None:
    depth = 0
    for slot in doc.slots.of(text):
        if slot.kind == "s":
            word = slot.text.strip("-+ ").split(" ", 1)[0]
            depth += (word in ("if", "for")) - (word in ("endif", "endfor"))
        elif slot.kind == "e" and depth <= 0 and not slot.text.startswith("links."):
            if _DEFAULT.search(slot.text):
                message = f"`{slot.source}` prints its default: this page is the same for everybody"
                doc.job.report(
                    info("MR105", message, slot.span, "Good as it is, if the sentence works with the default.")
                )
            else:
                help_text = (
                    "Give it a default, {{ ... | default('friend') }}, or keep it out of pages: "
                    f"[% if medium != '{doc.medium}' %] ... [% endif %]."
                )
                message = f"`{slot.source}` differs by recipient, and a page is the same for everybody"
                doc.job.report(error("MR104", message, slot.span, help_text))


def fill_for_nobody(job: Job, template: str, targets: Mapping[int, str]) -> str | None:
    """A template with every declared field empty; ``targets`` are the addresses of tracked links by id."""
    if "{{" not in template and "{%" not in template:
        return template
    from mops_cli.channels.personalize import TemplateProblem
    from mops_cli.channels.personalize import compile as compile_template

    fields = job.config.fields
    data = {root: dict.fromkeys(getattr(fields, root)) for root in ("contact", "order", "event")}
    project = job.config.project
    try:
        filled = compile_template(template).render(
            data, job.locale, project.currency, project.fallback_zone, PageLinks(targets)
        )
    except TemplateProblem as problem:
        help_text = "Give each field a default, or keep the part out of pages with [% if medium ... %]."
        message = f"the page cannot be filled without a recipient: {problem.message}"
        job.report(error("MR104", message, _place_of(job, problem.tag), help_text))
        return None
    return re.sub(r"\shref=(\"\"|'')", "", filled)


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Addresses on a page that belongs to nobody: targets are plain, personal addresses are absent."""

    targets: Mapping[int, str]
    unsubscribe: str = ""
    preferences: str = ""
    view: str = ""

    def click(self, link: int) -> str:
        """The target itself: paper and files are not tracked."""
        return self.targets.get(int(link), "")

    def short(self, link: int) -> str:
        """As :meth:`click`."""
        return self.click(link)

    def asset(self, path: str) -> str:
        """The picture, as the page's files call it."""
        return path


def _place_of(job: Job, tag: str) -> Span:
    """Where the author wrote what became this tag (escape filters around it are ours)."""
    message = job.message()
    if message is None:
        return Span(job.folder.campaign.path)
    written = _WRAPPED.match(tag)
    at = message.source.text.find(written[1] if written else tag.strip("{}% "))
    if at < 0 or not tag:
        return Span(message.path)
    return span_of(message.path, message.source.text, at, at + len(written[1] if written else tag))
