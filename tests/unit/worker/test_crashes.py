"""A worker dies at every step there is, once, twice, three times: nothing lost, nothing twice, every doubt named."""

from __future__ import annotations

import random

import pytest
from visit_world import ELSEWHERE, HERE, POWER, SCRIPTS

PEOPLE, WINDOW = 12, 4


def steps_of(worlds, **how):
    """The steps of an undisturbed life, by name."""
    world = worlds(**how)
    process = world.process()
    world.live(process, world.job)
    return process.steps


def test_undisturbed_everybody_gets_one_message(worlds):
    world = worlds(people=PEOPLE, window=WINDOW)
    world.to_the_end()
    world.holds()
    assert world.server.taken == dict.fromkeys(range(PEOPLE), 1)
    assert len(world.records()) == 1 + 3 + 1


def test_every_named_point_of_a_visit_is_among_the_steps(worlds):
    from mops_cli.delivery.worker.points import POINTS

    of_others = {
        "before-ack", "before-fold", "after-fold", "before-dispatch", "after-dispatch", "before-register",
        "after-register",
    }  # fmt: skip
    assert set(POINTS) - of_others <= set(steps_of(worlds))


KINDS = ("dies_at", "loses_bus_at")
"""A process is killed, or the bus is away: before a record is stored, or before its confirmation comes."""


@pytest.mark.parametrize("machines", [[HERE, HERE], [HERE, ELSEWHERE]], ids=["same machine", "other machine"])
@pytest.mark.parametrize("policy", ["hold", "resend"])
def test_one_death_at_every_step(worlds, policy, machines):
    last = len(steps_of(worlds, people=PEOPLE, window=WINDOW))
    assert last > 100
    for kind in KINDS:
        for step in range(1, last + 1):
            world = worlds(people=PEOPLE, window=WINDOW, policy=policy)
            world.to_the_end([(kind, step)], machines)
            world.holds(journal=machines[1] == HERE)


@pytest.mark.parametrize("machines", [[HERE] * 3, [HERE, ELSEWHERE, HERE], [HERE, ELSEWHERE, "a third"]])
@pytest.mark.parametrize("policy", ["hold", "resend"])
def test_two_deaths_at_every_pair_of_steps(worlds, policy, machines):
    how = {"people": 3, "window": 2, "policy": policy}
    last = len(steps_of(worlds, **how))
    for first in range(1, last + 1):
        for second in range(1, last + 1):
            world = worlds(**how)
            world.to_the_end([("dies_at", first), ("dies_at", second)], machines)
            world.holds(journal=set(machines) == {HERE})


@pytest.mark.parametrize("policy", ["hold", "resend"])
def test_the_power_fails_at_every_step(worlds, policy):
    """What the journal said is gone with the machine, and nobody takes that for evidence."""
    for step in range(1, len(steps_of(worlds, people=PEOPLE, window=WINDOW)) + 1):
        world = worlds(people=PEOPLE, window=WINDOW, policy=policy)
        world.to_the_end([(POWER, step)])
        world.holds(journal=False)


def scripts_of(source):
    """What a bad day does to some of the people: a few tries, then it goes well."""
    return {
        index: [source.choice(SCRIPTS) for _ in range(source.randint(1, 3))]
        for index in range(PEOPLE)
        if source.random() < 0.4
    }


@pytest.mark.parametrize("policy", ["hold", "resend"])
@pytest.mark.parametrize("place", ["same machine", "anywhere"])
def test_deaths_and_bad_days_in_many_combinations(worlds, policy, place):
    for seed in range(500):
        source = random.Random(seed)
        world = worlds(people=PEOPLE, window=WINDOW, policy=policy, scripts=scripts_of(source))
        deaths = [(source.choice(KINDS), source.randint(1, 120)) for _ in range(source.randint(0, 3))]
        machines = [HERE if place == "same machine" else source.choice([HERE, ELSEWHERE]) for _ in range(4)]
        try:
            world.to_the_end(deaths, machines)
            world.holds(journal=place == "same machine")
        except AssertionError as problem:
            raise AssertionError(f"seed {seed}, {deaths}, {machines}: {problem}") from problem
