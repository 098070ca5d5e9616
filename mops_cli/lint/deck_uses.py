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
    """A campaign that a deck belongs to.

    ``folder`` is where files are looked for, ``pictures`` are those of its posts, ``values`` come from its message.
    ``on_paper`` says that it is the ground of a sheet.
    """

    folder: str
    pictures: tuple[tuple[Platform, Picture], ...] = ()
    values: Mapping[str, float | str] = field(default_factory=dict)
    on_paper: bool = False

    @property
    def roots(self) -> tuple[str, ...]:
        """Where a deck looks for files after its own folder."""
        return self.folder, "content", ""


def uses(repository: Repository, files: Files, deck: str) -> list[Use]:
    """The campaign whose folder a deck lies in; for a deck of ``content/``, every campaign that names it."""
    for folder in repository.campaigns.values():
        if deck.startswith(f"{folder.folder}/"):
            return [_use(folder, files, deck)]
    name = posixpath.basename(deck)
    # A deck of the same name in the campaign's own folder is the one that is meant.
    return [
        _use(folder, files, deck)
        for folder in repository.campaigns.values()
        if _names(folder, files, deck) and not files.exists(f"{folder.folder}/{name}")
    ]


def _use(folder: CampaignFolder, files: Files, deck: str) -> Use:
    name = posixpath.basename(deck)
    sheet = folder.campaign.value.channels.print
    on_paper = sheet is not None and posixpath.basename(sheet.art or "") == name
    return Use(folder.folder, tuple(_pictures(folder, files, name)), _values(folder), on_paper)


def _names(folder: CampaignFolder, files: Files, deck: str) -> bool:
    """Whether the campaign's files name a deck."""
    name = posixpath.basename(deck).encode()
    return any(name in (files.read_bytes(path) or b"") for path in _written(folder, files))


def _written(folder: CampaignFolder, files: Files) -> Iterator[str]:
    return (path for path in files.listing(folder.folder) if path.endswith(_NAMING))


def _pictures(folder: CampaignFolder, files: Files, deck: str) -> Iterator[tuple[Platform, Picture]]:
    """The pictures of the campaign's posts that are drawn from a deck of this name."""
    social = folder.campaign.value.channels.social
    if social is None:
        return
    written = _social(folder, files)
    for name in social.platforms:
        platform = table().get(name)
        arts = {_art(part.get(name)) or _art(part) for part in written} - {""} or {social.art or ""}
        drawn = any(posixpath.basename(art) == deck for art in arts)
        if drawn and platform is not None and platform.post is not None:
            yield platform, platform.post


def _social(folder: CampaignFolder, files: Files) -> list[Mapping[str, object]]:
    """What is written for posts: in files of their own, else in the front matter."""
    from mops_cli.content import yaml_source

    found: list[object] = []
    for path in files.listing(folder.folder):
        name = posixpath.basename(path)
        if name.startswith("social.") and name.endswith((".yaml", ".yml")):
            found.append(yaml_source.parse(path, files.read_bytes(path) or b"").data)
    if not found:
        found = [message.front.get("social") for message in folder.messages.values()]
    return [part for part in found if isinstance(part, dict)]


def _art(part: object) -> str:
    art = part.get("art") if isinstance(part, dict) else None
    return art if isinstance(art, str) else ""


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
