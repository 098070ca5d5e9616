"""`mops config show`: environments, variables of the shell and of `.env`, and that no value of `.env` is printed."""

from __future__ import annotations

import json

import pytest

from mops_cli.content import dotenv
from mops_cli.errors import UsageError

ENVIRONMENTS = """
[providers.smtp]
host = "mail.demo.example"
password = "env:SMTP_PASSWORD"
user = "env:SMTP_USER"
key = "env:SMTP_KEY"

[environments.production]
url = "https://demo.example"

[environments.production.senders.news]
email = "post@demo.example"

[environments.production.providers.smtp]
host = "fast.demo.example"

[environments.local]
url = "http://localhost:8025"
"""
SECRET = "correct-horse-battery"


@pytest.fixture
def shown(mops, project):
    def show(*args, dotenv_text="", toml=ENVIRONMENTS):
        root = project({".env": dotenv_text} if dotenv_text else None)
        path = root / "mops.toml"
        if "environments" not in path.read_text():
            path.write_text(path.read_text() + toml)
        called = mops("config", "show", *args, "--json", cwd=root)
        assert called.code == 0, called
        assert SECRET not in called.out + called.err
        return {item["key"]: (item["value"], item["origin"]) for item in json.loads(called.out)["data"]}

    return show


def test_an_environment_lies_over_the_rest(shown):
    plain, over = shown(), shown("--env", "production")
    assert plain["senders.news.email"][0] == "news@demo.example"
    assert plain["environments.local.url"][0] == "http://localhost:8025"
    value, origin = over["senders.news.email"]
    assert value == "post@demo.example"
    assert origin.startswith("mops.toml:")
    assert origin.endswith("[environments.production]")
    assert over["providers.smtp.host"][0] == "fast.demo.example"
    assert over["senders.news.name"] == plain["senders.news.name"]
    assert over["project.currency"] == ("EUR", "default")
    assert over["url"][0] == "https://demo.example"
    assert not [key for key in over if key.startswith("environments.")]


def test_the_environment_of_a_variable(shown, monkeypatch):
    assert shown(dotenv_text="MOPS_ENV=local\n")["url"][0] == "http://localhost:8025"
    monkeypatch.setenv("MOPS_ENV", "production")
    assert shown(dotenv_text="MOPS_ENV=local\n")["url"][0] == "https://demo.example"
    assert shown("--env", "local")["url"][0] == "http://localhost:8025"


def test_an_unknown_environment(mops, project):
    root = project()
    with (root / "mops.toml").open("a") as stream:
        stream.write(ENVIRONMENTS)
    called = mops("config", "show", "--env", "prodution", cwd=root)
    assert called.code == 2
    assert 'did you mean "production"?' in called.err
    assert mops("config", "show", "--env", "production", cwd=root).out.startswith("KEY")


def test_where_the_variable_of_a_reference_is_set(shown, monkeypatch):
    monkeypatch.setenv("SMTP_USER", SECRET)
    found = shown(dotenv_text=f"# ours\nSMTP_PASSWORD='{SECRET}'\nSMTP_USER=other\n")
    assert found["providers.smtp.password"][0] == "env:SMTP_PASSWORD"
    assert found["providers.smtp.password"][1].endswith("SMTP_PASSWORD: .env:2")
    assert found["providers.smtp.user"][1].endswith("SMTP_USER: environment")
    assert found["providers.smtp.key"][1].endswith("SMTP_KEY: not set")


def test_what_dotenv_says_is_never_shown(shown):
    found = shown(dotenv_text=f"MOPS_COLOR=never\nMOPS_TOKEN={SECRET}\nOTHER={SECRET}\n")
    assert found["MOPS_COLOR"] == ("********", ".env:1")
    assert found["MOPS_TOKEN"] == ("********", ".env:2")
    assert "OTHER" not in found
    assert SECRET not in repr(dotenv.Variables({}, {"A": (SECRET, 1)}))


def test_the_shell_wins_and_options_win_over_both(mops, project, monkeypatch):
    root = project({".env": "MOPS_COLOR=always\n", "campaigns/hello/campaign.yaml": "title: [\n"})
    assert "\x1b[" in mops("build", cwd=root).out
    assert "\x1b[" in mops("lint", cwd=root).out
    assert "\x1b[" not in mops("lint", "--color", "never", cwd=root).out
    monkeypatch.setenv("MOPS_COLOR", "never")
    assert "\x1b[" not in mops("lint", cwd=root).out
    assert "\x1b[" not in mops("build", cwd=root).out


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("export A = b # remark", "b"),
        ("A=", ""),
        ("A= # nothing", ""),
        ("A=b#c", "b#c"),
        ('A="b # c" # d', "b # c"),
        (r'A="b\n\"c\\"', 'b\n"c\\'),
        (r"A='b\n$C'", r"b\n$C"),
        ("\ufeffA=ü\r", "ü"),
    ],
)
def test_a_line(line, value):
    assert dotenv.parse(line.encode())["A"] == (value, 1)


@pytest.mark.parametrize("raw", [b"A=b\nno value", b"A=b\n1=2", b"A=b\nB='x", b"A=b\nB=\xff"])
def test_a_broken_line_is_named_and_not_printed(raw, mops, project):
    with pytest.raises(UsageError, match=r"\.env:2: ") as caught:
        dotenv.parse(raw)
    assert "no value" not in caught.value.message
    root = project({".env": raw})
    called = mops("config", "show", cwd=root)
    assert called.code == 2
    assert ".env:2" in called.err
    assert mops("ls", cwd=root).code == 0


def test_a_dotenv_that_leads_out_of_the_project_is_not_read(mops, project, tmp_path):
    (tmp_path / "outside").write_text("MOPS_COLOR=always\n")
    root = project()
    (root / ".env").symlink_to(tmp_path / "outside")
    called = mops("config", "show", cwd=root)
    assert called.code == 2
    assert ".env" in called.err


def test_a_table_that_lies_over_nothing(mops, project):
    root = project()
    with (root / "mops.toml").open("a") as stream:
        stream.write('[environments.production.sendrs.news]\nemail = "x@demo.example"\n')
    called = mops("lint", cwd=root)
    assert called.code == 1
    assert 'MC201 there is no table "sendrs"' in called.out
    assert 'did you mean "senders"?' in called.out
