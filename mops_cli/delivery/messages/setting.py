"""What a composer is made from, and what all composers do alike: data of templates, tokens, keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mops_cli.channels.personalize import MARK, Bundle
from mops_cli.delivery.messages.addresses import Addresses
from mops_cli.delivery.messages.tokens import Signer, reference
from mops_cli.errors import MopsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mops_cli.content.environments import InForce
    from mops_cli.delivery.messages.content import Content
    from mops_cli.delivery.plan.planfile import SendPlan
    from mops_cli.model.delivery import Recipient


class CannotBeMade(MopsError):
    """The message cannot be made for this person; says why without personal data."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Setting:
    """One send, channel, locale and arm."""

    part: SendPlan
    content: Content
    settings: InForce
    locale: str
    variant: str
    key: bytes

    @property
    def short_base(self) -> str:
        """Where short links begin."""
        host = self.settings.config.sms.short_link_host
        return f"https://{host}" if host else self.settings.url


class Filling:
    """The templates of one message, filled for one recipient after the other."""

    def __init__(self, setting: Setting, texts: Iterable[str]) -> None:
        """Compile ``texts``.

        Raises:
            TemplateProblem: One is no template.
        """
        part, project = setting.part, setting.settings.config.project
        self._base, self._short = setting.settings.url, setting.short_base
        self._bundle = Bundle(
            texts,
            lambda mark: Addresses(self._base, self._short, mark),
            setting.locale or project.default_locale,
            project.currency,
            project.fallback_zone,
        )
        self.least = self._bundle.least
        self._signer = Signer(setting.key, reference(part.send, part.channel, setting.locale, setting.variant))
        self._codes = "links.short" in self._bundle.variables
        declared = setting.settings.config.fields.contact
        self.fields = frozenset(name.split(".")[1] for name in self._bundle.variables if name.startswith("contact."))
        self._needed = [name for name in self.fields if name in declared and not declared[name].nullable]
        self._send = {
            "id": part.send, "campaign": part.campaign, "channel": part.channel, "locale": setting.locale,
            "variant": setting.variant, "at": min(wave.at for wave in part.waves).isoformat(),
        }  # fmt: skip
        self._roots = {
            root: {name: None for name, spec in fields.items() if spec.nullable}
            for root, fields in setting.settings.config.fields.roots().items()
            if root != "contact"
        }

    def fill(self, one: Recipient) -> list[str]:
        """The texts for one person, in the order of the templates.

        Raises:
            CannotBeMade: A field that must not be empty is.
            TemplateProblem: A template asks for something that is not there.
        """
        for name in self._needed:
            if one.contact.get(name) is None:
                raise CannotBeMade(f"contact.{name} is empty", hint=f"give it a value, or let [fields.contact.{name}] be nullable")  # fmt: skip
        token = self._signer.token(one.contact_id)
        links = Addresses(self._base, self._short, token, self._signer.code(one.contact_id) if self._codes else "")
        data: dict[str, Any] = {**self._roots, "contact": one.contact, "send": self._send}
        return self._bundle.render(data, links, token)


def key_of(part: SendPlan, one: Recipient, step: str = "") -> str:
    """The ledger key as a short text: the same at every try."""
    who = str(one.contact_id) if one.contact_id else one.address
    return f"{part.send}/{part.channel}/{who}{'/' + step if step else ''}"


__all__ = ["MARK", "CannotBeMade", "Filling", "Setting", "key_of"]
