"""A mail server's table made into its provider."""

from __future__ import annotations

import ssl
from functools import cache
from typing import TYPE_CHECKING

from mops_cli.clock import SystemClock
from mops_cli.delivery.providers.dkim import Signer, read_key
from mops_cli.delivery.providers.settings import checked
from mops_cli.delivery.providers.smtp.lane import SmtpProvider
from mops_cli.delivery.providers.smtp.settings import Login, SmtpSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mops_cli.delivery.providers.settings import Making


def make_smtp(making: Making, table: Mapping[str, object]) -> SmtpProvider:
    """An SMTP provider from its table.

    Raises:
        UsageError: The table has a mistake, or a secret is not to be had.
    """
    settings = checked(SmtpSettings, making, table)
    login = _login(making, settings)
    if settings.security == "none" and not settings.local and (login.user or login.token):
        raise making.refuse("tls", "without encryption the password would be read by others", 'delete tls = "none"')
    authority = making.root / settings.ca if settings.ca else None
    if authority is not None:
        _read(making, authority)
    return SmtpProvider(making.name, settings, login, _context(authority), _signer(making, settings))


def _signer(making: Making, settings: SmtpSettings) -> Callable[[bytes], bytes] | None:
    if not settings.keys:
        return None
    keys = []
    for one in settings.keys:
        what = f"providers.{making.name}.dkim.key"
        keys.append(read_key(one.domain, one.selector, making.private_key(one.key, "dkim.key"), what))
    clock = SystemClock()
    return Signer(keys, lambda: int(clock.now().timestamp())).sign


def _login(making: Making, settings: SmtpSettings) -> Login:
    user = settings.user
    if user.startswith(("env:", "file:")):
        user = making.secret(user, "user")
    login = Login(user, making.secret(settings.password, "password"), making.secret(settings.token, "token"))
    if login.user and not (login.password or login.token):
        raise making.refuse("user", "a user without a password", 'add password = "env:NAME"')
    if not login.user and (login.password or login.token):
        raise making.refuse("password", "a password without a user", 'add user = "…"')
    return login


def _read(making: Making, authority: Path) -> None:
    try:
        ssl.create_default_context(cafile=authority)
    except (OSError, ssl.SSLError):
        raise making.refuse("ca", "no certificates can be read from this file", "name a file in PEM form") from None


def _context(authority: Path | None) -> Callable[[], ssl.SSLContext]:
    """The verifying context, made at the first connection: reading the system's certificates takes its time."""

    @cache
    def made() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=authority)

    return made
