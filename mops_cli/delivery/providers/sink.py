"""A mail server that keeps nothing but a list: for demonstrations, rates, and trials of crashes.

``python -m mops_cli.delivery.providers.sink --port 0 --log FILE --fail drop=100`` prints its port and serves on this machine
until it is ended. Each delivery is one line of the log, written before its 250: seconds since 1970, sender, recipients (by
commas), octets, SHA-256 of the text; separated by tabs.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mops_cli.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.clock import Clock

FAULTS = {
    "later": "answers RCPT with 451",
    "refuse": "answers RCPT with 550 5.1.1",
    "busy": "answers the final dot with 452, keeps nothing",
    "drop": "keeps the message, then breaks the connection without an answer",
    "lose": "breaks the connection without an answer, keeps nothing",
    "hang": "keeps the message and never answers",
    "slow": "answers after 200 ms",
}
"""What it can be told to do to every n-th message."""

_SLOW = 0.2
_EHLO = (
    b"250-sink\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SMTPUTF8\r\n"
)
_REPLIES = {
    b"EHLO": _EHLO,
    b"HELO": b"250 sink\r\n",
    b"RSET": b"250 2.0.0 Ok\r\n",
    b"NOOP": b"250 2.0.0 Ok\r\n",
    b"QUIT": b"221 2.0.0 Bye\r\n",
}
_LONGEST = 4_096


class Delivery(NamedTuple):
    """A message that was taken. ``at`` in seconds since 1970; ``sha`` of the text without stuffed dots."""

    at: float
    sender: str
    people: tuple[str, ...]
    size: int
    sha: str


class Sink:
    """The server: deliveries go to ``log`` (a file) or into :attr:`taken`."""

    def __init__(
        self, log: Path | None = None, faults: Mapping[str, int] | None = None, clock: Clock | None = None
    ) -> None:
        self.taken: list[Delivery] = []
        self.count = 0
        self.port = 0
        self.faults = {name: every for name, every in (faults or {}).items() if every > 0}
        self._seen: dict[str, int] = {}
        self._clock = clock or SystemClock()
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if log is not None else -1
        self._server: asyncio.Server | None = None
        self.guests: set[asyncio.Transport] = set()

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> int:
        """Serve; gives the port.

        Raises:
            OSError: The port is taken.
        """
        self._server = await asyncio.get_running_loop().create_server(lambda: _Guest(self), host, port, backlog=256)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self.port

    async def stop(self) -> None:
        """Break every connection and serve no more."""
        if self._server is not None:
            self._server.close()
            for transport in list(self.guests):
                transport.abort()
            await self._server.wait_closed()
            await asyncio.sleep(0)
            self._server = None
        if self._log >= 0:
            os.close(self._log)
            self._log = -1

    def turn(self, *faults: str) -> str:
        """Which of these faults is this message's turn; "" for none."""
        for name in faults:
            every = self.faults.get(name, 0)
            if every:
                self._seen[name] = seen = self._seen.get(name, 0) + 1
                if seen % every == 0:
                    return name
        return ""

    def keep(self, sender: str, people: Sequence[str], text: bytes) -> None:
        """Note a delivery."""
        self.count += 1
        sha = hashlib.sha256(text).hexdigest()
        at = self._clock.now().timestamp()
        if self._log >= 0:
            os.write(self._log, f"{at:.6f}\t{sender}\t{','.join(people)}\t{len(text)}\t{sha}\n".encode())
        else:
            self.taken.append(Delivery(at, sender, tuple(people), len(text), sha))


class _Guest(asyncio.Protocol):
    """One connection. Replies to all that arrived together leave together."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._text = False
        self._sender: str | None = None
        self._people: list[str] = []
        self._out: list[bytes] = []
        self._held = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._sink.guests.add(transport)
        transport.write(b"220 sink ESMTP\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._sink.guests.discard(self._transport)
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._rest = self._rest + data if self._rest else data
        self._work()

    def _work(self) -> None:
        while self._rest and not self._held and (self._message() if self._text else self._command()):
            pass
        if self._out and self._transport is not None and not self._held:
            self._transport.write(b"".join(self._out))
            self._out.clear()

    def _command(self) -> bool:
        line, end, rest = self._rest.partition(b"\n")
        if not end:
            if len(line) > _LONGEST and self._transport is not None:
                self._transport.abort()
            return False
        self._rest = rest
        word = line[:4].upper()
        if word == b"MAIL":
            self._out.append(self._mail(line))
        elif word == b"RCPT":
            self._out.append(self._rcpt(line))
        elif word == b"DATA":
            self._text = bool(self._people)
            self._out.append(b"354 End data with .\r\n" if self._text else b"554 5.5.1 No valid recipients\r\n")
        else:
            self._out.append(_REPLIES.get(word, b"502 5.5.1 Unknown\r\n"))
            self._sender = None
            self._people = []
            if word == b"QUIT" and self._transport is not None:
                self._transport.write(b"".join(self._out))
                self._out.clear()
                self._transport.close()
                return False
        return True

    def _mail(self, line: bytes) -> bytes:
        if self._sender is not None:
            return b"503 5.5.1 Nested MAIL\r\n"
        self._sender = _address(line)
        return b"250 2.1.0 Ok\r\n"

    def _rcpt(self, line: bytes) -> bytes:
        if self._sender is None:
            return b"503 5.5.1 Need MAIL\r\n"
        fault = self._sink.turn("later", "refuse") if self._sink.faults else ""
        if fault == "later":
            return b"451 4.3.0 Try again later\r\n"
        if fault == "refuse":
            return b"550 5.1.1 No such user\r\n"
        self._people.append(_address(line))
        return b"250 2.1.5 Ok\r\n"

    def _message(self) -> bool:
        if self._rest.startswith(b".\r\n"):
            text, rest = b"", self._rest[3:]
        else:
            end = self._rest.find(b"\r\n.\r\n")
            if end < 0:
                return False
            text, rest = self._rest[: end + 2], self._rest[end + 5 :]
        self._rest = rest
        self._text = False
        sender, people = self._sender or "", self._people
        self._sender, self._people = None, []
        fault = self._sink.turn("busy", "drop", "lose", "hang", "slow") if self._sink.faults else ""
        if fault == "busy":
            self._out.append(b"452 4.3.1 Busy\r\n")
            return True
        if fault != "lose":
            self._sink.keep(sender, people, text.replace(b"\r\n..", b"\r\n.") if b"\r\n.." in text else text)
        if fault in {"drop", "lose"}:
            if self._transport is not None:
                self._transport.abort()
            self._rest = b""
            return False
        self._held = fault in {"hang", "slow"}
        self._out.append(b"250 2.0.0 Ok: queued as %X\r\n" % self._sink.count)
        if fault == "slow":
            asyncio.get_running_loop().call_later(_SLOW, self._release)
        return True

    def _release(self) -> None:
        self._held = False
        self._work()


def _address(line: bytes) -> str:
    found = line.partition(b"<")[2].rpartition(b">")[0].partition(b">")[0]
    return found.decode("utf-8", "replace").replace("\t", " ")


def faults_of(words: Sequence[str]) -> dict[str, int]:
    """Faults as said on the command line: ``drop=100`` is every hundredth message.

    Raises:
        ValueError: There is no such fault, or its number is none.
    """
    found = {}
    for word in words:
        name, _, every = word.partition("=")
        if name not in FAULTS or not every.isdigit():
            raise ValueError(f'"{word}" is no fault; write one of {", ".join(FAULTS)} with a number, e.g. drop=100')
        found[name] = int(every)
    return found


async def serve(port: int, log: Path | None, faults: Mapping[str, int]) -> None:
    """Serve until SIGTERM or SIGINT; prints the port first."""
    sink = Sink(log, faults)
    sys.stdout.write(f"{await sink.start(port)}\n")
    sys.stdout.flush()
    ends = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ends.set)
    await ends.wait()
    await sink.stop()


def main(words: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="sink", description="A mail server that keeps nothing but a list.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--log", type=Path, help="the file that gets a line for each delivery")
    faults = "; ".join(f"{name}: {what}" for name, what in FAULTS.items())
    parser.add_argument("--fail", action="append", default=[], metavar="KIND=N", help=f"every N-th message: {faults}")
    said = parser.parse_args(words)
    try:
        found = faults_of(said.fail)
    except ValueError as problem:
        parser.error(str(problem))
    asyncio.run(serve(said.port, said.log, found))


if __name__ == "__main__":
    main()
