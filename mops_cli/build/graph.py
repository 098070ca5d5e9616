"""The units of a build and which of them wait for which.

A unit is one campaign on one channel in one locale and arm: the smallest thing that is built or left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mops_cli.channels import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mops_cli.model.repository import CampaignFolder, Repository

_COST = {"pdf": 1.2, "print": 0.6, "social": 0.3, "pwa": 0.1, "email": 0.15, "web": 0.2, "chat": 0.05}
"""Rough seconds a unit takes; decides whether more processes pay."""

_ONLY = {"subject": ("email",), "preheader": ("email",)}
"""Front matter fields that one channel alone shows; a field named like a channel is that channel's."""


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """One campaign on one channel in one locale and arm (``variant`` is "" for the only or first arm)."""

    campaign: str
    channel: str
    locale: str
    variant: str = ""

    @property
    def stem(self) -> str:
        """``<locale>`` or ``<locale>.<variant>``."""
        return f"{self.locale}.{self.variant}" if self.variant else self.locale

    @property
    def id(self) -> str:
        """``<campaign>/<channel>/<locale>[.<variant>]``; the project's own units are just ``pwa`` and ``fonts``."""
        if not self.campaign:
            return self.channel
        return f"{self.campaign}/{self.channel}/{self.stem}"

    @property
    def cost(self) -> float:
        """Rough seconds to build it."""
        return _COST.get(self.channel, 0.02)


WEB_APP = Unit("", "pwa", "")
"""The installable web app: one for the whole project, as soon as one campaign pushes."""

NOTICE = Unit("", "fonts", "")
"""The licences of the brand's fonts: one file for the whole project, as soon as the brand has font files."""

PROJECT = {unit.id: unit for unit in (WEB_APP, NOTICE)}
"""Units of the project itself, by id."""


def parse(unit_id: str) -> Unit:
    """The unit of an id.

    Raises:
        ValueError: It is no unit's id.
    """
    if unit_id in PROJECT:
        return PROJECT[unit_id]
    campaign, channel, stem = unit_id.split("/")
    locale, _, variant = stem.partition(".")
    return Unit(campaign, channel, locale, variant)


def units(repository: Repository) -> tuple[Unit, ...]:
    """All units of a project, in building order: by campaign, then by channel as the table has them."""
    found: list[Unit] = []
    for _, folder in sorted(repository.campaigns.items()):
        campaign = folder.campaign.value
        locales = campaign.locales or repository.config.value.project.locales
        active = set(campaign.channels.active())
        for channel in (name for name in CHANNELS if name in active):
            found.extend(
                Unit(folder.id, channel, locale, variant)
                for locale in dict.fromkeys(locales)
                for variant in variants(folder, channel)
            )
    if any(unit.channel == "push" for unit in found):
        found.append(WEB_APP)
    fonts = repository.brand.fonts
    if fonts is not None and any(role.files for role in fonts.value.roles.values()):
        found.append(NOTICE)
    return tuple(found)


def variants(folder: CampaignFolder, channel: str) -> tuple[str, ...]:
    """The arms that get artifacts of their own on a channel: "" (the main message) and each that differs there.

    An arm differs where it has a body (``message.b.md``), an override file of the channel (``sms.b.txt``,
    ``email.de.b.mjml``), or a line under ``variants:`` in the front matter that the channel shows: a subject
    under test does not print a second flyer.
    """
    experiment = folder.campaign.value.experiment
    if experiment is None:
        return ("",)
    different: set[str] = {variant for _, variant in folder.messages}
    for message in folder.messages.values():
        listed = message.front.get("variants")
        if isinstance(listed, dict):
            different.update(str(name) for name, fields in listed.items() if _shows(channel, fields))
    for name in folder.overrides:
        first, *rest = name.split(".")
        if first == channel:
            different.update(rest[:-1])
    return ("", *(arm for arm in experiment.arms if arm in different))


def _shows(channel: str, fields: object) -> bool:
    """Whether a channel shows one of these front matter fields."""
    names = fields if isinstance(fields, dict) else {}
    return any(channel in (_ONLY.get(name) or ((name,) if name in CHANNELS else CHANNELS)) for name in names)


def edges(repository: Repository, known: Iterable[Unit]) -> dict[Unit, tuple[Unit, ...]]:
    """For each unit that waits, the units whose outputs it attaches: a mail waits for its PDF."""
    there = dict.fromkeys(known)
    found: dict[Unit, tuple[Unit, ...]] = {}
    for unit in there:
        settings = (
            repository.campaigns[unit.campaign].campaign.value.channels.email if unit.channel == "email" else None
        )
        if settings is None:
            continue
        wanted = (replace(unit, channel=name) for name in settings.attach if name in ("pdf", "print"))
        found[unit] = tuple(other for other in wanted if other in there)
    return {unit: others for unit, others in found.items() if others}


def chains(chosen: Iterable[Unit], waits: dict[Unit, tuple[Unit, ...]]) -> list[tuple[Unit, ...]]:
    """Groups of units that one process builds one after the other; the dearest groups come first.

    Each unit stands in exactly one group, after everything of that group it waits for.
    """
    wanted = list(chosen)
    leader: dict[Unit, Unit] = {unit: unit for unit in wanted}

    def find(unit: Unit) -> Unit:
        while leader[unit] != unit:
            unit = leader[unit]
        return unit

    first: dict[tuple[str, str, str], Unit] = {}
    for unit in wanted:
        # Arms share most of their pictures and pages, web pages of all locales their fonts: what one has made, the
        # next finds in the cache.
        locale = "" if unit.channel == "web" else unit.locale
        alike = first.setdefault((unit.campaign, unit.channel, locale), unit)
        for other in (alike, *waits.get(unit, ())):
            if other in leader:
                leader[find(other)] = find(unit)
    groups: dict[Unit, list[Unit]] = {}
    for unit in wanted:
        groups.setdefault(find(unit), []).append(unit)
    # Only mails wait, and only for units that do not: those that wait simply go last.
    ordered = [tuple(sorted(group, key=waits.__contains__)) for group in groups.values()]
    return sorted(ordered, key=lambda group: -sum(unit.cost for unit in group))
