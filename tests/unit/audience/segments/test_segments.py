"""Segments against a real store: what is in, why, and what is refused at its place."""

from datetime import UTC, datetime, timedelta

import pytest

from mops_cli.audience.segments import asking
from mops_cli.clock import FrozenClock
from mops_cli.content.schema import validate
from mops_cli.content.yaml_source import parse
from mops_cli.model.config import ProjectConfig
from mops_cli.model.content import SegmentFile
from mops_cli.model.source import Loaded
from mops_cli.store.opening import open_store

NOW = datetime(2026, 11, 24, 12, 0)  # noqa: DTZ001 - the store holds UTC without saying so
CONFIG = """
project: {id: aurora, name: Aurora, url: "https://aurora.example"}
topics: {news: {title: News}, events: {title: Events}}
fields:
  contact:
    city: {type: text}
    age: {type: integer}
    credit: {type: money}
    member_since: {type: date}
    fan: {type: boolean}
events:
  purchase: {amount: {type: money}, collection: {type: text}}
  signup: {}
"""
PEOPLE = [
    # id, email, zone, city, age, credit, member_since, fan, extra
    (1, "ada@people.example", "Europe/Berlin", "Hamburg", 36, "10.00", "2020-01-01", True, '{"country": "DE", "lat": 53.55, "lon": 9.99}'),
    (2, "bo@people.example", "Europe/Vienna", "Wien", 24, None, "2026-11-20", False, '{"country": "AT", "lat": 48.21, "lon": 16.37}'),
    (3, "cy@people.example", None, None, None, "0.00", None, None, '{"country": "FR"}'),
    (4, "di@people.example", "Europe/Berlin", "Halle", 25, "99.99", "2025-11-24", True, None),
]  # fmt: skip
EVENTS = [
    # contact, kind, days ago, amount, collection
    (1, "purchase", 10, "60.00", "spring"),
    (1, "purchase", 80, "70.00", "winter"),
    (1, "signup", 900, None, None),
    (2, "purchase", 5, "20.00", "spring"),
    (2, "signup", 3, None, None),
    (3, "purchase", 100, "500.00", "winter"),
    (4, "complaint", 2, None, None),
]


def config():
    value, found = validate(ProjectConfig, parse("mops.yaml", CONFIG), "the project")
    assert found == []
    return value


def segment(name, where, extra=""):
    value, found = validate(
        SegmentFile, parsed := parse(f"segments/{name}.yaml", f"title: x\nwhere:\n{_in(where)}{extra}"), "a segment"
    )
    assert found == []
    return Loaded(name, value, parsed.source)


def _in(text):
    return "".join(f"  {line}\n" for line in text.strip("\n").splitlines())


def load(**texts):
    return asking.load({name: segment(name, text) for name, text in texts.items()}, config())


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    root = tmp_path_factory.mktemp("store")
    with open_store(root, config(), FrozenClock(NOW.replace(tzinfo=UTC))) as store:
        for person in PEOPLE:
            names = ("id", "email", "zone", "city", "age", "credit", "since", "fan", "extra")
            store.run(
                "INSERT INTO contacts (id, email, zone, city, age, credit, member_since, fan, extra, created_at, updated_at) "
                "VALUES ($id, $email, $zone, $city, $age, CAST($credit AS DECIMAL(18,4)), CAST($since AS DATE), $fan, "
                "CAST($extra AS JSON)::VARIANT, now(), now())",
                dict(zip(names, person, strict=True)),
            )
        for number, (contact, kind, ago, amount, collection) in enumerate(EVENTS):
            store.run(
                'INSERT INTO events (id, kind, occurred_at, received_at, contact_id, "purchase.amount", "purchase.collection") '
                "VALUES ($id, $kind, $at, $at, $contact, CAST($amount AS DECIMAL(18,4)), $collection)",
                {
                    "id": f"e{number}",
                    "kind": kind,
                    "at": NOW - timedelta(days=ago),
                    "contact": contact,
                    "amount": amount,
                    "collection": collection,
                },
            )
        for number, (contact, topic, channel, state) in enumerate(
            [
                (1, "news", "email", "given"),
                (2, "news", "sms", "given"),
                (3, "news", "email", "given"),
                (3, "news", "email", "withdrawn"),
            ]
        ):
            store.run(
                "INSERT INTO consent_log VALUES ($n, $contact, $topic, $channel, $state, $at, 'form', NULL, $at)",
                {
                    "n": number,
                    "contact": contact,
                    "topic": topic,
                    "channel": channel,
                    "state": state,
                    "at": NOW - timedelta(days=9 - number),
                },
            )
        yield store


def who(store, text, **others):
    segments = load(it=text, **others)
    assert [one for one in segments.findings if one.severity.value == "error"] == []
    query = asking.members(segments, "it", NOW)
    found = sorted(row[0] for row in store.rows(query.sql, query.parameters))
    assert asking.count(store, segments, "it", NOW) == len(found)
    return found


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("all: []", [1, 2, 3, 4]),
        ("city: Hamburg", [1]),
        ("city: [Hamburg, Halle]", [1, 4]),
        ("city: {starts_with: Ha}", [1, 4]),
        ("city: {contains: all, ends_with: e}", [4]),
        ("age: {gte: 25}", [1, 4]),
        ("age: {gte: 25, or_unknown: true}", [1, 3, 4]),
        ("not: {age: {gte: 25}}", [2]),  # of 3 it is not known
        ("age: {exists: false}", [3]),
        ("age: {ne: 36}", [2, 4]),
        ("age: {not_in: [36, 24]}", [4]),
        ("credit: {gt: 10}", [4]),
        ("credit: 99.99", [4]),
        ("fan: true", [1, 4]),
        ("member_since: {within: 7 days}", [2]),
        ("member_since: {before: '2025-11-24'}", [1]),
        ("member_since: {after: '2025-11-24'}", [2, 4]),
        ("country: {in: [DE, AT]}", [1, 2]),  # not declared
        ("not: {country: DE}", [2, 3]),
        ("email: {ends_with: people.example}", [1, 2, 3, 4]),
        ("zone: Europe/Berlin", [1, 4]),
        ("event: purchase", [1, 2, 3]),
        ("event: purchase\nwithin: 90 days", [1, 2]),
        ("event: purchase\ncount: {gte: 2}\nwithin: 90 days", [1]),
        ("event: purchase\ncount: 0", [4]),
        ("event: purchase\nwhere: {amount: {gt: 50}}", [1, 3]),
        ("event: purchase\nwhere: {amount: {gt: 50}, collection: winter}\nwithin: 90 days", [1]),
        ("event: purchase\nsum: {amount: {gte: 130}}", [1, 3]),
        ("event: purchase\nbetween: [2026-08-16, 2026-08-16]", [3]),
        ("not: {event: purchase, within: 30 days}", [3, 4]),
        ("event: complaint", [4]),
        ("first_event: {kind: signup, within: 7 days}", [2]),
        ("first_event: {kind: purchase, within: 30 days}", [2]),
        ("last_event: {kind: purchase, within: 30 days}", [1, 2]),
        ("not: {last_event: {kind: purchase, within: 30 days}}", [3, 4]),
        ("consent: {topic: news, channel: email}", [1]),
        ("consent: news", [1, 2]),
        ("not: {consent: news}", [3, 4]),
        ("near: {lat: 53.5, lon: 10.0, km: 60}", [1]),
        ("not: {near: {lat: 53.5, lon: 10.0, km: 60}}", [2]),
        ("any: [{city: Wien}, {event: complaint}]", [2, 4]),
        ("all: [{fan: true}, {not: {event: complaint}}]", [1]),
        ("fan: true\nage: {lt: 30}", [4]),
        ("segment: buyers", [1, 2]),
        ("not: {segment: buyers}", [3, 4]),
        ("sample: 100", [1, 2, 3, 4]),
    ],
)  # fmt: skip
def test_who_is_in(store, where, expected):
    assert who(store, where, buyers="event: purchase\nwithin: 90 days") == expected


def test_a_sample_is_the_same_people_every_time_and_others_for_another_salt(store):
    drawn = {salt: who(store, f"sample: {{percent: 50, salt: {salt}}}") for salt in "abcdefgh"}
    assert who(store, "sample: {percent: 50, salt: a}") == drawn["a"]
    assert len({tuple(people) for people in drawn.values()}) > 1


MISTAKES = [
    ("ctiy: Hamburg", "MG202", 3, 'did you mean "city"'),
    ("city: {like: Ham}", "MG204", 3, "contains"),
    ("city: {gt: 3}", "MG204", 3, "starts_with"),
    ("age: {gte: old}", "MG205", 3, "digits"),
    ("fan: 'yes'", "MG205", 3, "true or false"),
    ("member_since: {after: yesterday}", "MG205", 3, "2026-03-01"),
    ("age: {or_unknown: true}", "MG204", 3, "gte: 25"),
    ("event: purchse", "MG206", 3, 'did you mean "purchase"'),
    ("event: purchase\nwhere: {amout: 3}", "MG202", 4, "amount"),
    ("event: purchase\nwithin: a while", "MG207", 4, "3 days"),
    ("event: purchase\nbetween: [2026-02-30, 2026-03-01]", "MG207", 4, "first and the last day"),
    ("event: purchase\nbetween: [2026-03-02, 2026-03-01]", "MG207", 4, "earlier"),
    ("event: purchase\nwithin: 3 days\nbetween: [2026-03-02, 2026-03-03]", "MG207", 5, "one of them"),
    ("event: purchase\nsum: {collection: {gte: 1}}", "MG202", 4, "amount"),
    ("event: purchase\ncount: {about: 3}", "MG204", 4, "gte"),
    ("first_event: signup", "MG206", 3, "kind"),
    ("consent: {topic: newz}", "MG208", 3, 'did you mean "news"'),
    ("consent: {topic: news, channel: fax}", "MG208", 3, "email"),
    ("zone: Europe/Berln", "MG209", 3, 'did you mean "Europe/Berlin"'),
    ("near: {lat: 100, lon: 0, km: 5}", "MG209", 3, "near:"),
    ("sample: 0", "MG209", 3, "percent"),
    ("any: []", "MG201", 3, "at least one"),
    ("all: [Hamburg]", "MG201", 3, "country: DE"),
]


@pytest.mark.parametrize(("where", "code", "line", "advice"), MISTAKES)
def test_a_mistake_is_told_at_its_place(where, code, line, advice):
    segments = load(it=where)
    first = next(found for found in segments.findings if found.severity.value == "error")
    assert (first.code, first.span.path, first.span.line) == (code, "segments/it.yaml", line)
    assert advice in first.help
    assert "it" not in segments.trees


def test_a_segment_that_names_a_broken_one_cannot_be_asked():
    segments = load(it="segment: other", other="ctiy: x", fine="city: x")
    assert set(segments.trees) == {"fine"}


def test_values_never_become_sql(store):
    evil = "city: \"x' OR 1=1; DROP TABLE contacts; --\"\n'co\"untry''; --': DE"
    query = asking.members(load(it=evil), "it", NOW)
    assert "DROP" not in query.sql
    assert "untry" not in query.sql
    assert who(store, evil) == []
    assert who(store, "email: {exists: true}") == [1, 2, 3, 4]


def test_counts_share_one_scan_of_the_events():
    many = "all:\n" + "".join(f"  - {{event: purchase, count: 2, within: {days} days}}\n" for days in range(1, 30))
    query = asking.members(load(it=many), "it", NOW)
    assert query.sql.count("FROM events") == 1


def test_any_of_several_things_in_the_same_time_is_one_set(store):
    several = "any:\n  - {event: purchase, within: 30 days}\n  - {event: complaint, within: 30 days}\n  - city: Wien\n"
    query = asking.members(load(it=several), "it", NOW)
    assert query.sql.count("FROM events") == 1
    assert who(store, several) == [1, 2, 4]
    assert who(store, "not:\n" + _in(several)) == []  # of 3 the city is not known
    assert who(store, "not:\n" + _in(several.replace("  - city: Wien\n", ""))) == [3]
    narrowed = several.replace("event: purchase", "event: purchase, where: {collection: spring}").replace("30", "7", 1)
    assert asking.members(load(it=narrowed), "it", NOW).sql.count("FROM events") == 2
    assert who(store, narrowed) == [2, 4]


def test_numbers_of_nobody_and_far_apart(tmp_path):
    with open_store(tmp_path, config(), FrozenClock(NOW.replace(tzinfo=UTC))) as far:
        known = [0, 1, 32_767, 32_768, 5_000_000]
        for number in known:
            far.run("INSERT INTO contacts (id, created_at, updated_at) VALUES ($id, now(), now())", {"id": number})
        for number in [*known, -1, -40_000, 5_000_001, 2**63 - 1]:
            far.run(
                "INSERT INTO events (id, kind, occurred_at, received_at, contact_id) VALUES ('e', 'signup', $at, $at, $id)",
                {"id": number, "at": NOW},
            )
        assert who(far, "event: signup") == known
        assert who(far, "not: {event: signup}") == []
        assert who(far, "event: purchase") == []


def test_the_funnel_counts_each_line_alone_and_with_those_above(store):
    segments = load(it="all:\n  - event: purchase\n  - age: {gte: 25}\n  - not: {event: complaint}")
    funnel = asking.explain(store, segments, "it", NOW)
    assert funnel.everybody == 4
    assert [(step.line, step.alone, step.together) for step in funnel.steps] == [(4, 3, 3), (5, 2, 1), (6, 3, 1)]
    assert funnel.steps[1].text == "age: {gte: 25}"


def test_a_contact_is_told_which_line_failed(store):
    segments = load(it="all:\n  - event: purchase\n  - age: {gte: 25}")
    inside, verdicts = asking.explain_contact(store, segments, "it", 3, NOW)
    assert inside is False
    assert [(one.line, one.holds) for one in verdicts] == [(4, True), (5, None)]
    assert asking.explain_contact(store, segments, "it", 1, NOW)[0] is True
    assert asking.explain_contact(store, segments, "it", 99, NOW) is None


def test_what_changed_between_two_days(store):
    segments = load(it="event: purchase\nwithin: 90 days")
    before, after = (asking.members(segments, "it", NOW - timedelta(days=days)) for days in (40, 0))
    found = asking.difference(store, before, after)
    assert (found.joined, found.left, found.stayed) == ((2,), (3,), 1)


def test_a_preview_is_stable_and_short(store):
    segments = load(it="email: {exists: true}")
    first = asking.preview(store, segments, "it", NOW, 2)
    assert len(first) == 2
    assert asking.preview(store, segments, "it", NOW, 3)[:2] == first
