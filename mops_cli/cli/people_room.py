"""What the commands about people share: the project's settings, the open store, times and counts in words."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from mops_cli.content.environments import config_of
from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mops_cli.audience.merging import Merged
    from mops_cli.cli.state import State
    from mops_cli.model.config import ProjectConfig
    from mops_cli.store.database import Store


@contextmanager
def room(state: State, *, make: bool = False) -> Iterator[tuple[Store, ProjectConfig]]:
    """The open store, or the one of the node that runs, and the settings; what opening it changed is said.

    Raises:
        UsageError: There is no store yet, and the command does not make one.
    """
    from mops_cli.app.borrowing import reached_store
    from mops_cli.store.opening import exists

    root = state.root()
    config = config_of(root)
    if not make and not exists(root):
        raise UsageError("this project has no contacts yet", hint="begin with: mops contacts import FILE")
    with reached_store(root, config, state.clock, state.ground) as store:
        for change in store.changes:
            if change.filled or change.kept_aside:
                state.console.say(f"{state.console.mark('warning')} {change.sentence()}")
        yield store, config


def plain(value: object) -> object:
    """A value as JSON has it; times are UTC."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def shown(value: object) -> str:
    """A value for a table; a dash for nothing."""
    if value is None or value == "":
        return "-"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return str(value)


def fields(found: Mapping[str, object]) -> list[tuple[str, str]]:
    """Field and value, without the empty ones; undeclared fields by their own names."""
    rows = [(name, shown(value)) for name, value in found.items() if name != "extra" and value is not None]
    extra = found.get("extra")
    return rows + [(name, shown(value)) for name, value in extra.items()] if isinstance(extra, dict) else rows


def merged(found: Merged) -> list[tuple[str, str]]:
    """What goes along when two profiles become one."""
    from mops_cli.cli.console import counted

    return [
        ("taken over", ", ".join(found.taken) or "-"),
        ("both had one", ", ".join(found.lost) or "-"),
        ("consent", counted(found.words, "word")),
        ("consent overruled", ", ".join(f"{topic} by {channel}" for topic, channel in found.withdrawn) or "-"),
        ("other addresses", str(found.addresses)),
        ("events", str(found.events)),
        ("deliveries", str(found.deliveries)),
    ]
