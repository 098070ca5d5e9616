"""How far a long command is: a line that moves on a terminal, one line every ten percent elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mops_cli.cli.console import Console

FEW = 40


@dataclass(slots=True)
class Progress:
    """Call it with done, total and the name of what is done; call :meth:`end` before anything else is printed."""

    console: Console
    noun: str = "built"
    lines: bool = True
    _told: int = 0
    _open: bool = field(default=False)

    def __call__(self, done: int, total: int, name: str) -> None:
        """One more is done."""
        if self.console.json_lines:
            self.console.emit("progress", {"done": done, "total": total, "name": name})
            self.console.out.flush()
            return
        if self.console.verbosity < 0 or self.console.json or not total:
            return
        if self.console.err.isatty() and self.console.env.get("TERM") != "dumb":
            self._open = done < total
            self.console.err.write(f"\r\x1b[K{done}/{total} {self.noun}  {name}" if self._open else "\r\x1b[K")
            self.console.err.flush()
        elif self.console.verbosity > 0:
            self.console.say(f"{done}/{total} {self.noun}: {name}")
        elif self.lines and total >= FEW and done * 10 // total > self._told:
            self._told = done * 10 // total
            self.console.say(f"{done}/{total} {self.noun} ({self._told * 10} %)")

    def end(self) -> None:
        """Clear the moving line."""
        if self._open:
            self.console.err.write("\r\x1b[K")
            self._open = False
