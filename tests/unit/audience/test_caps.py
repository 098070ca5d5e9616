"""Who has had enough messages for now is not written to."""

from datetime import datetime, timedelta

import msgspec
import pytest

from mops_cli.audience import caps, consent, selection
from mops_cli.errors import UsageError
from mops_cli.model.config import Cap, ProjectConfig, Topic
from tests.unit.audience.people import CONFIG, store_in, take

NOW = datetime(2026, 11, 24, 12)  # noqa: DTZ001 - the store holds UTC without saying so
TOPICS = {
    "news": Topic(title="News"),
    "offers": Topic(title="Offers"),
    "orders": Topic(title="Orders", transactional=True),
}


def config(**found):
    return ProjectConfig(project=CONFIG.project, topics=TOPICS, caps=found)


@pytest.fixture
def store(tmp_path):
    with store_in(tmp_path) as store:
        take(store, tmp_path / "p.csv", "email\na@people.example\nb@people.example\nc@people.example\n")
        for number in (1, 2, 3):
            for topic in TOPICS:
                consent.record(store, number, topic, "email", "given", source="form")
        yield store


def sent(store, contact, send, topic, days, *, channel="email", environment="production", outcome="sent"):
    """A message that somebody got so many days ago."""
    store.run(
        "INSERT INTO sends (send, channel, campaign, topic, plan, environment, provider, policy, state, recipients, shards, "
        "started_at, changed_at) VALUES ($s, $c, $s, $t, 'p', $e, 'x', 'hold', 'finished', 1, 1, $at, $at)",
        {"s": send, "c": channel, "t": topic, "e": environment, "at": NOW},
    )
    store.run(
        "INSERT INTO deliveries (send, campaign, channel, step, contact_id, outcome, occurred_at, plan, shard, number) "
        "VALUES ($s, $s, $c, '', $id, $o, $at, 'p', 0, 0)",
        {"s": send, "c": channel, "id": contact, "o": outcome, "at": NOW - timedelta(days=days)},
    )


def left(store, found, topic="news", channel="email", send="new@1"):
    capped = caps.reached(found, topic, channel, send=send, environment="production", now=NOW)
    chosen = selection.select(store, topic, channel, capped=capped, transactional=TOPICS[topic].transactional)
    assert chosen.asked == 3
    assert set(chosen.left_out) <= {"capped"}
    return [row["contact_id"] for row in chosen.people.to_pylist()]


def test_the_third_in_a_week_is_too_many(store):
    for number, days in enumerate((0.5, 6.9)):
        sent(store, 1, f"a{number}@1", "news", days)
    sent(store, 2, "a2@1", "news", 1)
    sent(store, 2, "a3@1", "news", 7.1)
    sent(store, 3, "a4@1", "news", 1, outcome="refused")
    sent(store, 3, "a5@1", "news", 1)
    two = config(week=Cap(most=2, within="7 days"))
    assert left(store, two) == [2, 3]
    assert left(store, config()) == [1, 2, 3]
    assert left(store, two, send="a1@1") == [1, 2, 3]  # what was sent of the same send does not count against it
    assert left(store, config(week=Cap(most=2, within="8 days"))) == [3]
    assert left(store, config(day=Cap(most=1, within="1 day"), week=Cap(most=3, within="7 days"))) == [2, 3]


def test_topics_channels_and_environments_are_told_apart(store):
    sent(store, 1, "a@1", "news", 1)
    sent(store, 2, "b@1", "offers", 1, channel="sms")
    sent(store, 3, "c@1", "orders", 1)
    sent(store, 3, "d@1", "news", 1, environment="local")
    assert left(store, config(all=Cap(most=1, within="7 days"))) == [3]
    assert left(store, config(mail=Cap(most=1, within="7 days", channel="email"))) == [2, 3]
    assert left(store, config(sms=Cap(most=1, within="7 days", channel="sms"))) == [1, 2, 3]
    assert left(store, config(offers=Cap(most=1, within="7 days", topics=("offers",)))) == [1, 2, 3]
    assert left(store, config(offers=Cap(most=1, within="7 days", topics=("offers",))), topic="offers") == [1, 3]
    assert left(store, config(all=Cap(most=1, within="7 days")), topic="orders") == [1, 2, 3]  # needs no consent


def test_a_cap_of_an_unknown_topic_is_refused():
    with pytest.raises(UsageError, match=r"caps\.week: there is no topic offfers") as caught:
        caps.reached(
            config(week=Cap(most=1, within="7 days", topics=("offfers",))),
            "news",
            "email",
            send="",
            environment="",
            now=NOW,
        )
    assert "offers" in caught.value.hint


@pytest.mark.parametrize(
    "wrong",
    [
        {"most": 0, "within": "1 day"},
        {"most": 1, "within": "soon"},
        {"most": 1},
        {"most": 1, "within": "1 day", "channel": "fax"},
    ],
)
def test_a_cap_that_means_nothing_is_refused(wrong):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, Cap)
