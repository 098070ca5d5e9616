"""How to join a server: addresses, secrets, certificates; and what the client library is told of it."""

from __future__ import annotations

import ssl
from typing import Any

import msgspec

from mops_cli.errors import UsageError


class Joining(msgspec.Struct, frozen=True, omit_defaults=True):
    """How to join a server. Holds secrets: it goes to other processes through their standard input only.

    ``credentials`` is the text of a credentials file, ``nkey`` a seed; ``ca``, ``cert`` and ``key`` are files.
    """

    urls: tuple[str, ...]
    token: str = ""
    user: str = ""
    password: str = ""
    credentials: str = ""
    nkey: str = ""
    ca: str = ""
    cert: str = ""
    key: str = ""
    prefix: str = ""
    replicas: int = 1
    embedded: bool = False

    @property
    def where(self) -> str:
        """The servers, for messages."""
        return ", ".join(url.partition("://")[2] or url for url in self.urls)


def options(joining: Joining) -> dict[str, Any]:
    """What the client is told. Reads files: not for the event loop."""
    from nats.aio.client import RawCredentials

    options: dict[str, Any] = {
        "servers": list(joining.urls),
        "name": "mops",
        "max_reconnect_attempts": -1,
        "reconnect_time_wait": 0.1,
        "connect_timeout": 2,
        "ping_interval": 10,
        "pending_size": 0,  # nothing is kept for later while we are cut off: we repeat it ourselves
    }
    options |= {key: value for key in ("token", "user", "password") if (value := getattr(joining, key))}
    if joining.credentials:
        options["user_credentials"] = RawCredentials(joining.credentials)
    if joining.nkey:
        options["nkeys_seed_str"] = joining.nkey
    if joining.credentials or joining.nkey:
        _need_nkeys()
    if joining.ca or joining.cert or any(url.startswith("tls://") for url in joining.urls):
        options["tls"] = _tls(joining)
    return options


def _need_nkeys() -> None:
    from importlib.util import find_spec

    if find_spec("nkeys") is None:
        raise UsageError(
            "nats.creds and nats.nkey need a library that is not here", hint="pip install 'nats-py[nkeys]'"
        )


def _tls(joining: Joining) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=joining.ca or None)
        if joining.cert:
            context.load_cert_chain(joining.cert, joining.key or None)
    except (OSError, ssl.SSLError) as problem:
        raise UsageError(
            f"nats.ca, nats.cert or nats.key cannot be used: {said(problem)}", hint="they are PEM files"
        ) from None
    return context


def said(problem: BaseException) -> str:
    """What an error of the library or the system says, without its decoration."""
    text = str(problem).removeprefix("nats: ").strip("'\" ")
    return text or type(problem).__name__


def is_refusal(problem: BaseException) -> bool:
    """Whether the server (or its certificate) was there and said no: trying again changes nothing."""
    if isinstance(problem, ssl.SSLError):
        return True
    return "authorization violation" in str(problem).lower() or "authentication" in str(problem).lower()


def encoded(joining: Joining) -> str:
    """How to join, as text for another process."""
    return msgspec.json.encode(joining).decode()


def decoded(brief: str) -> Joining:
    """How to join, from its text."""
    return msgspec.json.decode(brief, type=Joining)
