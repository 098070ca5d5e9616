"""A row of messages over one connection: who was refused, who was taken over, who is in doubt."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mops_cli.delivery.providers.replies import answer, reference, scrubbed
from mops_cli.delivery.providers.smtp.connection import LARGE, Asked
from mops_cli.delivery.providers.smtp.letters import Letter, Unsendable
from mops_cli.model.delivery import Answer, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mops_cli.delivery.providers.smtp.connection import Connection
    from mops_cli.delivery.providers.smtp.reading import Reply
    from mops_cli.model.delivery import Outgoing, Told

_SENT = "250"


class Pipeline:
    """One run over one connection. ``at`` is the number of the first message of the row without an end."""

    def __init__(
        self,
        connection: Connection,
        messages: Sequence[Outgoing],
        told: Told,
        letter: Callable[[Outgoing], Letter],
        *,
        pipelining: bool,
    ) -> None:
        self.at = 0
        self.answered = 0  # replies to final dots and refusals
        self.blamed = False  # the message at ``at`` had been announced when the connection broke
        self.declined = False  # whoever is told did not want it to be sent
        self.stopped: Answer | None = None  # the server asks to stop
        self._connection = connection
        self._messages = messages
        self._told = told
        self._letter = letter
        self._pipelining = pipelining
        self._over = False
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sending: Letter | None = None  # its text is under way, with its final dot
        self._next: Letter | None = None  # its commands are under way
        self._mail = False
        self._refused: Answer | None = None
        self._open = False  # a transaction was begun that no final dot has ended
        self._mail_due, self._rcpt_due = Asked(self._mail_said), Asked(self._rcpt_said)
        self._data_due, self._dot_due = Asked(self._data_said, "345"), Asked(self._dot_said)
        self._reset_due = Asked(lambda _: None)

    async def run(self) -> None:
        """Until every message has its end or the connection is gone. Never raises."""
        if self._connection.lost or not self._messages:
            return
        self._connection.on_lost = self._finish
        try:
            commands = self._announce()
            if commands:
                self._connection.write(commands, self._connection.patience.command)
            else:
                self._finish()
            await self._done
        except asyncio.CancelledError:
            self._connection.end("stopped")
            raise
        finally:
            self._connection.on_lost = None
            self._connection.rest()

    def _announce(self) -> bytes:
        """The commands of the next message that can be sent at all; empty: there is none."""
        position = self.at + (self._sending is not None)
        while position < len(self._messages):
            message = self._messages[position]
            try:
                self._next = self._letter(message)
            except Unsendable as problem:
                if self._sending is not None:
                    return b""  # its turn comes when the one before it has its end
                self._told.ends(message.index, problem.answer)
                self.at = position = position + 1
                continue
            return self._commands(self._next)
        return b""

    def _commands(self, letter: Letter) -> bytes:
        reset = self._open and self._sending is None
        self._open, self._mail, self._refused = False, False, None
        if not self._pipelining:
            if reset:
                self._connection.ask(Asked(self._reset_said))
                return b"RSET\r\n"
            self._connection.ask(self._mail_due)
            return letter.mail
        if reset:
            self._connection.ask(self._reset_due)
        self._connection.ask(self._mail_due, self._rcpt_due, self._data_due)
        return b"".join((b"RSET\r\n" if reset else b"", letter.mail, letter.rcpt, b"DATA\r\n"))

    def _step(self, line: bytes, due: Asked) -> None:
        """The next command, for a server that takes one at a time."""
        if self._still():
            self._connection.ask(due)
            self._connection.write(line, self._connection.patience.command)

    def _still(self) -> bool:
        """Whether the server has said no more than it was asked; otherwise the next reply would be read too early."""
        if self._connection.quiet:
            return True
        self._connection.end("the server said more than it was asked")
        return False

    def _reset_said(self, reply: Reply) -> None:
        if self._next is not None and not self._goes(reply):
            self._step(self._next.mail, self._mail_due)

    def _mail_said(self, reply: Reply) -> None:
        if self._goes(reply):
            return
        self._mail = 200 <= reply.code < 300
        if self._mail:
            self._open = True
        else:
            self._refused = answer(reply.code, reply.text, recipient=False)
        if not self._pipelining and self._next is not None:
            if self._mail:
                self._step(self._next.rcpt, self._rcpt_due)
            else:
                self._refuse()

    def _rcpt_said(self, reply: Reply) -> None:
        if self._goes(reply):
            return
        taken = 200 <= reply.code < 300
        if not taken and self._refused is None:
            self._refused = answer(reply.code, reply.text)
        elif taken and self._refused is not None:
            self._connection.end("the server took a recipient without a sender")
            return
        if not self._pipelining:
            if taken:
                self._step(b"DATA\r\n", self._data_due)
            else:
                self._refuse()

    def _data_said(self, reply: Reply) -> None:
        if self._goes(reply):
            return
        if reply.code == 354:
            if not self._still():
                return
            if self._refused is None:
                self._hand_over()
            else:
                # The server waits for a text though nobody is to get it: an empty one ends that (RFC 2920 section 3.1).
                self._connection.ask(Asked(lambda _: self._refuse()))
                self._connection.write(b".\r\n", self._connection.patience.dot)
            return
        if reply.code < 400:
            self._connection.end(f"the server gave a reply out of order ({reply.code})")
            return
        if self._refused is None:
            self._refused = answer(reply.code, reply.text, recipient=False)
        self._refuse()

    def _hand_over(self) -> None:
        """The text of the message whose commands were accepted, and at once the commands of the one after it."""
        letter = self._next
        assert letter is not None
        if len(letter.body) > LARGE:
            self._connection.write_large(letter.body, lambda: self._dot(letter, b".\r\n"))
        else:
            self._dot(letter, letter.body + b".\r\n")

    def _dot(self, letter: Letter, last: bytes) -> None:
        if not self._told.begins(letter.number):
            # In the middle of DATA there is no way back but this one; an unfinished text is thrown away.
            self.declined = True
            self._connection.end("stopped before the final dot")
            return
        self._sending, self._next, self._open = letter, None, False
        self._connection.ask(self._dot_due)
        following = self._announce() if self._pipelining else b""
        self._connection.write(last + following if following else last, self._connection.patience.dot)

    def _dot_said(self, reply: Reply) -> None:
        letter, self._sending = self._sending, None
        assert letter is not None
        if 200 <= reply.code < 300:
            said = Answer(Outcome.SENT, _SENT if reply.code == 250 else str(reply.code), "", reference(reply.text))
        else:
            said = answer(reply.code, reply.text)
        self._told.ends(letter.number, said)
        self.at += 1
        self.answered += 1
        if self._connection.closing:
            self._stop()
        elif self._next is None:
            self._go_on()

    def _refuse(self) -> None:
        """The message whose commands were refused has its end."""
        letter, self._next = self._next, None
        assert letter is not None
        assert self._refused is not None
        self._told.ends(letter.number, self._refused)
        self.at += 1
        self.answered += 1
        if self._connection.closing:
            self._stop()
        else:
            self._go_on()

    def _go_on(self) -> None:
        if not self._still():
            return
        commands = self._announce()
        if commands:
            self._connection.write(commands, self._connection.patience.command)
        else:
            self._finish()

    def _goes(self, reply: Reply) -> bool:
        """Whether the server says that it closes; then nothing more is sent."""
        if reply.code != 421:
            return False
        self._stop()
        return True

    def _stop(self) -> None:
        said = scrubbed(f"421 {self._connection.closing}")
        self.stopped = Answer(Outcome.DEFERRED, "421", said)
        self._connection.end("the server closed the connection")

    def _finish(self) -> None:
        if self._over:
            return
        self._over = True
        if self._sending is not None:
            self._told.ends(self._sending.number, Answer(Outcome.UNKNOWN, "", scrubbed(self._connection.lost)))
            self.at += 1
            self._sending = None
        else:
            self.blamed = self._next is not None
        if not self._done.done():
            self._done.set_result(None)
