"""What is not sent: plans that are stale, late, drifted, unapproved, of another environment, changed by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from mops_cli.app.planning import draft_plan, look_at_plan, make_plan, report_of, sendable
from mops_cli.clock import FrozenClock
from mops_cli.delivery.plan import refusals
from mops_cli.delivery.plan.approvals import approvals_of, approve
from mops_cli.delivery.plan.writing import encoded
from mops_cli.delivery.sending import register
from mops_cli.errors import UsageError
from tests.unit.plan import world
from tests.unit.plan.world import NOW, people, settings_of, store_of

MESSAGE = "campaigns/hello/message.md"


@pytest.fixture
def store(root):
    with store_of(root) as store:
        people(store, 400)
        yield store


def saved(root, store, *, environment="", clock=None):
    """A plan and its file."""
    plan = draft_plan(root, settings_of(root, environment), ["hello"], store, clock or FrozenClock(NOW))
    place = root / "a.plan"
    place.write_bytes(encoded(root / ".mops", plan))
    return plan, place


def send(root, store, place, *, environment="", now=NOW):
    return sendable(root, settings_of(root, environment), place, store, FrozenClock(now))


def refused(kind, root, store, place, **how):
    with pytest.raises(kind) as caught:
        send(root, store, place, **how)
    assert caught.value.exit_code == 5
    assert caught.value.hint
    return caught.value.message


def test_a_plan_that_nothing_speaks_against_is_sent(root, store):
    plan, place = saved(root, store)
    assert send(root, store, place, now=NOW + timedelta(days=7)) == plan


def test_content_that_changed_makes_it_stale(root, store):
    _, place = saved(root, store)
    before = (root / MESSAGE).read_text()
    (root / MESSAGE).write_text(before.replace("first line", "other line"))
    said = refused(refusals.Stale, root, store, place)
    assert said.startswith("hello on email has changed since the plan was made: hello/email/en.")
    (root / MESSAGE).write_text(before)
    send(root, store, place)


def test_another_campaign_makes_it_not_stale(root, store):
    other = root / "campaigns/other"
    other.mkdir()
    (other / "campaign.yaml").write_text("title: Other\ntopic: news\nchannels:\n  email: {}\n")
    text = world.MESSAGE.replace('variants: {b: {subject: "A good day to you"}}\n', "")
    for name in ("message.md", "message.de.md"):
        (other / name).write_text(text)
    plan, place = saved(root, store)
    (other / "message.md").write_text(text.replace("first line", "other line"))
    assert send(root, store, place) == plan
    (other / "message.md").write_text(text.replace("{{", "{{ no"))  # not even one that cannot be built
    assert send(root, store, place) == plan


def test_a_campaign_that_is_gone_makes_it_stale(root, store):
    _, place = saved(root, store)
    campaign = root / "campaigns/hello/campaign.yaml"
    campaign.write_text(world.CAMPAIGN.replace("  sms: {sender: news}\n", ""))
    assert refused(refusals.Stale, root, store, place) == "hello on sms is not in the project any more"
    (root / "campaigns/hello").rename(root / "moved")
    assert refused(refusals.Stale, root, store, place) == "hello on email is not in the project any more"


def test_after_its_time_it_is_late(root, store):
    _, place = saved(root, store)
    last = datetime(2027, 3, 9, 14, 0, tzinfo=UTC)  # nine in New York
    send(root, store, place, now=last + timedelta(hours=2))
    said = refused(refusals.Late, root, store, place, now=last + timedelta(hours=2, seconds=1))
    assert said == "hello@2027-03-09 on email is too late since 2027-03-09 16:00 UTC"


def test_without_not_after_an_hour_is_allowed(root, store):
    campaign = root / "campaigns/hello/campaign.yaml"
    campaign.write_text(world.CAMPAIGN.replace(", not_after: 2 hours", "").replace("zone: contact", "zone: brand"))
    plan, place = saved(root, store)
    assert plan.sends[0].not_after is None
    due = datetime(2027, 3, 9, 8, 0, tzinfo=UTC)
    send(root, store, place, now=due + timedelta(hours=1))
    refused(refusals.Late, root, store, place, now=due + timedelta(hours=1, seconds=1))


def test_a_schedule_in_the_past_is_late_without_a_plan_too(root, store):
    clock = FrozenClock(datetime(2027, 5, 1, tzinfo=UTC))
    with pytest.raises(refusals.Late, match="too late"):
        make_plan(root, settings_of(root), ["hello"], store, clock)
    assert make_plan(root, settings_of(root), ["hello"], store, clock, now=True).sends[0].count > 100


def test_quiet_hours_that_begin_between_plan_and_send_hold(root, store):
    campaign = root / "campaigns/hello/campaign.yaml"
    campaign.write_text("\n".join(line for line in world.CAMPAIGN.splitlines() if "schedule" not in line) + "\n")
    settings = root / "mops.toml"
    settings.write_text(settings.read_text() + '\n[quiet_hours]\nstart = "21:00"\nend = "08:00"\nchannels = ["sms"]\n')
    plan, place = saved(root, store)
    sms = plan.sends[1]
    assert [(part.zone, part.at) for part in sms.zones] == [
        ("Europe/Berlin", NOW), ("Asia/Tokyo", NOW), ("America/New_York", NOW.replace(hour=13)),
    ]  # fmt: skip
    assert {part.at for part in plan.sends[0].zones} == {NOW}
    assert send(root, store, place, now=NOW + timedelta(hours=2)) == plan
    said = refused(refusals.Quiet, root, store, place, now=NOW + timedelta(hours=4))  # ten in the evening in Tokyo
    assert said.startswith("hello@once on sms: quiet hours have begun for ")
    assert said.endswith("(Asia/Tokyo)")


def test_an_audience_that_is_another_one_has_drifted(root, store):
    plan, place = saved(root, store)
    planned = plan.sends[0].count
    assert 100 < planned < 500  # so that ten may come and go
    for number in range(1001, 1009):
        world.add(store, number, city="Hamburg")
    store.run("DELETE FROM contacts WHERE id IN (1, 2)")
    send(root, store, place)
    for number in range(2001, 2021):
        world.add(store, number, city="Hamburg")
    said = refused(refusals.Drifted, root, store, place)
    assert said.startswith("hello on email has drifted: ")
    assert f"since {planned} were planned (2% may)" in said


def test_the_environment_says_how_much_may_drift(root, store):
    settings = root / "mops.toml"
    settings.write_text(settings.read_text() + '\n[environments.local]\ndrift = "50%"\n')
    _, place = saved(root, store)
    for number in range(2001, 2041):
        world.add(store, number)
    send(root, store, place)
    settings.write_text(settings.read_text().replace('"50%"', '"much"'))
    with pytest.raises(UsageError, match=r"\[environments\.local\] drift"):
        send(root, store, place)


def test_swapped_people_are_drift_though_the_number_is_the_same(root, store):
    _, place = saved(root, store)
    store.run("UPDATE contacts SET id = id + 5000 WHERE id > 200")
    store.run("UPDATE consent_log SET contact_id = contact_id + 5000 WHERE contact_id > 200")
    refused(refusals.Drifted, root, store, place)


def test_people_whose_time_has_come_have_not_left(root, store):
    plan, place = saved(root, store)
    assert send(root, store, place, now=datetime(2027, 3, 9, 15, 0, tzinfo=UTC)) == plan


def test_production_asks_for_approval(root, store):
    plan, place = saved(root, store, environment="production")
    said = refused(refusals.Unapproved, root, store, place, environment="production")
    assert said == f"production asks for approval, and nobody has approved it (plan {plan.id[:8]})"
    with pytest.raises(refusals.Unapproved):
        make_plan(root, settings_of(root, "production"), ["hello"], store, FrozenClock(NOW))
    approve(root / ".mops", plan.id, "Ida Sample", NOW)
    assert send(root, store, place, environment="production") == plan
    assert make_plan(root, settings_of(root, "production"), ["hello"], store, FrozenClock(NOW)) == plan
    world.add(store, 5001, city="Hamburg")  # another plan is not approved
    with pytest.raises(refusals.Unapproved):
        make_plan(root, settings_of(root, "production"), ["hello"], store, FrozenClock(NOW))


def test_two_must_agree_where_two_are_asked_for(root, store):
    settings = root / "mops.toml"
    settings.write_text(settings.read_text().replace("approval = true", "approval = 2"))
    plan, place = saved(root, store, environment="production")
    approve(root / ".mops", plan.id, "Ida", NOW)
    assert len(approve(root / ".mops", plan.id, " ida ", NOW)) == 1
    assert "1 more must approve it" in refused(refusals.Unapproved, root, store, place, environment="production")
    assert [one.by for one in approve(root / ".mops", plan.id, "Jo", NOW)] == ["Ida", "Jo"]
    send(root, store, place, environment="production")
    settings.write_text(settings.read_text().replace("approval = 2", 'approval = "yes"'))
    with pytest.raises(UsageError, match="approval is true, false"):
        send(root, store, place, environment="production")


@pytest.mark.parametrize("how", ["name", "plan", "text", "moved"])
def test_an_approval_that_was_written_by_hand_is_refused(root, store, how):
    plan, place = saved(root, store, environment="production")
    approve(root / ".mops", plan.id, "Ida", NOW)
    file = root / ".mops/plans" / plan.id / "approvals.json"
    entries = json.loads(file.read_text())
    if how == "name":
        entries[0]["approval"]["by"] = "Jo"
    if how == "plan":
        entries[0]["approval"]["plan"] = "0" * 32
    file.write_text("yes" if how == "text" else json.dumps(entries))
    if how == "moved":
        world.add(store, 5001, city="Hamburg")
        other, place = saved(root, store, environment="production")
        file.rename(root / ".mops/plans" / other.id / "approvals.json")
    assert "approvals.json was changed by hand" in refused(
        refusals.Tampered, root, store, place, environment="production"
    )


def test_an_approval_needs_a_name(root, store):
    plan, _ = saved(root, store)
    with pytest.raises(UsageError, match="needs a name"):
        approve(root / ".mops", plan.id, "  ", NOW)
    assert approvals_of(root / ".mops", plan.id) == ()


def test_a_plan_is_for_one_environment(root, store):
    _, place = saved(root, store, environment="production")
    assert refused(refusals.OtherEnvironment, root, store, place) == "the plan is for production, not for local"


def begin(store, plan, state=register.RUNNING):
    for one in plan.sends:
        row = register.Send(
            one.send, one.channel, one.campaign, one.topic, plan.id, plan.environment, "outbox", one.policy, state,
            one.count, 1, None, None, None, NOW, NOW,
        )  # fmt: skip
        register.begin(store, row)
        register.set_state(store, row.key, state)


def test_a_plan_under_way_goes_on_though_the_content_changed(root, store):
    plan, place = saved(root, store)
    begin(store, plan)
    (root / MESSAGE).write_text((root / MESSAGE).read_text().replace("first line", "other line"))
    late = NOW + timedelta(days=30)
    assert send(root, store, place, now=late) == plan
    assert make_plan(root, settings_of(root), ["hello"], store, FrozenClock(late)) == plan
    assert make_plan(root, settings_of(root), ["hello"], store, FrozenClock(late), now=True) != plan


def test_another_plan_under_way_is_told(root, store):
    plan, _ = saved(root, store)
    begin(store, plan)
    world.add(store, 5001, city="Hamburg")
    other = look_at_plan(root, settings_of(root), ["hello"], store, FrozenClock(NOW))
    told = report_of(root, other.id).refusals
    assert [one.guard for one in told] == ["underway", "underway"]
    assert told[0].message.startswith(f"hello@2027-03-09 on email is under way with another plan ({plan.id[:8]})")


def test_what_was_given_up_can_be_planned_and_sent_after_all(root, store):
    plan, first = saved(root, store)
    begin(store, plan, register.CANCELLED)
    assert refused(refusals.GivenUp, root, store, first) == f"the plan {plan.id[:8]} was begun and given up"
    second, place = saved(root, store)
    assert (second.id != plan.id, second.attempt, second.sends) == (True, 1, plan.sends)
    assert send(root, store, place) == second
    assert saved(root, store)[0] == second
    begin(store, second, register.CANCELLED)
    assert saved(root, store)[0].attempt == 2


def test_a_finished_send_is_planned_anew(root, store):
    plan, _ = saved(root, store)
    begin(store, plan, register.FINISHED)
    (root / MESSAGE).write_text((root / MESSAGE).read_text().replace("first line", "other line"))
    assert make_plan(root, settings_of(root), ["hello"], store, FrozenClock(NOW)).id != plan.id


def test_what_it_sent_itself_is_no_drift(root, store):
    plan, place = saved(root, store)
    store.run(
        "INSERT INTO deliveries SELECT $send, 'hello', 'email', '', id, NULL, 'en', '', 'sent', '', '', '', $at, $plan, 0, 0"
        " FROM contacts",
        {"send": plan.sends[0].send, "at": world.THEN, "plan": plan.id},
    )
    assert send(root, store, place) == plan
    store.run("UPDATE deliveries SET plan = 'another'")
    refused(refusals.Drifted, root, store, place)
