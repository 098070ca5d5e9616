"""A few messages of a send as people get them: what a worker would read of them, filled in, with masked addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mops_cli.audience.addresses import masked
from mops_cli.channels import personalize
from mops_cli.delivery.plan import frozen
from mops_cli.delivery.plan.reading import CONTENT, PLANS
from mops_cli.delivery.plan.report import Sample
from mops_cli.delivery.plan.words import file_of, words_of
from mops_cli.delivery.questions import PeopleAsked
from mops_cli.delivery.sending.answers import people as told
from mops_cli.delivery.sending.audience import Audience

if TYPE_CHECKING:
    from pathlib import Path

    from mops_cli.content.environments import InForce
    from mops_cli.delivery.plan.planfile import Plan, SendPlan
    from mops_cli.delivery.plan.words import Words
    from mops_cli.store.database import Store

MOST = 3


def samples(store: Store, settings: InForce, plan: Plan, one: SendPlan, most: int = MOST) -> tuple[Sample, ...]:
    """Messages for some people of a send, of as many locales and arms as possible; the same people every time."""
    folder = store.folder / PLANS / plan.id
    if not one.audience or not one.count:
        return ()
    audience = Audience(folder / one.audience)
    rows = audience.read(frozen.some(store, folder / one.audience, most))
    words = {(locale, arm): _words(folder, one, locale, arm) for _, _, locale, arm in rows}
    fields = sorted({name for found in words.values() if found for name in _fields(found)})
    asked = PeopleAsked(
        one.send, one.channel, plan.id, one.topic, one.transactional, [row[0] for row in rows], fields
    )  # fmt: skip
    made = []
    for _, contact, address, locale, arm, _, *values in told(store, audience, asked, others=False).rows:
        found = words[locale, arm]
        if found is not None:
            person = dict(zip(fields, values, strict=True))
            made.append(_sample(settings, one, found, person, (contact, masked(address), locale, arm)))
    return tuple(made)


def _words(folder: Path, one: SendPlan, locale: str, arm: str) -> Words | None:
    return words_of(folder / CONTENT, file_of(one.content, one.campaign, one.channel, locale, arm))


def _fields(words: Words) -> list[str]:
    """The contact fields that a message reads."""
    found: list[str] = []
    for template in words:
        try:
            names = personalize.compile(template).variables
        except personalize.TemplateProblem:
            continue  # the sample says so
        found += [name.removeprefix("contact.").split(".")[0] for name in names if name.startswith("contact.")]
    return found


def _sample(
    settings: InForce, one: SendPlan, words: Words, person: dict[str, object], who: tuple[int, str, str, str]
) -> Sample:
    contact, address, locale, arm = who
    about: dict[str, Any] = {"contact": contact, "address": address, "locale": locale, "variant": arm}
    project = settings.config.project
    data = personalize.complete({"contact": person}, settings.config.fields.roots())
    at = one.waves[0].at.isoformat() if one.waves else ""
    data["send"] = {"id": one.send, "campaign": one.campaign, "channel": one.channel, "locale": locale, "at": at}
    links = personalize.sample_links(link_base(settings, one.channel))
    try:
        subject, text = (
            personalize.compile(template).render(data, locale, project.currency, project.fallback_zone, links)
            for template in words
        )
    except personalize.TemplateProblem as problem:
        return Sample(**about, subject="", text="", problem=problem.message)
    return Sample(**about, subject=subject, text=text)


def link_base(settings: InForce, channel: str) -> str:
    """Where our own addresses begin on a channel."""
    host = settings.config.sms.short_link_host
    return f"https://{host}" if channel == "sms" and host else settings.url
