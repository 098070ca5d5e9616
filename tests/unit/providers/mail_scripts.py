"""A mail server that says what a test wants, and an ear that fails at once when a lane tells things in a wrong order."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager

import msgspec

from mops_cli.delivery.providers.smtp.lane import SmtpLane
from mops_cli.delivery.providers.smtp.settings import Login, SmtpSettings
from mops_cli.model.delivery import Answer, Outgoing

BODY = b"From: news@aurora.example\r\nSubject: Hello\r\n\r\nHello.\r\n"


EHLO = b"250-me\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
ONE_BY_ONE = b"250-me\r\n250 8BITMIME\r\n"


class Told:
    def __init__(self, refuses=()):
        self.begun = []
        self.answers: dict[int, Answer] = {}
        self.refuses = set(refuses)

    def begins(self, index):
        assert index not in self.begun, "announced twice"
        assert index not in self.answers, "announced after its end"
        if index in self.refuses:
            return False
        self.begun.append(index)
        return True

    def ends(self, index, answer):
        assert index not in self.answers, "ended twice"
        self.answers[index] = answer

    @property
    def outcomes(self):
        return [str(self.answers[index].outcome) for index in sorted(self.answers)]


def mail(count=1, payload=BODY, address="ada{}@people.example", sender="bounce@aurora.example"):
    return [Outgoing(n, f"spring@2027|{n}", sender, address.format(n), payload) for n in range(count)]


class Script:
    """A mail server that says what a test wants. ``say`` maps (command, number of that command) to a reply or an act."""

    def __init__(self, say=None, *, greeting=b"220 ready\r\n", ehlo=EHLO, strict=True):
        self.say = {b"EHLO": ehlo, **(say or {})}
        self.greeting = greeting
        self.strict = strict
        self.counts = {}
        self.got = []  # (recipients, text)
        self.heard = []
        self.connections = 0
        self.port = 0
        self._writers = []
        self._guests = []

    def _reply(self, word, counts):
        counts[word] = counts.get(word, -1) + 1
        usual = {b"DATA": b"354 go\r\n", b"QUIT": b"221 bye\r\n", b".": b"250 2.0.0 Ok: queued as 4F3A1B2C\r\n"}
        return self.say.get((word, counts[word]), self.say.get(word, usual.get(word, b"250 2.1.0 Ok\r\n")))

    async def serve(self, reader, writer):
        self.connections += 1
        self._writers.append(writer)
        self._guests.append(asyncio.current_task())
        counts = self.counts
        try:
            writer.write(self.greeting)
            people, begun = [], False
            while line := await reader.readline():
                word = line.split()[0].upper() if line.split() else b""
                self.heard.append(line.rstrip())
                reply = self._reply(word, counts)
                if word == b"MAIL" and isinstance(reply, bytes):
                    begun = reply.startswith(b"2")
                if word == b"RCPT" and not begun and self.strict:
                    reply = b"503 5.5.1 need MAIL\r\n"
                if word == b"DATA" and not people and self.strict:
                    reply = b"503 5.5.1 need RCPT\r\n"
                if word == b"RCPT" and isinstance(reply, bytes) and reply.startswith(b"2"):
                    people.append(line.split(b"<")[1].split(b">")[0].decode())
                if word in {b"MAIL", b"RSET"}:
                    people = []
                if not await self._act(reply, writer):
                    return
                if word == b"DATA" and reply.startswith(b"354"):
                    text = b""
                    while not (text == b".\r\n" or text.endswith(b"\r\n.\r\n")):
                        more = await reader.readline()
                        if not more:
                            return
                        text += more
                    if not await self._act(self._reply(b".", counts), writer):
                        return
                    self.got.append((people, text[:-3].replace(b"\r\n..", b"\r\n.")))
                    people = []
                if word == b"QUIT":
                    return
        except (ConnectionError, BrokenPipeError):
            pass
        finally:
            writer.close()

    @staticmethod
    async def _act(reply, writer):
        if reply == "drop":
            writer.transport.abort()
            return False
        if reply == "hang":
            await writer.wait_closed()
            return False
        writer.write(reply)
        await writer.drain()
        return True


@asynccontextmanager
async def serving(script):
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        server.close()
        for writer in script._writers:
            writer.transport.abort()
        await server.wait_closed()
        await asyncio.gather(*script._guests, return_exceptions=True)


def lane(script, login=None, sign=None, **settings):
    """A lane to the script's server; ``patience`` is short unless said."""
    said = {"type": "smtp", "host": "127.0.0.1", "port": script.port, "patience": {"command": 5, "dot": 5}, **settings}
    return SmtpLane(
        msgspec.convert(said, SmtpSettings),
        login or Login(),
        lambda: ssl.create_default_context(cafile=settings.get("ca")),
        sign,
    )


def deliver(script, row, told, /, **settings):
    """Everything over one lane to a served script."""

    async def go():
        async with serving(script):
            one = lane(script, **settings)
            async with asyncio.timeout(20):
                await one.deliver(row, told)
                await one.close()

    asyncio.run(go())
    return told
