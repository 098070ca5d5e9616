"""A store with declared fields for the tests of people."""

from contextlib import contextmanager
from datetime import UTC, datetime

from mops_cli.audience import imports
from mops_cli.clock import FrozenClock
from mops_cli.model.config import Fields, FieldSpec, ProjectConfig, ProjectInfo, Topic
from mops_cli.store.opening import open_store

CONFIG = ProjectConfig(
    project=ProjectInfo(id="demo", name="Demo", url="https://demo.example", country="DE"),
    topics={"news": Topic(title="News")},
    fields=Fields(
        contact={
            "first_name": FieldSpec(),
            "points": FieldSpec(type="integer"),
            "credit": FieldSpec(type="money"),
            "since": FieldSpec(type="date"),
            "vip": FieldSpec(type="boolean"),
            "likes": FieldSpec(type="list"),
            "score": FieldSpec(type="number"),
            "site": FieldSpec(type="url"),
            "seen": FieldSpec(type="datetime"),
        }
    ),
)


@contextmanager
def store_in(root, config=CONFIG):
    with open_store(root, config, FrozenClock(datetime(2026, 11, 24, 12, 0, tzinfo=UTC))) as store:
        yield store


def take(store, path, text=None, **more):
    """Import a text (written to ``path`` first)."""
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    config = more.pop("config", CONFIG)
    return imports.run(store, config, imports.Wish(path, more.pop("told", {}), **more))


def counts(outcome):
    assert outcome.rows == outcome.added + outcome.changed + outcome.same + outcome.refused
    return outcome.added, outcome.changed, outcome.same, outcome.refused
