"""A send that was killed is given up, and the same occurrence planned again: nobody gets it twice."""

from __future__ import annotations

import os
import signal

import pytest
from sending_world import SEND, children, make_world

from mops_cli.delivery.sending import register

pytestmark = pytest.mark.timeout(600)
PEOPLE, LANES = 3_000, 4


def killed(world, enough):
    """A send of which every process died in the middle."""
    process = world.send()
    while not world.server.log.exists() or world.server.log.read_bytes().count(b"\n") < enough:
        assert process.poll() is None, world.ended(process)
    workers = [pid for pid, line in children(process.pid).items() if "worker_process" in line]
    assert workers
    for pid in (process.pid, *workers):
        os.kill(pid, signal.SIGKILL)
    world.ended(process)


def both(world):
    with world.store() as store:
        return register.find(store, SEND)


def test_another_plan_reaches_nobody_whom_the_first_may_have_reached(tmp_path):
    world = make_world(tmp_path / "project", PEOPLE, lanes=LANES)
    try:
        killed(world, 500)
        assert world.ended(world.mops("stop", SEND, "--cancel")) == 0, world.said[-1]
        first = world.row()
        again = world.mops("send", "hello", "--env", "test", "--yes", "--expect-recipients", str(first.left))
        assert world.ended(again) == 0, world.said[-1]
        first, second = both(world)
        mails = world.server.mails()
        assert (first.state, second.state) == (register.CANCELLED, register.FINISHED), (first, second, world.said[-1])
        assert first.outcomes["sent"] >= 400  # not an empty trial
        assert max(mails.values()) == 1, f"twice: {sum(count > 1 for count in mails.values())}"
        assert first.settled + second.settled == PEOPLE
        assert first.in_doubt <= LANES  # one worker died: the messages that were under way on its connections
        assert PEOPLE - len(mails) <= first.in_doubt
    finally:
        world.close()
