"""Any service that takes a JSON request: the generic HTTP provider (``type = "http"``)."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta
from msgspec import field as record_field

from mops_cli.clock import SystemClock
from mops_cli.delivery.providers.calls import Broken, Caller, Unreachable
from mops_cli.delivery.providers.replies import scrubbed
from mops_cli.delivery.providers.rules import Taking
from mops_cli.delivery.providers.settings import Making, checked
from mops_cli.model.delivery import Answer, Outcome
from mops_cli.model.values import WebAddress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mops_cli.clock import Clock
    from mops_cli.delivery.providers.calls import Response
    from mops_cli.model.delivery import Outgoing, Told

_AGAIN = frozenset({401, 407, 408, 425, 429})
"""4xx that say nothing about the message: the log-in, the time, the rate."""
_LONGEST_WAIT = 86_400.0
_WAIT = 30.0


class HttpSettings(Taking, frozen=True):
    """A service with one address that takes a request for each message."""

    type: Annotated[Literal["http"], Meta(description="HTTP with JSON.")]
    url: Annotated[WebAddress, Meta(description="Where requests go. https, but for private addresses.")]
    method: Annotated[Literal["POST", "PUT", "PATCH"], Meta(description="Of the request.")] = "POST"
    headers: Annotated[
        dict[str, str], Meta(description="Headers; a value may be, or end in, a reference: Bearer env:TOKEN.")
    ] = record_field(default_factory=dict)
    body: Annotated[
        Literal["envelope", "payload"],
        Meta(description="envelope: {key, channel, address, message}; payload: the message alone."),
    ] = "envelope"
    secret: Annotated[str, Meta(description="A reference; requests are signed with it (Standard Webhooks).")] = ""
    success: Annotated[tuple[int, ...], Meta(description="Codes of success; default: every 2xx.")] = ()
    bad_address: Annotated[
        tuple[int, ...],
        Meta(description="Codes that say that nobody is there, e.g. [404, 410]; suppresses the address."),
    ] = ()
    reference: Annotated[
        str, Meta(description="Where the service's id stands in its answer: a JSON pointer, e.g. /data/id.")
    ] = ""
    idempotent: Annotated[
        bool, Meta(description="The service keeps Idempotency-Key: after a broken connection it is asked again.")
    ] = False
    allow_private: Annotated[bool, Meta(description="The service has an address of a private network.")] = False
    ca: Annotated[str, Meta(description="A file with certificates of an own authority (PEM).")] = ""
    connect: Annotated[float, Meta(ge=0.1, le=300, description="Seconds until the connection stands.")] = 10.0
    timeout: Annotated[float, Meta(ge=0.1, le=600, description="Seconds until the answer.")] = 30.0
    lanes: Annotated[int, Meta(ge=1, le=64, description="Connections at once, in one worker.")] = 4


def make_http(making: Making, table: Mapping[str, object]) -> HttpProvider:
    """An HTTP provider from its table.

    Raises:
        UsageError: The table has a mistake, or a secret is not to be had.
    """
    settings = checked(HttpSettings, making, table)
    if settings.url.startswith("http:") and not settings.allow_private:
        raise making.refuse("url", "without encryption messages would be read by others", "write https://…")
    if settings.reference and not settings.reference.startswith("/"):
        raise making.refuse("reference", "this is no JSON pointer", 'write e.g. reference = "/id"')
    headers = {name: _header(making, name, value) for name, value in settings.headers.items()}
    secret = _key(making, making.secret(settings.secret, "secret"))
    ca = str(making.root / settings.ca) if settings.ca else None
    return HttpProvider(making.name, settings, headers, secret=secret, ca=ca)


def _header(making: Making, name: str, value: str) -> str:
    start, space, last = value.rpartition(" ")
    if last.startswith(("env:", "file:")):
        value = start + space + making.secret(last, f"headers.{name}")
    elif name.lower() in {"authorization", "proxy-authorization", "cookie"} or any(
        word in name.lower() for word in ("key", "token", "secret", "password")
    ):
        making.secret("written", f"headers.{name}")  # refuses it
    if any(one in name + value for one in "\r\n\0") or not (name + value).isascii():
        raise making.refuse("headers", f"the header {name} holds what no header can", "write it in ASCII, on one line")
    return value


def _key(making: Making, secret: str) -> bytes:
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise making.refuse("secret", "behind whsec_ stands no base64", "copy the whole secret") from None


class HttpProvider:
    """The port ``Provider`` for one address."""

    def __init__(
        self,
        name: str,
        settings: HttpSettings,
        headers: Mapping[str, str],
        *,
        secret: bytes = b"",
        ca: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.name = name
        self.lanes = settings.lanes
        self._settings = settings
        self._headers = dict(headers)
        self._secret = secret
        self._ca = ca
        self._clock = clock or SystemClock()

    async def open(self) -> HttpLane:
        """A lane; it connects at its first message."""
        said = self._settings
        caller = Caller(said.url, private=said.allow_private, connect=said.connect, answer=said.timeout, ca=self._ca)
        return HttpLane(said, caller, self._request, self._answer)

    def _request(self, message: Outgoing) -> tuple[dict[str, str], bytes]:
        body = message.payload if self._settings.body == "payload" else _envelope(message)
        headers = {"Content-Type": "application/json", "User-Agent": "mops", **self._headers}
        headers["Idempotency-Key"] = (
            message.key if message.key.isascii() else hashlib.sha256(message.key.encode()).hexdigest()
        )
        if self._secret:
            ident = hashlib.sha256(message.key.encode()).hexdigest()[:32]
            at = str(int(self._clock.now().timestamp()))
            signed = hmac.new(self._secret, f"{ident}.{at}.".encode() + body, hashlib.sha256).digest()
            headers |= {
                "webhook-id": ident,
                "webhook-timestamp": at,
                "webhook-signature": "v1," + base64.b64encode(signed).decode(),
            }
        return headers, body

    def _answer(self, response: Response) -> Answer:
        said, status = self._settings, response.status
        code = str(status)
        if status in said.success or (not said.success and 200 <= status < 300):
            return Answer(Outcome.SENT, code, "", _pointed(response.body, said.reference))
        if status in said.bad_address:
            return Answer(Outcome.BAD_ADDRESS, code, _told(response))
        if status >= 500 or status in _AGAIN:
            return Answer(
                Outcome.DEFERRED, code, _told(response), wait=self._wait(response.headers.get("retry-after", ""))
            )
        if 300 <= status < 400:
            return Answer(Outcome.FAILED, code, "the service has moved: write its new address in mops.toml")
        return Answer(Outcome.REFUSED, code, _told(response))

    def _wait(self, said: str) -> float:
        """Seconds of a Retry-After: a number, or a date."""
        if said.isascii() and said.isdigit():
            return min(float(said[:9]), _LONGEST_WAIT)
        try:
            at = parsedate_to_datetime(said).timestamp()
        except (ValueError, TypeError, OverflowError):
            return 0.0
        return min(max(at - self._clock.now().timestamp(), 0.0), _LONGEST_WAIT)


class HttpLane:
    """The port ``Lane`` for one kept connection."""

    def __init__(
        self,
        settings: HttpSettings,
        caller: Caller,
        request: Callable[[Outgoing], tuple[dict[str, str], bytes]],
        answer: Callable[[Response], Answer],
    ) -> None:
        self._settings = settings
        self._caller = caller
        self._request = request
        self._answer = answer

    async def deliver(self, messages: Sequence[Outgoing], told: Told) -> None:
        """One request after the other; see the port."""
        for number, message in enumerate(messages):
            try:
                await asyncio.to_thread(self._caller.connect)
            except Unreachable as problem:
                for one in messages[number:]:
                    told.ends(one.index, Answer(Outcome.DEFERRED, "", scrubbed(str(problem)), wait=_WAIT))
                return
            if told.begins(message.index):
                await self._send(message, told)
            else:
                told.ends(message.index, Answer(Outcome.DEFERRED, "", "stopped before it was sent"))

    async def _send(self, message: Outgoing, told: Told) -> None:
        broken = Outcome.DEFERRED if self._settings.idempotent else Outcome.UNKNOWN
        headers, body = self._request(message)
        try:
            response = await asyncio.to_thread(self._caller.call, self._settings.method, headers, body)
        except Broken as problem:
            told.ends(message.index, Answer(broken, "", scrubbed(str(problem))))
        except asyncio.CancelledError:
            told.ends(message.index, Answer(broken, "", "stopped before the answer"))
            raise
        else:
            told.ends(message.index, self._answer(response))

    async def close(self) -> None:
        """End the connection."""
        await asyncio.to_thread(self._caller.close)


def _envelope(message: Outgoing) -> bytes:
    try:
        inner: Any = json.loads(message.payload)
    except ValueError:
        inner = message.payload.decode("utf-8", "replace")
    made = {"key": message.key, "channel": message.channel, "address": message.address, "message": inner}
    if message.sender:
        made["sender"] = message.sender
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def _pointed(body: bytes, pointer: str) -> str:
    """The text or number at a JSON pointer (RFC 6901); "" when there is none."""
    if not pointer:
        return ""
    try:
        found: Any = json.loads(body)
        for part in pointer.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            found = found[int(key)] if isinstance(found, list) else found[key]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return ""
    return str(found)[:200] if isinstance(found, str | int) and not isinstance(found, bool) else ""


def _told(response: Response) -> str:
    """What the service says about it, in one clean line."""
    for pointer in ("/error/message", "/message", "/detail", "/error", "/title"):
        text = _pointed(response.body, pointer)
        if text:
            return scrubbed(f"{response.status} {text}")
    return scrubbed(f"{response.status} {response.body[:300].decode('utf-8', 'replace')}")
