"""One HTTP call after the other over a kept connection, to addresses that were looked at first.

The standard library's client in a thread: no new dependency, and the two moments that matter stay apart: connecting, after
which nothing is lost yet, and the request, after which a broken connection leaves doubt.
"""

from __future__ import annotations

import http.client
import ipaddress
import select
import socket
import ssl
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 65_536
"""Bytes of a response that are read."""


class Unreachable(Exception):
    """There is no connection; nothing was sent. Says why, without addresses of people."""


class Broken(Exception):
    """The connection broke, or was silent too long, after the request's bytes were on their way."""


class Response(NamedTuple):
    """``headers`` have small names."""

    status: int
    headers: dict[str, str]
    body: bytes


class Caller:
    """A connection to one address. Calls block: they belong in a thread, one at a time."""

    def __init__(self, url: str, *, private: bool, connect: float, answer: float, ca: str | None = None) -> None:
        """``private`` allows addresses that are not of the public Internet; ``connect`` and ``answer`` in seconds."""
        parts = urlsplit(url)
        self._secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._secure else 80)
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._private = private
        self._connect_time, self._answer_time = connect, answer
        self._ca = ca
        self._tls: ssl.SSLContext | None = None
        self._made: http.client.HTTPConnection | None = None

    def connect(self) -> None:
        """Be connected; a kept connection that the other side has closed is made again.

        Raises:
            Unreachable: It cannot be done.
        """
        if self._made is not None and self._made.sock is not None and not _readable(self._made.sock):
            return
        self.close()
        made = http.client.HTTPConnection(self._host, self._port, timeout=self._answer_time)
        made.sock = self._socket()
        made.auto_open = 0  # it would look the name up again, unseen
        self._made = made

    def call(self, method: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Send a request over the connection and read its answer. Redirects are answers like others.

        Raises:
            Broken: There is no answer; nobody knows what came of the request.
        """
        made = self._made
        if made is None:
            raise Broken("not connected")
        try:
            made.request(method, self._target, body, dict(headers))
            answer = made.getresponse()
            found = answer.read(LARGEST + 1)
            names = {name.lower(): value for name, value in answer.getheaders()}
        except TimeoutError:
            self.close()
            raise Broken(f"the service was silent for {self._answer_time:g} seconds") from None
        except (OSError, http.client.HTTPException) as problem:
            self.close()
            raise Broken(f"the connection broke ({type(problem).__name__})") from None
        if len(found) > LARGEST or answer.will_close:
            self.close()
        return Response(answer.status, names, found[:LARGEST])

    def close(self) -> None:
        """End the connection."""
        if self._made is not None:
            self._made.close()
            self._made = None

    def _socket(self) -> socket.socket:
        """A socket to the first of the name's addresses that answers; every one was looked at."""
        try:
            found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Unreachable("the service's name is not known") from None
        addresses = [str(entry[4][0]) for entry in found]
        if not self._private and not all(map(public, addresses)):
            raise Unreachable("the service has a private address; allow_private = true takes it all the same")
        why = "no connection"
        for address in dict.fromkeys(addresses):
            try:
                return self._secured(socket.create_connection((address, self._port), self._connect_time))
            except ssl.SSLCertVerificationError as problem:
                why = f"the service's certificate is not trusted: {problem.verify_message}"
            except OSError as problem:
                why = f"no connection: {problem.strerror or type(problem).__name__}"
        raise Unreachable(why)

    def _secured(self, plain: socket.socket) -> socket.socket:
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._secure:
                if self._tls is None:
                    self._tls = ssl.create_default_context(cafile=self._ca)
                plain = self._tls.wrap_socket(plain, server_hostname=self._host)
            plain.settimeout(self._answer_time)
        except BaseException:
            plain.close()
            raise
        return plain


def public(address: str) -> bool:
    """Whether an IP address is one of the public Internet, also when it is an IPv4 address in IPv6 clothes."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is None and found in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
        if inner is not None:
            return public(str(inner))
    return found.is_global and not found.is_multicast


_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


def _readable(sock: socket.socket) -> bool:
    """Whether something lies there unasked: the end of the connection, or an answer to nothing."""
    return bool(select.select([sock], [], [], 0)[0])
