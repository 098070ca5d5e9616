"""A process dies, as under kill -9, at every named point of a send; then the send goes on to its end."""

from __future__ import annotations

import pytest
from sending_world import SEND, World, make_world

from mops_cli.delivery.sending import register
from mops_cli.delivery.worker.points import POINTS

pytestmark = pytest.mark.timeout(600)
PEOPLE = 2_000
LANES = 4
OWNERS = frozenset({
    "before-fold", "after-fold", "before-dispatch", "after-dispatch", "before-register", "after-register"
})  # fmt: skip
"""Points of the process that owns the store; all others are a worker's."""
OTHER_TIMES = {"before-dispatch": 1, "after-dispatch": 1, "before-register": 1, "after-register": 1}


@pytest.fixture
def world(tmp_path):
    made = make_world(tmp_path / "project", PEOPLE, lanes=LANES)
    yield made
    made.close()


def registered(world: World) -> bool:
    with world.store() as store:
        return bool(register.find(store, SEND))


@pytest.mark.parametrize("point", POINTS)
def test_nothing_is_lost_and_nothing_doubled(world, point):
    code = world.ended(world.send(kill_at=f"{point}:{OTHER_TIMES.get(point, 2)}"))
    if point in OWNERS:
        assert code == -9, world.said[-1]
        if not registered(world):
            assert world.ended(world.send()) == 0, world.said[-1]
    else:
        assert code == 0, world.said[-1]
        assert "killed by signal 9" in world.said[-1]
    if world.row().state != register.FINISHED:
        world.to_the_end()
    # One worker died once: at most the messages that its connections had handed over and not heard of.
    world.holds(most_in_doubt=0 if point in OWNERS else LANES)


def test_every_named_point_is_reached_by_a_send():
    assert len(POINTS) >= 12
    assert len(set(POINTS)) == len(POINTS)
