"""Two senders at once, providers that misbehave, a full disk, events while their reader is killed."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import threading
from collections import Counter

import pytest
from sending_world import make_world

from mops_cli.clock import SystemClock
from mops_cli.content.environments import config_of
from mops_cli.delivery.bus.opening import opened_bus
from mops_cli.delivery.sending import register

pytestmark = pytest.mark.timeout(600)
PEOPLE = 2_000


@pytest.fixture
def worlds(tmp_path):
    made = []

    def make(*faults: str, people: int = PEOPLE, lanes: int = 4):
        made.append(make_world(tmp_path / "place" / "project", people, *faults, lanes=lanes))
        return made[-1]

    (tmp_path / "place").mkdir()
    yield make
    for one in made:
        one.close()


def test_two_senders_started_at_once(worlds):
    world = worlds()
    both = [world.send(), world.send()]
    codes = sorted(world.ended(one) for one in both)
    # One does it. The other comes too late (6), or finds that everybody has it already (0).
    assert codes in ([0, 6], [0, 0]), world.said
    world.holds(most_in_doubt=0)


def test_two_resumes_at_once_after_a_kill(worlds):
    world = worlds()
    assert world.ended(world.send(kill_at="after-fold:3")) == -9
    both = [world.resume(), world.resume()]
    codes = sorted(world.ended(one) for one in both)
    assert codes in ([0, 6], [0, 0]), world.said
    world.holds(most_in_doubt=0)


def test_a_second_send_of_the_same_key_reaches_nobody(worlds):
    world = worlds()
    assert world.ended(world.send()) == 0
    code = world.ended(world.mops("send", "hello", "--env", "test", "--yes"))
    assert code == 0, world.said[-1]
    assert max(world.server.mails().values()) == 1


def test_a_provider_that_hangs(worlds):
    """It keeps the message and never answers: in doubt, by name; everybody else gets theirs."""
    world = worlds("hang=400")
    assert world.ended(world.send()) == 0, world.said[-1]
    world.holds(most_in_doubt=PEOPLE // 400 + 1)
    assert Counter(world.outcomes().values())["unknown"] >= 1
    assert "in doubt" in world.said[-1]


def test_a_provider_that_drops_after_the_final_dot(worlds):
    world = worlds("drop=250")
    assert world.ended(world.send()) == 0, world.said[-1]
    world.holds(most_in_doubt=PEOPLE // 250 + 1)


def test_a_provider_that_breaks_before_it_keeps_anything(worlds):
    """Nobody can know that it kept nothing: in doubt, never sent again by itself."""
    world = worlds("lose=500")
    assert world.ended(world.send()) == 0, world.said[-1]
    row = world.row()
    assert row.state == register.FINISHED
    assert row.in_doubt <= PEOPLE // 500 + 1
    assert sum(world.server.mails().values()) == row.outcomes["sent"]


def test_a_provider_that_answers_4xx(worlds):
    """They are tried again and arrive."""
    world = worlds("later=10")
    assert world.ended(world.send()) == 0, world.said[-1]
    world.holds(most_in_doubt=0, refused=Counter(world.outcomes().values())["failed"])
    outcomes = Counter(world.outcomes().values())
    # A tenth of a tenth of a tenth is put off three times, and that is enough.
    assert outcomes["failed"] <= PEOPLE * 0.01
    assert outcomes["sent"] >= PEOPLE * 0.99


def test_a_provider_that_knows_some_addresses_no_more(worlds):
    world = worlds("refuse=20")
    assert world.ended(world.send()) == 0, world.said[-1]
    world.holds(most_in_doubt=0, refused=PEOPLE // 20)
    with world.store() as store:
        dead = store.rows("SELECT count(*) FROM addresses WHERE state = 'bounced'")[0][0]
    assert dead == PEOPLE // 20
    code = world.ended(world.mops("send", "hello", "--env", "test", "--again", "--yes", "--dry-run"))
    assert code == 0
    assert f"{PEOPLE // 20} address out of use" in world.said[-1]


def test_a_provider_that_is_not_there(worlds):
    """It says so, keeps everybody, and goes on when the server is back."""
    world = worlds(people=200)
    world.server.close()
    code = world.ended(world.send("--wait", "2 seconds"))
    assert code == 4, world.said[-1]
    assert world.row().left == 200
    assert "no connection" in world.said[-1]


def tmpfs(place, size: str) -> bool:
    place.mkdir(parents=True)
    return os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=False, capture_output=True
    ).returncode == 0  # fmt: skip


def test_a_full_disk(tmp_path):
    """The disk fills up in the middle: the command says so, nothing is lost or doubled, and it goes on when there is room."""
    place = tmp_path / "small"
    if not tmpfs(place, "120m"):
        pytest.skip("a small disk can only be mounted by root")
    world = make_world(place / "project", PEOPLE, beside=tmp_path)  # the list of what arrived must not suffer
    try:
        process = world.send()
        ballast = place / "ballast"
        full = threading.Event()

        def fill() -> None:
            with ballast.open("wb", buffering=0) as file:
                while not full.is_set():
                    try:
                        file.write(b"x" * 65_536)
                    except OSError:
                        full.wait(0.01)

        while not world.server.mails() and process.poll() is None:
            os.sched_yield()
        filler = threading.Thread(target=fill)
        filler.start()
        try:
            code = world.ended(process)
        finally:
            full.set()
            filler.join()
        ballast.unlink()
        assert code in (0, 4, 75), world.said[-1]
        assert "Traceback" not in world.said[-1]
        if world.row().state != register.FINISHED:
            world.to_the_end()
        world.holds(most_in_doubt=50)
    finally:
        world.close()
        subprocess.run(["umount", "-l", str(place)], check=False)


EVENTS = 3_000


def test_events_are_stored_once_while_their_reader_is_killed(worlds):
    world = worlds(people=5)

    async def publish() -> None:
        config = config_of(world.root)
        async with opened_bus(world.root, config, dict(os.environ), SystemClock()) as bus:
            node, kills = world.mops("up", "--env", "test"), 0
            for first in range(0, EVENTS, 100):
                batch = [
                    (
                        f"mops.events.{'purchase' if n % 2 else 'visit'}",
                        json.dumps({"id": f"e{n}", "source": "test"}).encode(),
                    )
                    for n in range(first, first + 100)
                ]
                await bus.publish_batch(batch)
                if first % 500 == 400:
                    await asyncio.sleep(0.6)  # let it read some before it dies
                    node.kill()
                    node.wait(10)
                    kills += 1
                    node = world.mops("up", "--env", "test")
            last = await bus.last_sequence("MOPS_EVENTS")
            assert last == EVENTS
            assert kills >= 5
            node.kill()
            node.wait(10)
            assert await asyncio.to_thread(world.ended, world.mops("run", "--due", "--env", "test")) == 0

    asyncio.run(publish())
    with world.store() as store:
        rows = store.rows("SELECT id, count(*) FROM events WHERE source = 'test' GROUP BY id")
    assert len(rows) == EVENTS
    assert {count for _, count in rows} == {1}
