"""``mops plan``, ``approve`` and ``calendar`` at the terminal."""

from __future__ import annotations

import json
import re
import stat
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mops_cli.cli.plan_times import away, clock, moment
from mops_cli.content.yaml_source import parse
from mops_cli.delivery.plan.calendar import entries, ics
from mops_cli.model.campaign import Campaign, Channels, EmailSettings, Schedule
from mops_cli.model.config import ProjectConfig, ProjectInfo
from mops_cli.model.repository import Brand, CampaignFolder, Repository
from mops_cli.model.source import Loaded
from tests.unit.plan import world
from tests.unit.plan.world import NOW, people, store_of

DAY = "hello@2027-03-09"


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """The commands' clock stands; ``at(moment)`` sets it."""

    def set_to(moment):
        monkeypatch.setattr("mops_cli.clock.SystemClock.now", lambda _: moment)

    set_to(NOW)
    return set_to


@pytest.fixture
def place(root):
    with store_of(root) as store:
        people(store, 300)
    return root


def test_a_plan_for_people(mops, place):
    called = mops("plan", "hello", cwd=place)
    assert called.code == 0, called.err
    lines = called.out.splitlines()
    assert lines[0].split() == ["SEND", "CHANNEL", "RECIPIENTS", "JOINED", "LEFT", "LEFT", "OUT", "FIRST", "COST"]
    assert lines[1].split()[:2] == [DAY, "email"]
    for said in (
        f"{DAY} on email, derived", "no consent", "held back", "excluded", "arm a", "(Asia/Tokyo)", "2027-03-09 01:00 CET (+01:00), in 8 d",
        "not after  2027-03-09 17:00 CET", "people have no zone that is known", "| Subject: ", "segments (",
    ):  # fmt: skip
        assert said in called.out
    assert "people.example" not in called.out.replace("p….example", "")
    assert re.fullmatch(
        r"Plan [0-9a-f]{8} for local: 2 sends, [\d,]+ recipients \([\d,]+ left out\), first .*, last .*, [\d.]+ EUR",
        lines[-1],
    )
    assert "Next: mops plan --out FILE" in called.err


def test_a_plan_for_machines(mops, place):
    called = mops("plan", "hello", "--json", "--out", "a.plan", cwd=place)
    found = json.loads(called.out)
    assert found["schema"] == "mops.plan/1"
    data = found["data"]
    mail = data["sends"][0]
    assert data["recipients"] == sum(one["recipients"] for one in data["sends"])
    assert mail["recipients"] + sum(mail["excluded"].values()) == 300
    assert mail["first_at"] == "2027-03-09T00:00:00Z"
    assert mail["last_at"] == "2027-03-09T14:00:00Z"
    assert sum(wave["recipients"] for wave in mail["waves"]) == mail["recipients"]
    assert len(mail["samples"]) == 3
    assert data["sends"][1]["cost"]["currency"] == "EUR"
    assert data["guards"] == []
    assert data["file"] == "a.plan"
    assert stat.S_IMODE((place / "a.plan").stat().st_mode) == 0o600


def test_since_the_last_plan(mops, place, at):
    mops("plan", "hello", cwd=place)
    with store_of(place) as store:
        world.add(store, 1003, city="Hamburg")
        world.add(store, 1004, city="Hamburg")
        store.run("DELETE FROM contacts WHERE id < 5")
    message = place / "campaigns/hello/message.md"
    message.write_text(
        message.read_text().replace("first line", "second line").replace('subject: "Hello', 'subject: "Hi')
    )
    at(NOW + timedelta(hours=1))
    called = mops("plan", "hello/email", cwd=place)
    assert re.search(
        r"since +the plan of 2027-03-01 10:00 CET \([0-9a-f]{8}, \d+\): [12] joined, [1-4] left \(contact", called.out
    )
    assert "content    hello/email/en.json changed" in called.out
    assert "-subject: Hello {{" in called.out
    assert "+subject: Hi {{" in called.out
    assert "second line" in called.out
    at(NOW + timedelta(hours=2))
    assert ": the same people" in mops("plan", "hello/email", cwd=place).out


def test_an_exit_code_for_scripts(mops, place):
    assert mops("plan", "hello", "--detailed-exitcode", cwd=place).code == 3
    with store_of(place) as store:
        store.run("DELETE FROM contacts")
    called = mops("plan", "hello", "--detailed-exitcode", cwd=place)
    assert called.code == 0
    assert "nobody" in called.out


def test_plan_approve_send(mops, place):
    called = mops("plan", "hello", "-e", "production", "-o", "a.plan", cwd=place)
    assert called.code == 0
    assert "! unapproved: production asks for approval" in called.out
    assert "Next: mops approve a.plan, then mops send a.plan --env production" in called.err
    agreed = mops("approve", "a.plan", "--by", "Ida Sample", cwd=place)
    assert agreed.code == 0
    assert "is approved by Ida Sample" in agreed.err
    said = json.loads(mops("approve", "a.plan", "--by", "Jo", "--json", cwd=place).out)["data"]
    assert [one["by"] for one in said["approvals"]] == ["Ida Sample", "Jo"]
    assert said["missing"] == 0
    again = mops("plan", "hello", "-e", "production", cwd=place)
    assert "unapproved" not in again.out


def test_an_edited_plan_is_not_approved(mops, place):
    mops("plan", "hello", "-o", "a.plan", cwd=place)
    file = place / "a.plan"
    file.write_text(file.read_text().replace('"topic": "news"', '"topic": "service"', 1))
    called = mops("approve", "a.plan", "--by", "Ida", cwd=place)
    assert called.code == 5
    assert "a.plan was changed by hand" in called.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("plan", "helo"), 2, 'no campaign is called "helo"'),
        (("plan", "hello", "-e", "stage"), 2, 'there is no environment "stage"'),
        (("plan", "hello", "-o", "no/where.plan"), 2, "could not be written"),
        (("approve", "none.plan"), 2, "none.plan cannot be read"),
        (("approve", "mops.toml"), 2, "mops.toml is no plan"),
    ],
)
def test_what_cannot_be_done_is_told(mops, place, words, code, said):
    called = mops(*words, cwd=place)
    assert called.code == code
    assert said in called.err
    assert "Traceback" not in called.err


def test_the_calendar(mops, place):
    called = mops("calendar", cwd=place)
    assert called.out.splitlines()[1].split() == [
        "2027-03-09", "09:00", "each", "person's", "own", "hello", "email,", "sms", "Hello",
    ]  # fmt: skip
    entry = json.loads(mops("calendar", "--json", cwd=place).out)["data"][0]
    assert (entry["send"], entry["zone"], entry["local"]) == (DAY, "contact", "2027-03-09T09:00")
    assert entry["first_at"] == "2027-03-08T19:00:00Z"  # Kiritimati
    assert entry["last_at"] == "2027-03-09T20:00:00Z"  # Pago Pago
    assert entry["not_after"] == "2027-03-09T22:00:00Z"


def test_what_is_over_is_left_out(mops, place):
    campaign = place / "campaigns/hello/campaign.yaml"
    campaign.write_text(world.CAMPAIGN.replace("2027-03-09", "2027-02-01"))
    called = mops("calendar", cwd=place)
    assert (called.code, called.out) == (0, "")
    assert "no campaign has a schedule ahead" in called.err
    assert DAY.replace("03-09", "02-01") in mops("calendar", "--past", "--json", cwd=place).out


# -- the calendar's format


def unfolded(text):
    assert text.endswith("\r\n")
    lines = text.split("\r\n")[:-1]
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "\n" not in "".join(lines)
    found = []
    for line in lines:
        if line.startswith(" "):
            found[-1] += line[1:]
        else:
            found.append(line)
    return found


def calendar_of(**campaigns):
    config = ProjectConfig(
        project=ProjectInfo(
            id="demo", name="Demo, & Söhne; GmbH", url="https://demo.example", fallback_zone="Europe/Berlin"
        )
    )
    folders = {
        name: CampaignFolder(
            name,
            f"campaigns/{name}",
            Loaded(
                f"campaigns/{name}/campaign.yaml", campaign, parse(f"campaigns/{name}/campaign.yaml", "a: 1").source
            ),
        )
        for name, campaign in campaigns.items()
    }
    return config, Repository(Loaded("mops.toml", config, parse("mops.toml", "a: 1").source), Brand(), folders)


def campaign(title="T", **schedule):
    return Campaign(
        title=title,
        topic="news",
        channels=Channels(email=EmailSettings()),
        tags=("a;b", "c"),
        schedule=Schedule(**schedule),
    )


def test_an_icalendar_file_is_what_the_format_asks_for():
    title = "Größer, schöner; \\ und ein langer Text, der über die erlaubten fünfundsiebzig Oktette hinausgeht 🎉🎉🎉"
    config, repository = calendar_of(
        fixed=campaign(title, at="2027-07-01 09:00", zone="brand", not_after="2 hours"),
        own=campaign(at="2027-07-03 10:00", zone="contact", window="business-hours"),
        silent=Campaign(title="No", topic="news", channels=Channels()),
    )
    found = entries(repository, config, NOW)
    lines = unfolded(ics("demo", config.project.name, found, NOW))
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-1] == "END:VCALENDAR"
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 2
    assert "X-WR-CALNAME:Demo\\, & Söhne\\; GmbH" in lines
    events = "\n".join(lines).split("BEGIN:VEVENT\n")[1:]
    for event in events:
        names = [line.partition(":")[0] for line in event.splitlines()]
        assert len(names) == len(set(names)) or "END" in names
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= set(names)
    fixed, own = events
    assert "DTSTART:20270701T070000Z\nDTEND:20270701T090000Z" in fixed
    assert "SUMMARY:Größer\\, schöner\\; \\\\ und ein langer" in fixed
    assert "CATEGORIES:a\\;b,c" in fixed
    assert "UID:fixed@2027-07-01.demo" in fixed
    assert "DTSTART:20270705T090000\nDTEND:20270705T091500" in own  # a Saturday, so Monday; on each own clock
    assert "DTSTAMP:20270301T090000Z" in own


# -- moments


def test_moments():
    berlin = ZoneInfo("Europe/Berlin")
    at = datetime(2027, 3, 15, 8, 0, tzinfo=UTC)
    assert clock(at, berlin) == "2027-03-15 09:00 CET"
    assert moment(at, berlin, NOW) == "2027-03-15 09:00 CET (+01:00), in 14 d"
    assert moment(at, ZoneInfo("Asia/Kathmandu"), NOW).startswith("2027-03-15 13:45 (+05:45), ")
    assert clock(at, ZoneInfo("Asia/Kathmandu")) == "2027-03-15 13:45 +05:45"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "now"),
        (59, "now"),
        (60, "in 1 min"),
        (-3540, "59 min ago"),
        (3600 * 21, "in 21 h"),
        (3600 * 72, "in 3 d"),
        (-86400 * 9, "9 d ago"),
    ],
)
def test_how_far_away(seconds, said):
    assert away(NOW + timedelta(seconds=seconds), NOW) == said
