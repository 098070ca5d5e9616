"""A store in a temporary folder, with a clock that stands still."""

from datetime import UTC, datetime

import pytest

from mops_cli.clock import FrozenClock
from mops_cli.model.config import Fields, FieldSpec, ProjectConfig, ProjectInfo, Topic
from mops_cli.store.opening import open_store

INFO = ProjectInfo(id="demo", name="Demo", url="https://demo.example", country="DE")


def settings(contact=None, events=None):
    """Settings with these declared fields: ``{"points": "integer"}``."""
    declared = {name: FieldSpec(type=kind) for name, kind in (contact or {}).items()}
    kinds = {
        kind: {name: FieldSpec(type=one) for name, one in fields.items()} for kind, fields in (events or {}).items()
    }
    return ProjectConfig(
        project=INFO, topics={"news": Topic(title="News")}, fields=Fields(contact=declared), events=kinds
    )


@pytest.fixture
def clock():
    return FrozenClock(datetime(2026, 11, 24, 12, 0, tzinfo=UTC))


@pytest.fixture
def opened(tmp_path, clock):
    """``opened({"points": "integer"})``: the same store each time."""
    stores = []

    def make(contact=None, events=None):
        for store in stores:
            store.close()
        stores[:] = [open_store(tmp_path, settings(contact, events), clock)]
        return stores[0]

    yield make
    for store in stores:
        store.close()
