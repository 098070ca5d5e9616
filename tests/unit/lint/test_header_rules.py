"""What an inbox, a law and a mailbox provider ask of a mail."""

from __future__ import annotations

import pytest

from mops_cli.lint.rules import (
    header_postal_address,
    header_preheader,
    header_sender,
    header_shouting,
    header_subject,
    header_unsubscribe,
)

FINE = '<p><a href="{{ links.unsubscribe }}">Unsubscribe</a> 1 Sample Street, 12345 Sampleton</p>'
TWIN = {"email": {"headers": {"List-Unsubscribe": "<{{ links.unsubscribe }}>"}}}


def test_subject_missing_and_too_long(findings, a_message):
    assert findings(header_subject, a_message("preheader: x\n"))[0].severity == "error"
    found = findings(header_subject, a_message(f"subject: {'word ' * 15}\n"))
    assert (found[0].severity, found[0].span.line) == ("warning", 2)


def test_subject_counts_defaults_not_the_template(findings, a_message):
    template = "{{ contact.first_name | default('friend') | title }}, your order is on its way to you"
    assert findings(header_subject, a_message(f'subject: "{template}"\n')) == []


@pytest.mark.parametrize("subject", ["LAST CHANCE TO ORDER", "Order now!!!", "NUR HEUTE: Kaffee FREI HAUS"])
def test_shouting(findings, a_message, subject):
    assert [item.code for item in findings(header_shouting, a_message(f'subject: "{subject}"\n'))] == ["MD202"]


@pytest.mark.parametrize(
    "subject", ["The NASA roast is here", "Hello!", "New: FAQ", "{{ contact.first_name }}, welcome"]
)
def test_not_shouting(findings, a_message, subject):
    assert findings(header_shouting, a_message(f'subject: "{subject}"\n')) == []


@pytest.mark.parametrize(
    ("front", "count"),
    [("", 1), ("preheader: Too short\n", 1), (f"preheader: {'long ' * 30}\n", 1), (f"preheader: {'word ' * 10}\n", 0)],
)
def test_preheader(findings, a_message, front, count):
    assert len(findings(header_preheader, a_message(f"subject: x\n{front}"))) == count


def test_no_way_to_unsubscribe(findings):
    assert [item.code for item in findings(header_unsubscribe, email="<p>Hello</p>", twins=TWIN)] == ["MD204"]
    assert [item.code for item in findings(header_unsubscribe, email=FINE, twins={"email": {"headers": {}}})] == [
        "MD204"
    ]
    assert findings(header_unsubscribe, email=FINE, twins=TWIN) == []


def test_transactional_mail_needs_none(findings, project):
    topic = (
        project().joinpath("mops.toml").read_text().replace('title = "News"', 'title = "News"\ntransactional = true')
    )
    assert findings(header_unsubscribe, {"mops.toml": topic}, email="<p>Your receipt</p>") == []
    assert findings(header_postal_address, {"mops.toml": topic}, email="<p>Your receipt</p>") == []


def test_postal_address(findings):
    found = findings(header_postal_address, email="<p>1 Sample Street, Sampleton</p>")
    assert [(item.code, item.message) for item in found] == [("MD205", 'the mail of hello does not show "12345"')]
    assert findings(header_postal_address, email=FINE) == []


def test_no_identity_at_all(findings):
    assert len(findings(header_postal_address, {"brand/identity.yaml": None}, email=FINE)) == 1


def test_sender(findings, project):
    toml = project().joinpath("mops.toml").read_text()
    assert findings(header_sender) == []
    found = findings(header_sender, {"mops.toml": toml.replace("news@demo.example", "demo@gmail.com")})
    assert (found[0].span.path, "free mailbox" in found[0].message) == ("mops.toml", True)
    without = findings(header_sender, {"mops.toml": toml.replace('email = "news@demo.example"\n', "")})
    assert any("no sender" in item.message or "no email" in item.message for item in without)
