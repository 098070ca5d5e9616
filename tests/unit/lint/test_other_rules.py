"""Cost of text messages, weight of mails, secrets, personas."""

from __future__ import annotations

import pytest

from mops_cli.lint.rules import content_personas, email_weight, security_secrets, sms_cost
from mops_cli.model.artifact import Output


def test_sms_of_two_segments_says_what_a_thousand_cost(findings, project):
    toml = project().joinpath("mops.toml").read_text() + "price = {DE = 0.075}\n"
    persona = {"content/personas/ada.yaml": "title: Ada\ncountry: DE\ncontact: {first_name: Ada}\n"}
    twin = {"sms": {"max_segments": 9, "segments": {"ada": {"segments": 2}}}}
    found = findings(sms_cost, {"mops.toml": toml, **persona}, sms="text", twins=twin)
    assert [(item.code, item.severity) for item in found] == [("MS201", "info")]
    assert "2 segments" in found[0].message
    assert "DE 150" in found[0].message
    assert (
        findings(sms_cost, sms="text", twins={"sms": {"max_segments": 9, "segments": {"ada": {"segments": 1}}}}) == []
    )


@pytest.mark.parametrize(("size", "severity"), [(80_000, None), (95_000, "warning"), (110_000, "error")])
def test_html_weight(findings, size, severity):
    found = findings(email_weight, email="x" * size)
    assert [item.severity for item in found] == ([severity] if severity else [])


def test_picture_weight(findings):
    big = Output("assets/1.png", "asset", b"x" * 600_000)
    other = Output("assets/2.png", "asset", b"x" * 600_000)
    found = findings(email_weight, email="<p>x</p>", outputs=(big, other))
    assert [item.message[:9] for item in found] == ["a picture", "a picture", "the pictu"]


@pytest.mark.parametrize(
    "line",
    [
        'password = "hunter2-but-longer"',
        'api_key = "0123456789abcdef"',
        'note = "AKIAIOSFODNN7EXAMPLE"',
        'x = "-----BEGIN PRIVATE KEY-----"',
    ],
)
def test_secrets_in_the_project_file(findings, project, line):
    toml = project().joinpath("mops.toml").read_text()
    found = findings(security_secrets, {"mops.toml": f"{toml}\n[providers.smtp]\n{line}\n"})
    assert [item.code for item in found] == ["MX101"]
    assert found[0].span.line == toml.count("\n") + 3
    assert not any(word in found[0].message + found[0].help for word in ("hunter2", "0123456789", "AKIA"))


@pytest.mark.parametrize(
    "line",
    [
        'password = "env:SMTP_PASSWORD"',
        'vapid_public_key = "BPnJ0123456789abcdef"',
        "token = true",
        'secret = "file:secrets/smtp"',
    ],
)
def test_references_are_no_secrets(findings, project, line):
    toml = project().joinpath("mops.toml").read_text()
    assert findings(security_secrets, {"mops.toml": f"{toml}\n[providers.smtp]\n{line}\n"}) == []


def test_personas(findings, project):
    toml = project().joinpath("mops.toml").read_text() + '\n[fields.contact.email]\ntype = "email"\nnullable = false\n'
    persona = "title: Ada\ncontact:\n  first_name: Ada\n  frist_name: Ada\n"
    second = {"content/personas/bo.yaml": "title: Bo\ncontact: {first_name: Bo, email: bo@demo.example}\n"}
    found = findings(content_personas, {"mops.toml": toml, "content/personas/ada.yaml": persona, **second})
    assert [(item.severity, item.span.line) for item in found] == [("warning", 2), ("warning", 4), ("info", 1)]
    assert found[1].help == 'did you mean "first_name"?'


def test_the_largest_persona_decides_about_the_weight(findings):
    twin = {"email": {"sizes": {"ada": {"html": 10_000}, "jette": {"html": 95_000}}}}
    found = findings(email_weight, email="<p>x</p>", twins=twin)
    assert '"jette"' in found[0].message


def test_a_persona_in_a_language_of_nobody_is_told_with_the_nearest_one(findings, project):
    toml = (project() / "mops.toml").read_text().replace('locales = ["en"]', 'locales = ["en", "de-DE"]')
    persona = "title: Ada\nlocale: ed-DE\ncontact: {first_name: Ada}\n"
    found = findings(content_personas, {"mops.toml": toml, "content/personas/ada.yaml": persona})
    told = next(item for item in found if "ed-DE" in item.message)
    assert told.span.line == 2
    assert told.help == 'did you mean "de-DE"? write one of en, de-DE'
