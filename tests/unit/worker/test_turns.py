"""Several workers at one shard at once, one of them stopped and woken, two lanes of one process: whoever's turn it is."""

from __future__ import annotations

import random

import pytest
from visit_world import ELSEWHERE, HERE, SCRIPTS, Killed

from mops_cli.delivery.bus.port import Fenced
from mops_cli.delivery.worker.shard import AtWork, Ended

PEOPLE, WINDOW = 12, 4


def pauses_of(worlds, **how):
    world = worlds(**how)
    process, count = world.process(), 0
    visit = process.visit(world.job).run()
    while not world.turn(process, visit)[0]:
        count += 1
    return count


@pytest.mark.parametrize("machine", [HERE, ELSEWHERE])
@pytest.mark.parametrize("policy", ["hold", "resend"])
def test_a_worker_that_stood_still_wakes_up_when_another_is_done(worlds, policy, machine):
    """Its lease check is out of order, too: it goes on until the fence stops it."""
    last = pauses_of(worlds, people=PEOPLE, window=WINDOW)
    assert last > 40
    for stands_at in range(1, last + 1):
        world = worlds(people=PEOPLE, window=WINDOW, policy=policy)
        sleeper = world.process()
        visit = sleeper.visit(world.job).run()
        for _ in range(stands_at):
            assert not world.turn(sleeper, visit)[0]
        meant, begun = world.meant(), sum(world.server.taken.values())
        world.to_the_end(machines=[machine])
        before, records = sum(world.server.taken.values()), len(world.records())
        ended = False
        while not ended:
            ended, how = world.turn(sleeper, visit)
        assert isinstance(how, Fenced) or how is Ended.CLOSED
        assert len(world.records()) == records
        more = sum(world.server.taken.values()) - before
        assert more <= len(meant)
        assert begun + more <= PEOPLE
        world.holds(alone=False)
        if policy == "hold":
            assert sum(one == "unknown" for one in world.outcomes().values()) <= len(meant)


def test_two_lanes_of_one_process_do_not_send_from_one_shard(worlds):
    last = pauses_of(worlds, people=PEOPLE, window=WINDOW)
    for first_goes in range(1, last + 1):
        world = worlds(people=PEOPLE, window=WINDOW)
        process = world.process()
        first, second = process.visit(world.job).run(), process.visit(world.job).run()
        for _ in range(first_goes):
            assert not world.turn(process, first)[0]
        ended, how = world.turn(process, second)
        assert ended
        assert isinstance(how, AtWork)
        ended = False
        while not ended:
            ended, how = world.turn(process, first)
        assert how is Ended.CLOSED
        assert world.live(process, world.job) is Ended.CLOSED  # the next time it may
        world.holds()
        assert world.server.taken == dict.fromkeys(range(PEOPLE), 1)


class Crowd:
    """Some processes with some lanes; chance says whose turn it is, who dies and who stands still for long."""

    def __init__(self, world, source):
        self.world, self.source = world, source
        self.job = world.job
        self.processes = []
        self.visits = []  # process, coroutine, how often it gets a turn
        self.closed = False

    def go(self, most):
        for _ in range(most):
            if self.closed:
                return
            if (len(self.visits) < 3 and self.source.random() < 0.1) or not self.visits:
                self.begin()
            place = self.source.choices(self.visits, [weight for _, _, weight in self.visits])[0]
            self.turn(place)

    def begin(self):
        living = [one for one in self.processes if not one.dead]
        if living and self.source.random() < 0.5:
            process = self.source.choice(living)  # another lane, or the next job
        else:
            dies_at = self.source.choice([0, self.source.randint(1, 90)])
            process = self.world.process(self.source.choice([HERE, HERE, ELSEWHERE]), dies_at=dies_at)
            self.processes.append(process)
        asleep = self.source.random() < 0.2
        self.visits.append((process, process.visit(self.job).run(), 0.01 if asleep else 1.0))

    def turn(self, place):
        process, coroutine, _ = place
        ended, how = self.world.turn(process, coroutine)
        if not ended:
            return
        self.visits.remove(place)
        if isinstance(how, Killed):
            for one in [one for one in self.visits if one[0] is process]:
                self.visits.remove(one)
                one[1].close()  # nothing of it is left
        elif how is Ended.AGAIN:
            self.job = self.world.later(self.world.job)
        elif how is Ended.CLOSED:
            self.closed = True
        else:
            assert isinstance(how, Fenced)

    def wake_everybody(self):
        while self.visits:
            self.turn(self.visits[0])


@pytest.mark.parametrize("policy", ["hold", "resend"])
def test_whoever_has_the_turn_in_many_crowds(worlds, policy):
    overtaken = 0
    for seed in range(500):
        source = random.Random(seed)
        scripts = {index: [source.choice(SCRIPTS)] for index in range(PEOPLE) if source.random() < 0.2}
        world = worlds(people=PEOPLE, window=WINDOW, policy=policy, scripts=scripts)
        crowd = Crowd(world, source)
        crowd.go(300)
        world.to_the_end()
        overtaken += bool(crowd.visits)
        crowd.wake_everybody()
        try:
            world.holds(alone=False)
        except AssertionError as problem:
            raise AssertionError(f"seed {seed}: {problem}") from problem
    assert overtaken > 50
