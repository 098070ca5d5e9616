"""What the decks of a project are used for: the pictures of posts, by platform, with the values of the message."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.channels.platforms import table
from mops_cli.design.deck.records import column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mops_cli.channels.platforms import Picture, Platform
    from mops_cli.model.repository import CampaignFolder, Files, Repository

_NAMING = (".md", ".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Use:
    """A campaign names a deck. ``pictures`` are those of its posts; ``values`` come from its message."""

    campaign: str
    pictures: tuple[tuple[Platform, Picture], ...] = ()
    values: Mapping[str, float | str] = field(default_factory=dict)


def uses(repository: Repository, files: Files, deck: str) -> list[Use]:
    """Every campaign that names a deck."""
    name = posixpath.basename(deck).encode()
    return [
        Use(folder.id, tuple(_pictures(folder)), _values(folder))
        for folder in repository.campaigns.values()
        if any(name in (files.read_bytes(path) or b"") for path in _written(folder, files))
    ]


def _written(folder: CampaignFolder, files: Files) -> Iterator[str]:
    return (path for path in files.listing(folder.folder) if path.endswith(_NAMING))


def _pictures(folder: CampaignFolder) -> Iterator[tuple[Platform, Picture]]:
    """The pictures of the campaign's posts."""
    social = folder.campaign.value.channels.social
    for name in social.platforms if social is not None else ():
        platform = table().get(name)
        if platform is not None and platform.post is not None:
            yield platform, platform.post


def _values(folder: CampaignFolder) -> dict[str, float | str]:
    """What the build would tell a deck: ``vars``, fields of the message, and where it stands."""
    message = next(iter(folder.messages.values()), None)
    campaign = folder.campaign.value
    found: dict[str, float | str] = {}
    for name, value in _flat(campaign.vars):
        found[name] = found[f"vars_{name}"] = value
    for name, value in _flat(message.front if message else {}):
        found[name] = found[f"message_{name}"] = value
    return found | {"campaign": folder.id, "campaign_title": campaign.title}


def _flat(values: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, float | str]]:
    for name, value in values.items():
        known = prefix + column(str(name))
        if isinstance(value, str):
            yield known, value
        elif isinstance(value, int | float):
            yield known, float(value)
        elif isinstance(value, dict):
            yield from _flat(value, f"{known}_")


def everywhere(locale: str, project: str) -> dict[str, float | str]:
    """What every deck may name, whatever it is used for."""
    edges = {"safeLeft": 0.0, "safeRight": 100.0, "safeBottom": 0.0, "safeTop": 100.0}
    return {"locale": locale, "variant": "", "project": project, **edges}
