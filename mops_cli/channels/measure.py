"""A mail as each persona gets it: how large it becomes, and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.channels.people import People

if TYPE_CHECKING:
    from mops_cli.channels.base import Job
    from mops_cli.channels.email import Mail
    from mops_cli.channels.templating.slots import SlotTable

HEADER_BYTES = 1200
"""Room for the headers of a mail with its DKIM signature."""


@dataclass(slots=True)
class Measured:
    """Bytes of HTML, text and whole message by persona; the largest persona; variables used."""

    sizes: dict[str, dict[str, int]] = field(default_factory=dict)
    largest: str = ""
    variables: frozenset[str] = frozenset()


def measure(job: Job, mail: Mail, slots: SlotTable) -> Measured:
    """Fill the mail for every persona. Faults that a persona brings to light are reported."""
    people = People(job, slots)
    found = Measured()
    htmls, texts = people.each(mail.html), people.each(mail.text)
    people.each(mail.subject)
    people.each(mail.preheader)
    for persona, html in htmls.items():
        sizes = len(html.encode()), len(texts[persona].encode())
        found.sizes[persona] = {"html": sizes[0], "text": sizes[1], "message": sum(sizes) + HEADER_BYTES}
    found.largest = max(found.sizes, key=lambda name: (found.sizes[name]["html"], name), default="")
    found.variables = people.variables
    return found
