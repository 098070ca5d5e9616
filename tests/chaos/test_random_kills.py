"""Workers, owners and the message server are killed at random moments, again and again; the seed is in the name.

`make test` makes about two dozen kills so, `make chaos` (MOPS_CHAOS_KILLS=200) so many.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from sending_world import SEND, World, children, make_world

from mops_cli.delivery.sending import register

pytestmark = pytest.mark.timeout(900)
KILLS = int(os.environ.get("MOPS_CHAOS_KILLS", "24"))
EACH = 6
"""Kills of one send."""
WINDOW = 50
SIZES = (2_000, 4_000, 10_000)


def kill_worker(world: World, process, rng: random.Random) -> bool:
    workers = [pid for pid, command in children(process.pid).items() if "worker_process" in command]
    return bool(workers) and killed(rng.choice(workers))


def kill_owner(_world: World, process, _rng: random.Random) -> bool:
    return killed(process.pid)


def kill_server(world: World, _process, _rng: random.Random) -> bool:
    for place in Path("/proc").glob("[0-9]*"):
        try:
            command = (place / "cmdline").read_bytes()
        except OSError:
            continue
        if b"nats-server" in command and str(world.root).encode() in command:
            return killed(int(place.name))
    return False


def killed(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


HOW = {"worker": kill_worker, "owner": kill_owner, "server": kill_server}


@pytest.mark.parametrize("seed", range(1, max(2, KILLS // EACH + 1)))
def test_whatever_dies_everybody_is_accounted_for(tmp_path, seed):
    rng = random.Random(seed)
    world = make_world(tmp_path / "project", SIZES[seed % len(SIZES)] if KILLS > EACH * 10 else SIZES[seed % 2])
    try:
        kills = trial(world, rng)
        world.holds(most_in_doubt=WINDOW * sum(kills.values()))
    finally:
        world.close()


def trial(world: World, rng: random.Random) -> Counter[str]:
    """Send, kill, go on, until the send is finished; then there were at most six kills."""
    kills: Counter[str] = Counter()
    process = world.send("--workers", str(rng.choice([1, 2])))
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        # The moment of the next kill: that is what is random here, nothing waits for anything.
        time.sleep(rng.uniform(0.2, 1.2))
        if process.poll() is not None:
            world.ended(process)
            with world.store() as store:
                rows = register.find(store, SEND)
            if rows and rows[0].state == register.FINISHED:
                return kills
            process = world.resume() if rows else world.send()
        elif sum(kills.values()) < EACH:
            how = rng.choice(list(HOW))
            kills[how] += HOW[how](world, process, rng)
    process.kill()
    raise AssertionError(f"not finished in time after {dict(kills)}:\n" + "\n".join(world.said[-2:]))
