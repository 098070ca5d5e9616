"""What every command is given: the console, the place it was called from, the clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mops_cli.cli.console import Console
from mops_cli.clock import Clock, SystemClock

if TYPE_CHECKING:
    import typer

    from mops_cli.app.ground import Ground
    from mops_cli.content.dotenv import Variables


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

    def variables(self) -> Variables:
        """The shell's variables with those of the project's ``.env``; the shell wins.

        Raises:
            UsageError: A line of ``.env`` is no ``NAME=value``.
        """
        from mops_cli.content import dotenv
        from mops_cli.content.files import ProjectFiles

        return dotenv.variables(ProjectFiles(self.root()), self.console.env)

    def ground(self, environment: str = "") -> Ground:
        """Where sending stands: the project, its settings in an environment (default: MOPS_ENV, or `local`).

        Raises:
            UsageError: ``mops.toml`` or ``.env`` has errors, or there is no such environment.
        """
        from mops_cli.app.ground import ground

        variables = self.variables()
        return ground(self.root(), environment or variables.get("MOPS_ENV") or "", variables.everything(), self.clock)

    def use_dotenv(self) -> None:
        """Take what ``.env`` says about the terminal, where no option and no variable of the shell does."""
        import contextlib

        from mops_cli.errors import MopsError

        if self.console.color != "auto" or "MOPS_COLOR" in self.console.env:
            return
        with contextlib.suppress(MopsError):  # no project, no .env; commands that need one say what is wrong with it
            if (self.root() / ".env").is_file():
                color = self.variables().get("MOPS_COLOR")
                if color in {"always", "never"}:
                    self.console.color = color  # type: ignore[assignment]


def state_of(ctx: typer.Context) -> State:
    """The state that the root callback put into the context."""
    state = ctx.find_root().obj
    if not isinstance(state, State):
        raise TypeError("the root callback did not run")
    return state
