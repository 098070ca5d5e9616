"""A small project with people in its store, for the tests of plans."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime

from mops_cli.clock import FrozenClock
from mops_cli.content.environments import config_of, in_force
from mops_cli.store.opening import open_store

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)  # a Monday
THEN = datetime(2027, 1, 1)  # noqa: DTZ001 - as the store keeps it

SETTINGS = """\
[project]
id = "demo"
name = "Demo"
url = "https://demo.example"
default_locale = "en"
locales = ["en", "de"]
fallback_zone = "Europe/Berlin"
country = "DE"

[senders.news]
name = "Demo"
email = "news@demo.example"
number = "Demo"

[topics.news]
title = "News"

[topics.service]
title = "Service"
transactional = true

[fields.contact.first_name]
type = "text"

[fields.contact.city]
type = "text"

[destinations.home]
channel = "web"
slot = "home"

[sms]
short_link_host = "go.demo.example"
opt_out = {en = "Reply STOP to opt out", de = "Abmelden: STOP"}
price = {DE = 0.075, AT = 0.08}

[environments.production]
provider = "mailer"
approval = true

[providers.mailer]
type = "file"
path = "out"
"""

MESSAGE = """\
---
subject: "Hello {{ contact.first_name | default('friend') }}"
preheader: A short note to say hello to all of you today
summary: A short note for {{ contact.first_name | default('you') }}
link: https://demo.example/hello
variants: {b: {subject: "A good day to you"}}
---
# Hello

Dear {{ contact.first_name | default("friend") }}, welcome to the first line.
"""

CAMPAIGN = """\
title: Hello
topic: news
audience: {segment: everyone, exclude: [munich]}
channels:
  email: {layout: base, sender: news}
  sms: {sender: news}
schedule: {at: 2027-03-09 09:00, zone: contact, fallback_zone: Europe/Berlin, not_after: 2 hours}
experiment: {vary: subject, arms: {a: 50%, b: 30%}}
"""

FILES = {
    "mops.toml": SETTINGS,
    "segments/everyone.yaml": "title: All\nwhere: {all: []}\n",
    "segments/munich.yaml": "title: Munich\nwhere: {city: Munich}\n",
    "campaigns/hello/campaign.yaml": CAMPAIGN,
    "campaigns/hello/message.md": MESSAGE,
    "campaigns/hello/message.de.md": MESSAGE.replace("Hello", "Hallo").replace("welcome", "willkommen"),
}

ZONES = ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "nowhere", None]
LOCALES = ["de", "en", "de-AT", "fr", None]


def settings_of(root, environment=""):
    return in_force(config_of(root), environment)


@contextmanager
def store_of(root, clock=None):
    with open_store(root, config_of(root), clock or FrozenClock(NOW)) as store:
        yield store


def people(store, count=100, first=1):
    """So many contacts, of whom every tenth said nothing about news, and every seventh lives in Munich."""
    for number in range(first, first + count):
        add(store, number)


def add(store, number, *, zone=..., locale=..., city=..., consent=None, name=...):
    store.run(
        "INSERT INTO contacts (id, email, phone, locale, zone, first_name, city, created_at, updated_at) VALUES"
        " ($id, $email, $phone, $locale, $zone, $name, $city, $then, $then)",
        {
            "id": number,
            "email": f"p{number}@people.example",
            "phone": f"+49151{number:07d}",
            "locale": LOCALES[number % 5] if locale is ... else locale,
            "zone": ZONES[number % 5] if zone is ... else zone,
            "name": f"Person {number}" if name is ... else name,
            "city": ("Munich" if number % 7 == 0 else "Hamburg") if city is ... else city,
            "then": THEN,
        },
    )
    if number % 10 if consent is None else consent:
        for channel in ("email", "sms"):
            agree(store, number, channel)


def agree(store, number, channel, state="given", at=THEN):
    store.run(
        "INSERT INTO consent_log VALUES (nextval('consent_numbers'), $id, 'news', $channel, $state, $at, 'form', NULL, $at)",
        {"id": number, "channel": channel, "state": state, "at": at},
    )
