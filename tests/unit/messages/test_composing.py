"""Messages made from real artifacts: what was previewed is what is sent, to the letter, for everybody."""

from __future__ import annotations

import base64
import email
import email.policy
import json
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dkim
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from mops_cli.build.runner import build
from mops_cli.channels import personalize
from mops_cli.channels.templating.names import SEND
from mops_cli.clock import FrozenClock
from mops_cli.content.environments import config_of, in_force
from mops_cli.content.scaffold import init
from mops_cli.delivery.messages.addresses import Addresses
from mops_cli.delivery.messages.composing import composer_for, link_rows
from mops_cli.delivery.messages.content import Content, ContentChanged, NoMessage
from mops_cli.delivery.messages.setting import CannotBeMade, Filling, Setting
from mops_cli.delivery.messages.tokens import Signer, read, reference
from mops_cli.delivery.plan.planfile import SendPlan, Wave
from mops_cli.delivery.providers.dkim import Signer as DkimSigner
from mops_cli.delivery.providers.dkim import read_key
from mops_cli.model.delivery import Recipient

KEY = b"k" * 32
NOW = datetime(2027, 3, 15, 9, tzinfo=UTC)
MESSAGE = """\
---
subject: "{{ contact.first_name | default('You') }}, the spring roast: 20 % off"
---

# Good morning {{ contact.first_name | default("early bird") }}

{% if contact.points %}
You have {{ contact.points }} points.
{% else %}
No points yet.
{% endif %}

Read [the story](https://demo.example/story) and [the other one](https://demo.example/other?a=1&b=2).

Greetings to {{ contact.city | default("your town") | upper }}.
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with one campaign on four channels, built."""
    root = tmp_path_factory.mktemp("messages") / "project"
    init(root, name="Demo")
    folder = root / "campaigns" / "spring"
    folder.mkdir(parents=True)
    topic, sender = next(iter(config_of(root).topics)), next(iter(config_of(root).senders))
    (folder / "campaign.yaml").write_text(
        f"title: Spring\ntopic: {topic}\nchannels:\n  email: {{layout: base, sender: {sender}}}\n  push: {{}}\n"
    )
    (folder / "message.md").write_text(MESSAGE)
    settings = root / "mops.toml"
    text = settings.read_text()
    wanted = {"first_name": "text", "points": "integer", "city": "text"}
    known = config_of(root).fields.contact
    for name, kind in wanted.items():
        if name not in known:
            text += f'\n[fields.contact.{name}]\ntype = "{kind}"\n'
    settings.write_text(text)
    report = build(str(root), FrozenClock(NOW), selection=["spring"])
    assert report.exit_code == 0, [found.message for found in report.diagnostics]
    return root


@pytest.fixture(scope="module")
def plan_of(project):
    manifest = json.loads((project / "dist/manifest.json").read_text())

    def made(channel: str) -> SendPlan:
        content = {
            one["path"]: one["sha256"]
            for one in manifest["artifacts"]
            if (one["campaign"], one["channel"]) == ("spring", channel)
        }
        return SendPlan(
            send="spring@once", campaign="spring", channel=channel, topic="news", count=1, waves=(Wave(NOW, 0, 1),),
            content=content, locales={"en": 1}, variants={"": 1},
        )  # fmt: skip

    return made


@pytest.fixture(scope="module")
def settings(project):
    return in_force(config_of(project))


@pytest.fixture
def mails(project, plan_of, settings):
    return composer_for(plan_of("email"), project / "dist", settings, "en", "", key=KEY)


def person(number: int = 7, **contact) -> Recipient:
    fields = {"first_name": "Mara", "points": 3, "city": "Köln", **contact}
    return Recipient(0, number, f"person{number}@people.example", "en", contact=fields)


def parsed(data: bytes):
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert not message.defects
    return message


def body(message, kind: str) -> str:
    part = message.get_body((kind,))
    assert not part.defects
    return part.get_content().replace("\r\n", "\n")


VALUES = [
    None, "", "Mara", "Zoë", "O'Brien & Sons <b>", '"quoted"', "日本", "a" * 1_500, "two\nlines", ".dot", "\n.dot", "{{ x }}",
    "{% if %}", "tab\there", "\u202e", "&amp;", 0, 12, -3, "q7ZmOPStOKEN9hERE4xK"[:10],
]  # fmt: skip


def test_the_quick_way_and_the_plain_way_give_the_same(project, plan_of, settings, mails):
    """Every text of a thousand random people, against the way of previews (which is held against Jinja elsewhere)."""
    twin = json.loads((project / "dist/spring/email/en.json").read_text())
    from mops_cli.delivery.messages.mime import short_lines

    html = personalize.compile(short_lines((project / "dist" / twin["html"]).read_text()))
    text = personalize.compile((project / "dist" / twin["text"]).read_text())
    subject = personalize.compile(twin["subject"])
    signer = Signer(KEY, reference("spring@once", "email", "en", ""))
    rng = random.Random(5)
    currency, zone = settings.config.project.currency, settings.config.project.fallback_zone
    roots = {root: {name: None for name, spec in fields.items() if spec.nullable}
             for root, fields in settings.config.fields.roots().items()}  # fmt: skip
    for number in range(1, 1_001):
        contact = {name: rng.choice(VALUES) for name in mails.fields}
        message = parsed(mails.compose(Recipient(0, number, "a@b.example", "en", contact=contact)).payload)
        links = Addresses(settings.url, settings.url, signer.token(number))
        data = {**roots, "contact": contact, "send": {}}

        def normal(value: str) -> str:
            return value.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")

        assert normal(body(message, "html")) == normal(html.render(data, "en", currency, zone, links)), contact
        assert normal(body(message, "plain")) == normal(text.render(data, "en", currency, zone, links)), contact
        wanted = subject.render(data, "en", currency, zone, links)
        assert "".join(str(message["subject"]).split()) == "".join(wanted.split()), contact


def test_a_mail_has_what_receivers_ask_for(mails, settings):
    message = parsed(mails.compose(person()).payload)
    assert message["to"] == "person7@people.example"
    assert message["subject"] == "Mara, the spring roast: 20 % off"
    token = str(message["list-unsubscribe"]).rpartition("/")[2].rstrip(">")
    assert read(token, [KEY]) == (reference("spring@once", "email", "en", ""), 7)
    assert message["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert message["message-id"].endswith("@" + str(message["from"]).rpartition("@")[2].rstrip(">") + ">")
    assert message["date"]
    assert body(message, "plain").count(f"{settings.url}/r/") == 2
    assert "KÖLN" in body(message, "html")
    assert message.get_content_type() == "multipart/alternative"


def test_a_template_may_ask_for_all_that_is_known_of_the_send(plan_of, settings):
    waves = (Wave(NOW + timedelta(hours=8), 0, 1), Wave(NOW, 1, 1))
    part = msgspec.structs.replace(plan_of("email"), waves=waves)
    asked = ["{{ send." + name + " }}" for name in SEND]
    setting = Setting(part, Content(part, Path()), settings, "en", "", KEY)
    found = dict(zip(SEND, Filling(setting, asked).fill(person()), strict=True))
    assert found == {
        "id": "spring@once", "campaign": "spring", "channel": "email", "locale": "en", "at": "2027-03-15T09:00:00+00:00",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["Mara", "Zoë", "a" * 1_500, "\n.dot", "  ", "trailing \n\n"])
def test_the_signature_of_a_finished_mail_is_good(mails, name):
    private = rsa.generate_private_key(65537, 2048)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    payload = mails.compose(person(first_name=name, city=name)).payload
    signed = DkimSigner([read_key("demo.example", "s1", pem, "x")], lambda: int(time.time())).sign(payload) + payload
    assert dkim.verify(signed, dnsfunc=lambda _name, timeout=5: record)
    assert not dkim.verify(signed.replace(b"spring", b"summer"), dnsfunc=lambda _name, timeout=5: record)


def test_the_same_person_has_the_same_key_and_number_at_every_try(mails):
    one, other = mails.compose(person()), mails.compose(person())
    assert one.key == other.key == "spring@once/email/7"
    assert parsed(one.payload)["message-id"] == parsed(other.payload)["message-id"]
    assert mails.compose(person(8)).key != one.key


@pytest.mark.parametrize(
    "address",
    ["a@b.example\r\nBcc: x@y.example", "a b@c.example", "no-at", "", "<a@b.example>", "a@b\0", "a\udc80@b.example"],
)
def test_an_address_that_could_write_headers_is_refused_without_naming_it(mails, address):
    with pytest.raises(CannotBeMade) as refused:
        mails.compose(Recipient(0, 1, address, "en", contact=dict.fromkeys(mails.fields)))
    assert "example" not in refused.value.message


@pytest.mark.parametrize("name", ["x\r\nBcc: a@b.example", "x\nX-Evil: 1", "x\u2028y", "\r\n\r\nbody"])
def test_no_value_leaves_the_subject(mails, name):
    message = parsed(mails.compose(person(first_name=name)).payload)
    assert message["bcc"] is None
    assert message["x-evil"] is None
    assert "\n" not in str(message["subject"])


@pytest.mark.parametrize("value", ["." * 5, "\n.\nQUIT\n", "x\n.", "é" * 2_000])
def test_what_says_to_be_clean_is_clean(mails, value):
    made = mails.compose(person(first_name=value, city=value))
    lines = made.payload.split(b"\r\n")
    assert all(b"\r" not in line and b"\n" not in line and len(line) <= 998 for line in lines)
    assert not made.clean or not any(line.startswith(b".") for line in lines)


def test_a_changed_file_is_not_sent(project, plan_of, settings, tmp_path):
    import shutil

    copy = tmp_path / "content"
    shutil.copytree(project / "dist/spring", copy / "spring")
    path = copy / "spring/email/en.html"
    path.write_text(path.read_text() + " ")
    with pytest.raises(ContentChanged, match=r"spring/email/en\.html") as refused:
        composer_for(plan_of("email"), copy, settings, "en", "", key=KEY)
    assert refused.value.exit_code == 5
    path.unlink()
    with pytest.raises(ContentChanged, match="is gone"):
        composer_for(plan_of("email"), copy, settings, "en", "", key=KEY)


def test_a_locale_without_a_message_is_said(project, plan_of, settings):
    with pytest.raises(NoMessage, match="in fr"):
        composer_for(plan_of("email"), project / "dist", settings, "fr", "", key=KEY)


def test_an_arm_that_says_nothing_of_its_own_has_the_common_message(project, plan_of, settings):
    arm = composer_for(plan_of("email"), project / "dist", settings, "en", "b", key=KEY)
    assert parsed(arm.compose(person()).payload)["subject"] == "Mara, the spring roast: 20 % off"


def test_links_of_a_send_are_rows_for_the_gateway(project, plan_of):
    rows = link_rows(plan_of("email"), project / "dist")
    assert [(row["link"], row["tracked"]) for row in rows] == [(1, True), (2, True)]
    assert str(rows[0]["url"]).startswith("https://demo.example/story")
    assert rows[0]["reference"] == reference("spring@once", "email", "en", "")


def test_a_push_is_json(project, plan_of, settings):
    pushes = composer_for(plan_of("push"), project / "dist", settings, "en", "", key=KEY)
    made = pushes.compose(person())
    said = json.loads(made.payload)
    assert said["payload"]["title"]
    assert "{{" not in made.payload.decode()
    assert made.channel == "push"
