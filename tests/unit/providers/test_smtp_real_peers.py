"""The SMTP lane against real servers: aiosmtpd with TLS and log-in, Postfix's smtp-sink when it is installed."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import shutil
import socket
import ssl
import subprocess

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from mail_scripts import BODY, Told, lane, mail

from mops_cli.delivery.providers.smtp.settings import Login

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd")


class Server:
    def __init__(self, port):
        self.port = port


class Ready(Controller):
    def _trigger_server(self):
        """Its own check verifies certificates; a bare connection is enough to see that it serves."""
        socket.create_connection((self.hostname, self.port), 5).close()


class Inbox:
    def __init__(self):
        self.got = []
        self.users = []

    async def handle_DATA(self, server, session, envelope):
        self.got.append((envelope.mail_from, envelope.rcpt_tos, envelope.content, session.ssl is not None))
        self.users.append(session.auth_data)
        return "250 2.0.0 Ok: queued as A1B2C3D4"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A throwaway certificate for localhost that signs itself; gives its file and the server's context."""
    folder = tmp_path_factory.mktemp("tls")
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "ca.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    return str(folder / "ca.pem"), context


@pytest.fixture
def serve():
    started = []

    def start(**said):
        inbox = Inbox()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        controller = Ready(inbox, hostname="127.0.0.1", port=port, **said)
        controller.start()
        started.append(controller)
        return inbox, Server(port)

    yield start
    for controller in started:
        controller.stop()


def deliver(server, told, login=None, count=3, **settings):
    async def go():
        async with asyncio.timeout(20):
            one = lane(server, login, **settings)
            await one.deliver(mail(count), told)
            await one.close()

    asyncio.run(go())
    return told


def test_plain_on_this_machine(serve):
    inbox, server = serve()
    told = deliver(server, Told(), count=10)
    assert told.outcomes == ["sent"] * 10
    assert [people for _, people, _, _ in inbox.got] == [[f"ada{n}@people.example"] for n in range(10)]
    assert told.answers[0].reference == "A1B2C3D4"


def test_starttls_with_an_own_authority(serve, authority):
    ca, context = authority
    inbox, server = serve(tls_context=context, require_starttls=True)
    told = deliver(server, Told(), host="localhost", tls="starttls", ca=ca)
    assert told.outcomes == ["sent"] * 3
    assert all(secure for *_, secure in inbox.got)


def test_implicit_tls(serve, authority):
    ca, context = authority
    inbox, server = serve(ssl_context=context)
    assert deliver(server, Told(), host="localhost", tls="implicit", ca=ca).outcomes == ["sent"] * 3
    assert len(inbox.got) == 3


def test_starttls_is_required_once_it_is_asked_for(serve):
    inbox, server = serve()
    told = deliver(server, Told(), tls="starttls")
    assert told.outcomes == ["deferred"] * 3
    assert "STARTTLS" in told.answers[0].said
    assert inbox.got == []


@pytest.mark.parametrize(
    ("host", "trusted"), [("localhost", False), ("127.0.0.1", True)], ids=["stranger", "other-name"]
)
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_that_cannot_be_trusted_gets_nothing(serve, authority, host, trusted, tls):
    ca, context = authority
    how = {"ssl_context": context} if tls == "implicit" else {"tls_context": context}
    inbox, server = serve(**how)
    told = deliver(server, Told(), host=host, tls=tls, **({"ca": ca} if trusted else {}))
    assert told.outcomes == ["deferred"] * 3
    assert "certificate is not trusted" in told.answers[0].said
    assert inbox.got == []


class Doorkeeper:
    def __init__(self):
        self.seen = []

    def __call__(self, server, session, envelope, mechanism, data):
        self.seen.append(mechanism)
        good = data.login == b"news" and data.password == "gr\u00fc\u00df".encode()
        return AuthResult(success=good, handled=False, auth_data=data)


@pytest.mark.parametrize("hidden", [(), ("PLAIN",)])
def test_logging_in(serve, authority, hidden):
    (ca, context), doorkeeper = authority, Doorkeeper()
    _, server = serve(
        auth_exclude_mechanism=list(hidden), authenticator=doorkeeper, auth_required=True, tls_context=context
    )
    login = Login("news", "grüß")
    assert deliver(server, Told(), login, host="localhost", tls="starttls", ca=ca).outcomes == ["sent"] * 3
    assert set(doorkeeper.seen) == ({"LOGIN"} if hidden else {"PLAIN"})


def test_a_wrong_password_puts_off_and_is_not_told(serve, authority):
    ca, context = authority
    _, server = serve(authenticator=Doorkeeper(), auth_required=True, tls_context=context)
    told = deliver(server, Told(), Login("news", "hunter2-but-longer"), host="localhost", tls="starttls", ca=ca)
    assert told.outcomes == ["deferred"] * 3
    assert told.answers[0].code == "535"
    assert "hunter2" not in str(told.answers)


@pytest.mark.skipif(
    shutil.which("smtp-sink", path="/usr/sbin:/usr/bin") is None, reason="smtp-sink of Postfix is not installed"
)
def test_smtp_sink_of_postfix():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin")
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    process = subprocess.Popen([path, *user, f"127.0.0.1:{port}", "50"])
    try:

        async def go():
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    break
                except OSError:
                    await asyncio.sleep(0.02)
            told, one = Told(), lane(Server(port))
            await one.deliver(mail(500, BODY * 100), told)
            await one.close()
            return told

        told = asyncio.run(asyncio.wait_for(go(), 30))
        assert told.outcomes == ["sent"] * 500
    finally:
        process.terminate()
        process.wait()
