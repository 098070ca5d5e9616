"""The SMTP lane against servers that behave, and servers that do not."""

from __future__ import annotations

import asyncio

import pytest
from mail_scripts import BODY, EHLO, ONE_BY_ONE, Script, Told, deliver, lane, mail, serving

BOTH = pytest.mark.parametrize("ehlo", [EHLO, ONE_BY_ONE], ids=["pipelining", "one-by-one"])


def people(script):
    return [one for got, _ in script.got for one in got]


@BOTH
def test_every_message_reaches_its_own_recipient(ehlo):
    script = Script(ehlo=ehlo)
    told = deliver(script, mail(20), Told())
    assert told.outcomes == ["sent"] * 20
    assert people(script) == [f"ada{n}@people.example" for n in range(20)]
    assert told.begun == list(range(20))
    assert told.answers[3].reference == "4F3A1B2C"
    assert script.connections == 1


@BOTH
@pytest.mark.parametrize("command", [b"MAIL", b"RCPT", b"DATA"])
def test_a_refusal_of_one_disturbs_no_other(ehlo, command):
    script = Script({(command, 2): b"451 4.3.0 later\r\n", (command, 5): b"550 5.7.1 no\r\n"}, ehlo=ehlo)
    told = deliver(script, mail(8), Told())
    expected = ["sent"] * 8
    expected[2], expected[5] = "deferred", "refused"
    assert told.outcomes == expected
    assert people(script) == [f"ada{n}@people.example" for n in range(8) if n not in {2, 5}]
    assert script.connections == 1
    assert told.begun == [0, 1, 3, 4, 6, 7]


@BOTH
def test_a_refusal_of_the_text_is_the_answer_of_that_message(ehlo):
    script = Script(
        {(b".", 1): b"554 5.7.1 spam for ada1@people.example\r\n", (b".", 2): b"452 4.2.2 full\r\n"}, ehlo=ehlo
    )
    told = deliver(script, mail(4), Told())
    assert told.outcomes == ["sent", "refused", "deferred", "sent"]
    assert "ada1" not in told.answers[1].said


def test_a_server_that_waits_for_a_text_for_nobody_gets_a_lone_dot():
    script = Script({(b"RCPT", 1): b"550 5.1.1 nobody\r\n", (b".", 1): b"554 5.5.1 nobody\r\n"}, strict=False)
    told = deliver(script, mail(3), Told())
    assert told.outcomes == ["sent", "bad-address", "sent"]
    assert [text for got, text in script.got if not got] == [b""]
    assert script.connections == 1


def test_a_recipient_taken_without_a_sender_ends_the_connection_before_any_text():
    script = Script({(b"MAIL", 0): b"550 5.7.1 no\r\n"}, strict=False)
    told = deliver(script, mail(2), Told())
    assert told.outcomes == ["deferred", "sent"]
    assert people(script) == ["ada1@people.example"]


@BOTH
def test_a_drop_after_the_dot_is_doubt_and_the_rest_goes_on(ehlo):
    script = Script({(b".", 2): "drop"}, ehlo=ehlo)
    told = deliver(script, mail(5), Told())
    assert told.outcomes == ["sent", "sent", "unknown", "sent", "sent"]
    assert script.connections == 2


@BOTH
@pytest.mark.parametrize("command", [b"MAIL", b"RCPT", b"DATA"])
def test_a_drop_before_the_text_leaves_no_doubt(ehlo, command):
    script = Script({(command, n): "drop" for n in range(2, 20)}, ehlo=ehlo)
    told = deliver(script, mail(5), Told())
    assert told.outcomes == ["sent", "sent", "deferred", "deferred", "deferred"]
    assert told.begun == [0, 1]


def test_a_message_that_breaks_the_server_holds_no_other():
    class Picky(Script):
        def _reply(self, word, counts):
            reply = super()._reply(word, counts)
            return "drop" if word == b"RCPT" and b"ada2@" in self.heard[-1] else reply

    told = deliver(Picky(), mail(5), Told())
    assert told.outcomes == ["sent", "sent", "deferred", "sent", "sent"]


@BOTH
def test_421_puts_the_rest_off(ehlo):
    script = Script({(b"MAIL", 2): b"421 4.7.0 too many messages, slow down\r\n"}, ehlo=ehlo)
    told = deliver(script, mail(5), Told())
    assert told.outcomes == ["sent", "sent", "deferred", "deferred", "deferred"]
    assert {told.answers[n].code for n in (2, 3, 4)} == {"421"}
    assert script.connections == 1


def test_421_to_a_text_is_that_messages_answer_and_the_next_delivery_connects_again():
    script = Script({(b".", 1): b"421 4.3.2 going down\r\n"})

    async def go():
        async with serving(script):
            one, first, second = lane(script), Told(), Told()
            await one.deliver(mail(3), first)
            await one.deliver(mail(2), second)
            await one.close()
            return first, second

    first, second = asyncio.run(go())
    assert first.outcomes == ["sent", "deferred", "deferred"]
    assert second.outcomes == ["sent", "sent"]
    assert script.connections == 2


@BOTH
def test_who_is_told_may_decline(ehlo):
    script = Script(ehlo=ehlo)
    told = deliver(script, mail(4), Told(refuses={1}))
    assert told.outcomes == ["sent", "deferred", "sent", "sent"]
    assert people(script) == ["ada0@people.example", "ada2@people.example", "ada3@people.example"]


@pytest.mark.parametrize(
    ("command", "outcome"), [(b"EHLO", "deferred"), (b"MAIL", "deferred"), (b"RCPT", "deferred"), (b".", "unknown")]
)
def test_a_server_that_hangs_is_left_after_its_time(command, outcome):
    script = Script({command: "hang"})
    told = deliver(script, mail(1), Told(), patience={"command": 0.2, "dot": 0.2, "greeting": 0.2})
    assert told.outcomes == [outcome]
    assert "silent" in told.answers[0].said


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00\xff\xfe\x80 what\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"25",
        b"250-first\r\n251 second\r\n",
        b"x" * 100_000,
        b"250-more\r\n" * 5_000,
        b"999 what\r\n",
        b"354 go on\r\n",
    ],
    ids=["binary", "http", "half", "two-codes", "endless-line", "endless-reply", "no-code", "wrong-kind"],
)
@pytest.mark.parametrize(
    ("command", "outcome"), [(b"EHLO", "deferred"), (b"MAIL", "deferred"), (b"RCPT", "deferred"), (b".", "unknown")]
)
def test_garbage_never_hangs_and_never_counts_as_sent(garbage, command, outcome):
    script = Script({command: garbage}, strict=False)
    told = deliver(script, mail(1), Told(), patience={"command": 0.3, "dot": 0.3, "greeting": 0.3})
    assert told.outcomes == [outcome]


def test_a_connection_that_closes_in_the_middle_of_a_reply_is_doubt():
    class Half(Script):
        async def _act(self, reply, writer):
            if isinstance(reply, bytes) and b"queued" in reply:
                writer.write(reply[:7])
                await writer.drain()
                writer.close()
                return False
            return await super()._act(reply, writer)

    assert deliver(Half(), mail(1), Told()).outcomes == ["unknown"]


@pytest.mark.parametrize("command", [b"MAIL", b"RCPT", b"DATA"])
@BOTH
def test_replies_before_their_commands_are_never_matched_to_a_message(ehlo, command):
    """A server that says 250 once too often would make a message "sent" that it never took."""
    usual = b"354 go\r\n" if command == b"DATA" else b"250 Ok\r\n"
    script = Script({command: usual + b"250 2.0.0 Ok: queued as FALSE\r\n"}, ehlo=ehlo, strict=False)
    told = deliver(script, mail(1), Told())
    assert told.outcomes in (["deferred"], ["unknown"])


def test_replies_that_come_in_pieces_are_read_whole():
    class Slow(Script):
        async def _act(self, reply, writer):
            for at in range(len(reply)):
                writer.write(reply[at : at + 1])
                await writer.drain()
                await asyncio.sleep(0)
            return True

    assert deliver(Slow(), mail(3), Told()).outcomes == ["sent"] * 3


def test_a_connection_is_made_again_after_its_number_of_messages():
    script = Script()
    assert deliver(script, mail(10), Told(), messages=4).outcomes == ["sent"] * 10
    assert script.connections == 3
    assert script.heard.count(b"QUIT") == 3


def test_an_idle_connection_is_closed_politely_and_made_again():
    script = Script()

    async def go():
        async with serving(script), asyncio.timeout(10):
            one, first, second = lane(script, patience={"idle": 0.1}), Told(), Told()
            await one.deliver(mail(1), first)
            while b"QUIT" not in script.heard:  # noqa: ASYNC110 - a condition with a deadline
                await asyncio.sleep(0.01)
            await one.deliver(mail(1), second)
            await one.close()
            return first.outcomes + second.outcomes

    assert asyncio.run(go()) == ["sent", "sent"]
    assert script.connections == 2


@pytest.mark.parametrize("farewell", [b"", b"421 4.4.2 timeout exceeded\r\n"])
def test_a_kept_connection_that_the_server_closed_costs_nobody_anything(farewell):
    script = Script()

    async def go():
        async with serving(script):
            one, first, second = lane(script), Told(), Told()
            await one.deliver(mail(2), first)
            script._writers[-1].write(farewell)
            script._writers[-1].close()
            await one.deliver(mail(2), second)
            await one.close()
            return first.outcomes + second.outcomes

    assert asyncio.run(go()) == ["sent"] * 4


def test_nobody_listens():
    script = Script()
    script.port = 1
    told = Told()
    asyncio.run(lane(script).deliver(mail(3), told))
    assert told.outcomes == ["deferred"] * 3
    assert told.answers[0].wait > 0


def test_a_server_that_greets_with_a_refusal_puts_all_off():
    told = deliver(Script(greeting=b"554 5.7.1 your address is on a list\r\n"), mail(2), Told())
    assert told.outcomes == ["deferred", "deferred"]
    assert told.answers[0].code == "554"


def test_stopping_in_the_middle_leaves_doubt_for_what_was_handed_over():
    script = Script({b".": "hang"})

    async def go():
        async with serving(script), asyncio.timeout(10):
            told = Told()
            running = asyncio.create_task(lane(script).deliver(mail(3), told))
            while not told.begun:  # noqa: ASYNC110 - a condition with a deadline
                await asyncio.sleep(0.01)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            return told

    told = asyncio.run(go())
    assert told.begun == [0]
    assert str(told.answers[0].outcome) == "unknown"


def test_a_large_message_is_announced_only_when_its_text_has_left():
    """Of a text that the server stopped reading, it is certain that it was not taken."""

    class Deaf(Script):
        async def _act(self, reply, writer):
            await super()._act(reply, writer)
            if reply.startswith(b"354"):
                await writer.wait_closed()
                return False
            return True

    told = deliver(Deaf(), mail(1, BODY + b"x" * 70 * 300_000), Told(), patience={"data": 0.3})
    assert told.begun == []
    assert told.outcomes == ["deferred"]


def test_large_messages_arrive_whole():
    payload = BODY + b"A line.\r\n.dot\r\n" * 20_000
    script = Script()
    assert deliver(script, mail(2, payload), Told()).outcomes == ["sent", "sent"]
    assert [text for _, text in script.got] == [payload, payload]


@BOTH
def test_what_a_server_does_not_take_is_refused_before_it_is_sent(ehlo):
    script = Script(ehlo=ehlo.replace(b"250 8BITMIME", b"250 SIZE 100"))
    small, utf8 = BODY, BODY + "Grüße\r\n".encode()
    messages = [*mail(3, small), *mail(2, BODY * 10)]
    messages = [type(one)(n, one.key, one.sender, one.address, one.payload) for n, one in enumerate(messages)]
    messages.append(type(messages[0])(5, "k", "b@aurora.example", "ada@people.example", utf8))
    messages.append(
        type(messages[0])(6, "k", "b@aurora.example", "ada@people.example>\r\nRCPT TO:<eve@x.example", small)
    )
    messages.append(type(messages[0])(7, "k", "b@aurora.example", "ada@people.example", small))
    told = deliver(script, messages, Told())
    assert told.outcomes == ["sent", "sent", "sent", "refused", "refused", "refused", "failed", "sent"]
    assert [told.answers[n].code for n in (3, 5, 6)] == ["5.3.4", "5.6.3", "5.1.3"]
    assert "eve@x.example" not in str(script.heard)
    assert told.begun == [0, 1, 2, 7]
