"""``[providers.x]`` with ``type = "smtp"``."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from mops_cli.delivery.providers.rules import Taking
from mops_cli.model.base import Model

Seconds = Annotated[float, Meta(ge=0.1, le=3600)]


class Patience(Model, frozen=True):
    """How long a server may be silent, in seconds. RFC 5321 section 4.5.3.2 asks for minutes; these are for one hop."""

    connect: Annotated[Seconds, Meta(description="Until the connection stands, TLS included.")] = 15.0
    greeting: Annotated[Seconds, Meta(description="Until the server's first line.")] = 30.0
    command: Annotated[Seconds, Meta(description="Until the reply to a command.")] = 60.0
    data: Annotated[Seconds, Meta(description="Between two advances of a message's text.")] = 120.0
    dot: Annotated[Seconds, Meta(description="Until the reply to a whole message; too short a time makes doubt.")] = (
        300.0
    )
    idle: Annotated[Seconds, Meta(description="A connection without messages is closed after this time.")] = 20.0


class DkimKey(Model, frozen=True):
    """A key with which messages are signed."""

    domain: Annotated[str, Meta(description="The domain that signs, e.g. aurora.example.")]
    selector: Annotated[str, Meta(description="The name of the key in the domain's DNS.")]
    key: Annotated[str, Meta(description="A reference to the private key in PEM, e.g. file:keys/dkim.pem.")]


class SmtpSettings(Taking, frozen=True):
    """A mail server that takes our mail."""

    type: Annotated[Literal["smtp"], Meta(description="SMTP.")]
    host: Annotated[str, Meta(description="Name or address of the server.", min_length=1)]
    port: Annotated[int, Meta(ge=0, le=65535, description="Default: 587, with tls = implicit 465.")] = 0
    tls: Annotated[
        Literal["", "starttls", "implicit", "none"],
        Meta(description="Default: starttls, which is then required; on this machine itself: none."),
    ] = ""
    ca: Annotated[
        str, Meta(description="A file with certificates of an own authority (PEM), instead of the system's.")
    ] = ""
    user: Annotated[str, Meta(description="Name to log in with; may be a reference.")] = ""
    password: Annotated[str, Meta(description="A reference to the password, e.g. env:SMTP_PASSWORD.")] = ""
    token: Annotated[str, Meta(description="A reference to an OAuth 2 access token (XOAUTH2).")] = ""
    hello: Annotated[str, Meta(description="The name in EHLO; default: this machine's.")] = ""
    lanes: Annotated[int, Meta(ge=1, le=200, description="Connections at once, in one worker.")] = 4
    messages: Annotated[int, Meta(ge=1, description="Messages over one connection before a new one is made.")] = 1000
    patience: Annotated[Patience, Meta(description="Timeouts in seconds.")] = Patience()
    dkim: Annotated[DkimKey | tuple[DkimKey, ...], Meta(description="Keys to sign with: one, or several.")] = ()

    @property
    def local(self) -> bool:
        """Whether the server is this machine."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def security(self) -> str:
        """``starttls``, ``implicit`` or ``none``."""
        return self.tls or ("none" if self.local else "starttls")

    @property
    def number(self) -> int:
        """The port."""
        return self.port or (465 if self.security == "implicit" else 587)

    @property
    def keys(self) -> tuple[DkimKey, ...]:
        """Every key to sign with."""
        return self.dkim if isinstance(self.dkim, tuple) else (self.dkim,)


class Login(msgspec.Struct, frozen=True):
    """What references stood for. Never shown: its text names nothing."""

    user: str = ""
    password: str = ""
    token: str = ""

    def __repr__(self) -> str:
        """Without the secrets."""
        return "Login(…)"
