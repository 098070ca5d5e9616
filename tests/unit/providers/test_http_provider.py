"""The generic HTTP provider against a real server."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import hashlib
import hmac
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from mail_scripts import Told

from mops_cli.clock import FrozenClock
from mops_cli.delivery.providers.calls import public
from mops_cli.delivery.providers.posting import HttpProvider, make_http
from mops_cli.delivery.providers.settings import Making
from mops_cli.errors import UsageError
from mops_cli.model.delivery import Outgoing

NOW = FrozenClock(dt.datetime(2027, 1, 26, 16, 0, tzinfo=dt.UTC))


@contextmanager
def serving(*replies):
    """A server that gives these replies in turn, the last one again and again: (status, headers, body) or an act."""
    got = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            reply = replies[min(len(got), len(replies) - 1)]
            got.append((self.path, dict(self.headers), body))
            if reply == "drop":
                self.close_connection = True
                return
            if reply == "hang":
                done.wait(10)
                self.close_connection = True
                return
            status, headers, text = reply
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *args):
            pass

    done = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/send?v=1", got
    finally:
        done.set()
        server.shutdown()
        thread.join()
        server.server_close()


def texts(count=1):
    return [Outgoing(n, f"spring@2027|{n}", "+4930", f"+49{n}", b'{"text":"Hi"}', "sms") for n in range(count)]


def provider(tmp_path, url, environment=None, **said):
    table = {"type": "http", "url": url, "allow_private": True, "timeout": 2, **said}
    made = make_http(Making("gate", tmp_path, environment or {}), table)
    assert isinstance(made, HttpProvider)
    made._clock = NOW
    return made


def deliver(made, messages, told):
    async def go():
        lane = await made.open()
        async with asyncio.timeout(20):
            await lane.deliver(messages, told)
            await lane.close()

    asyncio.run(go())
    return told


def test_an_envelope_with_its_key_and_the_services_own_id(tmp_path):
    with serving((201, {}, b'{"data":[{"id":77}]}')) as (url, got):
        told = deliver(provider(tmp_path, url, reference="/data/0/id"), texts(3), Told())
    assert told.outcomes == ["sent"] * 3
    assert told.answers[1].reference == "77"
    path, headers, body = got[1]
    assert path == "/send?v=1"
    assert headers["Idempotency-Key"] == "spring@2027|1"
    assert json.loads(body) == {
        "key": "spring@2027|1",
        "channel": "sms",
        "address": "+491",
        "message": {"text": "Hi"},
        "sender": "+4930",
    }


def test_the_payload_alone_with_secret_headers_and_a_signature(tmp_path):
    environment = {"TOKEN": "t0p", "KEY": "whsec_" + base64.b64encode(b"key").decode()}
    said = {"body": "payload", "headers": {"Authorization": "Bearer env:TOKEN", "X-Team": "news"}, "secret": "env:KEY"}
    with serving((200, {}, b"")) as (url, got):
        deliver(provider(tmp_path, url, environment, **said), texts(), Told())
    _, headers, body = got[0]
    assert body == b'{"text":"Hi"}'
    assert headers["Authorization"] == "Bearer t0p"
    assert headers["webhook-timestamp"] == "1800979200"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(b"key", signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


@pytest.mark.parametrize(
    ("reply", "outcome", "wait"),
    [
        ((429, {"Retry-After": "7"}, b""), "deferred", 7),
        ((503, {"Retry-After": "Tue, 26 Jan 2027 16:01:00 GMT"}, b""), "deferred", 60),
        ((500, {"Retry-After": "soon"}, b"oops"), "deferred", 0),
        ((401, {}, b""), "deferred", 0),
        ((400, {}, b'{"error":{"message":"bad text for ada@people.example"}}'), "refused", 0),
        ((404, {}, b""), "refused", 0),
        ((410, {}, b""), "bad-address", 0),
        ((302, {"Location": "http://127.0.0.1/other"}, b""), "failed", 0),
    ],
)
def test_what_an_answer_means(tmp_path, reply, outcome, wait):
    with serving(reply) as (url, got):
        told = deliver(provider(tmp_path, url, bad_address=[410]), texts(), Told())
    assert told.outcomes == [outcome]
    assert told.answers[0].wait == wait
    assert "@" not in told.answers[0].said
    assert len(got) == 1


@pytest.mark.parametrize("act", ["drop", "hang"])
@pytest.mark.parametrize(("idempotent", "outcome"), [(False, "unknown"), (True, "deferred")])
def test_a_broken_request_is_doubt_unless_it_may_be_repeated(tmp_path, act, idempotent, outcome):
    with serving(act, (200, {}, b"")) as (url, _):
        told = deliver(provider(tmp_path, url, idempotent=idempotent, timeout=0.3), texts(2), Told())
    assert told.outcomes == [outcome, "sent"]


def test_a_kept_connection_that_was_closed_is_made_again_without_doubt(tmp_path):
    with serving((200, {"Connection": "close"}, b""), (200, {}, b"")) as (url, _):
        assert deliver(provider(tmp_path, url), texts(3), Told()).outcomes == ["sent"] * 3


def test_nobody_listens(tmp_path):
    told = deliver(provider(tmp_path, "http://127.0.0.1:1/"), texts(2), Told())
    assert told.outcomes == ["deferred", "deferred"]
    assert told.begun == []


def test_declined(tmp_path):
    with serving((200, {}, b"")) as (url, got):
        assert deliver(provider(tmp_path, url), texts(2), Told(refuses={0})).outcomes == ["deferred", "sent"]
    assert len(got) == 1


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]"]
)
def test_private_addresses_get_nothing(tmp_path, host):
    told = deliver(provider(tmp_path, f"https://{host}/", allow_private=False), texts(), Told())
    assert told.outcomes == ["deferred"]
    assert "private" in told.answers[0].said


@pytest.mark.parametrize(
    ("address", "is_public"),
    [("93.184.216.34", True), ("2606:2800::1", True), ("10.1.2.3", False), ("100.64.0.1", False), ("224.0.0.1", False), ("0.0.0.0", False),
     ("fd00::1", False), ("fe80::1%eth0", False), ("::ffff:10.0.0.1", False), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False)],
)  # fmt: skip
def test_which_addresses_are_public(address, is_public):
    assert public(address) is is_public


@pytest.mark.parametrize(
    "said",
    [
        {"url": "http://gate.example/"},
        {"url": "https://gate.example/", "headers": {"Authorization": "Bearer literal"}},
        {"url": "https://gate.example/", "headers": {"X-Api-Key": "literal"}},
        {"url": "https://gate.example/", "headers": {"X": "a\r\nb"}},
        {"url": "https://gate.example/", "secret": "literal"},
        {"url": "https://gate.example/", "reference": "id"},
    ],
)
def test_settings_that_are_refused(tmp_path, said):
    with pytest.raises(UsageError) as problem:
        make_http(Making("gate", tmp_path, {}), {"type": "http", **said})
    assert problem.value.exit_code == 2
    assert "literal" not in problem.value.message + problem.value.hint
