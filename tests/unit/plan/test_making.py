"""Plans made from a project and its store."""

from __future__ import annotations

import json
import re
import stat
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

from mops_cli.app.planning import NotBuilt, draft_plan, load_plan, read_plan_file
from mops_cli.audience.suppression import add as suppress
from mops_cli.audience.suppression import hashed
from mops_cli.clock import FrozenClock
from mops_cli.delivery.plan.content import best_locale, content_of
from mops_cli.delivery.plan.labels import arm_of
from mops_cli.delivery.plan.refusals import PlanGone, Stale, Tampered
from mops_cli.delivery.plan.writing import encoded
from mops_cli.delivery.sending.audience import Audience
from mops_cli.errors import UsageError
from tests.unit.plan import world
from tests.unit.plan.world import NOW, agree, people, settings_of, store_of

ARMS = {"a": 0.5, "b": 0.3}
DAY = "hello@2027-03-09"


def plan_of(root, store, select=("hello",), *, clock=None, **more):
    return draft_plan(root, settings_of(root), select, store, clock or FrozenClock(NOW), **more)


def part(plan, channel="email"):
    return next(one for one in plan.sends if one.channel == channel)


def rows(root, plan, channel="email"):
    return pq.read_table(root / ".mops/plans" / plan.id / part(plan, channel).audience).to_pylist()


def delivered(store, number, outcome, *, send=DAY, plan="0" * 32, destination=None):
    store.run(
        "INSERT INTO deliveries VALUES ($send, 'hello', 'email', '', $id, $destination, 'en', '', $outcome, '', '', '',"
        " $at, $plan, 0, 0)",
        {"send": send, "id": number, "outcome": outcome, "at": world.THEN, "plan": plan, "destination": destination},
    )


def test_everybody_is_planned_or_counted_with_a_reason(root):
    with store_of(root) as store:
        people(store, 200)
        plan = plan_of(root, store)
        one = part(plan)
        found = rows(root, plan)
    meant = {n for n in range(1, 201) if n % 10 and n % 7}
    arms = {n: arm_of("hello", n, ARMS) for n in meant}
    assert {row["contact_id"] for row in found} == {n for n in meant if arms[n]}
    assert one.excluded == {
        "no consent": 20,
        "excluded": sum(1 for n in range(1, 201) if n % 10 and n % 7 == 0),
        "held back": sum(1 for n in meant if not arms[n]),
    }
    assert one.count == len(found) == sum(one.variants.values()) == sum(one.locales.values())
    assert one.count + sum(one.excluded.values()) == 200
    assert {row["contact_id"]: row["variant"] for row in found} == {n: arms[n] for n in meant if arms[n]}


def test_a_segment_minus_several_others(root):
    for name, where in {
        "some": "{any: [{city: Hamburg}, {city: Munich}, {city: Vienna}]}",
        "first": "{first_name: [Person 1, Person 2]}",
        "second": "{any: [{first_name: Person 3}, {city: Vienna}]}",
    }.items():
        (root / f"segments/{name}.yaml").write_text(f"title: x\nwhere: {where}\n")
    (root / "campaigns/hello/campaign.yaml").write_text(
        world.CAMPAIGN.replace(
            "segment: everyone, exclude: [munich]", "segment: some, exclude: [first, munich, second]"
        )
    )
    with store_of(root) as store:
        people(store, 20)
        world.add(store, 101, city="Berlin")
        world.add(store, 102, city="Vienna")
        one = part(plan_of(root, store))
    meant = {n for n in range(1, 21) if n % 10 and n % 7} - {1, 2, 3}
    assert one.excluded["excluded"] == 2 + 3 + 1
    assert one.count + one.excluded.get("held back", 0) == len(meant)
    assert one.count + sum(one.excluded.values()) == 21


def test_rows_are_in_the_order_of_time_locale_arm_contact_and_waves_are_runs_of_them(root):
    with store_of(root) as store:
        people(store, 300)
        plan = plan_of(root, store)
    found, one = rows(root, plan), part(plan)
    keys = [(row["at"], row["locale"], row["variant"], row["contact_id"]) for row in found]
    assert keys == sorted(keys)
    assert [wave.at for wave in one.waves] == sorted({row["at"] for row in found})
    for wave in one.waves:
        assert {row["at"] for row in found[wave.first : wave.first + wave.rows]} == {wave.at}
    assert sum(wave.rows for wave in one.waves) == one.count
    assert sum(shard.rows for shard in one.shards()) == one.count


def test_each_is_due_at_nine_on_their_own_clock(root):
    with store_of(root) as store:
        people(store, 100)
        plan = plan_of(root, store)
    for row in rows(root, plan):
        own = world.ZONES[row["contact_id"] % 5]
        place = ZoneInfo(own if own and own != "nowhere" else "Europe/Berlin")
        assert row["at"].astimezone(place).replace(tzinfo=None) == datetime(2027, 3, 9, 9)  # noqa: DTZ001
    one = part(plan)
    assert [wave.zone for wave in one.waves] == ["Asia/Tokyo", "Europe/Berlin", "America/New_York"]
    assert one.without_zone == sum(1 for row in rows(root, plan) if row["contact_id"] % 5 in {3, 4})
    assert one.not_after == datetime(2027, 3, 9, 16, 0, tzinfo=UTC)
    assert all(shard.not_after == shard.at + timedelta(hours=2) for shard in one.shards())


def test_each_has_the_best_locale(root):
    with store_of(root) as store:
        people(store, 50)
        plan = plan_of(root, store)
    for row in rows(root, plan):
        assert row["locale"] == ("de" if world.LOCALES[row["contact_id"] % 5] in {"de", "de-AT"} else "en")


@pytest.mark.parametrize(
    ("said", "known", "best"),
    [
        ("de-AT", ("de", "en"), "de"),
        ("de_at", ("de-AT", "de", "en"), "de-AT"),
        ("pt", ("en", "pt-BR"), "pt-BR"),
        ("", ("de", "en"), "en"),
        ("fr", ("de", "en"), "en"),
        ("fr", ("de", "nl"), "de"),
        ("fr", (), "en"),
    ],
)
def test_best_locale(said, known, best):
    assert best_locale(said, known, "en") == best


def test_the_address_is_there_as_a_keyed_hash_and_nowhere_else(root):
    with store_of(root) as store:
        people(store, 30)
        plan = plan_of(root, store)
        folder = root / ".mops/plans" / plan.id
        for row in rows(root, plan):
            whole = hashed(store.folder, "email", f"p{row['contact_id']}@people.example")
            assert row["address_hash"].hex() == whole[:32]
    assert not any(b"people.example" in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_whom_an_earlier_plan_reached_is_left_out_and_again_means_everybody(root):
    with store_of(root) as store:
        people(store, 60)
        first = plan_of(root, store)
        ids = [row["contact_id"] for row in rows(root, first)]
        for number, outcome in zip(ids, ("sent", "unknown", "failed", "sent"), strict=False):
            delivered(store, number, outcome)
        delivered(store, ids[10], "sent", send="hello@2026-01-01")
        second = plan_of(root, store)
        left = {row["contact_id"] for row in rows(root, second)}
        again = plan_of(root, store, again=True)
    assert left == set(ids[4:])
    assert {name: part(second).excluded[name] for name in ("already sent", "in doubt", "already tried")} == {
        "already sent": 2, "in doubt": 1, "already tried": 1,
    }  # fmt: skip
    assert part(again).send == "hello@2027-03-09-20270301T1000"
    assert part(again).count == len(ids)


def test_who_has_had_enough_by_then_is_left_out(root):
    settings = root / "mops.toml"
    settings.write_text(settings.read_text() + '\n[caps.weekly]\nmost = 1\nwithin = "7 days"\n')
    with store_of(root) as store:
        people(store, 60)
        ids = [row["contact_id"] for row in rows(root, plan_of(root, store))]
        store.run(
            "INSERT INTO sends (send, channel, campaign, topic, plan, environment, provider, policy, state, recipients,"
            " shards, started_at, changed_at) VALUES ('x@once', 'email', 'x', 'news', 'p', 'local', '', 'hold', 'finished',"
            " 2, 1, $at, $at)",
            {"at": world.THEN},
        )
        delivered(store, ids[0], "sent", send="x@once")
        delivered(store, ids[1], "sent", send="x@once")
        # Due on 9 March at nine: what one got on the 1st has been forgotten by then, what one got on the 3rd has not.
        store.run(
            "UPDATE deliveries SET occurred_at = TIMESTAMP '2027-03-01 08:00' WHERE contact_id = $id", {"id": ids[0]}
        )
        store.run(
            "UPDATE deliveries SET occurred_at = TIMESTAMP '2027-03-03 08:00' WHERE contact_id = $id", {"id": ids[1]}
        )
        plan = plan_of(root, store)
    assert part(plan).excluded["capped"] == 1
    assert {row["contact_id"] for row in rows(root, plan)} == set(ids) - {ids[1]}


def test_suppressed_people_and_those_who_took_it_back_are_counted(root):
    with store_of(root) as store:
        people(store, 20)
        suppress(store, "email", "p1@people.example")
        agree(store, 2, "email", "withdrawn", NOW.replace(tzinfo=None))
        plan = plan_of(root, store)
    assert part(plan).excluded["suppressed"] == 1
    assert part(plan).excluded["consent withdrawn"] == 1
    assert not {1, 2} & {row["contact_id"] for row in rows(root, plan)}


def test_who_is_due_too_long_ago_is_left_out(root):
    now = datetime(2027, 3, 9, 13, 0, tzinfo=UTC)  # nine in New York, ten hours after nine in Tokyo
    with store_of(root) as store:
        people(store, 100)
        plan = plan_of(root, store, clock=FrozenClock(now))
    assert [wave.zone for wave in part(plan).waves] == ["America/New_York"]
    assert part(plan).excluded["too late"] > 0
    with store_of(root) as store:
        later = plan_of(root, store, clock=FrozenClock(now), now=True)
    assert part(later).waves[0].at == now
    assert part(later).send == part(plan).send


def test_the_same_plan_made_again_is_the_same(root):
    with store_of(root) as store:
        people(store, 80)
        first = plan_of(root, store)
        clock = FrozenClock(NOW + timedelta(minutes=5))
        assert plan_of(root, store, clock=clock) == first
        world.add(store, 1001)
        assert plan_of(root, store, clock=clock).id != first.id
    assert load_plan(root, first.id) == first


def test_a_plan_is_for_its_owner_alone_and_small(root):
    with store_of(root) as store:
        people(store, 30)
        plan = plan_of(root, store)
    folder = root / ".mops/plans" / plan.id
    for path in [folder, *folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert stat.S_IMODE((root / ".mops/plan.key").stat().st_mode) == 0o600
    assert (folder / "plan.json").stat().st_size < 20_000
    for path, digest in part(plan).content.items():
        assert (folder / "content" / path).read_bytes() == (root / "dist" / path).read_bytes()
        assert len(digest) == 64
    assert {"hello/email/de.b.html", "hello/email/en.json", "hello/email/en.txt"} <= part(plan).content.keys()
    assert [path.name for path in (root / ".mops/plans").iterdir()] == [plan.id]


def test_an_owner_reads_the_audience_by_number(root):
    with store_of(root) as store:
        people(store, 40)
        plan = plan_of(root, store)
    found = rows(root, plan)
    audience = Audience(root / ".mops/plans" / plan.id / part(plan).audience)
    assert audience.rows == len(found)
    last = found[-1]
    assert audience.read([len(found) - 1]) == [(len(found) - 1, last["contact_id"], last["locale"], last["variant"])]


def test_channels_without_people_go_to_destinations(root):
    campaign = root / "campaigns/hello/campaign.yaml"
    campaign.write_text(world.CAMPAIGN.replace("channels:\n", "channels:\n  web: {placements: [home]}\n  pdf: {}\n"))
    with store_of(root) as store:
        plan = plan_of(root, store)
        delivered(store, 0, "sent", destination="home")
        store.run("UPDATE deliveries SET channel = 'web'")
        second = plan_of(root, store)
    assert [one.channel for one in plan.sends] == ["email", "sms", "web"]
    one = part(plan, "web")
    assert (one.destinations, one.count, one.audience, one.locales) == (("home",), 1, "", {"en": 1})
    assert [shard.rows for shard in one.shards()] == [1]
    assert one.waves[0].at == datetime(2027, 3, 9, 8, 0, tzinfo=UTC)
    assert (part(second, "web").destinations, part(second, "web").excluded) == ((), {"already sent": 1})


def test_transactional_messages_need_no_consent_and_are_sent_again_in_doubt(root):
    campaign = root / "campaigns/hello/campaign.yaml"
    campaign.write_text("title: Receipt\ntopic: service\nchannels:\n  email: {}\n")
    for name in ("message.md", "message.de.md"):
        (root / "campaigns/hello" / name).write_text(re.sub("variants: .*\n", "", world.MESSAGE))
    with store_of(root) as store:
        people(store, 20)
        plan = plan_of(root, store)
    one = part(plan)
    assert (one.count, one.policy, one.transactional, one.send, one.excluded) == (20, "resend", True, "hello@once", {})
    assert [wave.at for wave in one.waves] == [NOW]
    assert one.variants == {"": 20}


def test_channels_can_be_chosen(root):
    with store_of(root) as store:
        assert [one.channel for one in plan_of(root, store, ["hello/sms"]).sends] == ["sms"]
        with pytest.raises(UsageError, match='no campaign is called "helo"'):
            plan_of(root, store, ["helo"])


def test_dist_is_brought_up_to_date_before(root):
    message = root / "campaigns/hello/message.md"
    with store_of(root) as store:
        before = plan_of(root, store)
        message.write_text(world.MESSAGE.replace("first line", "second line"))
        after = plan_of(root, store)
    assert part(before).content_hash != part(after).content_hash
    assert b"second line" in (root / ".mops/plans" / after.id / "content/hello/email/en.html").read_bytes()
    assert b"first line" in (root / ".mops/plans" / before.id / "content/hello/email/en.html").read_bytes()


def test_content_with_errors_is_not_planned(root):
    (root / "campaigns/hello/message.md").write_text(
        world.MESSAGE.replace("{{ contact.first_name | default(", "{{ contact.frist_name | default(", 1)
    )
    with store_of(root) as store, pytest.raises(NotBuilt) as caught:
        plan_of(root, store)
    assert caught.value.exit_code == 1
    assert "cannot be built" in caught.value.message
    assert not list((root / ".mops").glob("plans/*"))


@pytest.mark.parametrize("what", ["segment: everybody", "segment: broken", "zone"])
def test_names_that_lead_nowhere_are_told(root, what):
    (root / "segments/broken.yaml").write_text("title: x\nwhere: {ctiy: x}\n")
    text = (
        world.CAMPAIGN.replace("segment: everyone", what)
        if ":" in what
        else world.CAMPAIGN.replace("zone: contact", "zone: Europe/Berlni")
    )
    (root / "campaigns/hello/campaign.yaml").write_text(text)
    with store_of(root) as store, pytest.raises((UsageError, NotBuilt)) as caught:
        plan_of(root, store)
    assert "campaigns/hello/campaign.yaml" in caught.value.message
    assert caught.value.exit_code in {1, 2}


def saved(root, plan, name="a.plan"):
    place = root / name
    place.write_bytes(encoded(root / ".mops", plan))
    return place


def test_a_plan_file_is_the_plan_and_one_that_was_edited_is_refused(root):
    with store_of(root) as store:
        people(store, 30)
        plan = plan_of(root, store)
    place = saved(root, plan)
    assert read_plan_file(root, place) == plan
    value = json.loads(place.read_text())
    place.write_text(json.dumps(value))  # written down otherwise, and the same
    assert read_plan_file(root, place) == plan
    for path, new in (("count", 29), ("topic", "service"), ("not_after", None), ("more", 1)):
        edited = json.loads(json.dumps(value))
        edited["plan"]["sends"][0][path] = new
        place.write_text(json.dumps(edited))
        with pytest.raises(Tampered) as caught:
            read_plan_file(root, place)
        assert caught.value.exit_code == 5
        assert "a.plan" in caught.value.message


def test_a_plan_of_another_machine_is_refused(root):
    with store_of(root) as store:
        people(store, 30)
        plan = plan_of(root, store)
    place = saved(root, plan)
    (root / ".mops/plan.key").write_text("ab" * 32 + "\n")
    with pytest.raises(Tampered):
        read_plan_file(root, place)


@pytest.mark.parametrize("text", ["", "no", "[]", "{}", '{"schema": "mops.plan/9", "plan": {}}', "[" * 100_000])
def test_what_is_no_plan_is_told(root, text):
    place = root / "a.plan"
    place.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_plan_file(root, place)
    assert caught.value.exit_code == 2


def test_a_damaged_key_is_told(root):
    (root / ".mops/plan.key").write_text("short")
    with store_of(root) as store, pytest.raises(UsageError, match=r"plan\.key is damaged"):
        plan_of(root, store)


@pytest.mark.parametrize("what", ["hello.email.parquet", "content/hello/email/en.html"])
def test_an_audience_or_content_that_was_changed_is_refused_and_made_again(root, what):
    with store_of(root) as store:
        people(store, 30)
        plan = plan_of(root, store)
        place = root / ".mops/plans" / plan.id / what
        before = place.read_bytes()
        place.write_bytes(before + b" ")
        with pytest.raises(Tampered, match="was changed after the plan was made"):
            load_plan(root, plan.id)
        place.unlink()
        with pytest.raises(PlanGone, match="is missing"):
            load_plan(root, plan.id)
        assert plan_of(root, store) == plan
    assert place.read_bytes() == before
    assert load_plan(root, plan.id) == plan


def test_an_artifact_that_is_not_the_manifests_is_made_again_and_never_planned(root, monkeypatch):
    page = root / "dist/hello/email/en.html"
    before = page.read_bytes()
    page.write_bytes(before.replace(b"welcome", b"WELCOME"))
    with store_of(root) as store:
        people(store, 10)
        plan = plan_of(root, store)
        assert (root / ".mops/plans" / plan.id / "content/hello/email/en.html").read_bytes() == before
        # Somebody changes it between the build and the plan.
        monkeypatch.setattr("mops_cli.app.planning.build", lambda *_: page.write_bytes(b"x") and _report())
        with pytest.raises(Tampered, match=r"dist/hello/email/en\.html is not what the manifest says") as caught:
            plan_of(root, store)
    assert caught.value.exit_code == 5


def _report():
    from mops_cli.build.report import BuildReport

    return BuildReport("dist")


def artifact(path, kind="email.html", **more):
    return {
        "path": path,
        "kind": kind,
        "campaign": "x",
        "channel": "email",
        "locale": "en",
        "variant": "",
        "sha256": "0" * 64,
        **more,
    }


def manifest_of(dist, twin, *more):
    (dist / "x/email").mkdir(parents=True)
    (dist / "x/email/en.json").write_text(json.dumps(twin) if isinstance(twin, dict) else twin)
    return {
        "artifacts": [artifact("x/email/en.html"), artifact("x/email/en.json", "email.json"), *more],
        "skipped": [],
        "failed": [],
    }


def test_attachments_and_pictures_inside_a_mail_go_along_and_hosted_ones_do_not(tmp_path):
    twin = {"attachments": [{"path": "x/pdf/en.pdf"}], "inline": [{"path": "assets/a.png"}], "skipped": []}
    others = [
        artifact("x/pdf/en.pdf", "pdf", channel="pdf"),
        artifact("assets/a.png", "asset", channel=""),
        artifact("assets/b.png", "asset"),
    ]
    found = content_of(manifest_of(tmp_path, twin, *others), tmp_path, "x", "email")
    assert list(found) == ["assets/a.png", "x/email/en.html", "x/email/en.json", "x/pdf/en.pdf"]


@pytest.mark.parametrize(
    ("twin", "kind", "said"),
    [
        (
            {"skipped": [{"path": "x/pdf/en.pdf", "reason": "the mail goes without its pdf"}]},
            UsageError,
            "goes without its pdf",
        ),
        ({"attachments": [{"path": "x/pdf/en.pdf"}]}, Tampered, r"dist/x/pdf/en\.pdf is missing"),
        ("no json", Tampered, r"en\.json cannot be read"),
    ],
)
def test_a_mail_that_is_not_whole_is_not_planned(tmp_path, twin, kind, said):
    with pytest.raises(kind, match=said):
        content_of(manifest_of(tmp_path, twin), tmp_path, "x", "email")


def test_what_the_last_build_could_not_make_is_not_planned(tmp_path):
    found = manifest_of(tmp_path, {})
    found["artifacts"][0]["stale"] = True
    with pytest.raises(Stale, match="older than its sources"):
        content_of(found, tmp_path, "x", "email")
    found["failed"] = [{"unit": "x/email/de", "campaign": "x", "channel": "email"}]
    with pytest.raises(Stale, match="x/email/de could not be built"):
        content_of(found, tmp_path, "x", "email")
    found["skipped"] = [{"path": "x/print/en.pdf", "campaign": "x", "channel": "print", "reason": "no fonts"}]
    with pytest.raises(UsageError, match="could not be made on this machine: no fonts"):
        content_of(found, tmp_path, "x", "print")
    with pytest.raises(UsageError, match="nothing of x for sms"):
        content_of(found, tmp_path, "x", "sms")


def test_arms_share_people_as_they_should():
    found = Counter(arm_of("hello", number, ARMS) for number in range(20_000))
    assert abs(found["a"] - 10_000) < 300
    assert abs(found["b"] - 6_000) < 300
    assert abs(found[None] - 4_000) < 300
    other = Counter((arm_of("hello", n, ARMS), arm_of("other", n, ARMS)) for n in range(20_000))
    assert abs(other["a", "a"] - 5_000) < 300
