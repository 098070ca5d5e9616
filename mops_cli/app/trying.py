"""Test sends: a campaign's messages as a sample person would get them, to addresses of ours. Not in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from mops_cli.app.planning import content_now
from mops_cli.channels.people import data_of
from mops_cli.delivery.messages.composing import composer_for
from mops_cli.delivery.messages.tokens import link_keys
from mops_cli.delivery.plan.planfile import SendPlan, Wave
from mops_cli.delivery.providers.table import make
from mops_cli.errors import UsageError
from mops_cli.model.delivery import Answer, Outcome, Recipient
from mops_cli.model.suggest import advice
from mops_cli.store.database import FOLDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mops_cli.app.ground import Ground
    from mops_cli.model.content import Persona
    from mops_cli.model.delivery import Outgoing, Provider
    from mops_cli.model.repository import Repository

MOST = 20
"""Addresses of one test; more is a send."""
MARK = "[test] "


class Tried(NamedTuple):
    """One message of a test: as which sample person, in which locale and arm, and what the provider said."""

    persona: str
    locale: str
    variant: str
    number: int  # of the address, from 1
    answer: Answer


def addresses_of(ground: Ground, words: Sequence[str]) -> list[str]:
    """The addresses of a test: as they were typed, or those of a seed list of ``mops.toml`` by its name.

    Raises:
        UsageError: A word is neither, or they are too many.
    """
    seeds = ground.settings.config.seeds
    found: list[str] = []
    for word in (part.strip() for one in words for part in one.split(",")):
        if "@" in word:
            found.append(word)
        elif word in seeds:
            found += seeds[word]
        else:
            raise UsageError(
                f'--test: "{word}" is no address and no list of [seeds]',
                hint=advice(word, seeds, what="seed lists", none="add [seeds] to mops.toml, or write an address"),
            )
    if len(found) > MOST:
        raise UsageError(f"--test takes at most {MOST} addresses", hint="to more people it is a send")
    return list(dict.fromkeys(found))


async def try_out(
    ground: Ground, repository: Repository, campaign: str, addresses: Sequence[str], persona: str = ""
) -> list[Tried]:
    """Send a campaign's mail in every locale and arm to some addresses, filled for a sample person.

    Raises:
        MopsError: There is no such campaign or person, it does not speak by mail, the content has errors.
    """
    part = _part(ground, repository, campaign)
    provider = make(ground.providers(part)[0], ground.settings, ground.root, ground.variables)
    key = link_keys(ground.root / FOLDER)[0]
    messages: list[Outgoing] = []
    about: list[tuple[str, str, str, int]] = []
    for locale in part.locales:
        name, one = _persona(repository, persona, locale)
        contact = dict(data_of(one, ground.settings.config.fields)["contact"])
        for variant in part.variants:
            composer = composer_for(part, ground.root / "dist", ground.settings, locale, variant, key=key)
            for number, address in enumerate(addresses, 1):
                made = composer.compose(Recipient(len(messages), 0, address, locale, variant, contact))
                marked = made.payload.replace(b"\r\nSubject: ", b"\r\nSubject: " + MARK.encode(), 1)
                messages.append(structs.replace(made, payload=marked, key=f"{made.key}/{locale}.{variant}/test"))
                about.append((name, locale, variant, number))
    answers = await _delivered(provider, messages)
    return [Tried(*who, answer) for who, answer in zip(about, answers, strict=True)]


def _part(ground: Ground, repository: Repository, campaign: str) -> SendPlan:
    if campaign not in repository.campaigns:
        raise UsageError(
            f'there is no campaign "{campaign}"', hint=advice(campaign, repository.campaigns, what="campaigns")
        )
    said = repository.campaigns[campaign].campaign.value
    if said.channels.email is None:
        raise UsageError(f"{campaign} does not speak by mail", hint="a test send goes to mail addresses")
    content, locales = content_now(ground.root, campaign, "email", ground.clock)
    arms = tuple(said.experiment.arms) if said.experiment else ("",)
    now = ground.clock.now()
    return SendPlan(
        send=f"{campaign}@test", campaign=campaign, channel="email", topic=said.topic, count=1, waves=(Wave(now, 0, 1),),
        content=dict(content), locales=dict.fromkeys(locales, 1), variants=dict.fromkeys(arms, 1),
        sender=said.channels.email.sender or "",
    )  # fmt: skip


def _persona(repository: Repository, asked: str, locale: str) -> tuple[str, Persona]:
    """The sample person: the one asked for, else the first who speaks the language, else the first."""
    known = {name: loaded.value for name, loaded in sorted(repository.personas.items())}
    if asked:
        if asked not in known:
            raise UsageError(f'there is no persona "{asked}"', hint=advice(asked, known, what="personas"))
        return asked, known[asked]
    if not known:
        raise UsageError("there is no persona to write to", hint="mops new persona NAME")
    language = locale.partition("-")[0]
    return next(
        ((name, one) for name, one in known.items() if (one.locale or "").partition("-")[0] == language),
        next(iter(known.items())),
    )


class _Heard:
    """Whom the provider tells."""

    def __init__(self) -> None:
        self.answers: dict[int, Answer] = {}

    def begins(self, index: int) -> bool:
        """Always."""
        return index not in self.answers

    def ends(self, index: int, answer: Answer) -> None:
        """Kept."""
        self.answers[index] = answer


async def _delivered(provider: Provider, messages: Sequence[Outgoing]) -> list[Answer]:
    heard = _Heard()
    lane = await provider.open()
    try:
        await lane.deliver(messages, heard)
    finally:
        await lane.close()
    silent = Answer(Outcome.UNKNOWN, said="the provider gave no answer")
    return [heard.answers.get(one.index, silent) for one in messages]
