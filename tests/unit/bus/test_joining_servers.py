"""Joining a server of ``[nats]``: secrets, certificates, and every way in which it may say no."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket

import msgspec
import pytest
from bus_worlds import plain_server, tell

from mops_cli.delivery.bus.opening import join, joining_of, opened_bus
from mops_cli.delivery.bus.port import BusUnavailable
from mops_cli.errors import UsageError
from mops_cli.model.config import ProjectConfig


def config(**nats):
    project = {"id": "demo", "name": "Demo", "url": "https://demo.example"}
    return msgspec.convert({"project": project, "nats": nats}, ProjectConfig)


def jetstream(folder):
    return f'jetstream {{ store_dir: "{folder}" }}\n'


async def works(folder, variables=None, **nats):
    async with opened_bus(folder, config(**nats), variables or {}) as bus:
        stored = await bus.publish("mops.events.x", b"")
        other = await join(bus.brief)
        assert (await other.last("mops.events.x")).sequence == stored
        await other.close()


def test_without_an_address_a_server_of_our_own_is_used(tmp_path):
    async def story():
        await works(tmp_path)
        assert (tmp_path / ".mops" / "nats" / "jetstream").is_dir()

    tell(story())


def test_a_server_without_secrets(tmp_path):
    async def story():
        async with plain_server(tmp_path, jetstream(tmp_path)) as port:
            await works(tmp_path, url=f"127.0.0.1:{port}")
            await works(tmp_path, url=f"nats://127.0.0.1:{port}, nats://127.0.0.1:{port}")
            assert not (tmp_path / ".mops").exists()

    tell(story())


def test_a_token_or_a_user_lets_us_in(tmp_path):
    (tmp_path / "password").write_text("s3cret\n")

    async def story():
        async with plain_server(tmp_path / "a", jetstream(tmp_path / "a") + 'authorization { token: "t0ken" }') as port:
            url = f"nats://127.0.0.1:{port}"
            await works(tmp_path, {"BUS": "t0ken"}, url=url, token="env:BUS")
            with pytest.raises(UsageError, match="does not let us in") as caught:
                await works(tmp_path, {"BUS": "wr0ng"}, url=url, token="env:BUS")
            assert caught.value.exit_code == 2
            assert "wr0ng" not in caught.value.message + caught.value.hint
            with pytest.raises(UsageError, match="does not let us in"):
                await works(tmp_path, url=url)
        users = 'authorization { users: [{ user: "ada", password: "s3cret" }] }'
        async with plain_server(tmp_path / "b", jetstream(tmp_path / "b") + users) as port:
            url = f"nats://127.0.0.1:{port}"
            await works(tmp_path, url=url, user="ada", password="file:password")
            await works(tmp_path, {"WHO": "ada"}, url=url, user="env:WHO", password="file:password")

    tell(story())


def test_a_server_that_is_not_there_is_told_soon(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(BusUnavailable, match=rf"127\.0\.0\.1:{port} cannot be reached") as caught:
            tell(works(tmp_path, url=f"nats://127.0.0.1:{port}"), 9.0)
    assert caught.value.exit_code == 75
    assert "nats.url" in caught.value.hint


def test_a_server_without_jetstream_is_told(tmp_path):
    async def story():
        async with plain_server(tmp_path, "") as port:
            with pytest.raises(BusUnavailable, match="no JetStream"):
                await works(tmp_path, url=f"nats://127.0.0.1:{port}")

    tell(story())


def test_something_else_behind_the_port_is_told(tmp_path):
    async def story():
        import asyncio

        async def other(reader, writer):
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            writer.close()

        listening = await asyncio.start_server(other, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        with pytest.raises(BusUnavailable, match="cannot be reached"):
            await works(tmp_path, url=f"nats://127.0.0.1:{port}")
        listening.close()

    tell(story())


@pytest.mark.parametrize(
    ("nats", "says"),
    [
        ({"url": "https://bus.example"}, "no address of a NATS server"),
        ({"url": "nats://"}, "no address of a NATS server"),
        ({"url": "nats://ada:s3cret@bus.example"}, "holds a password"),
        ({"url": "nats://bus.example", "token": "t0ken"}, "nats.token is written down"),
        ({"url": "nats://bus.example", "password": "env:NOT_SET"}, "NOT_SET is not set"),
        ({"url": "nats://bus.example", "creds": "file:nowhere.creds"}, "cannot be read"),
    ],
)
def test_mistakes_in_the_settings_are_told_before_anybody_is_called(tmp_path, nats, says):
    with pytest.raises(UsageError, match=says) as caught:
        joining_of(tmp_path, config(**nats), {})
    assert "s3cret" not in caught.value.message
    assert "t0ken" not in caught.value.message


def test_names_that_cannot_be_part_of_a_subject_are_refused():
    for prefix in ("a.b", "Live", "a b", "-a", "x" * 33):
        with pytest.raises(msgspec.ValidationError):
            config(prefix=prefix)


@pytest.mark.parametrize("key", ["nkey", "creds"])
def test_a_seed_needs_a_library(tmp_path, key, monkeypatch):
    (tmp_path / "seed").write_text("SUAEXAMPLE")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"nats\.creds and nats\.nkey") as caught:
        tell(works(tmp_path, url="nats://bus.example", **{key: "file:seed"}))
    assert "nkeys" in caught.value.hint


# -- certificates


def authority(folder, name):
    """A certificate authority, a server's certificate by it, and the client's; all as files."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    folder.mkdir(exist_ok=True)

    def write(path, *parts):
        path.write_bytes(b"".join(parts))

    def made(common, issuer_key=None, issuer=None, *, ca=False):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])
        now = dt.datetime.now(dt.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer or subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(hours=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
            )
            .sign(issuer_key or key, hashes.SHA256())
        )
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return key, subject, pem, secret

    key, subject, pem, _ = made(name, ca=True)
    write(folder / "ca.pem", pem)
    for who in ("server", "client"):
        _, _, pem, secret = made(f"{name} {who}", key, subject)
        write(folder / f"{who}.pem", pem)
        write(folder / f"{who}.key", secret)


def test_a_server_with_certificates(tmp_path):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    authority(ours, "ours")
    authority(theirs, "theirs")

    async def story():
        tls = f'tls {{ cert_file: "{ours}/server.pem", key_file: "{ours}/server.key", ca_file: "{ours}/ca.pem", verify: true }}'
        async with plain_server(tmp_path / "s", jetstream(tmp_path / "s") + tls) as port:
            url = f"tls://127.0.0.1:{port}"
            await works(tmp_path, url=url, ca="ours/ca.pem", cert="ours/client.pem", key="file:ours/client.key")
            with pytest.raises(UsageError, match="does not let us in"):
                await works(tmp_path, url=url, ca="theirs/ca.pem", cert="ours/client.pem", key="ours/client.key")
            with pytest.raises(UsageError, match=r"nats\.ca, nats\.cert or nats\.key"):
                await works(tmp_path, url=url, ca="nowhere.pem")
            with pytest.raises((UsageError, BusUnavailable)):  # its refusal may be lost when it closes
                await works(tmp_path, url=url, ca="ours/ca.pem")

    tell(story(), 40)
