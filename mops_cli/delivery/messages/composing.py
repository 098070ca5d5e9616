"""From an artifact to finished messages: a composer for each send, channel, locale and arm, compiled once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.delivery.messages.content import Content, twin_path
from mops_cli.delivery.messages.mail import mail_composer
from mops_cli.delivery.messages.payloads import payload_composer
from mops_cli.delivery.messages.places import place_composer
from mops_cli.delivery.messages.setting import Setting
from mops_cli.delivery.messages.tokens import reference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mops_cli.content.environments import InForce
    from mops_cli.delivery.plan.planfile import SendPlan
    from mops_cli.model.delivery import Composer

COMPOSERS: dict[str, Callable[[Setting], Composer]] = {
    "email": mail_composer,
    "sms": payload_composer,
    "push": payload_composer,
}
"""Channels with people. All others go to places: accounts, slots, folders."""


def composer_for(
    part: SendPlan, content: Path, settings: InForce, locale: str, variant: str, *, key: bytes
) -> Composer:
    """What makes the messages of a send in a locale and arm.

    ``content`` is the folder that holds the files of ``part.content``; ``key`` signs tokens.

    Raises:
        ContentChanged: A file is not what it was when the plan was made.
        NoMessage: There is no message in this locale.
        TemplateProblem: A file is no template.
    """
    setting = Setting(part, Content(part, content), settings, locale, variant, key)
    return COMPOSERS.get(part.channel, place_composer)(setting)


def link_rows(part: SendPlan, content: Path) -> list[Mapping[str, object]]:
    """Where the links of a send lead, as rows of the table ``links``."""
    files = Content(part, content)
    rows: list[Mapping[str, object]] = []
    for locale in part.locales:
        for variant in part.variants or ("",):
            twin = files.twin(twin_path(files, part, "{}", locale, variant)) if part.channel in COMPOSERS else {}
            ref = reference(part.send, part.channel, locale, variant)
            rows += [
                {
                    "reference": ref, "send": part.send, "campaign": part.campaign, "channel": part.channel,
                    "locale": locale, "variant": variant, "link": int(link["id"]), "url": link["url"],
                    "tracked": bool(link.get("tracked", True)),
                }
                for link in (*twin.get("links", ()), *twin.get("short_links", ()))
            ]  # fmt: skip
    return rows
