"""The types of providers, and which provider takes what. Another type costs one module and one line here."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from mops_cli.delivery.providers.console import make_console
from mops_cli.delivery.providers.files import OUTBOX, make_file
from mops_cli.delivery.providers.posting import make_http
from mops_cli.delivery.providers.rules import Rules
from mops_cli.delivery.providers.settings import Making, checked
from mops_cli.delivery.providers.smtp.making import make_smtp
from mops_cli.errors import UsageError
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mops_cli.content.environments import InForce
    from mops_cli.model.delivery import Provider

PROVIDERS: dict[str, Callable[[Making, Mapping[str, object]], Provider]] = {
    "smtp": make_smtp,
    "file": make_file,
    "http": make_http,
    "console": make_console,
}
"""``type`` -> what makes a provider of its table."""

LOCAL_OUTBOX = "outbox"
"""The name of the folder that takes everything in the local environment when nothing else is said."""

DROP = "drop"
"""The name of what puts files into drop folders (``path`` of a destination), in every environment."""


def make(name: str, settings: InForce, root: Path, environment: Mapping[str, str]) -> Provider:
    """The provider of this name.

    Raises:
        UsageError: There is none, its table has a mistake, or a secret is not to be had.
    """
    tables = settings.config.providers
    if name not in tables and name in {LOCAL_OUTBOX, DROP}:
        return make_file(Making(name, root, environment), {"type": "file", "path": OUTBOX})
    if name not in tables:
        none = "mops.toml has no [providers.…] yet"
        raise UsageError(f'there is no provider "{name}"', hint=advice(name, tables, what="providers", none=none))
    making, table = Making(name, root, environment), dict(tables[name])
    if name in PROVIDERS:
        table.setdefault("type", name)  # [providers.smtp] says it by its name
    kind = str(table.get("type", ""))
    if kind not in PROVIDERS:
        message = f'"{kind}" is no type of provider' if kind else 'the key "type" is missing'
        raise making.refuse("type", message, advice(kind, PROVIDERS, what="types"))
    return PROVIDERS[kind](making, table)


def provider_for(settings: InForce, channel: str, sender: str = "", campaign: str = "") -> str:
    """The name of the provider for messages of a sender (its name in ``mops.toml``) on a channel.

    The sender's own provider comes first, then the first provider with a rule that fits, then the environment's; in the
    local environment everything goes to files when nothing is said.

    Raises:
        UsageError: Nothing says who takes them.
    """
    config = settings.config
    own = config.senders[sender].provider if sender in config.senders else None
    if own:
        return own
    address = (config.senders[sender].email or "") if sender in config.senders else ""
    asked = (channel, sender, address.rpartition("@")[2].lower(), campaign)
    for name, table in config.providers.items():
        if any(_fits(rule, asked) for rule in _rules(name, table)):
            return name
    if settings.provider:
        return settings.provider
    if settings.environment == "local":
        return LOCAL_OUTBOX
    raise UsageError(
        f"nothing says who delivers {channel} in {settings.environment}",
        hint=f'add provider = "…" under [environments.{settings.environment}], or rules under [providers.…]',
    )


def _rules(name: str, table: Mapping[str, object]) -> list[Rules]:
    from pathlib import Path

    rules = table.get("rules", ())
    if not isinstance(rules, list | tuple) or not all(isinstance(one, dict) for one in rules):
        raise UsageError(f"providers.{name}.rules is a list of tables", hint=f"write [[providers.{name}.rules]]")
    making = Making(f"{name}.rules", Path(), {})
    return [checked(Rules, making, one) for one in rules]


def _fits(rule: Rules, asked: tuple[str, str, str, str]) -> bool:
    said = (rule.channels, rule.senders, rule.domains, rule.campaigns)
    return any(said) and all(
        not patterns or any(fnmatchcase(value, pattern) for pattern in patterns)
        for patterns, value in zip(said, asked, strict=True)
    )
