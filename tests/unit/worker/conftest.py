"""Worlds for visits, one after the other."""

from itertools import count

import pytest
from visit_world import World, watch


@pytest.fixture
def worlds(tmp_path, monkeypatch):
    """``worlds(...)``: a new world; the one before is thrown away."""
    made, numbers = [], count()

    def make(**how):
        if made:
            made.pop().close()
        made.append(World(tmp_path / str(next(numbers)), **how))
        return made[0]

    watch(monkeypatch, lambda: made[0])
    yield make
    for one in made:
        one.close()
