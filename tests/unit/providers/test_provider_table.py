"""``[providers]``: what is refused and where, and who takes what."""

from __future__ import annotations

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mops_cli.content.environments import config_of, in_force
from mops_cli.content.secrets import resolve
from mops_cli.delivery.providers.settings import Making
from mops_cli.delivery.providers.smtp.making import make_smtp
from mops_cli.delivery.providers.table import make, provider_for
from mops_cli.errors import UsageError

HEAD = """\
[project]
id = "aurora"
name = "Aurora"
url = "https://aurora.example"

[senders.news]
email = "news@mail.aurora.example"

[senders.shop]
email = "shop@shop.example"

[senders.own]
email = "own@aurora.example"
provider = "files"
"""


@pytest.fixture
def project(tmp_path):
    def written(text, environment="production"):
        (tmp_path / "mops.toml").write_text(
            HEAD + f"\n[environments.{environment}]\nurl = 'https://x.example'\n" + text
        )
        return in_force(config_of(tmp_path), environment)

    written.root = tmp_path
    return written


def refused(project, text, environment=None):
    with pytest.raises(UsageError) as problem:
        make("mail", project(text), project.root, environment or {})
    assert problem.value.exit_code == 2
    return problem.value


def test_a_mail_server(project):
    settings = project(
        '[providers.mail]\ntype = "smtp"\nhost = "mx.aurora.example"\nlanes = 7\nuser = "u"\npassword = "env:P"\n'
    )
    made = make("mail", settings, project.root, {"P": "x"})
    assert (made.name, made.lanes) == ("mail", 7)


def test_a_provider_named_like_its_type_needs_no_type(project):
    assert make("smtp", project('[providers.smtp]\nhost = "localhost"\n'), project.root, {}).name == "smtp"


def test_a_misspelt_key_is_told_with_its_place(project):
    problem = refused(project, '[providers.mail]\ntype = "smtp"\nhots = "mx.aurora.example"\n')
    assert problem.message.startswith("mops.toml:20:1: providers.mail: unknown key")
    assert 'did you mean "host"' in problem.hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[providers.mail]\nhost = "x"\n', "type"),
        ('[providers.mail]\ntype = "smpt"\nhost = "x"\n', "smpt"),
        ('[providers.mail]\ntype = "smtp"\n', "host"),
        ('[providers.mail]\ntype = "smtp"\nhost = "x"\nport = "many"\n', "whole number"),
        ('[providers.mail]\ntype = "smtp"\nhost = "x"\npatience = {dot = 0}\n', "at least"),
        ('[providers.mail]\ntype = "smtp"\nhost = "x"\nuser = "u"\n', "without a password"),
        ('[providers.mail]\ntype = "smtp"\nhost = "x"\npassword = "env:P"\n', "without a user"),
        (
            '[providers.mail]\ntype = "smtp"\nhost = "x"\nuser = "u"\npassword = "env:P"\ntls = "none"\n',
            "without encryption",
        ),
        ('[providers.mail]\ntype = "smtp"\nhost = "x"\nca = "none.pem"\n', "no certificates"),
        ('[providers.other]\ntype = "file"\n', 'no provider "mail"'),
    ],
)
def test_mistakes_are_refused_with_a_sentence(project, text, said):
    assert said in refused(project, text, {"P": "x"}).message


def test_a_password_that_is_written_down_is_refused_and_not_repeated(project):
    problem = refused(project, '[providers.mail]\ntype = "smtp"\nhost = "x"\nuser = "u"\npassword = "hunter2-long"\n')
    assert "providers.mail.password" in problem.message
    assert "env:NAME" in problem.hint
    assert "hunter2" not in problem.message + problem.hint


def test_references(tmp_path):
    (tmp_path / "key").write_text("s3cret\n")
    (tmp_path / "empty").write_text("\n")
    assert resolve("env:A", tmp_path, {"A": "x"}) == "x"
    assert resolve("file:key", tmp_path, {}) == "s3cret"
    for bad in ("env:B", "env:", "file:none", "file:empty", "vault:x", "plain"):
        with pytest.raises(UsageError):
            resolve(bad, tmp_path, {})


def test_a_key_that_others_can_read_is_warned_of(tmp_path):
    key = ed25519.Ed25519PrivateKey.generate()
    path = tmp_path / "dkim.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    table = {
        "type": "smtp",
        "host": "localhost",
        "dkim": {"domain": "a.example", "selector": "s", "key": "file:dkim.pem"},
    }
    warnings = []
    for mode in (0o644, 0o600):
        path.chmod(mode)
        make_smtp(Making("mail", tmp_path, {}, warnings.append), table)
    assert len(warnings) == 1
    assert "chmod 600 dkim.pem" in warnings[0]
    assert len(msgspec.json.encode(warnings)) < 300


RULES = """
[providers.files]
type = "file"

[providers.bulk]
type = "smtp"
host = "bulk.example"
rules = [{channels = ["email"], domains = ["*.aurora.example"]}]

[providers.shop]
type = "smtp"
host = "shop.example"
rules = [{senders = ["shop"], campaigns = ["order-*"]}]
"""


def test_who_takes_what(project):
    settings = project(f'provider = "files"\n{RULES}')
    assert provider_for(settings, "email", "own") == "files"
    assert provider_for(settings, "email", "news") == "bulk"
    assert provider_for(settings, "sms", "news") == "files"
    assert provider_for(settings, "email", "shop", "order-paid") == "shop"
    assert provider_for(settings, "email", "shop", "spring") == "files"


def test_when_nothing_says_it(project):
    with pytest.raises(UsageError) as problem:
        provider_for(project(""), "sms")
    assert "production" in problem.value.message
    local = project("", environment="local")
    assert provider_for(local, "sms") == "outbox"
    assert make("outbox", local, project.root, {}).name == "outbox"


def test_rules_with_a_mistake(project):
    with pytest.raises(UsageError) as problem:
        provider_for(project('[providers.a]\ntype = "file"\nrules = [{sender = "x"}]\n'), "sms")
    assert 'did you mean "senders"' in problem.value.hint
