"""What people are told of a plan: who came and went, what changed, what it costs, how it looks."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mops_cli.app import sms_cost
from mops_cli.app.planning import look_at_plan, report_of
from mops_cli.clock import FrozenClock
from mops_cli.delivery.plan import frozen, history
from mops_cli.delivery.plan.reading import read_plan
from mops_cli.model.config import ProjectConfig, ProjectInfo
from mops_cli.store.opening import open_store
from tests.unit.plan import world
from tests.unit.plan.world import NOW, people, settings_of, store_of


@pytest.fixture
def store(root):
    with store_of(root) as store:
        people(store, 100)
        yield store


def look(root, store, minutes=0, **more):
    """The plan's parts and their reports by channel."""
    clock = FrozenClock(NOW + timedelta(minutes=minutes))
    plan = look_at_plan(root, settings_of(root), ["hello"], store, clock, **more)
    report = report_of(root, plan.id)
    parts = {one.channel: one for one in plan.sends}
    return plan, report, {one.channel: (parts[one.channel], one) for one in report.sends}


def test_the_first_plan_has_nothing_to_compare_with(root, store):
    _, report, found = look(root, store)
    assert found["email"][1].moves is None
    assert found["email"][1].edits == ()
    assert report.refusals == ()
    assert found["email"][1].origin == "derived"


def test_the_same_plan_again_has_no_changes(root, store):
    plan, _, _ = look(root, store)
    again, _, found = look(root, store, 5)
    assert again == plan
    moves = found["email"][1].moves
    assert (moves.plan, moves.joined, moves.left, moves.before) == (plan.id, 0, 0, found["email"][0].count)


def test_who_came_and_who_went_since_the_last_plan(root, store):
    plan, _, found = look(root, store)
    before = found["email"][0].count
    for number in range(1001, 1031):
        world.add(store, number, city="Hamburg")
    gone = [1, 2, 3, 4]
    store.run("DELETE FROM contacts WHERE id IN (1, 2, 3, 4)")
    _, _, found = look(root, store, 5)
    one, told = found["email"]
    assert told.moves.plan == plan.id
    assert one.count == before + told.moves.joined - told.moves.left
    assert set(told.moves.who_left) <= set(gone)
    assert len(told.moves.who_left) == told.moves.left > 0
    assert all(number > 1000 for number in told.moves.who_joined)
    assert len(told.moves.who_joined) == min(20, told.moves.joined)


def test_what_changed_in_the_content(root, store):
    look(root, store)
    message = root / "campaigns/hello/message.de.md"
    text = message.read_text()
    message.write_text(text.replace('subject: "Hallo', 'subject: "Servus').replace("first line", "second line"))
    _, _, found = look(root, store, 5)
    edits = {edit.path: edit for edit in found["email"][1].edits}
    mail = edits["hello/email/de.json"]
    assert mail.subject[0].startswith("Hallo")
    assert mail.subject[1].startswith("Servus")
    assert any(line.startswith("-") and "first line" in line for line in mail.lines)
    assert any(line.startswith("+") and "second line" in line for line in mail.lines)
    assert all(edit.kind == "changed" for edit in edits.values())
    assert set(edits) == {"hello/email/de.json", "hello/email/de.b.json"}
    assert edits["hello/email/de.b.json"].subject is None
    assert found["sms"][1].edits == ()


def test_a_locale_that_is_new_is_added(root, store):
    campaign = root / "campaigns/hello/campaign.yaml"
    campaign.write_text(world.CAMPAIGN + "locales: [en]\n")
    look(root, store)
    campaign.write_text(world.CAMPAIGN)
    _, _, found = look(root, store, 5)
    assert {(edit.path, edit.kind) for edit in found["sms"][1].edits} == {("hello/sms/de.json", "added")}


def test_three_messages_are_shown_as_people_get_them(root, store):
    one, told = look(root, store)[2]["email"]
    assert len(told.samples) == 3
    assert len({(sample.locale, sample.variant) for sample in told.samples}) == 3
    for sample in told.samples:
        assert sample.problem == ""
        assert sample.address == "p…@p….example"
        greeting = (
            "A good day to you"
            if sample.variant == "b"
            else ("Hallo" if sample.locale == "de" else "Hello") + f" Person {sample.contact}"
        )
        assert sample.subject == greeting
        assert f"Person {sample.contact}," in sample.text
        assert "{{" not in sample.text
    assert one.count > 3
    assert told.samples == look(root, store, 5)[2]["email"][1].samples
    text = look(root, store, 6)[2]["sms"][1].samples[0]
    assert text.subject == ""
    assert "A short note for Person" in text.text
    assert text.address.startswith("+49…")


def test_a_message_that_cannot_be_made_says_why(root, store):
    path = root / "campaigns/hello/message.md"
    path.write_text(path.read_text().replace("welcome to", "{{ (contact.first_name | default('xyz'))[2] }} welcome to"))
    store.run("UPDATE contacts SET locale = 'en', first_name = 'X'")
    samples = look(root, store)[2]["email"][1].samples
    assert len(samples) == 3
    assert all(sample.problem and not sample.text for sample in samples)
    assert not any("people.example" in sample.problem for sample in samples)


def segments(cost):
    return sum(size * count for size, count in cost.messages.items())


def test_sms_cost_is_that_of_every_message(root, store):
    store.run("UPDATE contacts SET first_name = repeat('Ж', 60) WHERE id % 2 = 0")
    store.run("UPDATE contacts SET phone = '+43664' || id WHERE id % 3 = 0")
    store.run("UPDATE contacts SET phone = '+1212' || id WHERE id % 5 = 1")
    plan, _, found = look(root, store)
    one, told = found["sms"]
    ids = set(pq.read_table(root / ".mops/plans" / plan.id / one.audience).column("contact_id").to_pylist())
    assert len(ids) == one.count
    cost = told.cost
    assert not cost.estimated
    assert sum(cost.messages.values()) == one.count
    assert cost.segments == segments(cost)
    long = sum(1 for number in ids if number % 2 == 0)
    assert [count for size, count in cost.messages.items() if size > 1] == [long]
    size = max(cost.messages)
    american = {number for number in ids if number % 5 == 1}
    austrian = {number for number in ids if number % 3 == 0} - american
    price = sum((size if number % 2 == 0 else 1) * (0.08 if number in austrian else 0.075) for number in ids - american)
    assert cost.amount == pytest.approx(price, abs=0.01)
    assert cost.unpriced == len(american)
    assert cost.currency == "EUR"


def test_too_many_different_messages_are_estimated(root, store, monkeypatch):
    people(store, 2000, first=1000)
    exact = look(root, store)[2]["sms"][1].cost
    monkeypatch.setattr(sms_cost, "MOST", 400)
    one, told = look(root, store, 5)[2]["sms"]
    assert told.cost.estimated
    assert told.cost.segments == pytest.approx(exact.segments, rel=0.02)
    assert told.cost.amount == pytest.approx(exact.amount, rel=0.02)
    assert sum(told.cost.messages.values()) == pytest.approx(one.count, abs=2)


def test_few_different_messages_of_many_are_all_looked_at(root, store, monkeypatch):
    people(store, 500, first=1000)
    store.run("UPDATE contacts SET first_name = 'Name' || id % 3")
    monkeypatch.setattr(sms_cost, "MOST", 60)
    one, told = look(root, store)[2]["sms"]
    assert not told.cost.estimated
    assert told.cost.messages == {1: one.count}


def test_mails_cost_what_the_project_says(root, store):
    assert look(root, store)[2]["email"][1].cost is None
    settings = root / "mops.toml"
    settings.write_text(settings.read_text() + "\n[email]\nprice = 1.5\n")
    one, told = look(root, store, 5)[2]["email"]
    assert told.cost.amount == pytest.approx(one.count * 0.0015, abs=0.01)


def test_guards_that_would_refuse_are_told(root, store):
    clock = FrozenClock(NOW)
    report = report_of(root, look_at_plan(root, settings_of(root, "production"), ["hello"], store, clock).id)
    assert [one.guard for one in report.refusals] == ["unapproved"]
    late = FrozenClock(NOW + timedelta(days=90))
    report = report_of(root, look_at_plan(root, settings_of(root), ["hello"], store, late).id)
    assert {one.guard for one in report.refusals} == {"late"}
    assert "--now" in report.refusals[0].hint


CONFIG = ProjectConfig(project=ProjectInfo(id="demo", name="Demo", url="https://demo.example"))


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(1, 60)), st.sets(st.integers(1, 60)))
def test_joined_and_left_are_the_differences_of_the_sets(before, after):
    with tempfile.TemporaryDirectory() as name, open_store(Path(name), CONFIG, FrozenClock(NOW)) as store:
        files = [Path(name) / "before.parquet", Path(name) / "after.parquet"]
        for ids, file in zip((before, after), files, strict=True):
            columns = {"contact_id": pa.array(sorted(ids, key=hash), pa.int64())}
            pq.write_table(pa.table({**columns, "locale": ["en"] * len(ids), "variant": [""] * len(ids)}), file)
        joined, left, who_joined, who_left = frozen.between(store, *files)
    assert (joined, left) == (len(after - before), len(before - after))
    assert list(who_joined) == sorted(after - before)[:20]
    assert list(who_left) == sorted(before - after)[:20]


def test_old_plans_that_nobody_sent_are_swept_away(root, store):
    days = 24 * 60
    for number in range(4):
        world.add(store, 2000 + number, city="Hamburg")
        look(root, store, number * days)
    plans = sorted(map(read_plan, (root / ".mops/plans").iterdir()), key=lambda plan: plan.made_at)
    assert len(plans) == 4
    store.run(
        "INSERT INTO sends (send, channel, campaign, topic, plan, environment, provider, policy, state, recipients, shards,"
        " started_at, changed_at) VALUES ('x', 'email', 'hello', 'news', $plan, 'local', '', 'hold', 'finished', 1, 1, $at, $at)",
        {"plan": plans[1].id, "at": world.THEN},
    )
    history.sweep(store, NOW + timedelta(days=100))
    left = {folder.name for folder in (root / ".mops/plans").iterdir()}
    assert left == {plans[1].id, plans[3].id}
