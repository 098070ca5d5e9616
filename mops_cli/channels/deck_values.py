"""What decks may say of a message: the variables that the build gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.channels.decks import studio
from mops_cli.channels.templating.words import is_dynamic
from mops_cli.design.deck.records import column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mops_cli.channels.base import Job
    from mops_cli.channels.decks import Studio
    from mops_cli.channels.document import Document
    from mops_cli.channels.platforms import Picture

Value = float | str


def studio_of(document: Document) -> Studio:
    """The studio of a message: its fields, its campaign's ``vars``, and where it stands (locale, arm)."""
    slots = document.slots
    values, later = names_of_job(document.job), set[str]()
    for name, value in _flat(document.fields):
        text = slots.flat(value) if isinstance(value, str) else value
        if isinstance(text, str) and is_dynamic(text):
            later |= {name, f"message_{name}"}
            values.pop(name, None)
        else:
            values[name] = values[f"message_{name}"] = text
    values |= _place(document.job)
    return studio(document.job, values, frozenset(later))


def names_of_job(job: Job) -> dict[str, Value]:
    """``vars`` of the campaign, by their names and with ``vars_`` before them."""
    found: dict[str, Value] = {}
    for name, value in _flat(job.campaign.vars):
        found[name] = found[f"vars_{name}"] = value
    return found | _place(job)


def _place(job: Job) -> dict[str, Value]:
    """Where a picture stands. A picture may be asked for its safe zone everywhere; posts narrow it."""
    return {
        "campaign": job.folder.id,
        "campaign_title": job.campaign.title,
        "project": job.config.project.name,
        "locale": job.locale,
        "variant": job.variant,
        "safeLeft": 0.0,
        "safeRight": 100.0,
        "safeBottom": 0.0,
        "safeTop": 100.0,
    }


def safe_zone(size: Picture) -> dict[str, Value]:
    """What stays visible everywhere, in percent as decks count."""
    safe, width, height = size.safe, size.width, size.height
    return {
        "safeLeft": 100 * safe.x / width,
        "safeRight": 100 * (safe.x + safe.width) / width,
        "safeBottom": 100 - 100 * (safe.y + safe.height) / height,
        "safeTop": 100 - 100 * safe.y / height,
    }


def _flat(values: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, Value]]:
    """Numbers and texts by names that a deck can say; what stands inside of a mapping has its name before it."""
    for name, value in values.items():
        known = prefix + column(str(name))
        if isinstance(value, bool):
            yield known, 1.0 if value else 0.0
        elif isinstance(value, int | float):
            yield known, float(value)
        elif isinstance(value, str):
            yield known, value
        elif isinstance(value, dict):
            yield from _flat(value, f"{known}_")
