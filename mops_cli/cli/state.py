"""What every command is given: the console, the place it was called from, the clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mops_cli.cli.console import Console
from mops_cli.clock import Clock, SystemClock

if TYPE_CHECKING:
    import typer


@dataclass(slots=True)
class State:
    """One run of the command line."""

    console: Console = field(default_factory=Console)
    project: Path | None = None
    cwd: Path = field(default_factory=Path.cwd)
    clock: Clock = field(default_factory=SystemClock)

    def root(self) -> Path:
        """The project's folder: ``--project``, or the nearest ``mops.toml`` upward from here."""
        from mops_cli.content.project import find

        return find(self.cwd / self.project if self.project else self.cwd)


def state_of(ctx: typer.Context) -> State:
    """The state that the root callback put into the context."""
    state = ctx.find_root().obj
    if not isinstance(state, State):
        raise TypeError("the root callback did not run")
    return state
